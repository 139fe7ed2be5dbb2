"""Text for analysis, in columns beside the printed text.

*Normalised* text is in lower case and one spelling, as the search compares words
(:func:`schemas.folding.spell`): NFC, and the tone mark of oa, oe and uy in one place.

*Segmented* text is normalised, too, and shows which syllables make one word: ``tổ_chức hội_nghị``. The
words are found by underthesea, whose model comes with the package. It knows Vietnamese only, so texts of
the other editions have no segmented form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import frozen
from sqlalchemy import Connection

from analysis.exports.columns import Column, Type
from analysis.exports.datasets import Condition, Dataset, Rows
from analysis.exports.selection import Selection
from newspapers.baohoabinh.urls import Edition
from schemas.folding import spell

NORMALISED = "_normalised"
SEGMENTED = "_segmented"

_TEXTS = ("headline", "lead", "body")
_MEANINGS = {
    NORMALISED: "in lower case, with the tone mark of oa, oe and uy in one place",
    SEGMENTED: "the same, with _ between the syllables of one word; null outside the edition vi",
}


@frozen
class NormalisedDataset:
    """The articles with some forms of each text after the text itself."""

    printed: Dataset
    forms: tuple[str, ...]
    """:data:`NORMALISED`, :data:`SEGMENTED`."""

    @property
    def name(self) -> str:
        return self.printed.name

    @property
    def meaning(self) -> str:
        return self.printed.meaning

    @property
    def of_articles(self) -> bool:
        return self.printed.of_articles

    @property
    def columns(self) -> tuple[Column, ...]:
        columns: list[Column] = []
        for column in self.printed.columns:
            columns.append(column)
            if column.name in _TEXTS:
                columns += [
                    Column(column.name + form, Type.TEXT, f"{column.name} {_MEANINGS[form]}")
                    for form in self.forms
                ]
        return tuple(columns)

    def count(self, connection: Connection, selection: Selection, *more: Condition) -> int:
        return self.printed.count(connection, selection, *more)

    def batches(
        self, connection: Connection, selection: Selection, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        parts = [_parts(name) for name in names]
        needed = list(dict.fromkeys(["edition", *(printed for printed, _ in parts)]))
        places = [(needed.index(printed), form) for printed, form in parts]
        make: dict[str, Callable[[str, str], str | None]] = {NORMALISED: lambda _, text: spell(text)}
        if SEGMENTED in self.forms:
            make[SEGMENTED] = _segmenter()
        for rows in self.printed.batches(connection, selection, needed, *more):
            yield [
                tuple(
                    row[at] if not form or row[at] is None else make[form](row[0], row[at])
                    for at, form in places
                )
                for row in rows
            ]


def with_forms(names: Iterable[str], forms: Sequence[str]) -> list[str]:
    """The columns asked for, each text followed by its forms."""
    return [name + form for name in names for form in ("", *(forms if name in _TEXTS else ()))]


def _parts(name: str) -> tuple[str, str]:
    for form in (NORMALISED, SEGMENTED):
        if name.endswith(form):
            return name.removesuffix(form), form
    return name, ""


def _segmenter() -> Callable[[str, str], str | None]:
    from underthesea import word_tokenize

    def segment(edition: str, text: str) -> str | None:
        if edition != Edition.VI:
            return None
        # The model reads the text as printed: capitals tell it names, and "qúy" is no word to it.
        return "\n".join(
            " ".join(spell(word).replace(" ", "_") for word in word_tokenize(line))
            for line in text.split("\n")
        )

    return segment
