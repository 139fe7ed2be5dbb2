"""The links to other news on articles' pages, each with the first and the last fetch that showed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import Factory, define
from sqlalchemy import Connection, case, delete

from pipelines.records.history import Fetch
from pipelines.records.upsert import for_keys, hanging_on, upsert
from schemas.items import Key
from schemas.tables import RelatedLink

PRINTED = ("position", "url", "headline", "teaser")
"""Columns that say how an entry stands on the page."""

Links = dict[Key, dict[str, Any]]
"""Rows of ``related_links`` of one article, without its own number, by the article that is linked to."""


@define
class RelatedLinks:
    """What becomes of the rows of one article."""

    written: Links
    strays: list[Key] = Factory(list)
    """Those that no archived page shows any more."""
    other_headlines: tuple[list[str], list[str]] | None = None
    """Before and after, if another entry, or another text of one, is shown than before."""


def related_of(fetches: Sequence[Fetch], before: Links, *, again: bool = False) -> RelatedLinks:
    """What fetches make of the rows.

    :param before: the rows that there are, if all archived pages were read again.
    """
    shown = _shown_by(fetches)
    if not again:
        return RelatedLinks(shown)
    times = {fetch.at for fetch in fetches}
    strays = [
        target
        for target, link in before.items()
        if target not in shown and link["first_seen_at"] in times and link["last_seen_at"] in times
    ]
    written = {target: link for target, link in shown.items() if before.get(target) != link}
    after = {target: link for target, link in before.items() if target not in strays} | shown
    is_other = any(_printed(before, name) != _printed(after, name) for name in PRINTED)
    headlines = _printed(before, "headline"), _printed(after, "headline")
    return RelatedLinks(written, strays, headlines if is_other else None)


def _shown_by(fetches: Iterable[Fetch]) -> Links:
    rows: Links = {}
    block: list[Key] = []
    for fetch in fetches:
        if fetch.article is None:  # not modified: the block stands as it stood
            for target in block:
                rows[target]["last_seen_at"] = fetch.at
            continue
        block = [link.key for link in fetch.article.related]
        for position, link in enumerate(fetch.article.related, 1):
            rows[link.key] = {
                "target_edition": link.edition,
                "target_site_article_id": link.article_id,
                "position": position,
                "url": link.url,
                "headline": link.headline,
                "teaser": link.teaser,
                "first_seen_at": rows[link.key]["first_seen_at"] if link.key in rows else fetch.at,
                "last_seen_at": fetch.at,
            }
    return rows


def _printed(links: Links, name: str) -> list[Any]:
    return [link[name] for _, link in sorted(links.items())]


def read_related(connection: Connection, article_ids: Sequence[int]) -> dict[int, Links]:
    """The rows that there are, by the article's row id."""
    return {
        article_id: {(link["target_edition"], link["target_site_article_id"]): link for link in links}
        for article_id, links in hanging_on(connection, RelatedLink, article_ids).items()
    }


def write_related(connection: Connection, changes: Sequence[tuple[int, RelatedLinks]]) -> None:
    """Write rows, each with the row id of its article.

    Of an entry that is there, each fetch counts in its place in time.
    """
    strays = [(article_id, *target) for article_id, links in changes for target in links.strays]
    key = (RelatedLink.article_id, RelatedLink.target_edition, RelatedLink.target_site_article_id)
    for_keys(connection, delete(RelatedLink), key, strays)
    old = RelatedLink.__table__.c

    def merged(new: Any) -> dict[str, Any]:
        is_later, is_earlier = new.last_seen_at >= old.last_seen_at, new.first_seen_at < old.first_seen_at
        values = {name: case((is_later, new[name]), else_=old[name]) for name in (*PRINTED, "last_seen_at")}
        return values | {"first_seen_at": case((is_earlier, new.first_seen_at), else_=old.first_seen_at)}

    rows = ({"article_id": its, **row} for its, links in changes for row in links.written.values())
    upsert(connection, RelatedLink, rows, merged)
