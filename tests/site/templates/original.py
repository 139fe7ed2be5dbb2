"""The design that FACTS describes: ``div.post.clearfix`` and what belongs to it."""

from __future__ import annotations

from html import escape

from tests.site.model import Era
from tests.site.templates.original_body import body, lead, picture_block
from tests.site.templates.original_frame import page
from tests.site.templates.views import ArticleView, DayFields, Entry, Frame, Link, ListView


class Original:
    """The site as it was read in June 2019."""

    day_path = "tin-theo-ngay.aspx"

    def day_fields(self, edition: str) -> DayFields:
        if edition == "mu":
            return DayFields(date="txtNgay", scope="rdTin", here="1", everywhere="0", section="hdMuc")
        return DayFields(
            day="ddlNgay",
            month="ddlThang",
            year="ddlNam",
            scope="rblTinTrong",
            here="cm",
            everywhere="tc",
            section="hdChuyenMuc",
        )

    def article(self, view: ArticleView) -> str:
        related = _related(view)
        inside = view.piece.print.era is Era.WORD
        main = f"""<div class="post clearfix">
{_head(view)}
{_content(view)}
{_rating(view)}
{related if inside else ""}
</div>
{"" if inside else related}
{_comments(view)}"""
        return page(view.frame, main, self.day_fields(view.frame.edition))

    def listing(self, view: ListView) -> str:
        one = len(view.blocks) == 1 and bool(view.blocks[0][1])
        shown = _section if one else _block
        parts = [shown(link, entries) for link, entries in view.blocks]
        if view.notice:
            parts.append(f'<p class="no-news">{escape(view.notice)}</p>')
        if view.pager:
            parts.append(_pager(view.pager, view.frame))
        return page(view.frame, "\n".join(parts), self.day_fields(view.frame.edition))

    def notice(self, frame: Frame, message: str) -> str:
        main = f'<div class="message margin-top-20"><p>{escape(message)}</p></div>'
        return page(frame, main, self.day_fields(frame.edition))


def _head(view: ArticleView) -> str:
    section, counters = view.frame.section, view.counters
    crumb = f'<span class="meta"><a href="{section.href}">{section.text}</a></span>' if section else ""
    return f"""<header class="page-header">
<div class="page-title"><h2 class="title">{view.text.headline}</h2>
<div class="meta-wrapper">
<span class="meta"><i class="fa fa-calendar"></i> {view.text.date or ""}</span>{crumb}
<span class="meta"><i class="fa fa-comment-o"></i> {counters.comments}</span>
<span class="meta"><i class="fa fa-share"></i> {counters.shares}</span></div>
</div></header>
{_tools(view)}"""


def _tools(view: ArticleView) -> str:
    """What the template shows between head and text; it has no one form in all the years."""
    counters = view.counters
    if view.piece.print.era is Era.WORD:
        return f"<div>({counters.views:,} lượt đọc)</div>".replace(",", ".")
    if view.piece.print.era is Era.SPAN:
        return f"""<div class="card-meta"><ul class="list">
<li><a href="#"><i class="fa fa-eye"></i> {counters.views}</a></li>
<li>{counters.shares}</li></ul></div><div>Đã xem: {counters.views}</div>"""
    minutes = divmod(counters.views, 60)
    return f"""<div class="tools"><span>A+</span> <span>A-</span>
<p>Nghe bài viết {minutes[0]}:{minutes[1]:02}</p></div>"""


def _rating(view: ArticleView) -> str:
    return f'<div class="rating clearfix"><span>Bình chọn: {view.counters.rating}/5</span></div>'


def _content(view: ArticleView) -> str:
    above = [
        picture_block(view.piece, picture, caption)
        for picture, caption in zip(view.piece.truth.pictures, view.text.captions, strict=True)
        if picture.after < 0
    ]
    return "\n".join([*above, lead(view.piece, view.text), body(view.piece, view.text)])


def _related(view: ArticleView) -> str:
    if not view.related:
        return ""
    words = view.frame.words.related
    head = f'<header class="widget-header"><h4 class="title">{words}</h4></header>' if words else ""
    entries = "\n".join(_entry(entry, "h5") for entry in view.related)
    return f'<div class="related-post margin-top-20 clearfix">{head}\n{entries}\n</div>'


def _entry(entry: Entry, tag: str) -> str:
    picture = (
        f'<div class="thumb"><a href="{escape(entry.href)}"><img src="{entry.thumbnail}" alt=""></a></div>'
        if entry.thumbnail
        else ""
    )
    teaser = f'<div class="post-excerpt">{entry.teaser}</div>' if entry.teaser else ""
    return f"""<div class="post margin-top-20 clearfix">{picture}
<div class="post-content"><{tag} class="title"><a href="{escape(entry.href)}">{entry.headline}</a></{tag}>
{teaser}</div></div>"""


def _block(link: Link, entries: tuple[Entry, ...]) -> str:
    shown = "\n".join(_entry(entry, "h3") for entry in entries)
    return f"""<div class="category-box"><header class="widget-header"><h4 class="title">
<a href="{link.href}">{link.text}</a></h4></header>
{shown}
</div>"""


def _section(link: Link, entries: tuple[Entry, ...]) -> str:
    """A section's list: its name as an article's headline, one wrapper around all entries but the first."""
    first, *others = entries
    rows = "\n".join(map(_list_item, others))
    return f"""<div class="post clearfix"><header class="page-header"><div class="page-title">
<h2 class="title">{link.text}</h2></div></header>
<div class="feature-view">{_card(first)}<div class="col-inner"><h4 class="title">
<a href="{escape(first.href)}">{first.headline}</a></h4><p>{first.teaser or ""}</p></div></div>
<div class="post margin-top-20 clearfix"><div class="row">
{rows}
</div></div></div>"""


def _card(entry: Entry) -> str:
    picture = f'<img src="{entry.thumbnail}" alt="">' if entry.thumbnail else ""
    return f"""<div class="card-thumbnail"><a href="{escape(entry.href)}">{picture}</a></div>
<div class="card-meta"><ul class="list">
<li><a href="#"><i class="fa fa-comment-o"></i> 0</a></li></ul></div>"""


def _list_item(entry: Entry) -> str:
    picture = f'<img src="{entry.thumbnail}" alt="">' if entry.thumbnail else ""
    return f"""<div class="list-item clearfix"><div class="list-thumbnail col-md-4">
<a href="{escape(entry.href)}">{picture}</a></div><div class="list-inner col-md-8">
<h4 class="title"><a href="{escape(entry.href)}">{entry.headline}</a></h4>
<div class="meta-wrapper"><span class="meta">0</span><span class="meta">2</span></div>
<p>{entry.teaser or ""}</p></div></div>"""


def _pager(links: tuple[Link, ...], frame: Frame) -> str:
    shown = "".join(
        f'<li class="active"><span>{link.text}</span></li>'
        if link.here
        else f'<li><a href="{link.href}">{link.text}</a></li>'
        for link in links
    )
    return f'<ul class="pagination" title="{frame.words.next_page}">{shown}</ul>'


def _comments(view: ArticleView) -> str:
    said = "".join(
        f'<div class="comment-item"><strong>{name}</strong><p style="text-align: justify;">{words}</p></div>'
        for name, words in view.comments
    )
    shown = f'<div id="comment-view"><h4>Ý kiến bạn đọc</h4>{said}</div>' if said else ""
    return f"""{shown}
<div id="reply-view"><form method="post" action="/binh-luan.aspx" onsubmit="return guiYKien(this);">
<input type="text" name="txtTen" placeholder="Họ và tên"><textarea name="txtNoiDung"></textarea>
<input type="submit" value="Gửi ý kiến"></form></div>"""
