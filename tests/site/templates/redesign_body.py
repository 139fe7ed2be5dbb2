"""The inside of an article after the redesign."""

from __future__ import annotations

from html import escape

from tests.site.ink import Printed
from tests.site.model import Era, Picture, Piece

_ADVERTISEMENT = """<script>window.dataLayer=window.dataLayer||[];dataLayer.push({"muc":"giua bai"});</script>
<!-- Đoạn này biên tập viên đã bỏ, không đăng. -->
<div class="bhb-ad"><ins></ins><style>ins{display:none}</style></div>"""


def story(piece: Piece, text: Printed) -> str:
    """Lead, paragraphs, pictures, player and closing line."""
    parts = _pictures(piece, text, -1)
    parts.append(_lead(piece, text))
    if piece.print.player:
        parts.append(_player(piece.print.player))
    parts += _pictures(piece, text, 0)
    for number, html in enumerate(text.paragraphs, 1):
        parts.append(_paragraph(piece, html, number))
        parts += _pictures(piece, text, number)
    if text.closing:
        parts.append(_closing(piece, text.closing))
    return "\n".join(parts)


def _lead(piece: Piece, text: Printed) -> str:
    if piece.print.era is Era.WORD:
        return f"<div><strong>{text.lead}</strong></div>"
    if piece.print.era is Era.SPAN:
        return f"<h4>{text.lead}</h4>"
    return f"<p><b>{text.lead}</b></p>"


def _paragraph(piece: Piece, html: str, number: int) -> str:
    junk = piece.print.junk
    if piece.print.era is Era.WORD:  # was a paragraph, is a division now
        return f"<div>{html}</div>"
    if junk and number == 1:
        return f"<p>{html}{_ADVERTISEMENT}</p>"
    if junk and number == 2:
        return f"<p><i>{html}"
    if piece.print.era is Era.SPAN:
        return f"<p><font>{html}</font></p>"
    return f"<p>{html}</p>"


def _closing(piece: Piece, html: str) -> str:
    if piece.print.era is Era.WORD:
        return f'<div align="right">{html}</div>'
    if piece.print.era is Era.SPAN:
        return f'<p style="text-align:right"><i>{html}</i></p>'
    return f"<p><b>{html}</b></p>"


def _pictures(piece: Piece, text: Printed, after: int) -> list[str]:
    return [
        _picture(piece, picture, caption)
        for picture, caption in zip(piece.truth.pictures, text.captions, strict=True)
        if picture.after == after
    ]


def _picture(piece: Piece, picture: Picture, caption: str | None) -> str:
    image = f'<img src="{escape(picture.src)}" loading="lazy">'
    if caption is None:
        return f"<figure>{image}</figure>"
    if piece.print.era is Era.PLAIN:
        again = f"<p><small>{caption}</small></p>" if picture.twice else ""
        return f"<figure>{image}<figcaption>{caption}</figcaption></figure>{again}"
    tag = "em" if piece.print.era is Era.SPAN else "small"
    again = f"<p><{tag}>{caption}</{tag}></p>" if picture.twice else ""
    return f"<p>{image}</p><p><{tag}>{caption}</{tag}></p>{again}"


def _player(address: str) -> str:
    if address.endswith(".mp4"):
        return f'<figure><video src="{address}" controls></video></figure>'
    return f'<figure><iframe src="{address}"></iframe></figure>'
