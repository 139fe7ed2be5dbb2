"""What the report says about the collection, in figures; how they are shown is told elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from attrs import Factory, define, frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, Text, case, cast, func, select, text
from sqlalchemy.orm import aliased

from analysis.collection_status import RunLine, last_runs
from analysis.coverage import EditionMonth, coverage
from newspapers import current
from schemas.local_time import local
from schemas.part import Part
from schemas.shown_columns import OF_THE_CRAWL
from schemas.tables import Article, CatalogueLine, Duplicate, Image, Section
from schemas.verdicts import Verdict

RECENT = timedelta(days=30)
"""What counts as recent among fetches."""

NEWEST = 20
PAIRS = 10
RUNS = 15
RUN_DAYS = 60
"""For how long before the last run verdicts are counted."""

WELL = (Verdict.OK, Verdict.NOTHING_NEW, Verdict.ALREADY_RUNNING)
"""Verdicts that ask for nothing."""

_MAY_BE_EMPTY = "body"
"""A column that is never null, and has no text where there is none."""


Counts = Counter[tuple[Any, ...]]
"""Articles (or runs) by what the key says.

Years and months (``2024-04``) are those of publication, local time; ``None`` where the date is not known. A
section is called by its name or, as long as that is not known, by its number.
"""


@frozen
class NewArticle:
    """One of the articles that were published last."""

    published_at: datetime
    estimated: bool
    edition: str
    section: str
    headline: str
    byline: str | None
    url: str


@frozen
class Pair:
    """Two articles that tell the same story."""

    method: str
    similarity: float
    headline: str
    url: str
    of_headline: str
    of_url: str


@frozen
class NamedPlace:
    """A district or commune, as it was before July 2025, that articles name for sure."""

    kind: str
    name: str
    latitude: float
    longitude: float
    successor: str | None
    articles: int


@define
class Figures:
    """All that the report shows."""

    at: datetime
    """When the figures were taken."""
    first: datetime | None = None
    """Earliest publication that a page prints."""
    last: datetime | None = None
    sections: Counts = Factory(Counter)
    """By edition, section and month."""
    years: Counts = Factory(Counter)
    """By edition and year."""
    filled: Counts = Factory(Counter)
    """Those that have a field, by edition, year and field."""
    rules: Counts = Factory(Counter)
    """Those whose field was read by a rule, by field (or ``layout``), rule and year."""
    recent_rules: Counts = Factory(Counter)
    """Those among them whose present text was fetched within :data:`RECENT`."""
    copies: Counts = Factory(Counter)
    """Those that repeat another one, by year and method; a ``near`` one is an exact copy of none."""
    coverage: list[EditionMonth] = Factory(list)
    places: list[NamedPlace] = Factory(list)
    """The one that most articles name first."""
    newest: list[NewArticle] = Factory(list)
    pairs: list[Pair] = Factory(list)
    runs: list[RunLine] = Factory(list)
    """The last ones, newest first."""
    troubled: list[RunLine] = Factory(list)
    """The last ones that did not go well."""
    verdicts: Counts = Factory(Counter)
    """Runs that were started on a day, by day (local time) and verdict, for the last days with runs."""

    @property
    def articles(self) -> int:
        """All of them."""
        return self.years.total()

    @property
    def editions(self) -> dict[str, int]:
        """Articles of each edition, the newspaper's first edition first."""
        found = {edition: number for (edition,), number in sum_by(self.years, 0).items()}
        return {code: found[code] for code in current().codes if code in found}


def sum_by(counts: Counts, *places: int) -> Counts:
    """Counts by some parts of the key only."""
    found: Counts = Counter()
    for key, number in counts.items():
        found[tuple(key[place] for place in places)] += number
    return found


def in_order(periods: Iterable[str | None]) -> list[str | None]:
    """Years or months, each once; what is not known comes last."""
    return sorted(set(periods), key=lambda period: (period is None, period or ""))


def take_figures(connection: Connection, at: datetime) -> Figures:
    """Count what is in the collection."""
    figures = Figures(at)
    _count_articles(connection, figures)
    figures.coverage = [line for line in coverage(connection, Part()).months if line.expected]
    figures.places = list(_places(connection))
    figures.newest = list(_newest(connection))
    figures.pairs = list(_pairs(connection))
    _judge_runs(connection, figures)
    return figures


def _count_articles(connection: Connection, figures: Figures) -> None:
    line, number = CatalogueLine, func.count().label("number")
    names = {row.id: row.name or str(row.site_section_id) for row in connection.execute(select(Section))}
    month = func.substr(line.published, 1, 7).label("month")
    months = select(line.edition, line.section_id, month, number)
    for row in connection.execute(months.group_by(line.edition, line.section_id, "month")):
        figures.sections[row.edition, names.get(row.section_id, "–"), row.month] += row.number
        figures.years[row.edition, row.month and row.month[:4]] += row.number
    for year in _filled(connection):
        for field in fields():
            figures.filled[year["edition"], year["year"], field] = year[field]
        if year["first"]:
            figures.first = min(figures.first or year["first"], year["first"])
            figures.last = max(figures.last or year["last"], year["last"])
    # Few combinations of rules stand on many articles: they are parsed once each.
    rules = cast(Article.rules, Text).label("rules")
    recent = (Article.changed_at > figures.at - RECENT).label("recent")
    read = select(Article.parser, rules, line.year, recent, number).join(line)
    for row in connection.execute(read.group_by(Article.parser, "rules", line.year, "recent")):
        for field, rule in (("layout", row.parser), *json.loads(row.rules).items()):
            figures.rules[field, str(rule), row.year] += row.number
            figures.recent_rules[field, str(rule), row.year] += row.number if row.recent else 0
    # An exact copy of one article may be nearly another one: the first of both words is told.
    told = select(Duplicate.article_id, func.min(Duplicate.method).label("method"))
    repeats = told.group_by(Duplicate.article_id).subquery()
    copies = select(line.year, repeats.c.method, number).join(
        repeats, repeats.c.article_id == line.article_id
    )
    for row in connection.execute(copies.group_by(line.year, repeats.c.method)):
        figures.copies[row.year, row.method] = row.number


def _filled(connection: Connection) -> Iterable[RowMapping]:
    """For each edition and year how many articles have what, and the first and last date that pages print."""
    line, printed = CatalogueLine, case((Article.published_basis == "page", Article.published_at))
    having = (func.sum(case((clause, 1), else_=0)).label(name) for name, clause in _may_have().items())
    dates = func.min(printed).label("first"), func.max(printed).label("last")
    query = select(line.edition, line.year, *dates, *having).select_from(Article).join(line)
    return connection.execute(query.group_by(line.edition, line.year)).mappings()


def fields() -> list[str]:
    """What an article may have or lack, as the report names it; the headline is never absent."""
    return list(_may_have())


@cache
def _may_have() -> dict[str, ColumnElement[bool]]:
    """What an article may have, with the condition that it has it: each column of it that may be empty."""
    pictured = Article.id.in_(select(Image.article_id).where(Image.caption.is_not(None)))
    credited = Article.id.in_(select(Image.article_id).where(Image.credit.is_not(None)))
    return {
        column.name: func.coalesce(column, "") != "" if isinstance(column.type, Text) else column.is_not(None)
        for column in Article.__table__.c
        if (column.nullable or column.name == _MAY_BE_EMPTY)
        and column.name not in OF_THE_CRAWL
        and not column.name.startswith("published_")
    } | {
        "author": CatalogueLine.authors != "[]",
        "published: page": Article.published_basis == "page",
        "published: estimate": Article.published_basis != "page",
        "image": CatalogueLine.pictures > 0,
        "caption": pictured,
        "credit": credited,
    }


def _places(connection: Connection) -> Iterator[NamedPlace]:
    query = (
        "SELECT kind, place, latitude, longitude, successor, CAST(sum(articles) AS bigint) FROM place_months"
        " GROUP BY place_id, kind, place, latitude, longitude, successor ORDER BY 6 DESC, place_id"
    )
    return (NamedPlace(*row) for row in connection.execute(text(query)))


def _newest(connection: Connection) -> Iterator[NewArticle]:
    query = (
        select(Article, Section.name, Section.site_section_id)
        .outerjoin(Section, Section.id == Article.section_id)
        .where(Article.published_at.is_not(None))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(NEWEST)
    )
    for row in connection.execute(query):
        yield NewArticle(
            published_at=row.published_at,
            estimated=row.published_basis != "page",
            edition=row.edition,
            section=row.name or str(row.site_section_id or "–"),
            headline=row.headline,
            byline=row.byline,
            url=row.canonical_url,
        )


def _pairs(connection: Connection) -> Iterator[Pair]:
    one, other = aliased(Article), aliased(Article)
    query = (
        select(
            Duplicate.method,
            Duplicate.similarity,
            one.headline,
            one.canonical_url,
            other.headline.label("of_headline"),
            other.canonical_url.label("of_url"),
        )
        .join(one, one.id == Duplicate.article_id)
        .join(other, other.id == Duplicate.of_article_id)
        .order_by(Duplicate.article_id.desc(), Duplicate.of_article_id)
        .limit(PAIRS)
    )
    return (Pair(*row) for row in connection.execute(query))


def _judge_runs(connection: Connection, figures: Figures) -> None:
    figures.runs = list(last_runs(connection, limit=RUNS))
    if not figures.runs:
        return
    since = figures.runs[0].started_at - timedelta(days=RUN_DAYS)
    for run in last_runs(connection, since=since):
        verdict = run.verdict or "not finished"
        figures.verdicts[local(run.started_at).strftime("%Y-%m-%d"), verdict] += 1
        if verdict not in WELL and len(figures.troubled) < RUNS:
            figures.troubled.append(run)
