"""The page object of the form "Xem các tin đã đưa ngày", which lists the news of one day.

The names of its fields are not known (``docs/site.md``, "The form"), so they are read from the form:
what a field is for shows in its options, its label, its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import dropwhile, islice, takewhile
from typing import Any

from attrs import define
from lxml import etree, html
from web_poet import WebPage

from crawler.pages.dates import read_date
from crawler.pages.head import join, read_head
from crawler.pages.markup import read_tree
from newspapers.spelling import normalise
from newspapers.surroundings import DAY_FORM_SENTENCE, SCOPE_ALL, SCOPE_SECTION
from schemas.items import DayForm

_DATE_NAME = re.compile(r"ngay|ngày|date|day", re.IGNORECASE)
_DAY, _MONTH, _YEAR = r"(?:dd?|nn?|ng[àa]y)", r"(?:mm?|tt?|th[áa]ng)", r"(?:y{2,4}|n{4}|n[ăa]m)"
_ORDERS = {
    "d": re.compile(rf"(?<!\w){_DAY}([/.-]){_MONTH}\1{_YEAR}(?!\w)", re.IGNORECASE),
    "m": re.compile(rf"(?<!\w){_MONTH}([/.-]){_DAY}\1{_YEAR}(?!\w)", re.IGNORECASE),
    "y": re.compile(rf"(?<!\w){_YEAR}([/.-]){_MONTH}\1{_DAY}(?!\w)", re.IGNORECASE),
}
"""How a field says in which order it wants a date, as in ``ngày-tháng-năm``; by what comes first."""
_NUMERIC = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}")
MOST_FORMS = 50
MOST_FIELDS = 2000
ENOUGH_DAYS = 28


@define(kw_only=True)
class DayFormPage(WebPage[DayForm]):
    """Reads the day form of a page, if there is one."""

    def to_item(self) -> DayForm | None:  # type: ignore[override]  # no input of it is awaited
        """Read the form, or ``None`` if no form of the page asks for a date."""
        url = str(self.response.url)
        root = read_tree(self.response)
        if root is None:
            return None
        base = read_head(root, url).base
        forms = [form for form, _ in zip(root.iter("form"), range(MOST_FORMS), strict=False)]
        for form in sorted(forms, key=lambda form: not _says_so(form)):
            target = (join(base, form.get("action") or "") or url).split("#", 1)[0]
            if found := _read_form(form, target, certain=_says_so(form)):
                return found
        return None


def fill(form: DayForm, day: date, *, all_sections: bool) -> dict[str, str]:
    """What to send for the news of one day, of all sections or of the one on whose page the form stood."""
    data = dict(form.fields)
    for part, name in form.date_fields.items():
        if part == "date":
            data[name] = day.strftime(form.date_format or "%d/%m/%Y")
        else:
            number = getattr(day, part)
            data[name] = form.options.get(part, {}).get(number, str(number))
    if form.scope_field is not None:
        value = form.scope_values.get("all" if all_sections else "section")
        if value is None:
            data.pop(form.scope_field, None)
        else:
            data[form.scope_field] = value
    return data


def _says_so(form: Any) -> bool:
    """Whether the sentence of the day form stands in a form or right before it."""
    around = [*form.itertext("*")]
    previous = form.getprevious()
    if previous is not None:
        around = [*previous.itertext(), previous.tail or "", *around]
    elif form.getparent() is not None:
        around.insert(0, form.getparent().text or "")
    return bool(DAY_FORM_SENTENCE.search(normalise(" ".join(around[:2000]))))


def _read_form(element: Any, target: str, *, certain: bool) -> DayForm | None:
    """The form, if it asks for a date.

    :param certain: whether it says that it lists the news of a day.
    """
    # Parsed once more: lxml's own forms know what a browser would send.
    form = html.fragment_fromstring(
        etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    )
    of_forms = form.iter("input", "select", "button")
    controls = [
        control
        for control, _ in zip(of_forms, range(MOST_FIELDS), strict=False)
        if control.get("name") and control.get("disabled") is None
    ]
    labels = {label.get("for"): _text(label) for label in form.iter("label") if label.get("for")}
    selects = [control for control in controls if control.tag == "select"]
    numbers = {select.get("name"): _numbers(select) for select in selects}
    parts: dict[str, str] = {}
    for name, found in numbers.items():
        if part := _part_of_date(set(found)):
            parts.setdefault(part, name)
    date_format = None
    if len(parts) < 3:
        dated = ((control, _format_of(control, labels, certain=certain)) for control in controls)
        name, date_format = next(
            ((control.get("name"), said) for control, said in dated if said), (None, None)
        )
        if name is None:
            return None
        parts = {"date": name}
    scope, values = _scope(controls, labels)
    return DayForm(
        url=target,
        method="POST" if form.method == "POST" else "GET",
        fields={name: str(value) for name, value in [*form.form_values(), *_button(controls, parts)]},
        date_fields=parts,
        date_format=date_format,
        scope_field=scope,
        scope_values=values,
        submits="date" in parts or any(map(_is_submit, form.iter("input", "button"))),
        options={part: numbers[name] for part, name in parts.items() if part != "date"},
    )


def _button(controls: list[Any], parts: dict[str, str]) -> list[tuple[str, str]]:
    """The submit control to press: the first one behind the date, else the first of all."""
    behind = dropwhile(lambda control: control.get("name") not in parts.values(), controls)
    submits = (c for c in (*behind, *controls) if _is_submit(c) and c.get("type") != "image")
    return [(c.get("name"), c.get("value") or "") for c in islice(submits, 1)]


def _is_submit(control: Any) -> bool:
    kind = control.get("type", "submit" if control.tag == "button" else "").lower()
    return kind in ("submit", "image")


# --- the date --------------------------------------------------------------------------------------


def _numbers(select: Any) -> dict[int, str]:
    """The numbers that a select offers, each with the value that chooses it."""
    found: dict[int, str] = {}
    for option, _ in zip(select.iter("option"), range(MOST_FIELDS), strict=False):
        text = _text(option)
        value = option.get("value", text)
        for said in (text, value):
            if match := re.search(r"(?<!\d)\d{1,4}(?!\d)", said):
                found.setdefault(int(match[0]), value)
                break
    return found


def _part_of_date(numbers: set[int]) -> str | None:
    if len(numbers & set(range(1, 32))) >= ENOUGH_DAYS:
        return "day"
    if {1, 12} <= numbers and max(numbers) <= 12:
        return "month"
    years = {number for number in numbers if 1990 <= number <= 2100}
    return "year" if years and years == numbers - {0} else None


def _format_of(control: Any, labels: dict[str, str], *, certain: bool) -> str | None:
    """The format in which a field takes a whole date, if it does."""
    kind = control.get("type", "text").lower()
    if control.tag != "input" or kind not in ("date", "text", "search", "tel"):
        return None
    if kind == "date":
        return "%Y-%m-%d"
    value = (control.get("value") or "").strip()
    said = " ".join(
        filter(None, (*map(control.get, ("placeholder", "title", "id")), labels.get(control.get("id"))))
    )
    for first, order in _ORDERS.items():
        if match := order.search(said):
            return _in_order(first, match[1])
    if (read := read_date(value)) and (number := _NUMERIC.match(value)):
        leading = int(value.split(number[1])[0])
        first = "d" if leading == read.at.day else "m" if leading == read.at.month else "y"
        return _in_order(first, number[1])
    return "%d/%m/%Y" if certain and _DATE_NAME.search(f"{control.get('name')} {said}") else None


def _in_order(first: str, separator: str) -> str:
    parts = {"y": ("%Y", "%m", "%d"), "m": ("%m", "%d", "%Y")}.get(first, ("%d", "%m", "%Y"))
    return separator.join(parts)


# --- this section or all ---------------------------------------------------------------------------


def _scope(controls: Iterable[Any], labels: dict[str, str]) -> tuple[str | None, dict[str, str]]:
    """The field that chooses between this section and all, and the value for each."""
    radios: dict[str, list[tuple[str, str]]] = {}
    for control in controls:
        kind, name, value = control.get("type", "").lower(), control.get("name"), control.get("value") or "on"
        if control.tag == "select":
            options = [
                (option.get("value", _text(option)), _text(option)) for option in control.iter("option")
            ]
            if values := _meanings(options[:MOST_FIELDS]):
                return name, values
        elif kind in ("radio", "checkbox"):
            label = labels.get(control.get("id")) or _label_around(control)
            if kind == "radio":
                radios.setdefault(name, []).append((value, label))
            elif SCOPE_ALL.search(label) or SCOPE_SECTION.search(label):
                return name, {"all" if SCOPE_ALL.search(label) else "section": value}
    for name, group in radios.items():
        if values := _meanings(group):
            return name, values
    return None, {}


def _label_around(control: Any) -> str:
    """The text of the label that encloses a control, else the text behind it."""
    parent = control.getparent()
    if parent is not None and parent.tag == "label":
        return _text(parent)
    text = [control.tail or ""]
    for following in takewhile(lambda each: each.tag not in ("input", "select"), control.itersiblings()):
        text += [_text(following), following.tail or ""]
    return normalise(" ".join(text))


def _meanings(choices: list[tuple[str, str]]) -> dict[str, str]:
    """What choices say they mean: their text comes before the text of the choice after them."""
    values: dict[str, str] = {}
    for value, text in choices:
        of_section, of_all = SCOPE_SECTION.search(text), SCOPE_ALL.search(text)
        if of_section and (not of_all or of_section.start() < of_all.start()):
            values.setdefault("section", value)
        elif of_all:
            values.setdefault("all", value)
    return values if len(values) == 2 else {}


def _text(element: Any) -> str:
    return normalise(" ".join(element.itertext()))
