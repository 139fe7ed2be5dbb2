"""The report in two languages: its words, and how they write numbers and dates.

The page and the plots are written in English; ``vietnamese.toml`` has a translation of each sentence.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from attrs import frozen

from newspapers import current
from schemas.local_time import local


class Language(StrEnum):
    """A language that the report is written in."""

    ENGLISH = "en"
    VIETNAMESE = "vi"


@cache
def _vietnamese() -> dict[str, str]:
    return tomllib.loads(files("analysis.report").joinpath("vietnamese.toml").read_text(encoding="utf-8"))


@frozen
class Wording:
    """How the report says things."""

    language: Language

    def __call__(self, text: str) -> str:
        """A sentence of the report in this language.

        :raises KeyError: if it has no translation.
        """
        return text if self.language is Language.ENGLISH else _vietnamese()[text]

    def edition(self, code: str) -> str:
        """What an edition is called."""
        edition = current().edition(code)
        return edition.label if self.language is Language.ENGLISH else edition.label_vi

    def field(self, name: str) -> str:
        """A field of an article; a column that has no translation yet is called by its name."""
        return name if self.language is Language.ENGLISH else _vietnamese().get(name, name)

    @property
    def separators(self) -> tuple[str, str]:
        """The mark between thousands, and the one before decimals."""
        return (",", ".") if self.language is Language.ENGLISH else (".", ",")

    def number(self, value: int) -> str:
        """A count."""
        return f"{value:,}".replace(",", self.separators[0])

    def share(self, part: int, total: int | None) -> str:
        """A part in per cent; a dash where there is nothing to have a part of."""
        return f"{part / total:.1%}".replace(".", self.separators[1]) if total else "–"

    def similarity(self, value: float) -> str:
        """A number from 0 to 1."""
        return f"{value:.2f}".replace(".", self.separators[1])

    def date(self, period: str) -> str:
        """A local day that is written ``2024-04-24``, or a month that is written ``2024-04``."""
        return period if self.language is Language.ENGLISH else "/".join(reversed(period.split("-")))

    def day(self, moment: datetime) -> str:
        """Local day."""
        return self.date(f"{local(moment):%Y-%m-%d}")

    def minute(self, moment: datetime) -> str:
        """Local day and minute."""
        return f"{self.day(moment)} {local(moment):%H:%M}"
