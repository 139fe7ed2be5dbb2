"""What the report says about the collection, in figures; how they are shown is told elsewhere.

Articles are read once, row by row, and months are reckoned here and not in SQL: the databases
disagree on how to turn a time into a local month.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import Factory, define, frozen
from sqlalchemy import Connection, RowMapping, Text, cast, exists, select
from sqlalchemy.orm import aliased

from analysis.coverage import EditionMonth, coverage
from analysis.gaps import Scope
from analysis.runs import RunLine, last_runs
from newspapers.baohoabinh.numbering import ZONE
from schemas.tables import Article, ArticleAuthor, Duplicate, Image, Section
from schemas.verdicts import Verdict

CHUNK = 2000
"""Rows fetched at a time."""

RECENT = timedelta(days=30)
"""What counts as recent among fetches."""

NEWEST = 20
PAIRS = 10
RUNS = 15
RUN_DAYS = 60
"""For how long before the last run verdicts are counted."""

WELL = (Verdict.OK, Verdict.NOTHING_NEW, Verdict.ALREADY_RUNNING)
"""Verdicts that ask for nothing."""

FIELDS = (
    "lead",
    "body",
    "byline",
    "author",
    "agency",
    "source",
    "published: page",
    "published: estimate",
    "image",
    "caption",
    "credit",
)
"""What an article may have or lack, as the report names it; the headline is never absent."""


@frozen
class SectionCount:
    """Articles of one section in one month."""

    edition: str
    section: str
    """The section's name or, as long as that is not known, its number."""
    month: str | None
    """Of publication, local time: ``2024-04``."""
    articles: int


@frozen
class Filled:
    """How often a field is filled in the articles of one edition that appeared in one year."""

    edition: str
    year: str | None
    field: str
    filled: int
    articles: int


@frozen
class RuleCount:
    """Articles of one year whose field was read by one rule."""

    field: str
    """A field's name, or ``layout``."""
    rule: str
    year: str | None
    articles: int
    recent: int
    """Those whose present text was fetched within :data:`RECENT`."""


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
class DuplicateCount:
    """Articles of one year that repeat another one."""

    year: str | None
    exact: int
    near: int
    """Alike, and no exact copy of any."""
    articles: int
    """All of that year."""


@frozen
class Pair:
    """Two articles that tell the same story."""

    method: str
    similarity: float
    headline: str
    url: str
    of_headline: str
    of_url: str


@define
class Figures:
    """All that the report shows."""

    at: datetime
    """When the figures were taken."""
    articles: int = 0
    editions: dict[str, int] = Factory(dict)
    first: datetime | None = None
    """Earliest publication that a page prints."""
    last: datetime | None = None
    sections: list[SectionCount] = Factory(list)
    coverage: list[EditionMonth] = Factory(list)
    filled: list[Filled] = Factory(list)
    rules: list[RuleCount] = Factory(list)
    newest: list[NewArticle] = Factory(list)
    duplicates: list[DuplicateCount] = Factory(list)
    pairs: list[Pair] = Factory(list)
    runs: list[RunLine] = Factory(list)
    """The last ones, newest first."""
    troubled: list[RunLine] = Factory(list)
    """The last ones that did not go well."""
    verdicts: dict[tuple[str, str], int] = Factory(dict)
    """(Day in local time, verdict) -> runs that were started on it, for the last days with runs."""


def take_figures(connection: Connection, at: datetime) -> Figures:
    """Count what is in the collection."""
    figures = Figures(at)
    _count_articles(connection, figures)
    figures.coverage = [line for line in coverage(connection, Scope()).months if line.expected]
    figures.newest = list(_newest(connection))
    figures.pairs = list(_pairs(connection))
    _judge_runs(connection, figures)
    return figures


def _count_articles(connection: Connection, figures: Figures) -> None:
    names = {row.id: row.name or str(row.site_section_id) for row in connection.execute(select(Section))}
    sections: Counter[tuple[str, str, str | None]] = Counter()
    years: Counter[tuple[str, str | None]] = Counter()
    filled: Counter[tuple[str, str | None, str]] = Counter()
    rules: Counter[tuple[str, str, str | None]] = Counter()
    recent: Counter[tuple[str, str, str | None]] = Counter()
    copies: Counter[tuple[str | None, str]] = Counter()
    for row in _stream(connection):
        edition, published_at = row["edition"], row["published_at"]
        month = published_at.astimezone(ZONE).strftime("%Y-%m") if published_at else None
        year = month and month[:4]
        sections[edition, names[row["section_id"]], month] += 1
        years[edition, year] += 1
        for field in FIELDS:
            filled[edition, year, field] += bool(row[field])
        of_rules = row["parser"], row["rules"], year
        rules[of_rules] += 1
        recent[of_rules] += row["changed_at"] > figures.at - RECENT
        if row["exact"] or row["near"]:
            copies[year, "exact" if row["exact"] else "near"] += 1
        if row["published: page"]:
            figures.first = min(figures.first or published_at, published_at)
            figures.last = max(figures.last or published_at, published_at)
    figures.articles = years.total()
    for (edition, _), number in sorted(years.items(), key=str):
        figures.editions[edition] = figures.editions.get(edition, 0) + number
    figures.sections = [SectionCount(*key, articles=number) for key, number in sections.items()]
    figures.filled = [
        Filled(edition, year, field, number, years[edition, year])
        for (edition, year, field), number in filled.items()
    ]
    figures.rules = list(_rules(rules, recent))
    figures.duplicates = [
        DuplicateCount(
            year,
            exact=copies[year, "exact"],
            near=copies[year, "near"],
            articles=sum(number for (_, of), number in years.items() if of == year),
        )
        for year in sorted({year for _, year in years}, key=lambda year: (year is None, year or ""))
    ]


def _stream(connection: Connection) -> Iterator[RowMapping]:
    of_article = Image.article_id == Article.id
    has = {
        "lead": Article.lead.is_not(None),
        "body": Article.body != "",
        "byline": Article.byline.is_not(None),
        "author": exists().where(ArticleAuthor.article_id == Article.id),
        "agency": Article.agency.is_not(None),
        "source": Article.source.is_not(None),
        "published: page": Article.published_basis == "page",
        "published: estimate": Article.published_basis != "page",
        "image": exists().where(of_article),
        "caption": exists().where(of_article, Image.caption.is_not(None)),
        "credit": exists().where(of_article, Image.credit.is_not(None)),
        "exact": exists().where(Duplicate.article_id == Article.id, Duplicate.method == "exact"),
        "near": exists().where(Duplicate.article_id == Article.id),
    }
    query = select(
        Article.edition,
        Article.section_id,
        Article.published_at,
        Article.changed_at,
        Article.parser,
        # Few combinations of rules stand on many articles: they are parsed once each.
        cast(Article.rules, Text).label("rules"),
        *(clause.label(name) for name, clause in has.items()),
    )
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        yield from rows.mappings()


def _rules(
    counts: Counter[tuple[str, str, str | None]], recent: Counter[tuple[str, str, str | None]]
) -> Iterator[RuleCount]:
    sums: defaultdict[tuple[str, str, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for key, number in counts.items():
        parser, rules, year = key
        for field, rule in [("layout", parser), *json.loads(rules).items()]:
            of_rule = sums[field, str(rule), year]
            of_rule[0] += number
            of_rule[1] += recent[key]
    for (field, rule, year), (number, lately) in sums.items():
        yield RuleCount(field, rule, year, number, lately)


def _newest(connection: Connection) -> Iterator[NewArticle]:
    query = (
        select(Article, Section.name, Section.site_section_id)
        .join(Section, Section.id == Article.section_id)
        .where(Article.published_at.is_not(None))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(NEWEST)
    )
    for row in connection.execute(query):
        yield NewArticle(
            published_at=row.published_at,
            estimated=row.published_basis != "page",
            edition=row.edition,
            section=row.name or str(row.site_section_id),
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
        day = run.started_at.astimezone(ZONE).strftime("%Y-%m-%d")
        figures.verdicts[day, verdict] = figures.verdicts.get((day, verdict), 0) + 1
        if verdict not in WELL and len(figures.troubled) < RUNS:
            figures.troubled.append(run)
