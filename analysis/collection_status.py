"""How things stand: what is collected, how complete it is, how its lists were walked, how the last runs went.

What is missing is what :mod:`analysis.missing_articles` says, without its months.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Row, func, select

from analysis.coverage import OfExpected, count_collected
from analysis.missing_articles import State, count_missing, numbers_of
from newspapers import current
from pipelines.records.upsert import chunks
from schemas.part import Part
from schemas.tables import Article, Frontier, ListWalk, Reject, Run, RunFinding, Section

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
    frontier: dict[str, int]
    """State -> number of articles known, of the whole collection."""
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
    states = select(Frontier.state, func.count()).group_by(Frontier.state).order_by(Frontier.state)
    return Status(
        articles=[KindCount(*row) for row in connection.execute(kinds)],
        frontier=dict(connection.execute(states).all()),
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


def _sections(connection: Connection, part: Part) -> Iterator[SectionStatus]:
    counted = (
        select(
            Article.edition,
            Article.section_id,
            func.count().label("articles"),
            func.max(Article.published_at).label("newest"),
        )
        .where(*part.conditions())
        .group_by(Article.edition, Article.section_id)
    )
    walks, numbers = (
        _walks(connection),
        dict(connection.execute(select(Section.id, Section.site_section_id)).all()),
    )
    found: defaultdict[tuple[str, int | None], dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(select(Section).where(*part.section_conditions())):
        found[row.edition, row.site_section_id] |= {"name": row.name} | walks.get(row.id, {})
    for of in connection.execute(counted):
        found[of.edition, numbers.get(of.section_id)] |= {"articles": of.articles, "newest": of.newest}
    missing: defaultdict[tuple[str, int | None], Counter[State]] = defaultdict(Counter)
    for (edition, section, _), states in count_missing(connection, part).items():
        missing[edition, section] += states
    for key in sorted(found.keys() | missing.keys(), key=lambda key: (key[0], key[1] or 0)):
        values = found[key] | {str(state): missing[key][state] for state in State}
        yield SectionStatus(edition=key[0], section=key[1], **values)


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


def last_rejects(connection: Connection, limit: int) -> Sequence[Row[int, datetime, str, str]]:
    """What could not be stored as an article, the newest first: id, time, reason and URL."""
    query = select(Reject.id, Reject.at, Reject.reason, Reject.url).order_by(Reject.id.desc()).limit(limit)
    return connection.execute(query).all()


def read_reject(connection: Connection, number: int) -> dict[str, Any] | None:
    """One of them, with all there was of it."""
    row = connection.execute(select(Reject.__table__).where(Reject.id == number)).mappings().first()
    return {name: row[name] for name in row if name != "payload"} | (row["payload"] or {}) if row else None
