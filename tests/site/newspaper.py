"""The sample newspaper: its pages in both states and both designs, and what they must yield."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.site.content.archive import Archive
from tests.site.dates import today_in_words
from tests.site.edition_words import COMMENTS, PAPER, WORDS
from tests.site.expected import ExpectedArticle, ExpectedImage, ExpectedRelated
from tests.site.ink import printed, typed
from tests.site.links import absolute, article_path, folder, list_path, picture_url, spelled
from tests.site.model import HANOI, Ghost, Key, Linked, Piece, Section, State
from tests.site.templates.original import Original
from tests.site.templates.redesign import Redesign
from tests.site.templates.views import (
    ArticleView,
    Counters,
    DayForm,
    Design,
    Entry,
    Frame,
    Link,
    ListView,
)

PER_PAGE = 10
NEWEST = 6
FRONT_PER_SECTION = 3


class Newspaper:
    """Composes pages. Knows nothing of HTTP, and keeps nothing: :class:`SampleSite` does."""

    def __init__(self, now: datetime, *, redesign: bool, filler: int) -> None:
        self.now = now.astimezone(HANOI)
        self.archive = Archive(self.now, filler)
        self.design: Design = Redesign() if redesign else Original()

    # What must be found

    def expected(self, state: State) -> list[ExpectedArticle]:
        """Every article that a complete collection holds, by edition and number."""
        pieces = self.archive.pieces(state)
        return [self._expected(pieces[key], state) for key in sorted(pieces)]

    def _expected(self, piece: Piece, state: State) -> ExpectedArticle:
        truth = piece.truth
        return ExpectedArticle(
            edition=truth.edition,
            article_id=truth.article_id,
            section_id=truth.section_id,
            kind=truth.kind,
            headline=truth.headline,
            agency=truth.agency,
            lead=truth.lead,
            body=list(truth.body),
            byline=truth.byline,
            source=truth.source,
            authors=list(truth.authors),
            published_at=truth.estimate or truth.posted,
            published_basis=truth.basis,
            canonical_url=absolute(
                article_path(truth.edition, truth.section_id, truth.article_id, truth.slug)
            ),
            images=[ExpectedImage(picture_url(p.src), p.caption, p.credit) for p in truth.pictures],
            related=[
                ExpectedRelated(
                    *linked.key,
                    absolute(_path(linked)),
                    linked.headline,
                    linked.teaser,
                )
                for linked in self._related(piece, state)
            ],
        )

    # Pages

    def article(self, key: Key, state: State) -> str | None:
        """The page of an article; ``None`` where there is none."""
        piece = self.archive.pieces(state).get(key)
        if piece is None:
            return None
        truth, text = piece.truth, printed(piece)
        section = self.archive.section(truth.edition, truth.section_id)
        frame = self._frame(
            truth.edition,
            state,
            section=section,
            title=f"{typed(truth.headline)} | {PAPER}",
            description=piece.print.prefix.strip() + " " * bool(piece.print.prefix) + typed(truth.lead),
            picture=picture_url(truth.pictures[0].src) if truth.pictures else None,
            address=absolute(article_path(truth.edition, truth.section_id, truth.article_id, truth.slug)),
        )
        salt = f"{truth.edition}{truth.article_id}"
        related = tuple(self._related_entry(linked, salt) for linked in self._related(piece, state))
        comments = COMMENTS if piece.print.comments else ()
        counters = _counters(truth.article_id, state)
        return self.design.article(ArticleView(frame, piece, text, related, comments, counters))

    def gone(self, key: Key, state: State) -> str | None:
        """The page in place of a gone article; ``None`` where the answer is 404."""
        ghost = self.archive.ghosts.get(key)
        if ghost is None or ghost.answer == "404":
            return None
        if ghost.answer == "listing":
            return self.listing(ghost.edition, ghost.section_id, 1, state)
        section = self.archive.section(ghost.edition, ghost.section_id)
        frame = self._frame(ghost.edition, state, section=section, title=PAPER)
        return self.design.notice(frame, frame.words.gone)

    def listing(self, edition: str, section_id: int, page: int, state: State) -> str | None:
        """A page of a section's list; past the end, the last one."""
        section = self.archive.section(edition, section_id)
        if section is None:
            return None
        items = [item for item in self.archive.listed(edition, state) if _section_id(item) == section_id]
        last = max(1, -(-len(items) // PER_PAGE))
        page = min(max(page, 1), last)
        shown = items[(page - 1) * PER_PAGE : page * PER_PAGE]
        here = Link(list_path(edition, section_id, section.slug), section.name, here=True)
        return self.design.listing(
            ListView(
                self._frame(edition, state, section=section, title=f"{section.name} | {PAPER}"),
                ((here, tuple(self._entry(item, f"list{page}") for item in shown)),),
                pager=self._pager(section, page, last),
                notice=None if items else "Chuyên mục chưa có tin.",
            )
        )

    def front(self, edition: str, state: State) -> str:
        """The edition's front page: the newest of each section."""
        items = self.archive.listed(edition, state)
        blocks = []
        for section in self.archive.sections(edition):
            own = [item for item in items if _section_id(item) == section.section_id][:FRONT_PER_SECTION]
            if own and section.on_front:
                link = Link(list_path(edition, section.section_id, section.slug), section.name)
                blocks.append((link, tuple(self._entry(item, "front") for item in own)))
        return self.design.listing(ListView(self._frame(edition, state, title=PAPER), tuple(blocks)))

    def day(self, edition: str, day: datetime, section_id: int | None, state: State) -> str:
        """The answer of the day form."""
        items = [
            item
            for item in self.archive.listed(edition, state)
            if _posted(item).date() == day.date() and section_id in {None, _section_id(item)}
        ]
        section = None if section_id is None else self.archive.section(edition, section_id)
        frame = self._frame(edition, state, section=section, title=f"Tin ngày {day:%d/%m/%Y} | {PAPER}")
        if not items:
            return self.design.notice(frame, frame.words.nothing)
        here = Link(f"{folder(edition)}{self.design.day_path}", f"Tin ngày {day:%d/%m/%Y}")
        return self.design.listing(
            ListView(frame, ((here, tuple(self._entry(item, "day") for item in items)),))
        )

    def missing(self, edition: str, state: State) -> str:
        """What stands on a page answered with 404."""
        frame = self._frame(edition, state, title=f"404 | {PAPER}")
        return self.design.notice(frame, frame.words.gone)

    # Parts of pages

    def _frame(
        self,
        edition: str,
        state: State,
        *,
        title: str,
        section: Section | None = None,
        description: str = "",
        picture: str | None = None,
        address: str | None = None,
    ) -> Frame:
        navigation = tuple(
            Link(self._list_link(each), each.name, here=each == section)
            for each in self.archive.sections(edition)
            if each.on_front or section is not None
        )
        newest = self.archive.listed(edition, state)[:NEWEST]
        return Frame(
            edition=edition,
            title=title,
            words=WORDS[edition],
            navigation=navigation,
            newest=tuple(self._entry(item, "box", teaser=False) for item in newest),
            form=DayForm(
                section_id=section.section_id if section else 0,
                this_year=self.now.year,
                single_field=edition == "mu",
                path=f"{folder(edition)}{self.design.day_path}",
            ),
            today=today_in_words(self.now),
            description=description,
            picture=picture,
            address=address,
            section=Link(self._list_link(section), section.name) if section else None,
        )

    def _list_link(self, section: Section) -> str:
        path = list_path(section.edition, section.section_id, section.slug)
        return absolute(path) if section.section_id % 2 else path

    def _pager(self, section: Section, page: int, last: int) -> tuple[Link, ...]:
        """The first and the last page, and those around this one."""
        if last == 1:
            return ()
        numbers = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
        links = [
            Link(
                list_path(section.edition, section.section_id, section.slug, number),
                str(number),
                number == page,
            )
            for number in numbers
        ]
        if page < last:
            path = list_path(section.edition, section.section_id, section.slug, page + 1)
            links.append(Link(path, WORDS[section.edition].next_page))
        return tuple(links)

    def _entry(self, item: Piece | Ghost, salt: str, *, teaser: bool = True) -> Entry:
        linked = _linked(item)
        pictures = item.truth.pictures if isinstance(item, Piece) else ()
        return Entry(
            href=spelled(_path(linked), linked.key[0], salt),
            headline=typed(linked.headline),
            teaser=_with_dateline(item, typed(linked.teaser or "")) if teaser else None,
            thumbnail=_thumbnail(picture_url(pictures[0].src)) if pictures else None,
        )

    def _related_entry(self, linked: Linked, salt: str) -> Entry:
        item = self.archive.item(linked.key)
        teaser = linked.teaser and typed(linked.teaser)
        if teaser and item is not None and linked.key[1] % 3:
            teaser = _with_dateline(item, teaser)
        return Entry(spelled(_path(linked), linked.key[0], salt), typed(linked.headline), teaser)

    def _related(self, piece: Piece, state: State) -> list[Linked]:
        """The block "Các tin khác" of an article: the newest of its section, 3–8 of them."""
        if piece.related is not None:
            return list(piece.related)
        if not piece.print.related:
            return []
        edition, number = piece.key
        newest = [item for item in self.archive.listed(edition, state) if item.key != piece.key]
        own = [item for item in newest if _section_id(item) == piece.truth.section_id]
        others = [item for item in newest if _section_id(item) != piece.truth.section_id]
        extra = [self.archive.pieces(state)[key] for key in piece.points_to]
        room = 3 + number % 6 - len(extra)
        return [_linked(item) for item in [*(own[:8] if len(own) >= 3 else own + others)[:room], *extra]]


def last_changed(now: datetime, *, changed: bool) -> datetime:
    """When a page last changed: at ``now`` if the later state differs, else some time before."""
    return now if changed else now - timedelta(minutes=28)


def _counters(number: int, state: State) -> Counters:
    """Views, shares and a rating: those of every fifth article have grown when the site is seen again."""
    more = 7 if state is State.LATER and number % 5 == 0 else 0
    return Counters(comments=number % 3, shares=number % 11 + more, views=number % 1900 + 13 * more, rating=5)


def _section_id(item: Piece | Ghost) -> int:
    return item.truth.section_id if isinstance(item, Piece) else item.section_id


def _posted(item: Piece | Ghost) -> datetime:
    return item.truth.posted if isinstance(item, Piece) else item.posted


def _linked(item: Piece | Ghost) -> Linked:
    if isinstance(item, Ghost):
        return Linked(
            key=item.key,
            section_id=item.section_id,
            slug=item.slug,
            headline=item.headline,
            teaser=item.teaser,
        )
    truth = item.truth
    return Linked(
        key=truth.key,
        section_id=truth.section_id,
        slug=truth.slug,
        headline=truth.headline,
        teaser=truth.lead,
    )


def _path(linked: Linked) -> str:
    edition, number = linked.key
    return article_path(edition, linked.section_id, number, linked.slug)


def _with_dateline(item: Piece | Ghost, teaser: str) -> str:
    return item.print.prefix + teaser if isinstance(item, Piece) else teaser


def _thumbnail(url: str) -> str:
    start, _, name = url.rpartition("/")
    return f"{start}/thumb_{name}"
