"""The catalogue: articles without their texts, so that questions about all of them need not read these."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Edition, Table
from schemas.tables.collected import Article, Section

AS_IN_ARTICLES = "as in articles"


class CatalogueLine(Table):
    """An article in a line: what people choose, sort and count by.

    It repeats what other tables say; :mod:`schemas.catalogue_lines` makes it in the transaction that writes
    them.
    """

    __tablename__ = "catalogue"
    __table_args__ = (Index(None, "published"),)

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id, ondelete="CASCADE"), primary_key=True)
    headline: Mapped[str] = mapped_column(comment=AS_IN_ARTICLES)
    published: Mapped[str | None] = mapped_column(
        comment="local time, as in 2024-04-24 10:00; of an estimate the month: 2024-04 ≈; null if not known"
    )
    section: Mapped[str] = mapped_column(
        comment="the section's name; edition and number if it was never seen, the edition if there is none"
    )
    authors: Mapped[str] = mapped_column(comment="persons named by the byline, in its order, as a JSON list")
    edition: Mapped[Edition]
    kind: Mapped[str] = mapped_column(comment=AS_IN_ARTICLES)
    year: Mapped[str | None] = mapped_column(comment="of publication, local time; null if not known")
    words: Mapped[int] = mapped_column(comment="words of lead and body")
    pictures: Mapped[int] = mapped_column(comment="number of pictures")
    revision: Mapped[int] = mapped_column(comment="1 for the first text seen; one more for each change")
    copies: Mapped[int] = mapped_column(comment="1, and one more for each article that it is a duplicate of")
    section_id: Mapped[int | None] = mapped_column(ForeignKey(Section.id))
    estimated: Mapped[int] = mapped_column(comment="1 if the date is an estimate, right to the month at best")
