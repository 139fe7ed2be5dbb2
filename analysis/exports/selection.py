"""Which articles an export holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from attrs import asdict, evolve, frozen
from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from newspapers.baohoabinh.numbering import ZONE
from newspapers.baohoabinh.urls import SectionRef
from schemas.items import Basis, Kind
from schemas.tables import Article, ArticleAuthor, Author, Duplicate, Section


@frozen
class Selection:
    """A part of the collection's articles; what is left empty does not restrict it."""

    editions: tuple[str, ...] = ()
    sections: tuple[SectionRef, ...] = ()
    since: date | None = None
    """First day of publication, local."""
    until: date | None = None
    """Last day of publication, local."""
    kinds: tuple[Kind, ...] = ()
    author: str | None = None
    """A name as the table ``authors`` has it."""
    distinct: bool = False
    """Only one article of each story: one is left out if an earlier one *of the selection* tells it."""
    dates_from_page: bool = False
    """Only articles whose date the page prints, none of the estimates."""

    @property
    def of_some_days(self) -> bool:
        """Whether articles without a date are left out."""
        return self.since is not None or self.until is not None

    def as_given(self) -> dict[str, Any]:
        """The restrictions in a form that JSON has, without those that restrict nothing."""
        return {
            name: [str(part) for part in value]
            if isinstance(value, tuple)
            else str(value)
            if isinstance(value, date)
            else value
            for name, value in asdict(self, recurse=False).items()
            if value
        }

    def conditions(self, article: Any = Article) -> list[ColumnElement[bool]]:
        """What must hold of an article.

        :param article: the table ``articles``, or an alias of it.
        """
        found: list[ColumnElement[bool]] = []
        if self.editions:
            found.append(article.edition.in_([str(edition) for edition in self.editions]))
        if self.sections:
            found.append(article.section_id.in_(_section_ids(self.sections)))
        if self.kinds:
            found.append(article.kind.in_([str(kind) for kind in self.kinds]))
        if self.since:
            found.append(article.published_at >= midnight(self.since))
        if self.until:
            found.append(article.published_at < midnight(self.until + timedelta(days=1)))
        if self.dates_from_page:
            found.append(article.published_basis == str(Basis.PAGE))
        if self.author is not None:
            written = select(ArticleAuthor.article_id).join(Author).where(Author.name == self.author)
            found.append(article.id.in_(written))
        if self.distinct:
            earlier = aliased(Article)
            among = evolve(self, distinct=False).conditions(earlier)
            found.append(
                ~exists(
                    select(Duplicate.article_id)
                    .join(earlier, earlier.id == Duplicate.of_article_id)
                    .where(Duplicate.article_id == article.id, *among)
                )
            )
        return found


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Việt Nam."""
    return datetime.combine(day, time(), ZONE)


def _section_ids(sections: tuple[SectionRef, ...]) -> Any:
    chosen = (
        and_(Section.edition == str(ref.edition), Section.site_section_id == ref.section_id)
        for ref in sections
    )
    return select(Section.id).where(or_(false(), *chosen))
