"""Text for analysis, in columns beside the printed text.

*Normalised* text is in lower case and one spelling, as the search compares words
(:func:`schemas.folding.spell`): NFC, and the tone mark of oa, oe and uy in one place.

*Segmented* text is normalised, too, and shows which syllables make one word: ``tổ_chức hội_nghị``. The
words are found by underthesea, whose model comes with the package. It knows Vietnamese only, so texts of
the other editions have no segmented form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen
from sqlalchemy import Connection

from analysis.exports.datasets import ArticleChoice, ArticlesDataset, Column, Condition, Dataset, Rows, Type
from newspapers import current
from schemas.folding import spell

NORMALISED = "_normalised"
SEGMENTED = "_segmented"

_TEXTS = ("headline", "lead", "body")
_MEANINGS = {
    NORMALISED: "in lower case, with the tone mark of oa, oe and uy in one place",
    SEGMENTED: "the same, with _ between the syllables of one word; null outside the edition vi",
}


@frozen
class _WithForms(ArticlesDataset):
    """The articles with some forms of each text after the text itself."""

    def batches(
        self, connection: Connection, choice: ArticleChoice, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        wanted = [_parts(name) for name in names]
        needed = list(dict.fromkeys(["edition", *(printed for printed, _ in wanted)]))
        make: dict[str, Callable[[str, str], str | None]] = {NORMALISED: lambda _, text: spell(text)}
        if any(form == SEGMENTED for _, form in wanted):
            make[SEGMENTED] = _segmenter()
        places = [(needed.index(printed), make.get(form)) for printed, form in wanted]
        for rows in super().batches(connection, choice, needed, *more):
            yield [
                tuple(
                    row[at] if form is None or row[at] is None else form(row[0], row[at])
                    for at, form in places
                )
                for row in rows
            ]


def with_forms(articles: Dataset, forms: Sequence[str]) -> Dataset:
    """The articles with each text followed by these of its forms."""
    columns: list[Column] = []
    for column in articles.columns:
        columns.append(column)
        columns += (
            Column(name, Type.TEXT, f"{column.name} {_MEANINGS[form]}")
            for name, form in zip(names_with_forms([column.name], forms)[1:], forms, strict=False)
        )
    return _WithForms(
        articles.name, articles.meaning, tuple(columns), articles.source, articles.values, articles.key
    )


def names_with_forms(names: Sequence[str], forms: Sequence[str]) -> list[str]:
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
        if current().edition(edition).language != "vi":
            return None
        # The model reads the text as printed: capitals tell it names.
        return "\n".join(
            " ".join(spell(word).replace(" ", "_") for word in word_tokenize(line))
            for line in text.split("\n")
        )

    return segment
