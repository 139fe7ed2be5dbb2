"""The report as one page of HTML: plots, and a table beside each that says the same in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.collection_status import RunLine
from analysis.report import plots
from analysis.report.figures import Figures, fields, in_order, sum_by
from analysis.report.language import Wording
from newspapers import current

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


def render(figures: Figures, say: Wording, database: str) -> str:
    """The page.

    :param database: the database's name, without a password.
    """
    environment = Environment(
        loader=PackageLoader("analysis.report", "."), autoescape=True, undefined=StrictUndefined
    )
    chapters: Iterable[Callable[[Figures, Wording], Part]] = (
        _articles,
        _coverage,
        _completeness,
        _places,
        _newest,
        _duplicates,
        _rules,
        _runs,
    )
    return environment.get_template("page.html").render(
        figures=figures,
        say=say,
        database=database,
        newspaper=current().name,
        editions=[(say.edition(edition), number) for edition, number in figures.editions.items()],
        parts=[chapter(figures, say) for chapter in chapters],
    )


def _articles(figures: Figures, say: Wording) -> Part:
    years: defaultdict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for (edition, section, month), number in figures.sections.items():
        years[edition, section][month and month[:4]] += number
    named = in_order(year for counts in years.values() for year in counts)
    rows = [
        [
            *(edition, section),
            *(say.number(counts[year]) if counts[year] else "" for year in named),
            say.number(counts.total()),
        ]
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
        if any(month for _, _, month in figures.sections)
        else [],
        [Table(say("Articles per year, by section"), columns, rows, numbers=2)],
    )


def _coverage(figures: Figures, say: Wording) -> Part:
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
            "Not every number became an article, so a full collection may stay below the grey. Only "
            "editions with numbers of known date are shown."
        ),
        [(say("Numbers given and collected, per month"), plots.coverage_per_month(figures, say))]
        if lines
        else [],
        [
            Table(say("Coverage per year"), [say("year"), *columns], by_year),
            Table(say("Months that lack most"), [say("month"), *columns], worst),
        ],
    )


def _numbers(expected: int, there: int, known: int, say: Wording) -> list[Cell]:
    return [say.number(expected), say.number(there), say.share(there, expected), say.number(known)]


def _completeness(figures: Figures, say: Wording) -> Part:
    filled, editions = sum_by(figures.filled, 2, 0), figures.editions
    rows = [
        [
            say.field(field),
            *(say.share(filled[field, edition], number) for edition, number in editions.items()),
        ]
        for field in fields()
    ]
    columns = [say("field"), *(say.edition(edition) for edition in editions)]
    return Part(
        "completeness",
        say("What articles have"),
        say("Share of the articles of a year in which a field is filled. Every article has a headline."),
        [(say("Fields that are filled, per year"), plots.completeness_per_year(figures, say))]
        if figures.articles
        else [],
        [Table(say("Fields that are filled, by edition"), columns, rows if figures.articles else [])],
    )


def _places(figures: Figures, say: Wording) -> Part:
    rows = [
        [f"{place.kind} {place.name}", place.successor or "", say.number(place.articles)]
        for place in figures.places
    ]
    return Part(
        "places",
        say("Places"),
        say(
            "Districts and communes, as they were before July 2025, by the articles that name them; "
            "names that may mean several places are left out."
        ),
        [(say("Articles that name a place"), plots.places_named(figures, say))] if rows else [],
        [Table(say("Places by articles"), [say("place"), say("since July 2025"), say("articles")], rows, 2)],
    )


def _newest(figures: Figures, say: Wording) -> Part:
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


def _duplicates(figures: Figures, say: Wording) -> Part:
    articles, copies = sum_by(figures.years, 1), figures.copies
    by_year = [
        [
            year or say("undated"),
            say.number(copies[year, "exact"]),
            say.number(copies[year, "near"]),
            say.share(copies[year, "exact"] + copies[year, "near"], articles[year,]),
        ]
        for year in in_order(year for year, _ in copies)
    ]
    pairs = [
        [
            _link(pair.url, pair.headline),
            _link(pair.of_url, pair.of_headline),
            say({"exact": "word for word", "near": "nearly", "part": "in part"}[pair.method]),
            say.similarity(pair.similarity),
        ]
        for pair in figures.pairs
    ]
    columns = [
        say("year"),
        say("word for word"),
        say("nearly or in part"),
        say("share of the year's articles"),
    ]
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


def _rules(figures: Figures, say: Wording) -> Part:
    every, recent = sum_by(figures.rules, 0, 1), sum_by(figures.recent_rules, 0, 1)
    of_field, recent_of_field = sum_by(figures.rules, 0), sum_by(figures.recent_rules, 0)
    order = list(of_field)
    rows = [
        [
            *(field, rule),
            say.number(number),
            say.share(number, of_field[field,]),
            say.share(recent[field, rule], recent_of_field[field,]),
        ]
        for (field, rule), number in sorted(
            every.items(), key=lambda item: (order.index(item[0][:1]), -item[1])
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


def _runs(figures: Figures, say: Wording) -> Part:
    ends = sum_by(figures.verdicts, 1)
    sums = [[say(verdict), say.number(number)] for (verdict,), number in ends.most_common()]
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


def _lines(runs: Iterable[RunLine], say: Wording) -> list[list[Cell]]:
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


def _link(url: str, text: str) -> Cell:
    # A page cannot choose the URL it is stored under; all the same, no link may hold a script.
    if not url.startswith("https://"):
        return text
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, text)
