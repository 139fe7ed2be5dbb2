"""The report's chapters about how the collection was made: copies, rules, runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, cast, func, select
from sqlalchemy.orm import aliased

from analysis.collection_status import RunLine, last_runs
from analysis.report import plots
from analysis.report.chapter import Cell, Chapter, Counts, Table, in_order, link, sum_by
from analysis.report.language import Wording
from schemas.local_time import local
from schemas.tables import Article, CatalogueLine, Duplicate
from schemas.verdicts import Verdict

RULES_OF_FIELD = 5
RECENT = timedelta(days=30)
"""What counts as recent among fetches."""
PAIRS = 10
RUNS = 15
RUN_DAYS = 60
"""For how long before the last run verdicts are counted."""

WELL = (Verdict.OK, Verdict.NOTHING_NEW, Verdict.ALREADY_RUNNING)
"""Verdicts that ask for nothing."""

VERDICT_COLOURS = {
    Verdict.OK: "var(--good)",
    Verdict.NOTHING_NEW: "var(--quiet)",
    Verdict.DEGRADED: "var(--warn)",
    Verdict.UNREACHABLE: "var(--bad)",
    Verdict.BLOCKED: "var(--bad-2)",
    Verdict.LAYOUT_CHANGED: "var(--bad-3)",
    Verdict.STORAGE_FAILED: "var(--bad-2)",
    Verdict.BROKEN: "var(--bad-3)",
    Verdict.BAD_ARGUMENTS: "var(--c3)",
    Verdict.INTERRUPTED: "var(--c3)",
    Verdict.ALREADY_RUNNING: "var(--quiet)",
    "not finished": "var(--c4)",
}


def duplicates_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    line = CatalogueLine
    # An exact copy of one article may be nearly another one: the first of both words is told.
    told = select(Duplicate.article_id, func.min(Duplicate.method).label("method"))
    repeats = told.group_by(Duplicate.article_id).subquery()
    is_exact = (repeats.c.method == "exact").label("is_exact")
    query = select(line.year, is_exact, func.count().label("number")).outerjoin(
        repeats, repeats.c.article_id == line.article_id
    )
    articles: Counter[str | None] = Counter()
    copies: Counts = Counter()
    for row in connection.execute(query.group_by(line.year, "is_exact")):
        articles[row.year] += row.number
        if row.is_exact is not None:
            copies[row.year, bool(row.is_exact)] += row.number
    names = {True: say("word for word"), False: say("nearly or in part")}
    values = [
        {"year": year or say("undated"), "of": name, "number": copies[year, exactly]}
        for year in in_order(articles)
        for exactly, name in names.items()
        if copies
    ]
    by_year = [
        [
            year or say("undated"),
            *(say.number(copies[year, exactly]) for exactly in names),
            say.share(copies[year, True] + copies[year, False], articles[year]),
        ]
        for year in in_order(year for year, _ in copies)
    ]
    columns = [say("year"), *names.values(), say("share of the year's articles")]
    pair_columns = [say("article"), say("repeats"), say("how"), say("similarity")]
    plot = plots.bars(
        values,
        plots.years(),
        say("articles"),
        plots.coloured(names.values()),
    )
    return Chapter(
        "duplicates",
        say("Duplicates"),
        say("Articles that repeat an earlier one. Nothing is deleted for it."),
        [
            Table(say("Duplicates per year"), columns, by_year),
            Table(say("Last pairs"), pair_columns, _pairs(connection, say), 3),
        ],
        {say("Articles that repeat another, per year"): plot},
    )


def _pairs(connection: Connection, say: Wording) -> list[list[Cell]]:
    one, other = aliased(Article), aliased(Article)
    query = (
        select(one.canonical_url, one.headline, other.canonical_url, other.headline)
        .add_columns(Duplicate.method, Duplicate.similarity)
        .select_from(Duplicate)
        .join(one, one.id == Duplicate.article_id)
        .join(other, other.id == Duplicate.of_article_id)
        .order_by(Duplicate.article_id.desc(), Duplicate.of_article_id)
        .limit(PAIRS)
    )
    how = {"exact": say("word for word"), "near": say("nearly"), "part": say("in part")}
    return [
        [link(url, headline), link(of_url, of_headline), how[method], say.similarity(similarity)]
        for url, headline, of_url, of_headline, method, similarity in connection.execute(query)
    ]


def rules_chapter(connection: Connection, say: Wording, at: datetime) -> Chapter:
    # Few combinations of rules stand on many articles: they are parsed once each.
    rules = cast(Article.rules, Text).label("rules")
    is_recent = (Article.changed_at > at - RECENT).label("is_recent")
    query = select(Article.parser, rules, CatalogueLine.year, is_recent, func.count().label("number"))
    every: Counts = Counter()
    recent: Counts = Counter()
    for row in connection.execute(
        query.join(CatalogueLine).group_by(Article.parser, "rules", CatalogueLine.year, "is_recent")
    ):
        for field, rule in (("layout", row.parser), *json.loads(row.rules).items()):
            every[field, str(rule), row.year] += row.number
            recent[field, str(rule)] += row.number if row.is_recent else 0
    of_field, of_year, recent_of_field = sum_by(every, 0), sum_by(every, 0, 2), sum_by(recent, 0)
    order = list(of_field)
    of_rule = sorted(sum_by(every, 0, 1).items(), key=lambda item: (order.index(item[0][:1]), -item[1]))
    rows = [
        [
            *(field, rule),
            say.number(number),
            say.share(number, of_field[field,]),
            say.share(recent[field, rule], recent_of_field[field,]),
        ]
        for (field, rule), number in of_rule
    ]
    in_grid = [
        key for field in order for key in [key for key, _ in of_rule if key[:1] == field][:RULES_OF_FIELD]
    ]
    values = [
        {"row": f"{field}: {rule}", "year": year or say("undated"), "share": number / of_year[field, year]}
        for (field, rule, year), number in every.items()
        if (field, rule) in in_grid
    ]
    columns = [say("field"), say("rule"), say("articles"), say("share"), say("of the last 30 days")]
    return Chapter(
        "rules",
        say("How pages were read"),
        say(
            "Each field is read by the first rule that gives a value, and each page by a layout. A year in "
            "which another rule takes over is a year in which the site changed; a change of the share among "
            "pages fetched in the last 30 days is one that asks for a look."
        ),
        [Table(say("Layouts and rules"), columns, rows, numbers=2)],
        {say("Rules of each field, per year"): plots.share_grid(values, [": ".join(key) for key in in_grid])},
    )


def runs_chapter(connection: Connection, say: Wording, _at: datetime) -> Chapter:
    last = list(last_runs(connection, limit=RUNS))
    since = last[0].started_at - timedelta(days=RUN_DAYS) if last else None
    of_days: Counts = Counter()
    troubled: list[RunLine] = []
    for run in last_runs(connection, since=since):
        verdict = run.verdict or "not finished"
        of_days[local(run.started_at).strftime("%Y-%m-%d"), verdict] += 1
        if verdict not in WELL:
            troubled.append(run)
    ends = sum_by(of_days, 1)
    values = [
        {"day": day, "of": say(verdict), "number": number} for (day, verdict), number in of_days.items()
    ]
    colours = {say(verdict): colour for verdict, colour in VERDICT_COLOURS.items() if ends[verdict,]}
    sums = [[say(verdict), say.number(number)] for (verdict,), number in ends.most_common()]
    counts = [say("new"), say("changed"), say("failed"), say("rejected")]
    columns = [say("started"), say("spider"), say("verdict"), say("why"), *counts]
    return Chapter(
        "runs",
        say("Runs"),
        say("How the runs of the last 60 days ended."),
        [
            Table(say("Verdicts"), [say("verdict"), say("runs")], sums),
            Table(say("Last runs that did not go well"), columns, _lines(troubled[:RUNS], say), 4, True),
            Table(say("Last runs"), columns, _lines(last, say), 4),
        ],
        {
            say("Runs per day, by verdict"): plots.bars(
                values, plots.dates(values, "day"), say("runs"), colours
            )
        },
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
