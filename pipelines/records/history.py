"""An article's history: its texts in the order in which they stood on the site.

Fetches come in any order: live ones as time goes by, those out of archives as they are found. The
history is the same whatever the order, because each fetch is put in its place by its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise, takewhile
from typing import Any

import attrs
from attrs import Factory, define, frozen
from sqlalchemy import Connection, Row, delete

from pipelines.records.upsert import insert_rows
from schemas import items
from schemas.tables import Article, ArticleRevision

COMPARED = tuple(column.name for column in Article.__table__.columns if column.info.get("compared"))
"""The columns in which a difference makes a new revision; differing images make one too."""

KEPT = (*COMPARED, "images", "content_hash", "parser")
"""What is kept of a text that another one followed."""

_DATED = ("published_at", "published_raw")
_TELLS_A_DAY = re.compile(r"[0-9]{4}|[0-9]\s?[/.-]\s?[0-9]|tháng", re.IGNORECASE)

Text = Mapping[str, Any]
"""What an article said: the values of :data:`KEPT`."""


class Cause(StrEnum):
    """Why a text was followed by another one."""

    EDIT = "edit"
    """The newspaper said something else."""
    PARSER = "parser"
    """The same page was read better."""


@frozen
class Fetch:
    """A fetch of an article's page."""

    at: datetime
    article: items.Article | None
    """What the page says; ``None`` for the answer that it has not changed (304)."""


@define
class Revision:
    """A text, and the first and the last fetch that are known to have shown it in one go."""

    since: datetime
    until: datetime
    text: Text
    former_readings: list[dict[str, Any]] = Factory(list)
    """Rows of what the same pages were read as by earlier parsers."""
    article: items.Article | None = None
    """The fetch that this text was read from, if it was read just now."""

    @classmethod
    def of(cls, article: items.Article) -> Revision:
        """What a single fetch shows."""
        return cls(article.fetched_at, article.fetched_at, text_of(article), article=article)


def column_value(value: Any) -> Any:
    """A field of an item as its column holds it."""
    if isinstance(value, list):
        return "\n\n".join(value)
    return str(value) if isinstance(value, StrEnum) else value


def text_of(article: items.Article) -> dict[str, Any]:
    """What a fetch says."""
    return {name: column_value(getattr(article, name)) for name in COMPARED} | {
        "images": [attrs.asdict(image, recurse=False) for image in article.images],
        "content_hash": article.content_hash,
        "parser": article.parser,
    }


def changed_fields(before: Text, after: Text) -> list[str]:
    """The fields in which two texts differ.

    A date that is told by the time of the fetch ("3 giờ trước") moves with each, and is no change.
    """
    dated = before["published_raw"] and after["published_raw"]
    moves = _DATED if dated and not _TELLS_A_DAY.search(after["published_raw"]) else ()
    return [name for name in (*COMPARED, "images") if before[name] != after[name] and name not in moves]


def add_fetch(history: list[Revision], fetch: Fetch, now: datetime) -> bool:
    """Put a fetch that the history does not know yet in its place.

    :param now: when a text that is read otherwise from the same page is said to be replaced.
    :returns: whether the fetch brings a text that the history did not have at that time.
    """
    last = history[-1]
    if fetch.article is None:
        last.until = max(last.until, fetch.at)
        return False
    added = Revision.of(fetch.article)
    if added.since < last.until or added.since == last.since:
        return _insert(history, added, now)
    if changed_fields(last.text, added.text):
        history.append(added)
        return True
    last.until = added.until
    return False


def _insert(history: list[Revision], added: Revision, now: datetime) -> bool:
    at = added.since
    place = next(i for i, revision in enumerate(history) if revision.until >= at)
    following = history[place]
    if not changed_fields(following.text, added.text):
        following.since = min(following.since, at)
        return False
    if following.since == at:  # the page that this text was read from, read again
        following.former_readings.append(_former_reading(following, added.text, now))
        following.text, following.article = added.text, added.article
        return True
    if following.since < at:  # between two fetches of one text: it went and came back
        before = Revision(following.since, following.since, following.text, following.former_readings)
        following.since, following.former_readings = following.until, []
        history[place:place] = [before, added]
        return True
    if place and not changed_fields(history[place - 1].text, added.text):
        history[place - 1].until = at
        return False
    history.insert(place, added)
    return True


def read_again(history: list[Revision], fetches: Sequence[Fetch], now: datetime) -> list[Revision]:
    """The history with what its archived pages say as they are read now.

    Its times stay, which are those of the fetches; only what stood on the site at each of them is read
    anew. A text of which no page is archived stays as it is.

    :param fetches: of all archived pages of the article, in order of time.
    """
    anew: list[Revision] = []
    outside = list(fetches)
    for revision in history:
        within = [fetch for fetch in outside if revision.since <= fetch.at <= revision.until]
        outside = [fetch for fetch in outside if not revision.since <= fetch.at <= revision.until]
        for text in _texts_within(revision, within, now):
            if anew and not changed_fields(anew[-1].text, text.text):  # a difference that was none
                anew[-1].until = text.until
                anew[-1].former_readings += text.former_readings
                anew[-1].article = anew[-1].article or text.article
            else:
                anew.append(text)
    for fetch in outside:
        add_fetch(anew, fetch, now)
    return anew


def _texts_within(revision: Revision, fetches: Iterable[Fetch], now: datetime) -> list[Revision]:
    """A revision as its pages are read now: one text or, where an edit was overlooked, several."""
    texts: list[Revision] = []
    for fetch in fetches:
        text = text_of(fetch.article) if fetch.article else None
        if text and not (texts and not changed_fields(texts[-1].text, text)):
            texts.append(Revision(fetch.at, fetch.at, text, article=fetch.article))
        elif texts:
            texts[-1].until = fetch.at
    if not texts:
        return [revision]
    texts[0].since, texts[-1].until = revision.since, revision.until
    texts[0].former_readings = list(revision.former_readings)
    if changed_fields(revision.text, texts[0].text):
        texts[0].former_readings.append(_former_reading(revision, texts[0].text, now))
    return texts


def _row(revision: Revision, following: Revision) -> dict[str, Any]:
    """The row of ``article_revisions`` for a text that another one followed, without article and number."""
    return {name: revision.text[name] for name in KEPT} | {
        "seen_at": revision.since,
        "last_seen_at": revision.until,
        "replaced_at": following.since,
        "changed": changed_fields(revision.text, following.text),
        "cause": Cause.EDIT,
    }


def _former_reading(revision: Revision, now_read: Text, now: datetime) -> dict[str, Any]:
    """The row for a text that a better parser reads otherwise from the same page."""
    return _row(revision, Revision(now, now, now_read)) | {"cause": Cause.PARSER}


def rows_of(history: Sequence[Revision], before: int = 0) -> list[dict[str, Any]]:
    """The rows of ``article_revisions`` for a history, in order, without the article's number.

    The present text has none.

    :param before: how many rows there are that the history leaves out.
    """
    rows: list[dict[str, Any]] = []
    for revision, following in pairwise(history):
        rows += [*revision.former_readings, _row(revision, following)]
    rows += history[-1].former_readings
    return [{**row, "revision": number} for number, row in enumerate(rows, before + 1)]


def history_of(
    row: Row[Any], images: list[dict[str, Any]], revisions: Iterable[dict[str, Any]]
) -> list[Revision]:
    """The texts of an article, the present one last.

    :param row: of ``articles``.
    :param revisions: rows of ``article_revisions``.
    """
    history: list[Revision] = []
    former: list[dict[str, Any]] = []
    for old in revisions:
        if old["cause"] == Cause.PARSER:
            former.append(old)
        else:
            history.append(Revision(old["seen_at"], old["last_seen_at"], old, former))
            former = []
    text = {name: getattr(row, name) for name in KEPT if name != "images"} | {"images": images}
    return [*history, Revision(row.changed_at, row.last_seen_at, text, former)]


def write_revisions(
    connection: Connection, histories: Iterable[tuple[int, list[dict[str, Any]], list[dict[str, Any]]]]
) -> None:
    """Bring ``article_revisions`` from the rows of histories as they were to those as they are now.

    :param histories: row id of the article, its rows before, and after.
    """
    added: list[dict[str, Any]] = []
    for article_id, before, after in histories:
        same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))))
        if same < len(before):
            is_other = ArticleRevision.revision >= before[same]["revision"]
            connection.execute(
                delete(ArticleRevision).where(ArticleRevision.article_id == article_id, is_other)
            )
        added += ({**row, "article_id": article_id} for row in after[same:])
    insert_rows(connection, ArticleRevision, added)
