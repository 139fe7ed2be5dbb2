"""The crawl's memory of articles: which exist, which are still wanted, when each is due again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, bindparam, select, update

from pipelines.recheck import next_check, young_since
from pipelines.records.upsert import chunks, one_of, upsert
from schemas import items
from schemas.tables import ArchivedCapture, Article, ArticleUrl, Frontier, RelatedLink, Validator

QUICK_RETRIES = 1
"""So many failures are followed by a new try in the very next run; after more, days pass between."""

LOOKS_AT_GONE = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""After how long an article that is said to be gone is asked for again."""

SETTLED = ("state", "next_check_at", "attempts", "tried_at", "reason")
"""Columns that say how a try ended; the URL stays the listed one."""

FIRST_PAUSE = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=30)


class Identified(Protocol):
    """What names an article."""

    edition: str
    article_id: int


class Link(Identified, Protocol):
    """What any link to an article says of it."""

    url: str
    found_as: str


def write_links(
    connection: Connection, links: Iterable[tuple[Link, datetime]], found_by: str, *, listed: bool = False
) -> None:
    """Remember that articles exist and how their URLs were spelled; what is known stays as it is.

    :param listed: whether the section's own list shows them. Then an article that counts as gone
        under another URL is wanted again, under this one.
    """
    found = list(links)
    rows = {
        (link.edition, link.article_id): _row(link, link.url, found_by, at, state="wanted", next_check_at=at)
        for link, at in found
    }
    wanted_again = ("url", "state", "next_check_at", "attempts") if listed else ()
    is_elsewhere = lambda new: (Frontier.state == "gone") & (Frontier.url != new.url)  # noqa: E731
    upsert(connection, Frontier, rows, wanted_again, where=is_elsewhere)
    write_spellings(connection, ((link.found_as, link.edition, link.article_id, at) for link, at in found))


def _row(item: Identified, url: str, found_by: str, at: datetime, **how: Any) -> dict[str, Any]:
    """A row of ``frontier``: ``how`` says what is known of the article."""
    return {
        "edition": str(item.edition),
        "site_article_id": item.article_id,
        "url": url,
        "found_by": found_by,
        "found_at": at,
        "attempts": 0,
    } | how


def write_spellings(connection: Connection, spellings: Iterable[tuple[str, str, int, datetime]]) -> None:
    """Keep (url, edition, article number, time) as a spelling that leads to the article."""
    rows: dict[str, dict[str, Any]] = {}
    for url, edition, article_id, at in spellings:
        row = {"url": url, "edition": str(edition), "site_article_id": article_id, "first_seen_at": at}
        if url not in rows or at < rows[url]["first_seen_at"]:
            rows[url] = row
    upsert(
        connection,
        ArticleUrl,
        rows,
        ["first_seen_at"],
        where=lambda new: ArticleUrl.first_seen_at > new.first_seen_at,
    )


def mark_collected(
    connection: Connection,
    fetched: Sequence[tuple[items.Article, datetime | None]],
    found_by: str,
    recheck_days: int,
) -> None:
    """Note that articles are in the collection, and when each is to be looked at again.

    :param fetched: articles, each with the time since when it is young again (``None``: its publication).
    """
    rows = {
        article.key: _row(
            article,
            article.canonical_url,
            found_by,
            at := article.fetched_at,
            state="collected",
            next_check_at=next_check(article.published_at, changed_at, at, recheck_days),
            tried_at=at,
            reason=None,
        )
        for article, changed_at in fetched
    }
    upsert(connection, Frontier, rows, SETTLED)
    write_validators(connection, [article.validators for article, _ in fetched])


def mark_unchanged(connection: Connection, unchanged: Sequence[items.Unchanged], recheck_days: int) -> None:
    """Note that articles have not changed. What is older than the last look at one says nothing."""
    at = {(item.edition, item.article_id): item.at for item in sorted(unchanged, key=lambda item: item.at)}
    key = (Article.edition, Article.site_article_id)
    told = (Article.published_at, Article.published_basis, Article.changed_at, Article.revision)
    looks = []
    for part in chunks(sorted(at)):
        query = select(Article.id, *key, Article.last_seen_at, *told).where(one_of(key, part))
        for row in connection.execute(query):
            time = at[row.edition, row.site_article_id]
            if time <= row.last_seen_at:
                continue
            # Not modified: the block of other news stands as it stood when the page was last read.
            shown = (RelatedLink.article_id == row.id, RelatedLink.last_seen_at == row.last_seen_at)
            connection.execute(update(RelatedLink).where(*shown).values(last_seen_at=time))
            young = young_since(
                row.published_at, row.published_basis, row.changed_at, is_edited=row.revision > 1
            )
            due = next_check(row.published_at, young, time, recheck_days)
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


def mark_gone(connection: Connection, absences: Iterable[items.Absence], found_by: str) -> None:
    """Note that there is no such article (any more).

    A site under maintenance says so of articles that exist: the answer is believed for good only
    when it has been the same at all of :data:`LOOKS_AT_GONE`.
    """
    last = {(item.edition, item.article_id): item for item in absences}
    before = frontier_rows(connection, last)
    rows = {}
    for key, item in last.items():
        looks = before[key].attempts if key in before and before[key].state == "gone" else 0
        due = item.at + LOOKS_AT_GONE[looks] if looks < len(LOOKS_AT_GONE) else None
        how = {"state": "gone", "next_check_at": due, "attempts": looks + 1}
        rows[key] = _row(item, item.url, found_by, item.at, tried_at=item.at, reason=item.reason, **how)
    upsert(connection, Frontier, rows, SETTLED)


def mark_gone_once(connection: Connection, absences: Iterable[items.Absence], found_by: str) -> None:
    """The same for what archived pages tell, unless the frontier knows it, or something later."""
    left: dict[tuple[str, int], list[items.Absence]] = defaultdict(list)
    for item in absences:
        left[item.edition, item.article_id].append(item)
    heard = {key: row.tried_at for key, row in frontier_rows(connection, left).items() if row.tried_at}
    while left:
        first = [(key, of_one.pop(0)) for key, of_one in left.items()]
        left = {key: of_one for key, of_one in left.items() if of_one}
        mark_gone(connection, [it for key, it in first if key not in heard or heard[key] < it.at], found_by)


def mark_failed(connection: Connection, failures: Iterable[items.Failure], found_by: str) -> None:
    """Note that articles could not be fetched; they stay wanted, in growing intervals."""
    last = {(item.edition, item.article_id): item for item in failures}
    before = frontier_rows(connection, last)
    rows = {}
    for key, item in last.items():
        attempts = (before[key].attempts if key in before else 0) + 1
        how = {"state": before[key].state if key in before else "wanted", "attempts": attempts}
        how |= {"next_check_at": item.at + pause_after(attempts)}
        rows[key] = _row(item, item.url, found_by, item.at, tried_at=item.at, reason=item.reason, **how)
    upsert(connection, Frontier, rows, SETTLED)


def frontier_rows(connection: Connection, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Row[Any]]:
    """What is remembered of articles, by edition and number."""
    key = (Frontier.edition, Frontier.site_article_id)
    query: Any = select(*key, Frontier.attempts, Frontier.state, Frontier.tried_at)
    return {
        (row.edition, row.site_article_id): row
        for part in chunks(sorted(keys))
        for row in connection.execute(query.where(one_of(key, part)))
    }


def pause_after(attempts: int) -> timedelta:
    """How long an article that failed so many times is not fetched."""
    if attempts <= QUICK_RETRIES:
        return timedelta(0)
    doublings = min(attempts - QUICK_RETRIES - 1, 10)
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << doublings))


def make_due(connection: Connection, keys: Iterable[tuple[str, int]], at: datetime) -> None:
    """Have collected articles looked at again now: a list shows them with another headline or teaser."""
    for part in chunks(sorted(keys)):
        connection.execute(
            update(Frontier)
            .where(one_of((Frontier.edition, Frontier.site_article_id), part), Frontier.state == "collected")
            .values(next_check_at=at)
        )


def write_validators(connection: Connection, validators: Iterable[items.Validators | None]) -> None:
    """Remember what the site gave for conditional requests."""
    given = [item for item in validators if item and (item.etag or item.last_modified)]
    replaced = ["etag", "last_modified", "read_at"]
    for misled in (False, True):
        rows = {
            item.url: {
                "url": item.url,
                "etag": item.etag,
                "last_modified": item.last_modified,
                "read_at": item.at,
                "misled_at": item.at if misled else None,
            }
            for item in given
            if item.misled == misled
        }
        upsert(connection, Validator, rows, [*replaced, "misled_at"] if misled else replaced)


def write_archive_index(connection: Connection, index: items.ArchiveIndex, found_by: str) -> None:
    """Remember captures; the articles that they are of are known to exist from now on."""
    rows = {
        (str(capture.edition), capture.article_id, capture.captured_at): {
            "archive": index.archive,
            "edition": str(capture.edition),
            "site_article_id": capture.article_id,
            "captured_at": capture.captured_at,
            "url": capture.url,
        }
        for capture in index.captures
    }
    upsert(connection, ArchivedCapture, rows)
    write_links(connection, ((capture, index.at) for capture in index.captures), found_by)
