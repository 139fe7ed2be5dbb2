"""The report's plots in Vega-Lite, drawn as SVG that takes its colours from the page.

Colours are CSS variables (``var(--ink)``), so that one drawing serves a light screen, a dark one and
paper. In the fields of a grid the value is the opacity of one colour, for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import vl_convert
from markupsafe import Markup

from analysis.report.language import Wording

Plot = dict[str, Any]
"""In Vega-Lite's words."""
Values = Sequence[dict[str, Any]]

WIDTH = 940
"""Of a drawing with its labels, in pixels; the page scales it down where it has less room."""

INK, FAINT, ACCENT, PAPER = "var(--ink)", "var(--faint)", "var(--accent)", "var(--paper)"

_LABELS = {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal", "labelFontSize": 12}
_CONFIG: Plot = {
    "aria": False,  # the page names each drawing and has a table beside it; a label for each mark is noise
    "autosize": {"type": "fit-x", "contains": "padding"},
    "background": "transparent",
    # Labels are measured with one font and shown with the reader's: some room for a wider one.
    "padding": {"left": 28, "right": 12, "top": 4, "bottom": 4},
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": _LABELS | {"titleFontSize": 12, "gridColor": FAINT, "domainColor": FAINT, "tickColor": FAINT},
    "legend": _LABELS | {"titleFontSize": 12, "orient": "top", "symbolType": "square"},
}
_ROWS = {"labelLimit": 260, "domain": False, "ticks": False}
"""The axis of a grid's rows."""


def bars(values: Values, x: Plot, y_title: str, colours: Mapping[str, str], *, stacked: bool = True) -> Plot:
    """Bars of a ``number``, by ``of``.

    :param colours: of each ``of``, in their order; where they are not stacked, the last stands in front.
    """
    places = list(colours)
    return {
        "data": {"values": [value | {"place": places.index(value["of"])} for value in values]},
        "mark": "bar",
        "height": 180,
        "encoding": {
            "x": x,
            "y": _number("number", title=y_title, stack=stacked or None, axis={"tickMinStep": 1}),
            "color": _colour(colours),
            "order": _number("place"),
        },
    }


def month_grid(values: Values, rows: Sequence[str], title: str) -> Plot:
    """A field for each ``month`` of each ``row``, the deeper the greater its ``number``."""
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "fill": ACCENT},
        "height": {"step": 18},
        "encoding": {
            "x": dates(values, "month"),
            "y": _row(rows),
            "opacity": _number(
                "number",
                title=title,
                # The root, so that small rows do not vanish beside large ones.
                scale={"type": "sqrt", "domainMin": 0, "range": [0.08, 1]},
                legend={"symbolFillColor": ACCENT, "tickMinStep": 1, "tickCount": 5, "format": ",d"},
            ),
        },
    }


def share_grid(values: Values, rows: Sequence[str]) -> Plot:
    """A field for each ``year`` of each ``row``, with its ``share``, 0 to 1."""
    opacity = _number("share", legend=None, scale={"domain": [0, 1], "range": [0, 0.6]})
    return {
        "data": {"values": values},
        "height": {"step": 20},
        "encoding": {"x": years(orient="top", domain=False, ticks=False), "y": _row(rows)},
        "layer": [
            {
                "mark": {"type": "rect", "fill": ACCENT, "stroke": PAPER},
                "encoding": {"fillOpacity": opacity},
            },
            {
                "mark": {"type": "text", "fill": INK, "fontSize": 11},
                "encoding": {"text": _number("share", format=".0%")},
            },
        ],
    }


def circles_on_a_map(values: Values, size_title: str, colours: Mapping[str, str]) -> Plot:
    """A circle at each ``latitude`` and ``longitude``, as large as its ``number``.

    :param colours: of each ``of``; those of the first have their ``name`` beside them.
    """
    size = _number(
        "number",
        title=size_title,
        scale={"range": [12, 900]},
        legend={"orient": "bottom", "symbolType": "circle", "symbolFillColor": ACCENT, "format": ",d"},
    )
    return {
        "data": {"values": values},
        "projection": {"type": "mercator"},
        "height": 520,
        "encoding": {"longitude": _number("longitude"), "latitude": _number("latitude")},
        "layer": [
            {
                "mark": {"type": "circle", "opacity": 0.55},
                "encoding": {"size": size, "color": _colour(colours)},
            },
            {
                "transform": [{"filter": {"field": "of", "equal": next(iter(colours))}}],
                "mark": {"type": "text", "fill": INK, "fontSize": 12, "dy": -14},
                "encoding": {"text": {"field": "name"}},
            },
        ],
    }


def coloured(names: Iterable[str]) -> dict[str, str]:
    """Up to three names, each with a colour that says nothing by itself."""
    return dict(zip(names, ("var(--c1)", "var(--c2)", "var(--c3)"), strict=False))


def years(**axis: Any) -> Plot:
    """An axis of what stands under ``year``."""
    return {
        "field": "year",
        "type": "nominal",
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": True} | axis,
    }


def dates(values: Values, name: str) -> Plot:
    """An axis of what stands under a name, ``month`` or ``day``.

    It shows years where there are several, else months or days; a tick for each, so that none is told twice.
    """
    unit, pattern = ("month", "%m/%Y") if name == "month" else ("day", "%d/%m")
    if len({value[name][:4] for value in values}) > 3:
        unit, pattern = "year", "%Y"
    ticks = {"interval": unit, "step": 1}
    return {
        "field": name,
        "type": "temporal",
        "timeUnit": "utcyearmonth" if name == "month" else "utcyearmonthdate",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {
            "format": pattern,
            "tickCount": ticks,
            "grid": False,
            "labelOverlap": True,
            "labelSeparation": 8,
        },
    }


def _number(field: str, **more: Any) -> Plot:
    return {"field": field, "type": "quantitative"} | more


def _row(rows: Sequence[str]) -> Plot:
    return {"field": "row", "type": "nominal", "title": None, "sort": list(rows), "axis": _ROWS}


def _colour(colours: Mapping[str, str]) -> Plot:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": "of", "type": "nominal", "title": None, "scale": scale, "sort": list(colours)}


def draw(plot: Plot, say: Wording) -> Markup:
    """A plot as SVG."""
    thousands, decimal = say.separators
    locale = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    specification = plot | {"width": WIDTH, "config": _CONFIG}
    # Vega escapes the texts that it draws.
    return Markup(vl_convert.vegalite_to_svg(specification, format_locale=locale))  # noqa: S704
