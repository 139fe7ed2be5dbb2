"""Finds the districts and communes that a text names.

Names of places are names of persons, villages and products, too, and some communes share one. So a commune
counts where the text calls it one ("xã Cao Sơn"), or has done so elsewhere; a district also without its kind,
unless it stands like a person's name. Which of two communes is meant, the district says that stands beside,
or is the only one of the two that the text names; otherwise both are noted as unsure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from attrs import evolve, frozen

from newspapers.gazetteer import Place

_COMMUNE, _DISTRICT = "commune", "district"
_KINDS = {
    "xã": _COMMUNE,
    "phường": _COMMUNE,
    "thị trấn": _COMMUNE,
    "tt": _COMMUNE,
    "huyện": _DISTRICT,
    "huyện ủy": _DISTRICT,
    "thành phố": _DISTRICT,
    "tp": _DISTRICT,
}
_CAPITAL = "[A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]\\w*"
_KIND_BEFORE = re.compile(r"(?<!\w)(xã|phường|thị trấn|tt|huyện(?: ủy)?|thành phố|tp)\.?\s*$", re.IGNORECASE)
_KIND_AFTER = re.compile(r"\s+(?:(commune|ward|town(?:ship)?)|(district|city))\b")
_OTHER_BEFORE = re.compile(
    r"(?<!\w)(?:xóm|thôn|bản|khu|tổ|phố|đường|làng|chợ|sông|suối|hồ|núi|đồi|đèo|đền|chùa|cầu|tỉnh|ông|bà|anh"
    r"|chị|em|cô|chú|bác|cháu|cụ|thầy|đồng chí|đ/c|bí thư|chủ tịch|nghệ nhân|nhà báo|tác giả|tên là"
    r"|mr|mrs|ms)\.?\s*$",
    re.IGNORECASE,
)
_CAPITAL_BEFORE = re.compile(rf"(?<!\w)({_CAPITAL})\s+$")
_CAPITAL_AFTER = re.compile(rf"\s+({_CAPITAL})")
_LIST = re.compile(r"(?:\s*\([^()]*\))?\s*(?:,|;|và|and|–|-)\s*")
_UNIT = rf"({_CAPITAL}(?:\s{_CAPITAL})*)"
_WITHIN = re.compile(
    rf"\s*(?:,|\(|-|–|của|thuộc)?\s*(?:(?:huyện|thành phố|TP\.?|quận|thị xã)\s*{_UNIT}|tỉnh\s*{_UNIT})"
    rf"|\s*\({_UNIT}\)"
)
"""Right after a name: the district it is in, or the province, or either in brackets."""
_OPENING = re.compile(r"(?:^|[.!?:;“\"(\n])\s*$")


@frozen
class Mention:
    """A place where the text names it."""

    start: int
    """Index of the first character of the name."""
    place: Place
    sure: bool = True
    """False if the text does not say which of several places of the name it means."""


@frozen
class _Name:
    """A name of places in the text, with what is known of the words around it."""

    start: int
    end: int
    text: str
    kind: str | None
    is_own: bool
    """Whether it may be a place's although its kind is not said."""
    within: str | None
    """The district that is named right after it."""
    province: str | None
    """The same of a province."""


class PlaceFinder:
    """Finds places of a list.

    :param province: the name of the province; without a kind of place before it, it means no district.
    """

    def __init__(self, places: Iterable[Place], province: str) -> None:
        self._province = province
        self._places: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self._places[place.name].append(place)
        self._names_by_id = {place.id: place.name for group in self._places.values() for place in group}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        # By their first letters, the longest first: then only places with such a letter are looked at.
        by_letter: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._places, key=len, reverse=True):
            by_letter[name[0]].append(re.escape(name[1:]))
        names = (rf"{letter}(?<!\w.)(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
        return re.compile(rf"(?:{'|'.join(names)})(?!\w)")

    def find(self, text: str) -> list[Mention]:
        """The places that a text in NFC names, in the order in which it does."""
        names = self._read(text) if self._places else []
        named = {place.id for name in names for place in self._meant(name) if place.district_id is None}
        called = {place.id for name in names if name.kind == _COMMUNE for place in self._meant(name)}
        mentions = []
        for name in names:
            meant = self._meant(name)
            if name.kind is None:
                districts = [place for place in meant if place.district_id is None]
                meant = districts or [place for place in meant if place.id in called]
            if len(meant) > 1:
                meant = [place for place in meant if place.district_id in named] or meant
            mentions += [Mention(name.start, place, len(meant) == 1) for place in meant]
        return mentions

    def _read(self, text: str) -> list[_Name]:
        names: list[_Name] = []
        kind, end = None, 0
        for match in self._names.finditer(text):
            before, after = (
                text[max(0, match.start() - 40) : match.start()],
                text[match.end() : match.end() + 60],
            )
            name = _name(match, before, after)
            if name.kind is None and kind and _LIST.fullmatch(text, end, match.start()):
                name = evolve(name, kind=kind)  # "các xã Tây Phong, Nam Phong và Dũng Phong"
            if not before.endswith("("):
                kind, end = name.kind, match.end()
            names.append(name)
        return names

    def _meant(self, name: _Name) -> list[Place]:
        if name.kind is None and (name.text == self._province or not name.is_own):
            return []
        places = self._places[name.text]
        if name.kind:
            places = [place for place in places if (place.district_id is None) == (name.kind == _DISTRICT)]
        if name.within and name.kind == _COMMUNE:
            places = [
                place for place in places if self._names_by_id.get(place.district_id or 0) == name.within
            ]
        elif name.province and name.province != self._province:
            places = []
        return places


def _name(match: re.Match[str], before: str, after: str) -> _Name:
    kind = None
    if said := _KIND_BEFORE.search(before):
        kind = _KINDS[said[1].lower()]
    elif said := _KIND_AFTER.match(after):
        kind = _COMMUNE if said[1] else _DISTRICT
    goes_on = _CAPITAL_AFTER.match(after)
    is_longer = bool(goes_on and not goes_on[1].isupper())
    preceded = _CAPITAL_BEFORE.search(before)
    is_persons = bool(
        preceded and not preceded[1].isupper() and not _OPENING.search(before[: preceded.start()])
    )
    within = _WITHIN.match(after)
    return _Name(
        start=match.start(),
        end=match.end(),
        text=match[0],
        kind=None if is_longer else kind,
        is_own=not (is_longer or is_persons or _OTHER_BEFORE.search(before)),
        within=within and (within[1] or within[3]),
        province=within and within[2],
    )
