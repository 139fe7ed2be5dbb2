"""A relaunch of the site: every class, id, heading level, tag and nesting is another one.

What stays is what a newspaper keeps: its words, datelines, the day form's text, where pictures lie,
``<title>`` and og: tags, a date near the headline, and the author's line at the end.
"""

from __future__ import annotations

from html import escape

from tests.site.model import Era
from tests.site.templates.redesign_body import story
from tests.site.templates.redesign_frame import page
from tests.site.templates.views import ArticleView, DayFields, Entry, Frame, Link, ListView


class Redesign:
    """The site after a relaunch that nobody announced."""

    day_path = "loc-ngay"

    def day_fields(self, edition: str) -> DayFields:
        if edition == "mu":
            return DayFields(date="d", scope="w", here="sec", everywhere="any", section="s")
        return DayFields(
            day="dd", month="mm", year="yyyy", scope="where", here="only", everywhere="all", section="cat"
        )

    def article(self, view: ArticleView) -> str:
        main = f"""<article class="bhb-story">
{_top(view)}
{story(view.piece, view.text)}
</article>
{_more(view)}
{_voices(view)}"""
        return page(view.frame, main, self.day_fields(view.frame.edition))

    def listing(self, view: ListView) -> str:
        parts = [_block(link, entries) for link, entries in view.blocks]
        if view.notice:
            parts.append(f'<p class="bhb-note">{escape(view.notice)}</p>')
        if view.pager:
            parts.append(_pages(view.pager))
        return page(view.frame, "\n".join(parts), self.day_fields(view.frame.edition))

    def notice(self, frame: Frame, message: str) -> str:
        return page(frame, f'<p class="bhb-note">{escape(message)}</p>', self.day_fields(frame.edition))


def _top(view: ArticleView) -> str:
    crumb = f'<a href="{view.frame.section.href}">{view.frame.section.text}</a>' if view.frame.section else ""
    date = view.text.date
    if view.piece.print.era is Era.WORD:
        when = f"<p><small>{date}</small></p>" if date else ""
        return f"{crumb}<h3><strong>{view.text.headline}</strong></h3>{when}"
    when = f"<time>{date}</time>" if date else ""
    return f'<nav class="bhb-crumb">{crumb}</nav><h1>{view.text.headline}</h1>{when}'


def _more(view: ArticleView) -> str:
    if not view.related:
        return ""
    words = view.frame.words.related
    if view.piece.print.era is Era.PLAIN:
        entries = "\n".join(
            f'<li><a href="{escape(entry.href)}"><b>{entry.headline}</b></a>'
            + (f"<p>{entry.teaser}</p>" if entry.teaser else "")
            + "</li>"
            for entry in view.related
        )
        head = f"<h2>{words}</h2>" if words else ""
        return f'<section class="bhb-more">{head}<ul>\n{entries}\n</ul></section>'
    entries = "\n".join(
        f'<dt><a href="{escape(entry.href)}">{entry.headline}</a></dt>'
        + (f"<dd>{entry.teaser}</dd>" if entry.teaser else "")
        for entry in view.related
    )
    head = f"<p><strong>{words}</strong></p>" if words else ""
    return f'<div class="bhb-also">{head}<dl>\n{entries}\n</dl></div>'


def _block(link: Link, entries: tuple[Entry, ...]) -> str:
    shown = "\n".join(
        '<li class="bhb-card">'
        + (
            f'<a href="{escape(entry.href)}"><img src="{entry.thumbnail}" loading="lazy"></a>'
            if entry.thumbnail
            else ""
        )
        + f'<h2><a href="{escape(entry.href)}">{entry.headline}</a></h2>'
        + (f"<p>{entry.teaser}</p>" if entry.teaser else "")
        + "</li>"
        for entry in entries
    )
    head = f'<h1><a href="{link.href}">{link.text}</a></h1>'
    return f'<section class="bhb-stream">{head}<ol>\n{shown}\n</ol></section>'


def _pages(links: tuple[Link, ...]) -> str:
    shown = " ".join(
        f"<strong>{link.text}</strong>" if link.here else f'<a href="{link.href}">{link.text}</a>'
        for link in links
    )
    return f'<p class="bhb-pages">{shown}</p>'


def _voices(view: ArticleView) -> str:
    said = "".join(
        f"<blockquote><cite>{name}</cite><p>{words}</p></blockquote>" for name, words in view.comments
    )
    return f"""<section class="bhb-voices"><h3>Bình luận</h3>{said}
<form method="post" action="/gui-binh-luan"><input name="who" placeholder="Tên của bạn">
<textarea name="what"></textarea><button>Gửi</button></form></section>"""
