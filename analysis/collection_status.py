"""How things stand: what is collected, how complete it is, how its lists were walked, how the last runs went.

What is missing is what :mod:`analysis.missing_articles` says, without its months.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection, func, select

from analysis.coverage import OfExpected, count_collected
from analysis.missing_articles import State, count_missing, numbers_of
from newspapers import current
from pipelines.records.upsert import chunks
from schemas.part import Part
from schemas.tables import (
    Article,
    ArticleRevision,
    ArticleUrl,
    Author,
    Duplicate,
    Frontier,
    Image,
    ListWalk,
    Reject,
    RelatedLink,
    Run,
    RunFinding,
    Section,
)

TREND = 10
"""So many runs of a spider make its trend."""


@frozen
class KindCount:
    """Articles of one edition and kind."""

    edition: str
    kind: str
    articles: int
    revised: int
    """Those among them whose text has changed since it was first seen."""


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
class EditionStatus(OfExpected):
    """One edition. Only numbers of known date can be expected, so an edition without them has none."""

    edition: str
    articles: int


@frozen
class RejectLine:
    """What could not be stored as an article."""

    id: int
    at: datetime
    run_id: int
    url: str
    reason: str


@frozen
class RunLine:
    """One run in one line."""

    id: int
    spider: str
    arguments: dict[str, Any]
    """Those that differ from the default."""
    started_at: datetime
    finished_at: datetime | None
    """``None``: under way, or killed."""
    verdict: str | None
    reason: str | None
    """Why this verdict, in words."""
    new: int
    changed: int
    unchanged: int
    duplicate: int
    rejected: int
    failed: int
    requests: int | None
    """Requests sent; ``None`` until the run is finished."""
    findings: list[str]
    """What was unusual for this spider, in words."""

    @property
    def seconds(self) -> float | None:
        """How long the run took; ``None`` if it is not finished."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


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
    """The collection, or a part of it, and the last runs."""

    articles: list[KindCount]
    rows: dict[str, int]
    """Table -> number of rows, of the whole collection."""
    duplicates: dict[str, int]
    """Method -> number of pairs."""
    frontier: dict[str, int]
    """State -> number of articles known."""
    sections: list[SectionStatus]
    editions: list[EditionStatus]
    spiders: list[SpiderStatus]
    runs: list[RunLine]
    """The newest first."""


def read_status(
    connection: Connection, part: Part | None = None, *, spider: str | None = None, runs: int = TREND
) -> Status:
    """How things stand.

    :param part: of which articles are counted; of its days only the months count for what is missing.
    :param spider: only this spider's runs.
    :param runs: the most runs that are told one by one.
    """
    part = part or Part()
    revised = func.count().filter(Article.revision > 1)
    kinds = (
        select(Article.edition, Article.kind, func.count(), revised)
        .where(*part.conditions())
        .group_by(Article.edition, Article.kind)
        .order_by(Article.edition.desc(), Article.kind)
    )
    tables = (Section, Author, ArticleRevision, Image, RelatedLink, ArticleUrl, Reject)
    return Status(
        articles=[KindCount(*row) for row in connection.execute(kinds)],
        rows={
            table.__tablename__: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        },
        duplicates=_count_by(connection, Duplicate.method),
        frontier=_count_by(connection, Frontier.state),
        sections=list(_sections(connection, part)),
        editions=list(_editions(connection, part)),
        spiders=list(_spiders(connection, spider)),
        runs=list(last_runs(connection, spider=spider, limit=runs)),
    )


def last_runs(
    connection: Connection,
    *,
    spider: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[RunLine]:
    """Runs, the newest first.

    :param since: only those that started then or later.
    :param limit: the most runs; ``None`` for all.
    """
    columns = (Run.__table__.c[name] for name in RunLine.__annotations__ if name in Run.__table__.c)
    requests = Run.stats["downloader/request_count"].as_integer().label("requests")
    query = select(*columns, requests).order_by(Run.id.desc()).limit(limit)
    if spider is not None:
        query = query.where(Run.spider == spider)
    if since is not None:
        query = query.where(Run.started_at >= since)
    rows = connection.execute(query).mappings().all()
    findings: defaultdict[int, list[str]] = defaultdict(list)
    for ids in chunks([row["id"] for row in rows]):
        told = select(RunFinding.run_id, RunFinding.text).where(RunFinding.run_id.in_(ids))
        for found in connection.execute(told.order_by(RunFinding.id)):
            findings[found.run_id].append(found.text)
    for row in rows:
        yield RunLine(**row, findings=findings[row["id"]])


def _count_by(connection: Connection, column: Any) -> dict[str, int]:
    counted = connection.execute(select(column, func.count()).group_by(column).order_by(column))
    return {value: number for value, number in counted}  # noqa: C416 - rows are not pairs to the type checker


def _sections(connection: Connection, part: Part) -> Iterator[SectionStatus]:
    found: dict[tuple[str, int | None], SectionStatus] = {}
    walks = _walks(connection)
    counted = (
        select(
            Article.section_id, func.count().label("articles"), func.max(Article.published_at).label("newest")
        )
        .where(*part.conditions())
        .group_by(Article.section_id)
        .subquery()
    )
    query = (
        select(Section, counted.c.articles, counted.c.newest)
        .outerjoin(counted, counted.c.section_id == Section.id)
        .where(*part.section_conditions())
    )
    for row in connection.execute(query):
        key = row.edition, row.site_section_id
        found[key] = SectionStatus(
            *key,
            name=row.name,
            articles=row.articles or 0,
            newest=row.newest,
            **walks.get(row.id, {}),
        )
    of_none = (
        select(
            Article.edition, func.count().label("articles"), func.max(Article.published_at).label("newest")
        )
        .where(Article.section_id.is_(None), *part.conditions())
        .group_by(Article.edition)
    )
    for row in connection.execute(of_none):
        found[row.edition, None] = SectionStatus(row.edition, None, articles=row.articles, newest=row.newest)
    missing: defaultdict[tuple[str, int | None], Counter[State]] = defaultdict(Counter)
    for (edition, section, _), states in count_missing(connection, part).items():
        missing[edition, section] += states
    for key, states in missing.items():
        found[key] = evolve(
            found.get(key, SectionStatus(*key)),
            wanted=states[State.WANTED],
            failing=states[State.FAILING],
            gone=states[State.GONE],
        )
    yield from (found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or 0)))


def _walks(connection: Connection) -> dict[int, dict[str, Any]]:
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
        row.section_id: {
            "walked_at": row.walked_at,
            "open_page": row.backfill_page or pages.get((row.section_id, row.last_started)),
            "open_to_end": row.backfill_page is not None,
        }
        for row in connection.execute(read)
    }


def last_rejects(connection: Connection, limit: int) -> list[RejectLine]:
    """What could not be stored as an article, the newest first."""
    query = select(Reject.id, Reject.at, Reject.run_id, Reject.url, Reject.reason)
    rows = connection.execute(query.order_by(Reject.id.desc()).limit(limit)).mappings()
    return [RejectLine(**row) for row in rows]


def read_reject(connection: Connection, number: int) -> tuple[RejectLine, dict[str, Any]] | None:
    """One of them, with all there was of it."""
    row = connection.execute(select(Reject.__table__).where(Reject.id == number)).mappings().first()
    if row is None:
        return None
    values = dict(row)
    payload = values.pop("payload") or {}
    return RejectLine(**values), payload


def _editions(connection: Connection, part: Part) -> Iterator[EditionStatus]:
    for edition in current().codes:
        if part.editions and edition not in part.editions:
            continue
        numbers = range(0) if part.sections else numbers_of(edition, part.first_month, part.last_month)
        count = select(func.count()).select_from(Article).where(Article.edition == edition)
        yield EditionStatus(
            edition=edition,
            articles=connection.scalar(count.where(*part.conditions())) or 0,
            expected=len(numbers) or None,
            expected_collected=count_collected(connection, edition, numbers),
        )


def _spiders(connection: Connection, spider: str | None) -> Iterator[SpiderStatus]:
    for name in connection.scalars(select(Run.spider).distinct().order_by(Run.spider)).all():
        if spider not in (None, name):
            continue
        runs = list(last_runs(connection, spider=name, limit=TREND))
        yield SpiderStatus(
            spider=name,
            last_run=runs[0].id,
            started_at=runs[0].started_at,
            verdict=runs[0].verdict,
            reason=runs[0].reason,
            verdicts=dict(Counter(run.verdict or "not finished" for run in runs).most_common()),
            new=[run.new for run in reversed(runs)],
        )
