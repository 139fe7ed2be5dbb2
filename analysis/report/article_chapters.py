"""The report's chapters about articles: what each asks of the collection, and how it is shown."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Text, case, func, select, text

from analysis.coverage import coverage
from analysis.report import plots
from analysis.report.chapter import Cell, Chapter, Counts, Table, in_order, link, sum_by
from analysis.report.language import Wording
from newspapers import current
from schemas.part import Part
from schemas.shown_columns import OF_THE_CRAWL
from schemas.tables import Article, CatalogueLine, Image, Section

THIN_MONTHS = 12
"""How many of the months that lack most are named."""
GRID_ROWS = 24
"""The most rows of a grid of sections; what is smaller stays in the table."""
NEWEST = 20

DISTRICTS = ("huyện", "thành phố")
"""Kinds of places that hold communes."""


def articles_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    line = CatalogueLine
    names = {row.id: row.name or str(row.site_section_id) for row in connection.execute(select(Section))}
    month = func.substr(line.published, 1, 7).label("month")
    query = select(line.edition, line.section_id, month, func.count().label("number"))
    by_month: Counts = Counter()
    years: Counts = Counter()
    for row in connection.execute(query.group_by(line.edition, line.section_id, "month")):
        section = names.get(row.section_id, "–")
        years[row.edition, section, row.month and row.month[:4]] += row.number
        if row.month:
            by_month[row.edition, section, row.month] += row.number
    of_editions = [
        {"of": say.edition(edition), "month": month, "number": number}
        for (edition, month), number in sum_by(by_month, 0, 2).items()
    ]
    largest = [key for key, _ in sum_by(by_month, 0, 1).most_common(GRID_ROWS)]
    of_sections = [
        {"row": f"{edition} · {section}", "month": month, "number": number}
        for (edition, section, month), number in by_month.items()
        if (edition, section) in largest
    ]
    colours = dict(
        zip(map(say.edition, current().codes), ("var(--c1)", "var(--c2)", "var(--c3)"), strict=False)
    )
    named = in_order(year for _, _, year in years)
    rows = [
        [
            *key,
            *(say.number(years[*key, year]) if years[*key, year] else "" for year in named),
            say.number(all_),
        ]
        for key, all_ in sum_by(years, 0, 1).most_common()
    ]
    columns = [say("edition"), say("section"), *(year or say("undated") for year in named), say("all")]
    return Chapter(
        "articles",
        say("Articles by month and section"),
        say("By month of publication, in local time. Articles without a date stand in the table only."),
        [Table(say("Articles per year, by section"), columns, rows, numbers=2)],
        {
            say("Articles per month, by edition"): plots.bars(
                of_editions, plots.dates(of_editions, "month"), say("articles"), colours
            ),
            say("Articles per month, by section"): plots.month_grid(
                of_sections, [" · ".join(key) for key in largest], say("articles")
            ),
        },
    )


def coverage_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    months = [line for line in coverage(connection, Part()).months if line.month and line.expected]
    years: dict[str, Counter[str]] = {}
    for line in months:
        counts = {"expected": line.expected, "there": line.expected_collected, "known": line.known}
        years.setdefault(str(line.month)[:4], Counter()).update(counts)

    def cells(period: str, expected: int, there: int, known: int) -> list[Cell]:
        numbers = map(say.number, (expected, there))
        return [period, *numbers, say.share(there, expected), say.number(known)]

    thin = sorted(months, key=lambda line: (line.expected_collected or 0) - (line.expected or 0))
    worst = [
        cells(say.date(str(line.month)), line.expected or 0, line.expected_collected or 0, line.known)
        for line in thin[:THIN_MONTHS]
    ]
    columns = [say("expected"), say("collected"), say("share"), say("known, not collected")]
    values = [
        {"month": line.month, "of": of, "number": number}
        for line in months
        for of, number in ((say("expected"), line.expected), (say("collected"), line.expected_collected))
    ]
    colours = {say("expected"): "var(--missing)", say("collected"): plots.ACCENT}
    plot = plots.bars(values, plots.dates(values, "month"), say("numbers given"), colours, stacked=False)
    return Chapter(
        "coverage",
        say("Coverage"),
        say(
            "The paper numbers its articles, and numbers of known date tell how many it gave in a month. "
            "Not every number became an article, so a full collection may stay below the grey. Only "
            "editions with numbers of known date are shown."
        ),
        [
            Table(
                say("Coverage per year"),
                [say("year"), *columns],
                [cells(year, **counts) for year, counts in sorted(years.items())],
            ),
            Table(say("Months that lack most"), [say("month"), *columns], worst),
        ],
        {say("Numbers given and collected, per month"): plot},
    )


def completeness_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    line = CatalogueLine
    having = (func.sum(case((has, 1), else_=0)).label(name) for name, has in _may_have().items())
    query = select(line.edition, line.year, func.count().label("articles"), *having).join(Article)
    filled: Counts = Counter()
    articles: Counts = Counter()
    for row in connection.execute(query.group_by(line.edition, line.year)).mappings():
        articles[row["edition"], row["year"]] = row["articles"]
        filled.update({(row["edition"], row["year"], name): row[name] for name in fields()})
    of_years, of_editions = sum_by(articles, 1), sum_by(articles, 0)
    values = [
        {"row": say.field(name), "year": year or say("undated"), "share": number / of_years[year,]}
        for (year, name), number in sum_by(filled, 1, 2).items()
    ]
    editions = [code for code in current().codes if (code,) in of_editions]
    shares = sum_by(filled, 2, 0)
    rows = [
        [say.field(name), *(say.share(shares[name, code], of_editions[code,]) for code in editions)]
        for name in fields()
        if editions
    ]
    return Chapter(
        "completeness",
        say("What articles have"),
        say("Share of the articles of a year in which a field is filled. Every article has a headline."),
        [Table(say("Fields that are filled, by edition"), [say("field"), *map(say.edition, editions)], rows)],
        {say("Fields that are filled, per year"): plots.share_grid(values, list(map(say.field, fields())))},
    )


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
        # The body is never null, and has no text where there is none.
        if (column.nullable or column.name == "body")
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


def places_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    query = (
        "SELECT kind, place, latitude, longitude, successor, CAST(sum(articles) AS bigint) AS articles"
        " FROM place_months GROUP BY place_id, kind, place, latitude, longitude, successor"
        " ORDER BY articles DESC, place_id"
    )
    found = connection.execute(text(query)).all()
    values = [
        {
            "name": row.place,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "number": row.articles,
            "of": say("district" if row.kind in DISTRICTS else "commune"),
        }
        for row in found
    ]
    rows = [[f"{row.kind} {row.place}", row.successor or "", say.number(row.articles)] for row in found]
    plot = plots.circles_on_a_map(values, say("articles"), plots.coloured([say("district"), say("commune")]))
    return Chapter(
        "places",
        say("Places"),
        say(
            "Districts and communes, as they were before July 2025, by the articles that name them; "
            "names that may mean several places are left out."
        ),
        [Table(say("Places by articles"), [say("place"), say("since July 2025"), say("articles")], rows, 2)],
        {say("Articles that name a place"): plot},
    )


def newest_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    line = CatalogueLine
    query = (
        select(line.published, line.estimated, line.edition, line.section, line.headline)
        .add_columns(Article.published_at, Article.byline, Article.canonical_url)
        .join(Article)
        .where(line.published.is_not(None))
        .order_by(line.published.desc(), line.article_id.desc())
        .limit(NEWEST)
    )
    rows = [
        [
            f"≈ {say.date(row.published[:7])}" if row.estimated else say.minute(row.published_at),
            row.edition,
            row.section,
            link(row.canonical_url, row.headline),
            row.byline or "",
        ]
        for row in connection.execute(query)
    ]
    columns = [say("published"), say("edition"), say("section"), say("headline"), say("byline")]
    title = say("Newest articles")
    remark = say("Links lead to the newspaper's site. A date with ≈ is an estimate.")
    return Chapter("newest", title, remark, [Table(title, columns, rows, numbers=5, is_open=True)])
