"""The crawl's memory of articles: which exist, which are still wanted, when each is due again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from pipelines.recheck import next_check
from pipelines.records.upsert import for_keys, upsert
from schemas import items
from schemas.items import Key
from schemas.tables import ArchivedCapture, Article, ArticleUrl, Frontier, RelatedLink, Validator

QUICK_RETRIES = 1
"""So many failures are followed by a new try in the very next run; after more, days pass between."""

LOOKS_AT_GONE = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""After how long an article that is said to be gone is asked for again."""

SETTLED = ("state", "next_check_at", "attempts", "tried_at", "reason")
"""Columns that say how a try ended; the URL stays the listed one."""

FIRST_PAUSE = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=30)


def write_links(
    connection: Connection,
    links: Iterable[tuple[items.Link, datetime]],
    found_by: str,
    *,
    listed: bool = False,
) -> None:
    """Remember that articles exist and how their URLs were spelled; what is known stays as it is.

    :param links: each with the fetch that showed it.
    :param listed: whether the section's own list shows them. Then an article that counts as gone
        under another URL is wanted again, under this one.
    """
    found = list(links)
    upsert(
        connection,
        Frontier,
        [_row(link, link.url, found_by, at, state="wanted", next_check_at=at) for link, at in found],
        ("url", "state", "next_check_at", "attempts") if listed else (),
        where=lambda new: (Frontier.state == "gone") & (Frontier.url != new.url),
    )
    write_spellings(connection, ((link.found_as, link.key, at) for link, at in found))


def _row(item: items.OfArticle, url: str, found_by: str, at: datetime, **how: Any) -> dict[str, Any]:
    """A row of ``frontier``: ``how`` says what is known of the article."""
    return {
        "edition": item.edition,
        "site_article_id": item.article_id,
        "url": url,
        "found_by": found_by,
        "found_at": at,
        "attempts": 0,
    } | how


def write_spellings(connection: Connection, spellings: Iterable[tuple[str, Key, datetime]]) -> None:
    """Keep URLs as spellings that lead to articles, each with when it was first seen."""
    upsert(
        connection,
        ArticleUrl,
        [
            {"url": url, "edition": edition, "site_article_id": number, "first_seen_at": at}
            for url, (edition, number), at in sorted(
                spellings, key=lambda spelling: spelling[2], reverse=True
            )
        ],
        ["first_seen_at"],
        where=lambda new: ArticleUrl.first_seen_at > new.first_seen_at,
    )


def mark_collected(
    connection: Connection, fetched: Sequence[tuple[items.Article, datetime | None]], found_by: str
) -> None:
    """Note that articles are in the collection, and when each is to be looked at again."""
    rows = [
        _row(
            article,
            article.canonical_url,
            found_by,
            at := article.fetched_at,
            state="collected",
            next_check_at=due,
            tried_at=at,
            reason=None,
        )
        for article, due in fetched
    ]
    upsert(connection, Frontier, rows, SETTLED)
    write_validators(connection, [article.validators for article, _ in fetched])


def mark_unchanged(connection: Connection, unchanged: Sequence[items.Unchanged], recheck_days: int) -> None:
    """Note that articles have not changed. What is older than the last look at one says nothing."""
    at = {item.key: item.at for item in sorted(unchanged, key=lambda item: item.at)}
    key = (Article.edition, Article.site_article_id)
    told = (Article.published_at, Article.published_basis, Article.changed_at, Article.revision)
    looks = []
    for row in for_keys(connection, select(Article.id, *key, Article.last_seen_at, *told), key, at):
        time = at[row.edition, row.site_article_id]
        if time <= row.last_seen_at:
            continue
        # Not modified: the block of other news stands as it stood when the page was last read.
        shown = (RelatedLink.article_id == row.id, RelatedLink.last_seen_at == row.last_seen_at)
        connection.execute(update(RelatedLink).where(*shown).values(last_seen_at=time))
        dated = (row.published_at, row.published_basis, row.changed_at, time)
        due = next_check(*dated, recheck_days, is_edited=row.revision > 1)
        looks.append({"of": row.edition, "number": row.site_article_id, "time": time, "due": due})
    if not looks:
        return
    seen = update(Article).values(last_seen_at=bindparam("time"))
    tried = update(Frontier).values(
        tried_at=bindparam("time"), attempts=0, reason=None, next_check_at=bindparam("due")
    )
    for table, statement in ((Article, seen), (Frontier, tried)):
        is_it = (table.edition == bindparam("of")) & (table.site_article_id == bindparam("number"))
        connection.execute(statement.where(is_it), looks)


def mark_tried(connection: Connection, tried: Iterable[items.Absence | items.Failure], found_by: str) -> None:
    """Note that there is no such article (any more), or that it could not be fetched and stays wanted.

    Nothing is noted where something later is known. A site under maintenance says of articles that exist that
    there are none: that is believed for good only when the answer has been the same at all of
    :data:`LOOKS_AT_GONE`.
    """
    in_order = sorted(tried, key=lambda item: item.at)
    key = (Frontier.edition, Frontier.site_article_id)
    query = select(*key, Frontier.state, Frontier.attempts, Frontier.tried_at)
    known: dict[Key, tuple[str, int, datetime | None]] = {
        (row.edition, row.site_article_id): (row.state, row.attempts, row.tried_at)
        for row in for_keys(connection, query, key, (item.key for item in in_order))
    }
    rows = []
    for item in in_order:
        state, attempts, before = known.get(item.key, ("wanted", 0, None))
        if before and before >= item.at:
            continue
        due: datetime | None
        if isinstance(item, items.Absence):
            looks = attempts if state == "gone" else 0
            due = item.at + LOOKS_AT_GONE[looks] if looks < len(LOOKS_AT_GONE) else None
            state, attempts = "gone", looks + 1
        else:
            attempts += 1
            due = item.at + pause_after(attempts)
        known[item.key] = state, attempts, item.at
        how = {"state": state, "next_check_at": due, "attempts": attempts}
        rows.append(_row(item, item.url, found_by, item.at, tried_at=item.at, reason=item.reason, **how))
    upsert(connection, Frontier, rows, SETTLED)


def pause_after(attempts: int) -> timedelta:
    """How long an article that failed so many times is not fetched."""
    if attempts <= QUICK_RETRIES:
        return timedelta(0)
    doublings = min(attempts - QUICK_RETRIES - 1, 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))


def make_due(connection: Connection, keys: Iterable[Key], at: datetime) -> None:
    """Have collected articles looked at again now: a list shows them with another headline or teaser."""
    due = update(Frontier).where(Frontier.state == "collected").values(next_check_at=at)
    for_keys(connection, due, (Frontier.edition, Frontier.site_article_id), keys)


def write_validators(connection: Connection, validators: Iterable[items.Validators | None]) -> None:
    """Remember what the site gave for conditional requests."""
    given = [item for item in validators if item and (item.etag or item.last_modified)]
    replaced = ["etag", "last_modified", "read_at"]
    for misled in (False, True):
        rows = [
            {
                "url": item.url,
                "etag": item.etag,
                "last_modified": item.last_modified,
                "read_at": item.at,
                "misled_at": item.at if misled else None,
            }
            for item in given
            if item.misled == misled
        ]
        upsert(connection, Validator, rows, [*replaced, "misled_at"] if misled else replaced)


def write_archive_index(connection: Connection, index: items.ArchiveIndex, found_by: str) -> None:
    """Remember captures; the articles that they are of are known to exist from now on."""
    rows = [
        {
            "archive": index.archive,
            "edition": capture.edition,
            "site_article_id": capture.article_id,
            "captured_at": capture.captured_at,
            "url": capture.url,
        }
        for capture in index.captures
    ]
    upsert(connection, ArchivedCapture, rows)
    write_links(connection, ((capture, index.at) for capture in index.captures), found_by)
