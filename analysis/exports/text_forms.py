"""Text for analysis, in columns beside the printed text.

*Normalised* text is in lower case and one spelling, as the search compares words
(:func:`schemas.folding.spell`): NFC, and the tone mark of oa, oe and uy in one place.

*Segmented* text is normalised, too, and shows which syllables make one word: ``tổ_chức hội_nghị``. The
words are found by underthesea, whose model comes with the package. It knows Vietnamese only, so texts of
the other editions have no segmented form.
"""

from __future__ import annotations

from attrs import evolve
from sqlalchemy import case

from analysis.exports.datasets import Column, Dataset, Type
from newspapers import current
from schemas.folding import spell
from schemas.tables import Article

_TEXTS = ("headline", "lead", "body")


def with_forms(articles: Dataset, *, normalised: bool, segmented: bool) -> Dataset:
    """The articles with each text followed by the forms asked for.

    :raises ModuleNotFoundError: if underthesea is needed and not installed.
    """
    columns: list[Column] = []
    for column in articles.columns:
        columns.append(column)
        if column.name in _TEXTS and normalised:
            meaning = f"{column.name} in lower case, with the tone mark of oa, oe and uy in one place"
            columns.append(Column(f"{column.name}_normalised", Type.TEXT, meaning, column.value, spell))
        if column.name in _TEXTS and segmented:
            columns.append(_segmented(column))
    return evolve(articles, columns=tuple(columns))


def _segmented(column: Column) -> Column:
    from underthesea import word_tokenize

    def segment(text: str) -> str:
        # The model reads the text as printed: capitals tell it names.
        return "\n".join(
            " ".join(spell(word).replace(" ", "_") for word in word_tokenize(line))
            for line in text.split("\n")
        )

    known = [code for code in current().codes if current().edition(code).language == "vi"]
    meaning = f"{column.name} normalised, with _ between the syllables of one word; null if not Vietnamese"
    value = case((Article.edition.in_(known), column.value))
    return Column(f"{column.name}_segmented", Type.TEXT, meaning, value, segment)
