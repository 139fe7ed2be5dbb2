"""How complete each section is, how its list was walked last, and how each spider has been doing.

What is lacking is what :mod:`analysis.gaps` says, without its months.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from attrs import Factory, evolve, frozen
from sqlalchemy import Connection, func, select

from analysis.gaps import Scope, State, count_missing, numbers_of
from analysis.runs import last_runs
from newspapers.baohoabinh.urls import Edition
from schemas.tables import Article, ListWalk, Run, Section

RECENT = 10
"""So many runs of a spider make its trend."""

Key = tuple[str, int | None]
"""Edition and section."""


@frozen
class SectionStatus:
    """One section, or what is known of it: a link may name a section that no navigation does."""

    edition: str
    section: int | None
    name: str | None = None
    articles: int = 0
    newest: datetime | None = None
    """The latest publication of a collected article."""
    wanted: int = 0
    failing: int = 0
    gone: int = 0
    walked_at: datetime | None = None
    """When the top of its list was last read by a walk that is finished."""
    open_page: int | None = None
    """The page at which an unfinished walk goes on; ``None`` if there is none."""
    open_to_end: bool = False
    """Whether ``backfill`` takes it up, to the list's end; else the next run of any kind takes it over."""


@frozen
class EditionStatus:
    """One edition. Only numbers of known date can be expected, so only ``vi`` has any."""

    edition: str
    articles: int
    expected: int | None
    """Numbers that the paper gave, as far as dated ones tell (:mod:`newspapers.baohoabinh.numbering`)."""
    expected_collected: int | None
    """Those of them that are collected."""

    @property
    def share(self) -> float | None:
        """Of the expected numbers, the part that is collected."""
        if not self.expected or self.expected_collected is None:
            return None
        return self.expected_collected / self.expected


@frozen
class SpiderStatus:
    """A spider's last runs."""

    spider: str
    last_run: int
    """Its row number; the three that follow are of this run."""
    started_at: datetime
    verdict: str | None
    reason: str | None
    verdicts: dict[str, int]
    """Verdict -> number of the last runs; runs that did not finish stand under ``not finished``."""
    new: list[int]
    """New articles of each of the last runs, the oldest first."""


@frozen
class Status:
    """The whole collection at a glance."""

    sections: list[SectionStatus] = Factory(list)
    editions: list[EditionStatus] = Factory(list)
    spiders: list[SpiderStatus] = Factory(list)


def read_status(connection: Connection) -> Status:
    """Read how things stand."""
    return Status(
        sections=list(_sections(connection)),
        editions=list(_editions(connection)),
        spiders=list(_spiders(connection)),
    )


def _sections(connection: Connection) -> Iterator[SectionStatus]:
    found: dict[Key, SectionStatus] = {}
    walks = _walks(connection)
    collected = select(
        Article.section_id, func.count().label("articles"), func.max(Article.published_at).label("newest")
    ).group_by(Article.section_id)
    counted = collected.subquery()
    query = select(Section, counted.c.articles, counted.c.newest).outerjoin(
        counted, counted.c.section_id == Section.id
    )
    for row in connection.execute(query):
        key = row.edition, row.site_section_id
        found[key] = evolve(
            walks.get(row.id, SectionStatus(*key)),
            edition=row.edition,
            section=row.site_section_id,
            name=row.name,
            articles=row.articles or 0,
            newest=row.newest,
        )
    for key, states in _lacking(connection).items():
        found[key] = evolve(
            found.get(key, SectionStatus(*key)),
            wanted=states[State.WANTED],
            failing=states[State.FAILING],
            gone=states[State.GONE],
        )
    yield from (found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or 0)))


def _lacking(connection: Connection) -> dict[Key, Counter[State]]:
    lacking: defaultdict[Key, Counter[State]] = defaultdict(Counter)
    for (edition, section, _), states in count_missing(connection, Scope()).items():
        lacking[edition, section] += states
    return lacking


def _walks(connection: Connection) -> dict[int, SectionStatus]:
    """What walks say of each section, by its row number."""
    unfinished = ListWalk.finished_at.is_(None)
    read = select(
        ListWalk.section_id,
        func.max(ListWalk.confirmed_at).filter(~unfinished).label("walked_at"),
        func.max(ListWalk.started_at).label("last_started"),
        func.max(ListWalk.next_page).filter(unfinished, ListWalk.to_end).label("backfill_page"),
    ).group_by(ListWalk.section_id)
    broken_off = select(ListWalk.section_id, ListWalk.started_at, ListWalk.next_page).where(
        unfinished, ~ListWalk.to_end
    )
    # One that is not to the end is taken over by the next walk: it is open only as long as it is the last.
    pages = {(row.section_id, row.started_at): row.next_page for row in connection.execute(broken_off)}
    return {
        row.section_id: SectionStatus(
            edition="",
            section=None,
            walked_at=row.walked_at,
            open_page=row.backfill_page or pages.get((row.section_id, row.last_started)),
            open_to_end=row.backfill_page is not None,
        )
        for row in connection.execute(read)
    }


def _editions(connection: Connection) -> Iterator[EditionStatus]:
    for edition in Edition:
        numbers = numbers_of(edition, None, None)
        of_expected = Article.site_article_id.between(numbers.start, numbers.stop - 1)
        query = select(func.count(), func.count().filter(of_expected)).where(Article.edition == str(edition))
        articles, expected_collected = connection.execute(query).one()
        yield EditionStatus(
            edition=str(edition),
            articles=articles,
            expected=len(numbers) or None,
            expected_collected=expected_collected if numbers else None,
        )


def _spiders(connection: Connection) -> Iterator[SpiderStatus]:
    for spider in connection.scalars(select(Run.spider).distinct().order_by(Run.spider)).all():
        runs = list(last_runs(connection, spider=spider, limit=RECENT))
        yield SpiderStatus(
            spider=spider,
            last_run=runs[0].id,
            started_at=runs[0].started_at,
            verdict=runs[0].verdict,
            reason=runs[0].reason,
            verdicts=dict(Counter(run.verdict or "not finished" for run in runs).most_common()),
            new=[run.new for run in reversed(runs)],
        )
