"""The report as one page of HTML: plots, and a table beside each that says the same in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.report import plots
from analysis.report.figures import FIELDS, Figures
from analysis.report.language import Language
from analysis.runs import RunLine
from newspapers.baohoabinh.urls import Edition

THIN_MONTHS = 12
"""How many of the months that lack most are named."""

Cell = str | Markup


@frozen
class Table:
    """A table of the page; the columns from ``numbers`` on hold numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: int = 1
    is_open: bool = False
    """Shown at once; else the reader opens it."""


@frozen
class Part:
    """A chapter of the report."""

    name: str
    title: str
    remark: str
    drawings: Sequence[tuple[str, Markup]]
    """Name and drawing."""
    tables: Sequence[Table]


def render(figures: Figures, language: Language, database: str) -> str:
    """The page.

    :param database: the database's name, without a password.
    """
    environment = Environment(
        loader=PackageLoader("analysis.report", "."), autoescape=True, undefined=StrictUndefined
    )
    chapters: Iterable[Callable[[Figures, Language], Part]] = (
        _articles,
        _coverage,
        _completeness,
        _newest,
        _duplicates,
        _rules,
        _runs,
    )
    return environment.get_template("page.html").render(
        figures=figures,
        say=language,
        database=database,
        editions=[
            (language(name), figures.editions[edition])
            for edition, name in plots.EDITION_NAMES.items()
            if edition in figures.editions
        ],
        parts=[chapter(figures, language) for chapter in chapters],
    )


def _articles(figures: Figures, say: Language) -> Part:
    years: defaultdict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for line in figures.sections:
        years[line.edition, line.section][line.month and line.month[:4]] += line.articles
    named = _in_order(year for counts in years.values() for year in counts)
    rows = [
        [edition, section, *(_count(counts[year], say) for year in named), say.number(counts.total())]
        for (edition, section), counts in sorted(years.items(), key=lambda item: -item[1].total())
    ]
    columns = [say("edition"), say("section"), *(year or say("undated") for year in named), say("all")]
    return Part(
        "articles",
        say("Articles by month and section"),
        say("By month of publication, in local time. Articles without a date stand in the table only."),
        [
            (say("Articles per month, by edition"), plots.articles_per_month(figures, say)),
            (say("Articles per month, by section"), plots.sections_per_month(figures, say)),
        ]
        if any(line.month for line in figures.sections)
        else [],
        [Table(say("Articles per year, by section"), columns, rows, numbers=2)],
    )


def _coverage(figures: Figures, say: Language) -> Part:
    years: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lines = [line for line in figures.coverage if line.month and line.expected]
    for line in lines:
        counts = {"expected": line.expected or 0, "there": line.expected_collected or 0, "known": line.known}
        years[str(line.month)[:4]].update(counts)
    columns = [say("expected"), say("collected"), say("share"), say("known, not collected")]
    by_year = [
        [year, *_numbers(counts["expected"], counts["there"], counts["known"], say)]
        for year, counts in sorted(years.items())
    ]
    thin = sorted(lines, key=lambda line: (line.expected_collected or 0) - (line.expected or 0))[:THIN_MONTHS]
    worst = [
        [say.month(line.month), *_numbers(line.expected or 0, line.expected_collected or 0, line.known, say)]
        for line in thin
    ]
    return Part(
        "coverage",
        say("Coverage"),
        say(
            "The paper numbers its articles, and numbers of known date tell how many it gave in a month. "
            "Not every number became an article, so a full collection may stay below the grey. Only the "
            "Vietnamese edition has numbers of known date."
        ),
        [(say("Numbers given and collected, per month"), plots.coverage_per_month(figures, say))]
        if lines
        else [],
        [
            Table(say("Coverage per year"), [say("year"), *columns], by_year),
            Table(say("Months that lack most"), [say("month"), *columns], worst),
        ],
    )


def _numbers(expected: int, there: int, known: int, say: Language) -> list[Cell]:
    return [say.number(expected), say.number(there), say.share(there, expected), say.number(known)]


def _completeness(figures: Figures, say: Language) -> Part:
    filled: Counter[tuple[str, str]] = Counter()
    articles: Counter[tuple[str, str]] = Counter()
    for line in figures.filled:
        filled[line.field, line.edition] += line.filled
        articles[line.field, line.edition] += line.articles
    editions = [edition for edition in Edition if edition in figures.editions]
    rows = [
        [
            say(field),
            *(say.share(filled[field, edition], articles[field, edition]) for edition in editions),
        ]
        for field in FIELDS
    ]
    columns = [say("field"), *(say(plots.EDITION_NAMES[edition]) for edition in editions)]
    return Part(
        "completeness",
        say("What articles have"),
        say("Share of the articles of a year in which a field is filled. Every article has a headline."),
        [(say("Fields that are filled, per year"), plots.completeness_per_year(figures, say))]
        if figures.articles
        else [],
        [Table(say("Fields that are filled, by edition"), columns, rows if figures.articles else [])],
    )


def _newest(figures: Figures, say: Language) -> Part:
    rows = [
        [
            f"≈ {say.day(line.published_at)}" if line.estimated else say.minute(line.published_at),
            line.edition,
            line.section,
            _link(line.url, line.headline),
            line.byline or "",
        ]
        for line in figures.newest
    ]
    columns = [say("published"), say("edition"), say("section"), say("headline"), say("byline")]
    title = say("Newest articles")
    remark = say("Links lead to the newspaper's site. A date with ≈ is an estimate.")
    return Part("newest", title, remark, [], [Table(title, columns, rows, numbers=5, is_open=True)])


def _duplicates(figures: Figures, say: Language) -> Part:
    by_year = [
        [
            line.year or say("undated"),
            say.number(line.exact),
            say.number(line.near),
            say.share(line.exact + line.near, line.articles),
        ]
        for line in figures.duplicates
        if line.exact or line.near
    ]
    pairs = [
        [
            _link(pair.url, pair.headline),
            _link(pair.of_url, pair.of_headline),
            say("word for word") if pair.method == "exact" else say("nearly"),
            say.similarity(pair.similarity),
        ]
        for pair in figures.pairs
    ]
    columns = [say("year"), say("word for word"), say("nearly"), say("share of the year's articles")]
    return Part(
        "duplicates",
        say("Duplicates"),
        say("Articles that repeat an earlier one. Nothing is deleted for it."),
        [(say("Articles that repeat another, per year"), plots.duplicates_per_year(figures, say))]
        if by_year
        else [],
        [
            Table(say("Duplicates per year"), columns, by_year),
            Table(
                say("Last pairs"), [say("article"), say("repeats"), say("how"), say("similarity")], pairs, 3
            ),
        ],
    )


def _rules(figures: Figures, say: Language) -> Part:
    every: Counter[tuple[str, str]] = Counter()
    recent: Counter[tuple[str, str]] = Counter()
    fields: Counter[tuple[str, bool]] = Counter()
    for line in figures.rules:
        every[line.field, line.rule] += line.articles
        recent[line.field, line.rule] += line.recent
        fields[line.field, False] += line.articles
        fields[line.field, True] += line.recent
    order = list(dict.fromkeys(line.field for line in figures.rules))
    rows = [
        [
            field,
            rule,
            say.number(number),
            say.share(number, fields[field, False]),
            say.share(recent[field, rule], fields[field, True]),
        ]
        for (field, rule), number in sorted(
            every.items(), key=lambda item: (order.index(item[0][0]), -item[1])
        )
    ]
    columns = [say("field"), say("rule"), say("articles"), say("share"), say("of the last 30 days")]
    return Part(
        "rules",
        say("How pages were read"),
        say(
            "Each field is read by the first rule that gives a value, and each page by a layout. A year in "
            "which another rule takes over is a year in which the site changed; a change of the share among "
            "pages fetched in the last 30 days is one that asks for a look."
        ),
        [(say("Rules of each field, per year"), plots.rules_per_year(figures, say))] if figures.rules else [],
        [Table(say("Layouts and rules"), columns, rows, numbers=2)],
    )


def _runs(figures: Figures, say: Language) -> Part:
    ends: Counter[str] = Counter()
    for (_, verdict), number in figures.verdicts.items():
        ends[verdict] += number
    sums = [[say(verdict), say.number(number)] for verdict, number in ends.most_common()]
    counts = [say("new"), say("changed"), say("failed"), say("rejected")]
    columns = [say("started"), say("spider"), say("verdict"), say("why"), *counts]
    return Part(
        "runs",
        say("Runs"),
        say("How the runs of the last 60 days ended."),
        [(say("Runs per day, by verdict"), plots.runs_per_day(figures, say))] if figures.verdicts else [],
        [
            Table(say("Verdicts"), [say("verdict"), say("runs")], sums),
            Table(say("Last runs that did not go well"), columns, _lines(figures.troubled, say), 4, True),
            Table(say("Last runs"), columns, _lines(figures.runs, say), 4),
        ],
    )


def _lines(runs: Iterable[RunLine], say: Language) -> list[list[Cell]]:
    return [
        [
            say.minute(run.started_at),
            run.spider,
            say(run.verdict or "not finished"),
            run.reason or "",
            *map(say.number, (run.new, run.changed, run.failed, run.rejected)),
        ]
        for run in runs
    ]


def _in_order(years: Iterable[str | None]) -> list[str | None]:
    return sorted(set(years), key=lambda year: (year is None, year or ""))


def _count(number: int, say: Language) -> str:
    return say.number(number) if number else ""


def _link(url: str, text: str) -> Cell:
    # A page cannot choose the URL it is stored under; all the same, no link may hold a script.
    if not url.startswith("https://"):
        return text
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, text)
