"""The links to other news on articles' pages, each with the first and the last fetch that showed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import Factory, define
from sqlalchemy import Connection, case, delete, select

from pipelines.records.history import Fetch
from pipelines.records.upsert import chunks, insert, insert_all, one_of
from schemas import items
from schemas.tables import RelatedLink

PRINTED = ("position", "url", "headline", "teaser")
"""Columns that say how an entry stands on the page."""

Target = tuple[str, int]
"""Edition and number of the article that is linked to."""


@define
class RelatedLinks:
    """Rows of ``related_links`` of one article."""

    written: dict[Target, dict[str, Any]]
    """Those to be written."""
    strays: list[Target] = Factory(list)
    """Those that no archived page shows any more."""
    is_changed: bool = False
    """Whether another entry, or another text of one, is shown than before."""
    headlines: tuple[list[str], list[str]] = ([], [])
    """Before and after."""


def related_of(
    article_id: int, fetches: Iterable[Fetch], before: dict[Target, dict[str, Any]], *, again: bool = False
) -> RelatedLinks:
    """The rows that fetches make up.

    :param before: the rows that there are, if all archived pages were read again.
    """
    shown = _shown_by(article_id, fetches)
    if not again:
        return RelatedLinks(shown)
    times = {fetch.at for fetch in fetches}
    strays = [
        target
        for target, link in before.items()
        if target not in shown and link["first_seen_at"] in times and link["last_seen_at"] in times
    ]
    kept = {target: link for target, link in before.items() if target not in strays}
    return RelatedLinks(
        written={target: link for target, link in shown.items() if before.get(target) != link},
        strays=strays,
        is_changed=bool(strays) or any(_is_other(before.get(to), link) for to, link in shown.items()),
        headlines=(_headlines(before), _headlines(kept | shown)),
    )


def _shown_by(article_id: int, fetches: Iterable[Fetch]) -> dict[Target, dict[str, Any]]:
    rows: dict[Target, dict[str, Any]] = {}
    block: list[Target] = []
    for fetch in fetches:
        if fetch.article is None:  # not modified: the block stands as it stood
            for target in block:
                rows[target]["last_seen_at"] = fetch.at
            continue
        block = []
        for position, link in enumerate(fetch.article.related, 1):
            target = (str(link.edition), link.article_id)
            first = rows[target]["first_seen_at"] if target in rows else fetch.at
            rows[target] = _row(article_id, position, link, first, fetch.at)
            block.append(target)
    return rows


def _row(
    article_id: int, position: int, link: items.RelatedLink, first: datetime, last: datetime
) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "target_edition": str(link.edition),
        "target_site_article_id": link.article_id,
        "position": position,
        "url": link.url,
        "headline": link.headline,
        "teaser": link.teaser,
        "first_seen_at": first,
        "last_seen_at": last,
    }


def _is_other(before: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    return before is None or any(before[name] != now[name] for name in PRINTED)


def _headlines(links: dict[Target, dict[str, Any]]) -> list[str]:
    return [link["headline"] for _, link in sorted(links.items())]


def read_related(
    connection: Connection, article_ids: Sequence[int]
) -> dict[int, dict[Target, dict[str, Any]]]:
    """The rows that there are, by the article's row id."""
    links: dict[int, dict[Target, dict[str, Any]]] = defaultdict(dict)
    for part in chunks(article_ids):
        for row in connection.execute(select(RelatedLink).where(RelatedLink.article_id.in_(part))).mappings():
            links[row["article_id"]][row["target_edition"], row["target_site_article_id"]] = dict(row)
    return links


def write_related(connection: Connection, changes: Sequence[tuple[int, RelatedLinks]]) -> None:
    """Write rows, each with the row id of its article.

    Of an entry that is there, each fetch counts in its place in time.
    """
    strays = [(article_id, *target) for article_id, links in changes for target in links.strays]
    key = (RelatedLink.article_id, RelatedLink.target_edition, RelatedLink.target_site_article_id)
    for part in chunks(strays):
        connection.execute(delete(RelatedLink).where(one_of(key, part)))
    rows = []
    for article_id, links in changes:
        for row in links.written.values():
            row["article_id"] = article_id
            rows.append(row)
    if not rows:
        return
    statement = insert(connection, RelatedLink)
    new, old = statement.excluded, RelatedLink.__table__.c
    is_later, is_earlier = new.last_seen_at >= old.last_seen_at, new.first_seen_at < old.first_seen_at
    values = {name: case((is_later, new[name]), else_=old[name]) for name in (*PRINTED, "last_seen_at")}
    values["first_seen_at"] = case((is_earlier, new.first_seen_at), else_=old.first_seen_at)
    index = [column.name for column in key]
    insert_all(connection, statement.on_conflict_do_update(index_elements=index, set_=values), rows)
