"""Searches that people have saved, and what was found for them since."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import RowNumber, Table
from schemas.tables.collected import Article
from schemas.types import Json


class SavedSearch(Table):
    """A search whose new and edited articles are told, in a feed and by the notification settings."""

    __tablename__ = "saved_searches"

    id: Mapped[RowNumber]
    name: Mapped[str] = mapped_column(unique=True, comment="as given; the feed's file has it, too")
    query: Mapped[str] = mapped_column(comment="what is searched, as typed")
    part: Mapped[dict[str, Any]] = mapped_column(Json, comment="editions and sections; empty: all")
    match: Mapped[str] = mapped_column(comment="the same in the words of this database's index")
    saved_at: Mapped[datetime] = mapped_column(comment="what is stored from then on is told, UTC")


class SavedSearchHit(Table):
    """An article that a saved search found when it was stored, or when it was edited.

    It is written in the transaction that stores the text: whatever ends a run, each text is told once.
    """

    __tablename__ = "saved_search_hits"

    search_id: Mapped[int] = mapped_column(ForeignKey(SavedSearch.id), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    text_since: Mapped[datetime] = mapped_column(
        primary_key=True, comment="the fetch that brought the text, UTC"
    )
    edited: Mapped[bool] = mapped_column(comment="whether the article was there before with another text")
    found_at: Mapped[datetime] = mapped_column(comment="when it was stored, UTC")
    told_at: Mapped[datetime | None] = mapped_column(
        index=True, comment="when a message about it was sent, or would have been, UTC; null: not yet"
    )
