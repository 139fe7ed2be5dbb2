"""A part of the collection: what search, exports, gaps, status and re-reading are asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from attrs import asdict, evolve, frozen
from sqlalchemy import ColumnElement, select, tuple_

from newspapers import SectionRef
from schemas.local_time import midnight
from schemas.tables import Article, Section


@frozen
class Part:
    """Articles of some editions, sections and days of publication; what is left empty restricts nothing."""

    editions: tuple[str, ...] = ()
    sections: tuple[SectionRef, ...] = ()
    since: date | None = None
    """First day of publication, local time. With either day, articles without a date are left out."""
    until: date | None = None
    """Last day of publication, local time."""

    @property
    def has_days(self) -> bool:
        """Whether only some days are asked for."""
        return self.since is not None or self.until is not None

    @property
    def of_all_days(self) -> Part:
        """The same editions and sections without a restriction to days."""
        return evolve(self, since=None, until=None)

    def conditions(self, article: Any = Article) -> list[ColumnElement[bool]]:
        """What must hold of an article, in SQL.

        :param article: the table ``articles``, or an alias of it.
        """
        found: list[ColumnElement[bool]] = []
        if self.editions:
            found.append(article.edition.in_(self.editions))
        if self.sections:
            found.append(article.section_id.in_(select(Section.id).where(self._of_sections())))
        if self.since:
            found.append(article.published_at >= midnight(self.since))
        if self.until:
            found.append(article.published_at < midnight(self.until + timedelta(days=1)))
        return found

    def section_conditions(self) -> list[ColumnElement[bool]]:
        """What must hold of a row of ``sections``, in SQL; days do not count."""
        found: list[ColumnElement[bool]] = []
        if self.editions:
            found.append(Section.edition.in_(self.editions))
        if self.sections:
            found.append(self._of_sections())
        return found

    def has_section(self, edition: str, section_id: int | None) -> bool:
        """Whether the articles of a section belong to it; ``None`` stands for a section that is not known."""
        if self.sections:
            return any((edition, section_id) == (ref.edition, ref.section_id) for ref in self.sections)
        return not self.editions or edition in self.editions

    def has_month(self, month: str | None) -> bool:
        """Whether some day of a month (``2024-04``) belongs to it; one that is not known does if all do."""
        if month is None:
            return not self.has_days
        return (self.first_month or month) <= month <= (self.last_month or month)

    @property
    def first_month(self) -> str | None:
        """The month of the first day: ``2024-04``."""
        return f"{self.since:%Y-%m}" if self.since else None

    @property
    def last_month(self) -> str | None:
        """The month of the last day."""
        return f"{self.until:%Y-%m}" if self.until else None

    def as_given(self) -> dict[str, Any]:
        """The restrictions as JSON has them, without those that restrict nothing."""
        return {
            name: [str(one) for one in value]
            if isinstance(value, tuple)
            else str(value)
            if isinstance(value, date)
            else value
            for name, value in asdict(self, recurse=False).items()
            if value
        }

    def _of_sections(self) -> ColumnElement[bool]:
        chosen = [(ref.edition, ref.section_id) for ref in self.sections]
        return tuple_(Section.edition, Section.site_section_id).in_(chosen)
