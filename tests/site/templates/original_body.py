"""The inside of an article in the original design, typed as in its era."""

from __future__ import annotations

import re
from html import escape

from tests.site.ink import Printed
from tests.site.model import Era, Picture, Piece

_NBSP = "&nbsp;"

_SCRIPT = """<script type="text/javascript">
var qc = {"vung": "giua-bai", "tieu_de": "Quảng cáo giữa bài"}; document.write("<p>Khuyến mãi lớn!</p>");
</script>"""
_ADVERTISEMENT = """<div class="ads-in-post"><ins class="adsbygoogle" data-ad-slot="70211"></ins>
<style>.ads-in-post { margin: 8px }</style></div>
<!-- <div style="text-align: justify;">Đoạn này biên tập viên đã bỏ, không đăng.</div> -->"""


def lead(piece: Piece, text: Printed) -> str:
    """The sapo; where it has no element of its own, the first paragraph."""
    era = piece.print.era
    if not piece.print.summary:
        return paragraph(era, text.lead)
    if era is Era.WORD:
        marked = re.sub(r"^(\s*\([^)]*\))", r"<b>\1</b>", text.lead)
        return f'<p class="summary"><font face="Arial" size="2">{_smart(marked)}<o:p></o:p></font></p>'
    tag = "h3" if era is Era.SPAN else "div"
    return f'<{tag} class="summary">{text.lead}</{tag}>'


def paragraph(era: Era, html: str) -> str:
    """One paragraph of running text."""
    if era is Era.WORD:
        return (
            '<p class="MsoNormal" style="margin: 6pt 0cm; text-align: justify"><font size="2" face="Arial">'
            f'<span lang="VI">{_smart(html)}<o:p></o:p></span></font></p>'
        )
    if era is Era.SPAN:
        return f'<div style="text-align: justify;"><span style="font-size: 11pt;">{html}</span></div>'
    return f'<div style="text-align: justify;">{html}</div>'


def body(piece: Piece, text: Printed) -> str:
    """Paragraphs, pictures, player and closing line."""
    era, junk = piece.print.era, piece.print.junk
    blank = _blank(era)
    parts = []
    if piece.print.player:
        parts.append(_player(piece.print.player))
    parts += _pictures(piece, text, 0)
    for number, html in enumerate(text.paragraphs, 1):
        shown = paragraph(era, html)
        if junk and number == 1:
            shown = shown.replace("</div>", f"{_SCRIPT}</div>") + _ADVERTISEMENT
        if junk and number == 2:  # tags that nobody closes
            shown = f'<div style="text-align: justify;"><b><span style="color: black">{html}</div></b><br>'
        parts.append(shown)
        if number % 2 == 0:
            parts.append(blank)
        parts += _pictures(piece, text, number)
    if text.closing:
        parts += [blank, closing(piece, text.closing)]
    return "\n".join(parts)


def picture_block(piece: Piece, picture: Picture, caption: str | None) -> str:
    """A picture and what stands under it."""
    if piece.print.era is Era.WORD:
        return _table(picture, caption)
    image = f'<img src="{picture.src}" style="width: 500px;" border="0">'
    if caption is None:
        return f'<div style="text-align: center;">{image}</div>'
    shown = f"<em>{caption}</em>" if piece.print.era is Era.SPAN else caption
    again = f'<div style="text-align: center;"><span>{shown}</span></div>' if picture.twice else ""
    return f"""<div style="text-align: center;">{image}</div>
<div style="text-align: center;"><span style="font-style: italic;">{shown}</span></div>{again}"""


def closing(piece: Piece, html: str) -> str:
    """The line that says whose the article is."""
    number = piece.truth.article_id
    if piece.print.era is Era.WORD:
        push = _NBSP * (40 + number % 51)
        return (
            f'<p class="MsoNormal"><b><span style="font-family: Arial">{push}{html}<o:p></o:p></span></b></p>'
        )
    if piece.print.era is Era.SPAN:
        return f'<div style="text-align: right;"><strong>{html}</strong></div>'
    if number % 2:
        return f'<div style="text-align: right;"><b>{html}</b></div>'
    return f'<div style="text-align: justify;"><strong>{html}</strong></div>'


def _pictures(piece: Piece, text: Printed, after: int) -> list[str]:
    return [
        picture_block(piece, picture, caption)
        for picture, caption in zip(piece.truth.pictures, text.captions, strict=True)
        if picture.after == after
    ]


def _table(picture: Picture, caption: str | None) -> str:
    alternative = escape(re.sub(r"<[^>]*>", "", caption or "").replace("\n", " "))
    under = ""
    if caption:
        line = f'<p class="MsoNormal" align="center"><i><font size="1">{caption}</font></i></p>'
        under = f"<tr><td>{line}{line if picture.twice else ''}</td></tr>"
    return f"""<table border="0" cellspacing="0" cellpadding="3" width="1" align="center"><tbody>
<tr><td><img border="1" hspace="3" alt="{alternative}" src="{picture.src}" width="400"></td></tr>
{under}</tbody></table>"""


def _smart(html: str) -> str:
    """Word's smart tags around names of places, and a non-breaking space here and there."""
    html = re.sub(
        r"(?<!>)\b(Hòa Bình|Hà Nội)\b",
        r'<st1:place w:st="on"><st1:city w:st="on">\1</st1:city></st1:place>',
        html,
    )
    html = html.replace("đồng chí ", f"đồng chí{_NBSP}")
    return html.replace(" xã ", f" {_NBSP}xã ", 1)


def _blank(era: Era) -> str:
    if era is Era.WORD:
        return '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    return '<div style="text-align: justify;"><br></div>' if era is Era.PLAIN else "<div>&nbsp;</div>"


def _player(address: str) -> str:
    if address.endswith(".mp4"):
        return f'<video width="560" controls><source src="{address}" type="video/mp4"></video>'
    return f'<iframe width="560" height="315" src="{address}" allowfullscreen></iframe>'
