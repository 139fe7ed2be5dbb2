"""Articles and what hangs on them: the one way by which what was read of them becomes rows.

:func:`plan_changes` says what fetches of articles change and writes nothing; :func:`write_changes` writes
it, within the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import attrs
from attrs import Factory, define
from sqlalchemy import Connection, Row, bindparam, delete, select, update

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
    read_revisions,
    rows_of,
    write_revisions,
)
from pipelines.records.link_rows import RelatedLinks, read_related, related_of, write_related
from pipelines.records.list_rows import section_ids
from pipelines.records.page_rows import Place, page_ids
from pipelines.records.place_rows import write_places
from pipelines.records.upsert import chunks, insert, insert_all, one_of
from schemas import items
from schemas.tables import Article, ArticleAuthor, ArticlePlace, Author, Image, TextAnchor

Key = tuple[str, int]
"""Edition and the site's number."""

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


@define
class Change:
    """What fetches of an article come to."""

    fetches: Sequence[Fetch]
    row: Row[Any] | None
    """Of ``articles``, as it is; ``None`` if the article is not collected yet."""
    history: list[Revision]
    rows_before: list[dict[str, Any]]
    """Of ``article_revisions``, as they are, unless none of them can change."""
    fields: dict[str, tuple[Any, Any]]
    """Field -> what the article says now, what it will say."""
    brought: list[bool]
    """Of each fetch with a page: whether it brought another text. Unknown if pages were read again."""
    related: RelatedLinks
    row_id: int = 0
    rows_left_out: int = 0
    """How many rows come before those of the history, which begins with the present text then."""
    rows_after: list[dict[str, Any]] = Factory(list)

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
    rows = _rows(connection, list(fetches))
    ids = [row.id for row in rows.values()]
    images = _images(connection, ids)
    deep = {
        row.id for key, row in rows.items() if row.revision > 1 and (again or _is_late(row, fetches[key]))
    }
    revisions = read_revisions(connection, sorted(deep))
    authors = _authors(connection, ids) if again else {}
    related = read_related(connection, ids) if again else {}
    changes = []
    for key, of_one in fetches.items():
        if (row := rows.get(key)) is None:
            if any(fetch.article for fetch in of_one):
                changes.append(_new(of_one, now))
            continue
        history = history_of(row, images[row.id], revisions.get(row.id, ()))
        before = history[-1].text
        brought: list[bool] = []
        if again:
            history = read_again(history, of_one, now)
        else:
            brought = [add_fetch(history, fetch, now) for fetch in of_one]
        last = history[-1]
        change = Change(
            fetches=of_one,
            row=row,
            history=history,
            rows_before=revisions.get(row.id, []),
            fields={name: (before[name], last.text[name]) for name in changed_fields(before, last.text)},
            brought=brought,
            related=related_of(row.id, of_one, related.get(row.id, {}), again=again),
            row_id=row.id,
            rows_left_out=0 if row.id in deep else row.revision - 1,
        )
        change.rows_after = rows_of(history, row.id, change.rows_left_out)
        if again:
            _compare_parts(change, authors.get(row.id, []))
        changes.append(change)
    return changes


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write what :func:`plan_changes` found."""
    new = [change for change in changes if change.row is None]
    texts = [article for change in changes if (article := change.history[-1].article)]
    pages = page_ids(connection, texts)
    _insert(connection, new, pages)
    updates: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        if row := change.row:
            values = _read_columns(change.history[-1], pages)
            values |= {name: value for name, value in _times(change).items() if value != getattr(row, name)}
            updates[frozenset(values)].append(values | {"row_id": row.id})
    for names, rows in updates.items():
        if names:
            connection.execute(update(Article).where(Article.id == bindparam("row_id")), rows)
    write_revisions(connection, ((change.rows_before, change.rows_after) for change in changes))
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
    return Change(fetches, None, history, [], {}, brought, related_of(0, fetches, {}))


def _is_late(row: Row[Any], fetches: Iterable[Fetch]) -> bool:
    return any(fetch.at < row.last_seen_at for fetch in fetches)


def sources(connection: Connection, keys: Iterable[Key]) -> dict[Key, tuple[int | None, str]]:
    """The page that the present text of each collected article was read from, and the article's URL."""
    key = (Article.edition, Article.site_article_id)
    query = select(*key, Article.page_id, Article.canonical_url)
    return {
        (row.edition, row.site_article_id): (row.page_id, row.canonical_url)
        for part in chunks(sorted(keys))
        for row in connection.execute(query.where(one_of(key, part)))
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
    return values | {"page_id": pages.get(article.page)}


def _insert(connection: Connection, new: Sequence[Change], pages: Mapping[Place | None, int]) -> None:
    """Store articles for the first time, and give each change the number of its row."""
    if not new:
        return
    sections = section_ids(connection, [change.articles[0] for change in new])
    rows = []
    for change in new:
        first = change.articles[0]
        change.rows_after = rows_of(change.history, 0)
        identity = {
            "edition": str(first.edition),
            "site_article_id": first.article_id,
            "section_id": sections.get((first.edition, first.section_id or 0)),
            "canonical_url": first.canonical_url,
        }
        rows.append(_read_columns(change.history[-1], pages) | _times(change) | identity)
    # Not in the order of the parameters: SQLite would take a statement for each row, and after each of them
    # the search index writes what it has gathered.
    returned = (Article.edition, Article.site_article_id, Article.id)
    inserted = insert_all(connection, insert(connection, Article).returning(*returned), rows)
    ids = {(row.edition, row.site_article_id): row.id for row in inserted}
    for change in new:
        change.row_id = ids[change.articles[0].key]
        for revision in change.rows_after:
            revision["article_id"] = change.row_id


def _rows(connection: Connection, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
    columns = ("id", "edition", "site_article_id", "canonical_url", *COMPARED, "content_hash", "parser")
    columns += ("revision", "first_seen_at", "last_seen_at", "changed_at")
    return {
        (row.edition, row.site_article_id): row
        for part in chunks(keys)
        for row in connection.execute(
            select(*(Article.__table__.columns[name] for name in columns))
            .where(one_of((Article.edition, Article.site_article_id), part))
            .order_by(Article.id)
            # Another writer must not revise between this look and the write, but may refer to the row.
            .with_for_update(key_share=True)
        )
    }


def _images(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    images: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in chunks(article_ids):
        query = select(Image).where(Image.article_id.in_(part)).order_by(Image.article_id, Image.position)
        for row in connection.execute(query):
            values = row._asdict()
            images[values.pop("article_id")].append(values)
            del values["position"]
    return images


def _authors(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    query = select(ArticleAuthor.article_id, Author.name).join(Author)
    for part in chunks(article_ids):
        of_part = query.where(ArticleAuthor.article_id.in_(part))
        for row in connection.execute(of_part.order_by(ArticleAuthor.article_id, ArticleAuthor.position)):
            names[row.article_id].append(row.name)
    return names


def _compare_parts(change: Change, authors: list[str]) -> None:
    """Note whether an article's authors and links to other news are read otherwise."""
    read = change.history[-1].article
    if read and read.authors != authors:
        change.fields["authors"] = (authors, list(read.authors))
    if change.related.is_changed:
        change.fields["related"] = change.related.headlines


def _write_parts(connection: Connection, changes: Iterable[Change]) -> None:
    """Pictures, authors, anchors and places of articles that are new or in which these differ."""
    for table, fields, write in (
        (Image, {"images"}, _write_images),
        (ArticleAuthor, {"byline", "authors"}, _write_authors),
        (TextAnchor, {"lead", "body"}, _write_anchors),
        (ArticlePlace, {"headline", "lead", "body"}, write_places),
    ):
        written = [
            (change, article)
            for change in changes
            if (article := change.history[-1].article) and (change.is_new or fields & change.fields.keys())
        ]
        for part in chunks([change.row_id for change, _ in written if not change.is_new]):
            connection.execute(delete(table).where(table.article_id.in_(part)))
        write(connection, [(change.row_id, article) for change, article in written])


def _write_images(connection: Connection, written: Iterable[tuple[int, items.Article]]) -> None:
    rows = [
        {"article_id": article_id, "position": position, **attrs.asdict(image, recurse=False)}
        for article_id, article in written
        for position, image in enumerate(article.images, 1)
    ]
    if rows:
        insert_all(connection, insert(connection, Image), rows)


def _write_authors(connection: Connection, written: Sequence[tuple[int, items.Article]]) -> None:
    # Sorted, so that two writers on PostgreSQL take the rows' locks in the same order.
    names = sorted({name for _, article in written for name in article.authors})
    if not names:
        return
    new = insert(connection, Author).on_conflict_do_nothing()
    insert_all(connection, new, [{"name": name} for name in names])
    ids = {
        row.name: row.id
        for part in chunks(names)
        for row in connection.execute(select(Author.id, Author.name).where(Author.name.in_(part)))
    }
    rows = [
        {"article_id": article_id, "position": position, "author_id": ids[name]}
        for article_id, article in written
        for position, name in enumerate(article.authors, 1)
    ]
    insert_all(connection, insert(connection, ArticleAuthor), rows)


def _write_anchors(connection: Connection, written: Iterable[tuple[int, items.Article]]) -> None:
    rows = [
        {"anchor": anchor, "article_id": article_id, "anchors": len(it.anchors), "numbers": it.number_bits}
        for article_id, it in written
        for anchor in it.anchors
    ]
    if rows:
        # In the order of the key: what comes to one page of the index comes together.
        insert_all(connection, insert(connection, TextAnchor), sorted(rows, key=itemgetter("anchor")))
