"""Articles and what hangs on them: the one way by which what was read of them becomes rows.

:func:`plan_changes` says what fetches of articles change and writes nothing; :func:`write_changes` writes
it, within the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import attrs
from attrs import Factory, define
from sqlalchemy import Connection, bindparam, delete, select, update

from pipelines.records.history import (
    COMPARED,
    Cause,
    Fetch,
    Revision,
    add_fetch,
    changed_fields,
    column_value,
    history_of,
    read_again,
    rows_of,
    write_revisions,
)
from pipelines.records.link_rows import RelatedLinks, read_related, related_of, write_related
from pipelines.records.list_rows import section_ids
from pipelines.records.page_rows import page_ids
from pipelines.records.place_rows import place_rows
from pipelines.records.upsert import AnyRow, for_keys, hanging_on, insert_rows, upsert
from schemas import items
from schemas.items import Key, Place
from schemas.tables import Article, ArticleAuthor, ArticlePlace, ArticleRevision, Author, Image, TextAnchor

IDENTITY = ("edition", "section_id", "canonical_url")
"""Fields of an item that are written once, when the article is stored for the first time."""

READ = tuple(
    name
    for name in attrs.fields_dict(items.Article)
    if name in Article.__table__.columns and name not in (*IDENTITY, *COMPARED)
)
"""The other columns that hold what a page was read as; fields of the item have their names."""

FIELDS = (*COMPARED, "images", "authors", "related")
"""What an article is compared in when its pages are read again, in the order of a report."""

_KEY = (Article.edition, Article.site_article_id)


@define
class Change:
    """What fetches of an article come to."""

    fetches: Sequence[Fetch]
    row: AnyRow | None
    """Of ``articles``, as it is; ``None`` if the article is not collected yet."""
    history: list[Revision]
    brought: list[bool]
    """Of each fetch with a page: whether it brought another text. Unknown if pages were read again."""
    related: RelatedLinks
    rows_before: list[dict[str, Any]] = Factory(list)
    """Of ``article_revisions``, as they are, unless none of them can change."""
    rows_left_out: int = 0
    """How many rows come before those of the history, which begins with the present text then."""
    fields: dict[str, tuple[Any, Any]] = Factory(dict)
    """Field -> what the article says now, what it will say."""
    row_id: int = 0
    rows_after: list[dict[str, Any]] = Factory(
        lambda self: rows_of(self.history, self.rows_left_out), takes_self=True
    )

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def articles(self) -> list[items.Article]:
        """What the pages say, in order of time."""
        return [fetch.article for fetch in self.fetches if fetch.article]

    @property
    def is_rewritten(self) -> bool:
        """Whether its history differs from the stored one."""
        row, last = self.row, self.history[-1]
        return (
            row is None
            or self.rows_after != self.rows_before
            or (row.changed_at, row.last_seen_at) != (last.since, last.until)
        )

    @property
    def has_other_words(self) -> bool:
        """Whether its text is another one, so that its duplicates are to be sought again."""
        return self.is_new or bool({"lead", "body"} & self.fields.keys())

    @property
    def former_readings(self) -> int:
        """How many texts, the present one among them, are read otherwise than before."""
        before = [row for row in self.rows_before if row["cause"] == Cause.PARSER]
        return sum(len(revision.former_readings) for revision in self.history) - len(before)

    @property
    def is_late(self) -> bool:
        """Whether a younger fetch was stored before: the row shows that one's text."""
        at, row = self.fetches[-1].at, self.row
        return row is not None and at < row.last_seen_at and at != row.changed_at


def plan_changes(
    connection: Connection, fetches: Mapping[Key, Sequence[Fetch]], now: datetime, *, again: bool = False
) -> list[Change]:
    """What fetches of articles would change.

    :param fetches: of each article in order of time. What is not collected and has no page is left out.
    :param now: when a text that is read otherwise from the same page is said to be replaced.
    :param again: whether the fetches are of all archived pages of these articles, read again.
    """
    rows = _rows(connection, fetches)
    ids = [row.id for row in rows.values()]
    images = hanging_on(connection, Image, ids)
    deep = {
        row.id
        for key, row in rows.items()
        if row.revision > 1 and (again or any(fetch.at < row.last_seen_at for fetch in fetches[key]))
    }
    revisions = hanging_on(connection, ArticleRevision, deep)
    authors = _authors(connection, ids) if again else {}
    related = read_related(connection, ids) if again else {}
    changes = []
    for key, of_one in fetches.items():
        if (row := rows.get(key)) is None:
            if any(fetch.article for fetch in of_one):
                changes.append(_new(of_one, now))
            continue
        pictures = [{name: image[name] for name in image if name != "position"} for image in images[row.id]]
        history = history_of(row, pictures, revisions[row.id])
        before = history[-1].text
        brought: list[bool] = []
        if again:
            history = read_again(history, of_one, now)
        else:
            brought = [add_fetch(history, fetch, now) for fetch in of_one]
        last = history[-1]
        change = Change(
            of_one,
            row,
            history,
            brought,
            related_of(of_one, related.get(row.id, {}), again=again),
            rows_before=revisions[row.id],
            rows_left_out=0 if row.id in deep else row.revision - 1,
            fields={name: (before[name], last.text[name]) for name in changed_fields(before, last.text)},
            row_id=row.id,
        )
        known = authors.get(row.id, [])
        if again and last.article and last.article.authors != known:
            change.fields["authors"] = (known, list(last.article.authors))
        if change.related.other_headlines:
            change.fields["related"] = change.related.other_headlines
        changes.append(change)
    return changes


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write what :func:`plan_changes` found."""
    texts = [article for change in changes if (article := change.history[-1].article)]
    pages = page_ids(connection, texts)
    _insert(connection, [change for change in changes if change.is_new], pages)
    updates: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        if row := change.row:
            values = _read_columns(change.history[-1], pages)
            values |= {name: value for name, value in _times(change).items() if value != getattr(row, name)}
            updates[frozenset(values)].append(values | {"row_id": row.id})
    for names, rows in updates.items():
        if names:
            connection.execute(update(Article).where(Article.id == bindparam("row_id")), rows)
    write_revisions(
        connection, ((change.row_id, change.rows_before, change.rows_after) for change in changes)
    )
    _write_parts(connection, changes)
    write_related(connection, [(change.row_id, change.related) for change in changes])


def _new(fetches: Sequence[Fetch], now: datetime) -> Change:
    first, *later = (fetch for fetch in fetches if fetch.article)
    assert first.article  # noqa: S101 - tells the type checker
    history = [Revision.of(first.article)]
    brought = [True, *(add_fetch(history, fetch, now) for fetch in later)]
    for fetch in fetches:
        if fetch.article is None:
            add_fetch(history, fetch, now)
    return Change(fetches, None, history, brought, related_of(fetches, {}))


def sources(connection: Connection, keys: Iterable[Key]) -> dict[Key, tuple[int | None, str]]:
    """The page that the present text of each collected article was read from, and the article's URL."""
    query = select(*_KEY, Article.page_id, Article.canonical_url)
    return {
        (row[0], row[1]): (row.page_id, row.canonical_url) for row in for_keys(connection, query, _KEY, keys)
    }


def _times(change: Change) -> dict[str, Any]:
    first, last = change.history[0], change.history[-1]
    return {
        "first_seen_at": min(change.row.first_seen_at, first.since) if change.row else first.since,
        "last_seen_at": last.until,
        "changed_at": last.since,
        "revision": change.rows_left_out + len(change.rows_after) + 1,
    }


def _read_columns(revision: Revision, pages: Mapping[Place | None, int]) -> dict[str, Any]:
    """The columns that hold what a page was read as; none if no page was read just now."""
    if (article := revision.article) is None:
        return {}
    values = {name: revision.text[name] for name in COMPARED}
    values |= {name: column_value(getattr(article, name)) for name in READ}
    captions = "\n".join(image.caption for image in article.images if image.caption)
    return values | {"captions": captions or None, "page_id": pages.get(article.page)}


def _insert(connection: Connection, new: Sequence[Change], pages: Mapping[Place | None, int]) -> None:
    """Store articles for the first time, and give each change the number of its row."""
    sections = section_ids(connection, [change.articles[0] for change in new])
    rows = []
    for change in new:
        first = change.articles[0]
        identity = {
            "edition": first.edition,
            "site_article_id": first.article_id,
            "section_id": sections.get((first.edition, first.section_id or 0)),
            "canonical_url": first.canonical_url,
        }
        rows.append(_read_columns(change.history[-1], pages) | _times(change) | identity)
    # Not in the order of the parameters: SQLite would take a statement for each row, and after each of them
    # the search index writes what it has gathered.
    inserted = insert_rows(connection, Article, rows, *_KEY, Article.id)
    ids = {(row.edition, row.site_article_id): row.id for row in inserted}
    for change in new:
        change.row_id = ids[change.articles[0].key]


def _rows(connection: Connection, keys: Iterable[Key]) -> dict[Key, AnyRow]:
    columns = ("id", "edition", "site_article_id", "canonical_url", *COMPARED, "content_hash", "parser")
    columns += ("revision", "first_seen_at", "last_seen_at", "changed_at")
    query = select(*(Article.__table__.columns[name] for name in columns)).order_by(Article.id)
    # Another writer must not revise between this look and the write, but may refer to the row.
    rows = for_keys(connection, query.with_for_update(key_share=True), _KEY, keys)
    return {(row.edition, row.site_article_id): row for row in rows}


def _authors(connection: Connection, article_ids: Iterable[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    query = select(ArticleAuthor.article_id, Author.name).join(Author).order_by(ArticleAuthor.position)
    for row in for_keys(connection, query, ArticleAuthor.article_id, article_ids):
        names[row.article_id].append(row.name)
    return names


Parts = Sequence[tuple[int, items.Article]]
"""Articles with the numbers of their rows."""


def _write_parts(connection: Connection, changes: Iterable[Change]) -> None:
    """Pictures, authors, anchors and places of articles that are new or in which these differ."""
    for table, fields, rows_of_part in (
        (Image, {"images"}, _image_rows),
        (ArticleAuthor, {"byline", "authors"}, _author_rows),
        (TextAnchor, {"lead", "body"}, _anchor_rows),
        (ArticlePlace, {"headline", "lead", "body"}, place_rows),
    ):
        written = [
            (change, article)
            for change in changes
            if (article := change.history[-1].article) and (change.is_new or fields & change.fields.keys())
        ]
        old = [change.row_id for change, _ in written if not change.is_new]
        for_keys(connection, delete(table), table.article_id, old)
        rows = rows_of_part(connection, [(change.row_id, article) for change, article in written])
        insert_rows(connection, table, list(rows))


def _image_rows(_connection: Connection, written: Parts) -> Iterator[dict[str, Any]]:
    for article_id, article in written:
        for position, image in enumerate(article.images, 1):
            yield {"article_id": article_id, "position": position, **attrs.asdict(image, recurse=False)}


def _author_rows(connection: Connection, written: Parts) -> Iterator[dict[str, Any]]:
    names = {name for _, article in written for name in article.authors}
    upsert(connection, Author, ({"name": name} for name in names), key=["name"])
    found = for_keys(connection, select(Author.id, Author.name), Author.name, names)
    ids = {row.name: row.id for row in found}
    for article_id, article in written:
        for position, name in enumerate(article.authors, 1):
            yield {"article_id": article_id, "position": position, "author_id": ids[name]}


def _anchor_rows(_connection: Connection, written: Parts) -> list[dict[str, Any]]:
    rows = [
        {"anchor": anchor, "article_id": article_id, "anchors": len(it.anchors), "numbers": it.number_bits}
        for article_id, it in written
        for anchor in it.anchors
    ]
    # In the order of the key: what comes to one page of the index comes together.
    return sorted(rows, key=itemgetter("anchor"))
