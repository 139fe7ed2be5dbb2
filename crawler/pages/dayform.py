"""The page object of the form "Xem các tin đã đưa ngày", which lists the news of one day.

The names of its fields are not known (``docs/site.md``, "The form"), so they are read from the form:
what a field is for shows in its options, its label, its kind.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from attrs import define, field
from web_poet import WebPage

from crawler.pages.dates import read_date
from crawler.pages.head import join, read_head
from crawler.pages.markup import read_tree
from newspapers.spelling import normalise
from newspapers.vietnamese import DAY_FORM_SENTENCE, SCOPE_ALL, SCOPE_SECTION
from schemas.items import DayForm

PARTS = ("day", "month", "year")
_PART_NAMES = {
    "day": re.compile(r"ngay|ngày|day|(?:^|[^a-z])(?:dd?|d)(?:$|[^a-z])", re.IGNORECASE),
    "month": re.compile(r"thang|tháng|month|(?:^|[^a-z])mm?(?:$|[^a-z])", re.IGNORECASE),
    "year": re.compile(
        r"(?:^|[^a-z])nam(?:$|[^a-z])|năm|year|(?:^|[^a-z])yy?(?:yy)?(?:$|[^a-z])|nam$", re.IGNORECASE
    ),
}
_DATE_NAME = re.compile(r"ngay|ngày|date|day", re.IGNORECASE)
_FORMAT_HINT = re.compile(
    r"(d{1,2}|m{1,2}|y{4}|n{1,2})([/.-])(d{1,2}|m{1,2}|n{1,2}|t{1,2})\2(y{4}|d{1,2}|n{4})", re.IGNORECASE
)
_TYPED = ("text", "number", "tel")
MOST_FORMS = 50
MOST_FIELDS = 2000


@define
class _Field:
    """A control of a form."""

    name: str
    kind: str
    """The type of an input, or ``select``."""
    value: str
    sent: bool
    """Whether it is sent if nothing is chosen."""
    label: str
    hint: str
    options: list[tuple[str, str]] = field(factory=list)
    """Value and text of a select's options."""


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
        forms.sort(key=lambda form: not _says_so(form))  # the form with the sentence comes first
        for form in forms:
            fields = _read_fields(form)
            dates, date_format, options = _date_fields(fields, certain=_says_so(form))
            if dates:
                target = join(base, form.get("action") or "") or url
                return _day_form(form, target, fields, dates, date_format, options)
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
    around = [*form.itertext("*")] if form is not None else []
    previous = form.getprevious()
    if previous is not None:
        around = [*previous.itertext(), previous.tail or "", *around]
    elif form.getparent() is not None:
        around.insert(0, form.getparent().text or "")
    return bool(DAY_FORM_SENTENCE.search(normalise(" ".join(around[:2000]))))


def _day_form(
    form: Any,
    target: str,
    fields: list[_Field],
    dates: dict[str, str],
    date_format: str | None,
    options: dict[str, dict[int, str]],
) -> DayForm:
    scope, values = _scope(fields)
    sent: dict[str, str] = {}
    button: _Field | None = None
    after_date = False
    for control in fields:
        after_date = after_date or control.name in dates.values()
        if control.kind in ("submit", "image"):
            if control.name and (button is None or (after_date and not button.sent)):
                button = control
                button.sent = after_date
        elif control.sent and control.name:
            sent.setdefault(control.name, control.value)
    if button is not None and button.kind == "submit":
        sent.setdefault(button.name, button.value)
    return DayForm(
        url=target.split("#", 1)[0],
        method="POST" if (form.get("method") or "").strip().upper() == "POST" else "GET",
        fields=sent,
        date_fields=dates,
        date_format=date_format,
        scope_field=scope,
        scope_values=values,
        options=options,
    )


# --- the controls ----------------------------------------------------------------------------------


def _read_fields(form: Any) -> list[_Field]:
    labels = {
        label.get("for"): normalise(" ".join(label.itertext()))
        for label in form.iter("label")
        if label.get("for")
    }
    fields = []
    for element, _ in zip(
        form.iter("input", "select", "textarea", "button"), range(MOST_FIELDS), strict=False
    ):
        if element.get("disabled") is not None:
            continue
        kind = (element.get("type") or ("submit" if element.tag == "button" else "text")).lower()
        kind = element.tag if element.tag in ("select", "textarea") else kind
        fields.append(_select(element, labels) if kind == "select" else _input(element, kind, labels))
    return fields


def _input(element: Any, kind: str, labels: dict[str, str]) -> _Field:
    ticked = element.get("checked") is not None
    return _Field(
        name=element.get("name") or "",
        kind=kind,
        value=element.get("value") or ("on" if kind in ("checkbox", "radio") else ""),
        sent=ticked if kind in ("checkbox", "radio") else kind not in ("button", "reset", "file", "image"),
        label=labels.get(element.get("id") or " ") or _label_around(element),
        hint=" ".join(filter(None, (element.get("placeholder"), element.get("title"), element.get("id")))),
    )


def _select(element: Any, labels: dict[str, str]) -> _Field:
    options = []
    chosen: str | None = None
    for option, _ in zip(element.iter("option"), range(MOST_FIELDS), strict=False):
        text = normalise("".join(option.itertext()))
        value = option.get("value")
        value = text if value is None else value
        options.append((value, text))
        if option.get("selected") is not None:
            chosen = value
    value = chosen if chosen is not None else options[0][0] if options else ""
    return _Field(
        name=element.get("name") or "",
        kind="select",
        value=value,
        sent=bool(options),
        label=labels.get(element.get("id") or " ") or "",
        hint=element.get("id") or "",
        options=options,
    )


def _label_around(element: Any) -> str:
    """The text that stands behind a control, or the label that encloses it."""
    parent = element.getparent()
    if parent is not None and parent.tag == "label":
        return normalise(" ".join(parent.itertext()))
    text = [element.tail or ""]
    following = element.getnext()
    while following is not None and following.tag not in ("input", "select") and len(text) < 6:
        text += [*following.itertext(), following.tail or ""]
        following = following.getnext()
    said = normalise(" ".join(text))
    if (
        not said
        and parent is not None
        and parent.getnext() is not None
        and parent.tag in ("td", "span", "div")
    ):
        said = normalise(" ".join(parent.getnext().itertext()))
    return said


# --- the date --------------------------------------------------------------------------------------


def _date_fields(
    fields: list[_Field], *, certain: bool
) -> tuple[dict[str, str], str | None, dict[str, dict[int, str]]]:
    """Which fields take the date: three for its parts, or one for all of it."""
    dates: dict[str, str] = {}
    options: dict[str, dict[int, str]] = {}
    for control in fields:
        if (
            control.kind == "select"
            and (part := _part_of_select(control))
            and part not in dates
            and control.name
        ):
            dates[part] = control.name
            options[part] = _numbers(control)
    if len(dates) == 3:
        return dates, None, options
    for control in fields:
        said = f"{control.name} {control.hint}"
        for part in PARTS:
            free = part not in dates and control.name not in dates.values() and control.kind in _TYPED
            if free and _PART_NAMES[part].search(said) and not _FORMAT_HINT.search(said):
                dates[part] = control.name
    if len(dates) == 3:
        return dates, None, options
    for control in fields:
        if (
            control.name
            and control.kind in ("text", "date", "search", "tel")
            and (found := _format_of(control, certain=certain))
        ):
            return {"date": control.name}, found, {}
    return {}, None, {}


def _numbers(control: _Field) -> dict[int, str]:
    found: dict[int, str] = {}
    for value, text in control.options:
        for said in (text, value):
            if match := re.search(r"(?<!\d)\d{1,4}(?!\d)", said):
                found.setdefault(int(match[0]), value)
                break
    return found


def _part_of_select(control: _Field) -> str | None:
    numbers = set(_numbers(control))
    if len(numbers & set(range(1, 32))) >= 28:
        return "day"
    if {1, 12} <= numbers and max(numbers) <= 12:
        return "month"
    years = {number for number in numbers if 1990 <= number <= 2100}
    return "year" if years and years == numbers - {0} else None


def _format_of(control: _Field, *, certain: bool) -> str | None:
    """The format in which a single field takes a date."""
    if control.kind == "date":
        return "%Y-%m-%d"
    if match := _FORMAT_HINT.search(f"{control.hint} {control.label}"):
        letters = {"d": "%d", "n": "%d", "m": "%m", "t": "%m", "y": "%Y"}
        parts = [letters[match[i][0].lower()] for i in (1, 3)]
        last = "%Y" if match[4][0].lower() in "yn" else "%d"
        return (
            match[2].join([*parts, last]) if match[1][0].lower() != "y" else match[2].join(["%Y", "%m", "%d"])
        )
    if read := read_date(control.value):
        if match := re.match(r"\d{4}([/.-])\d", control.value):
            return match[1].join(["%Y", "%m", "%d"])
        match = re.match(r"(\d{1,2})([/.-])(\d{1,2})\2\d{4}", control.value.strip())
        if match:
            month_first = (
                int(match[1]) == read.at.month and int(match[3]) == read.at.day and match[1] != match[3]
            )
            return match[2].join(["%m", "%d", "%Y"] if month_first else ["%d", "%m", "%Y"])
    if certain and _DATE_NAME.search(f"{control.name} {control.hint} {control.label}"):
        return "%d/%m/%Y"
    return None


# --- this section or all ---------------------------------------------------------------------------


def _scope(fields: list[_Field]) -> tuple[str | None, dict[str, str]]:
    """The field that chooses between this section and all, and the value for each."""
    radios: dict[str, list[_Field]] = {}
    for control in fields:
        if control.kind == "radio" and control.name:
            radios.setdefault(control.name, []).append(control)
        elif control.kind == "checkbox" and control.name:
            if SCOPE_ALL.search(control.label):
                return control.name, {"all": control.value}
            if SCOPE_SECTION.search(control.label):
                return control.name, {"section": control.value}
        elif control.kind == "select" and control.name and (values := _said(control.options)):
            return control.name, values
    for name, group in radios.items():
        if values := _said([(control.value, control.label) for control in group]):
            return name, values
    for name, group in radios.items():
        if len(group) == 2:  # the order in which the Vietnamese form names them
            return name, {"section": group[0].value, "all": group[1].value}
    return None, {}


def _said(choices: list[tuple[str, str]]) -> dict[str, str]:
    """What choices say they mean: their text comes before the text of the choice after them."""
    values: dict[str, str] = {}
    for value, text in choices:
        of_section, of_all = SCOPE_SECTION.search(text), SCOPE_ALL.search(text)
        if of_section and (not of_all or of_section.start() < of_all.start()):
            values.setdefault("section", value)
        elif of_all:
            values.setdefault("all", value)
    return values if len(values) == 2 else {}
