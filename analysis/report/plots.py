"""The report's plots, as SVG that takes its colours from the page.

Colours are CSS variables (``var(--ink)``), so that one drawing serves a light screen, a dark one and
paper. In the fields of a grid the value is the opacity of one colour, for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from analysis.report.figures import Figures, fields, in_order, sum_by
from analysis.report.language import Wording
from schemas.verdicts import Verdict

WIDTH = 940
"""Of a drawing with its labels, in pixels; the page scales it down where it has less room."""

ROWS = 24
"""The most rows of a grid of sections; what is smaller stays in the table."""

RULES_OF_FIELD = 5

INK, FAINT, ACCENT, PAPER = "var(--ink)", "var(--faint)", "var(--accent)", "var(--paper)"

DISTRICTS = ("huyện", "thành phố")
"""Kinds of places that hold communes."""

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

_CONFIG: dict[str, Any] = {
    "aria": False,  # the page names each drawing and has a table beside it; a label for each mark is noise
    "autosize": {"type": "fit-x", "contains": "padding"},
    "background": "transparent",
    # Labels are measured with one font and shown with the reader's: some room for a wider one.
    "padding": {"left": 28, "right": 12, "top": 4, "bottom": 4},
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": FAINT,
        "domainColor": FAINT,
        "tickColor": FAINT,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "top",
        "symbolType": "square",
    },
}


def articles_per_month(figures: Figures, say: Wording) -> Markup:
    """Bars: one for each month, by edition."""
    values = [
        {"edition": say.edition(edition), "month": month, "articles": number}
        for (edition, month), number in sum_by(figures.sections, 0, 2).items()
        if month
    ]
    chart = (
        alt.Chart(_data(values))
        .mark_bar()
        .encode(
            x=_months(values),
            y=alt.Y("articles:Q", title=say("articles"), axis=alt.Axis(tickMinStep=1)),
            color=_colours(
                list(map(say.edition, figures.editions)), ["var(--c1)", "var(--c2)", "var(--c3)"], "edition"
            ),
        )
    )
    return _draw(chart, say, height=200)


def sections_per_month(figures: Figures, say: Wording) -> Markup:
    """A grid: a row for each section, a field for each month."""
    rows = {key: f"{key[0]} · {key[1]}" for key, _ in sum_by(figures.sections, 0, 1).most_common(ROWS)}
    values = [
        {"section": rows[edition, section], "month": month, "articles": number}
        for (edition, section, month), number in figures.sections.items()
        if month and (edition, section) in rows
    ]
    chart = (
        alt.Chart(_data(values))
        .mark_rect(fill=ACCENT)
        .encode(
            x=_months(values),
            y=alt.Y("section:N", title=None, sort=list(rows.values()), axis=_row_axis()),
            opacity=_opacity("articles", say("articles")),
        )
    )
    return _draw(chart, say, height=alt.Step(18))


def coverage_per_month(figures: Figures, say: Wording) -> Markup:
    """Bars: the numbers expected in a month, and in front of them those that are collected."""
    names = [say("expected"), say("collected")]
    values = [
        {"month": line.month, "what": name, "numbers": number}
        for line in figures.coverage
        for name, number in zip(names, (line.expected, line.expected_collected), strict=True)
    ]
    chart = (
        alt.Chart(_data(values))
        .mark_bar()
        .encode(
            x=_months(values),
            y=alt.Y("numbers:Q", title=say("numbers given"), stack=None, axis=alt.Axis(tickMinStep=1)),
            color=_colours(names, ["var(--missing)", "var(--c1)"], "what"),
        )
    )
    return _draw(chart, say, height=200)


def completeness_per_year(figures: Figures, say: Wording) -> Markup:
    """A grid: a row for each field, a column for each year, with the share that is filled."""
    articles = sum_by(figures.years, 1)
    values = [
        {"row": say.field(field), "year": year or say("undated"), "share": number / articles[year,]}
        for (year, field), number in sum_by(figures.filled, 1, 2).items()
    ]
    return _grid(values, list(map(say.field, fields())), say)


def rules_per_year(figures: Figures, say: Wording) -> Markup:
    """A grid: a row for each rule of a field, a column for each year, with its share of the field."""
    of_field = sum_by(figures.rules, 0, 2)
    rows: dict[tuple[str, str], str] = {}
    for field in dict.fromkeys(field for field, _, _ in figures.rules):
        commonest = [key for key, _ in sum_by(figures.rules, 0, 1).most_common() if key[0] == field]
        rows |= {key: f"{field}: {key[1]}" for key in commonest[:RULES_OF_FIELD]}
    values = [
        {"row": rows[field, rule], "year": year or say("undated"), "share": number / of_field[field, year]}
        for (field, rule, year), number in figures.rules.items()
        if (field, rule) in rows
    ]
    return _grid(values, list(rows.values()), say)


def duplicates_per_year(figures: Figures, say: Wording) -> Markup:
    """Bars: articles of a year that repeat another, word for word or otherwise."""
    names = {"exact": say("word for word"), "near": say("nearly or in part")}
    values = [
        {"year": year or say("undated"), "how": name, "articles": figures.copies[year, method]}
        for year in in_order(year for _, year in figures.years)
        for method, name in names.items()
    ]
    chart = (
        alt.Chart(_data(values))
        .mark_bar()
        .encode(
            x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("articles:Q", title=say("articles"), axis=alt.Axis(tickMinStep=1)),
            color=_colours(list(names.values()), ["var(--c1)", "var(--c2)"], "how"),
        )
    )
    return _draw(chart, say, height=160)


def runs_per_day(figures: Figures, say: Wording) -> Markup:
    """Bars: runs that were started on a day, by how they ended."""
    seen = [verdict for verdict in VERDICT_COLOURS if any(of == verdict for _, of in figures.verdicts)]
    values = [
        {"day": day, "verdict": say(verdict), "order": seen.index(verdict), "runs": number}
        for (day, verdict), number in figures.verdicts.items()
    ]
    chart = (
        alt.Chart(_data(values))
        .mark_bar()
        .encode(
            x=alt.X(
                "utcyearmonthdate(day):T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=_date_axis(values, "day"),
            ),
            y=alt.Y("runs:Q", title=say("runs"), axis=alt.Axis(tickMinStep=1)),
            color=_colours([say(name) for name in seen], [VERDICT_COLOURS[name] for name in seen], "verdict"),
            order="order:Q",
        )
    )
    return _draw(chart, say, height=160)


def places_named(figures: Figures, say: Wording) -> Markup:
    """A map: a circle for each place, as large as the number of articles; districts with their names."""
    values = [
        {
            "name": place.name,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "articles": place.articles,
            "what": say("district" if place.kind in DISTRICTS else "commune"),
        }
        for place in figures.places
    ]
    base = alt.Chart(_data(values)).encode(longitude="longitude:Q", latitude="latitude:Q")
    circles = base.mark_circle(opacity=0.55).encode(
        size=alt.Size(
            "articles:Q",
            title=say("articles"),
            scale=alt.Scale(range=[12, 900]),
            legend=alt.Legend(orient="bottom", symbolType="circle", symbolFillColor=ACCENT, format=",d"),
        ),
        color=_colours([say("district"), say("commune")], ["var(--c2)", "var(--c1)"], "what"),
    )
    named = base.transform_filter(alt.datum.what == say("district"))
    names = named.mark_text(fill=INK, fontSize=12, dy=-14).encode(text="name:N")
    return _draw((circles + names).project("mercator"), say, height=520)


def _grid(values: list[dict[str, Any]], rows: Sequence[str], say: Wording) -> Markup:
    base = alt.Chart(_data(values)).encode(
        x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False)),
        y=alt.Y("row:N", title=None, sort=list(rows), axis=_row_axis()),
    )
    fields = base.mark_rect(fill=ACCENT, stroke=PAPER).encode(
        fillOpacity=alt.FillOpacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 0.6]))
    )
    shares = base.mark_text(fill=INK, fontSize=11).encode(text=alt.Text("share:Q", format=".0%"))
    return _draw(fields + shares, say, height=alt.Step(20))


def _months(values: Iterable[dict[str, Any]]) -> alt.X:
    return alt.X(
        "utcyearmonth(month):T", title=None, scale=alt.Scale(type="utc"), axis=_date_axis(values, "month")
    )


def _date_axis(values: Iterable[dict[str, Any]], name: str) -> alt.Axis:
    """Years where there are several, else months or days; a tick for each, so that none is told twice."""
    seen = {value[name][:4] for value in values}
    unit, pattern = ("month", "%m/%Y") if name == "month" else ("day", "%d/%m")
    if len(seen) > 3:
        unit, pattern = "year", "%Y"
    ticks = {"interval": unit, "step": 1}
    return alt.Axis(format=pattern, tickCount=ticks, grid=False, labelOverlap=True, labelSeparation=8)


def _row_axis() -> alt.Axis:
    return alt.Axis(labelLimit=260, domain=False, ticks=False)


def _opacity(name: str, title: str) -> alt.Opacity:
    return alt.Opacity(
        f"{name}:Q",
        title=title,
        # The root, so that small sections do not vanish beside large ones.
        scale=alt.Scale(type="sqrt", domainMin=0, range=[0.08, 1]),
        legend=alt.Legend(symbolFillColor=ACCENT, tickMinStep=1, tickCount=5, format=",d"),
    )


def _colours(names: Sequence[str], colours: Sequence[str], field: str) -> alt.Color:
    return alt.Color(
        f"{field}:N", title=None, scale=alt.Scale(domain=list(names), range=list(colours)), sort=list(names)
    )


def _data(values: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=values)


def _draw(chart: alt.Chart | alt.LayerChart, say: Wording, height: int | alt.Step) -> Markup:
    specification = chart.properties(width=WIDTH, height=height).to_dict() | {"config": _CONFIG}
    thousands, decimal = say.separators
    locale = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    # Vega escapes the texts that it draws.
    return Markup(vl_convert.vegalite_to_svg(specification, format_locale=locale))  # noqa: S704
