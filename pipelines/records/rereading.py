"""Articles whose kept pages have been read again: what that changes, and changing it.

All kept pages of an article are read again together. Its history keeps its times, which are those of
the fetches; only what stood on the site at each of them is read anew. Where the reading differs, the
former one stays as a revision with the cause ``parser``. A text of which no page is kept stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import Factory, define, frozen
from sqlalchemy import Connection, Row, bindparam, delete, select, update

from pipelines.records.articles import (
    images_before,
    related_row,
    rows_before,
    text_columns,
    write_authors,
    write_images,
    write_related,
    write_signatures,
)
from pipelines.records.frontier import write_links, write_spellings
from pipelines.records.history import (
    COMPARED,
    Stretch,
    changed_fields,
    place,
    read_histories,
    rereading_row,
    rewrite_history,
    version,
    version_of,
)
from pipelines.records.pages import page_ids
from pipelines.records.sections import named_sections, write_sections
from pipelines.records.upsert import chunks, one_of
from schemas import items
from schemas.tables import (
    Article,
    ArticleAuthor,
    Author,
    DuplicateBand,
    Image,
    RelatedLink,
)

FIELDS = (*COMPARED, "images", "authors", "related")
"""What a new reading is compared in, in the order of a report."""

_Target = tuple[str, int]


@frozen
class Sighting:
    """A moment at which an article was seen."""

    at: datetime
    article: items.Article | None
    """What its page said, as read now; ``None`` for the answer that it has not changed."""


@define
class Rereading:
    """What reading an article's pages again comes to."""

    row: Row[Any]
    """Of ``articles``, as it is."""
    history: list[Stretch]
    sightings: list[Sighting]
    changes: dict[str, tuple[Any, Any]]
    """Field -> what the article says now, what it will say."""
    past_texts: int
    """How many texts, the present one among them, are read otherwise than before."""
    rewritten: bool
    """Whether the history differs from the stored one."""
    related: dict[_Target, dict[str, Any]] = Factory(dict)
    """Rows of ``related_links`` to be written."""
    strays: list[_Target] = Factory(list)
    """Targets of rows that no kept page shows any more."""

    @property
    def key(self) -> tuple[str, int]:
        return self.row.edition, self.row.site_article_id

    @property
    def is_retold(self) -> bool:
        """Whether its text is another one, so that its duplicates are to be sought again."""
        return bool({"lead", "body"} & self.changes.keys())


def plan_rereadings(
    connection: Connection, groups: Sequence[tuple[tuple[str, int], list[Sighting]]], now: datetime
) -> list[Rereading]:
    """What would change; nothing is written.

    :param groups: articles by edition and number, each with its sightings in order of time.
    :param now: the time that revisions caused by the parser get.
    """
    rows = rows_before(connection, [key for key, _ in groups])
    ids = [row.id for row in rows.values()]
    images, authors = images_before(connection, ids), _authors_before(connection, ids)
    related = _related_before(connection, ids)
    current = {row.id: version_of(row, images[row.id]) for row in rows.values()}
    histories = read_histories(connection, [(row, current[row.id]) for row in rows.values()])
    return [
        _plan(row, histories[row.id], sightings, authors[row.id], related[row.id], now)
        for key, sightings in groups
        if (row := rows.get(key))
    ]


def apply_rereadings(connection: Connection, plans: Sequence[Rereading]) -> None:
    """Write what :func:`plan_rereadings` found, within the same transaction.

    What other writers may write too, links and duplicates, is left to :func:`write_found` and the caller.
    """
    read = [(plan, plan.history[-1].article) for plan in plans]
    pages = page_ids(connection, (article for _, article in read if article))
    updates, numbers = [], {}
    for plan in plans:
        row_id, last = plan.row.id, plan.history[-1]
        numbers[row_id] = plan.row.revision
        if plan.rewritten:
            numbers[row_id] = rewrite_history(connection, row_id, plan.history)
        times = {
            "first_seen_at": min(plan.row.first_seen_at, plan.history[0].since),
            "last_seen_at": last.until,
            "changed_at": last.since,
        }
        if last.article:
            updates.append(
                text_columns(last.article, pages) | times | {"row_id": row_id, "revision": numbers[row_id]}
            )
        elif plan.rewritten:
            connection.execute(
                update(Article).where(Article.id == row_id).values(**times, revision=numbers[row_id])
            )
    if updates:
        connection.execute(update(Article).where(Article.id == bindparam("row_id")), updates)
    _write_parts(connection, plans)
    _write_related(connection, plans)
    write_sections(connection, named_sections(article for _, article in read if article))


def write_found(connection: Connection, plans: Sequence[Rereading], found_by: str) -> None:
    """Remember the articles that were linked to, and the spellings that led to those read again.

    :param found_by: whom the articles are remembered to be found by that only now are linked to.
    """
    read = [
        (sighting.article, sighting.at)
        for plan in plans
        for sighting in plan.sightings
        if sighting.article is not None
    ]
    write_links(connection, ((link, at) for article, at in read for link in article.related), found_by)
    write_spellings(
        connection,
        ((url, article.edition, article.article_id, at) for article, at in read for url in article.found_as),
    )


def reread(history: list[Stretch], sightings: Sequence[Sighting], now: datetime) -> list[Stretch]:
    """The history with what the sightings say, as it is read now."""
    anew: list[Stretch] = []
    outside = list(sightings)
    for stretch in history:
        within = [sighting for sighting in outside if stretch.since <= sighting.at <= stretch.until]
        outside = [sighting for sighting in outside if not stretch.since <= sighting.at <= stretch.until]
        for text in _read_anew(stretch, within, now):
            if anew and not changed_fields(anew[-1].said, text.said):  # a difference that was none
                anew[-1].until = text.until
                anew[-1].readings += text.readings
                anew[-1].article = anew[-1].article or text.article
            else:
                anew.append(text)
    for sighting in outside:
        _take_in(anew, sighting)
    return anew


def _read_anew(stretch: Stretch, sightings: Iterable[Sighting], now: datetime) -> list[Stretch]:
    """A stretch as its kept pages are read now: one text or, where an edit was overlooked, several."""
    texts: list[Stretch] = []
    for sighting in sightings:
        said = version(sighting.article) if sighting.article else None
        if said and not (texts and not changed_fields(texts[-1].said, said)):
            texts.append(Stretch(sighting.at, sighting.at, said, article=sighting.article))
        elif texts:
            texts[-1].until = sighting.at
    if not texts:
        return [stretch]
    texts[0].since, texts[-1].until = stretch.since, stretch.until
    texts[0].readings = list(stretch.readings)
    if changed_fields(stretch.said, texts[0].said):
        texts[0].readings.append(rereading_row(0, 0, stretch, texts[0].said, now))
    return texts


def _take_in(history: list[Stretch], sighting: Sighting) -> None:
    """Put a sighting that the history does not know yet in its place."""
    last = history[-1]
    if sighting.article is None:
        last.until = max(last.until, sighting.at)
        return
    seen = Stretch(sighting.at, sighting.at, version(sighting.article), article=sighting.article)
    if sighting.at < last.until:
        place(history, seen)
    elif changed_fields(last.said, seen.said):
        history.append(seen)
    else:
        last.until = sighting.at


def _plan(
    row: Row[Any],
    stored: list[Stretch],
    sightings: list[Sighting],
    authors: list[str],
    related: dict[_Target, dict[str, Any]],
    now: datetime,
) -> Rereading:
    before, readings = _outline(stored), sum(len(text.readings) for text in stored)
    said = stored[-1].said
    history = reread(stored, sightings, now)
    last = history[-1]
    changes = {name: (said[name], last.said[name]) for name in changed_fields(said, last.said)}
    if last.article and last.article.authors != authors:
        changes["authors"] = (authors, list(last.article.authors))
    seen = _related_seen(row.id, sightings)
    times = {sighting.at for sighting in sightings}
    strays = [
        target
        for target, link in related.items()
        if target not in seen and link["first_seen_at"] in times and link["last_seen_at"] in times
    ]
    differing = {target: link for target, link in seen.items() if _shown(related.get(target)) != _shown(link)}
    if differing or strays:
        kept = {target: link for target, link in related.items() if target not in strays}
        changes["related"] = (_headlines(related), _headlines(kept | seen))
    return Rereading(
        row=row,
        history=history,
        sightings=sightings,
        changes=changes,
        past_texts=sum(len(text.readings) for text in history) - readings,
        rewritten=_outline(history) != before,
        related={target: link for target, link in seen.items() if related.get(target) != link},
        strays=strays,
    )


def _outline(history: Iterable[Stretch]) -> list[tuple[datetime, datetime, int, dict[str, Any]]]:
    """What of a history stands in the table, for a comparison."""
    shown = (*COMPARED, "images", "parser")
    return [
        (text.since, text.until, len(text.readings), {name: text.said[name] for name in shown})
        for text in history
    ]


def _write_parts(connection: Connection, plans: Iterable[Rereading]) -> None:
    """Pictures, authors and signature of articles in which these differ."""
    for table, fields, write in (
        (Image, {"images"}, write_images),
        (ArticleAuthor, {"authors"}, write_authors),
        (DuplicateBand, {"lead", "body"}, write_signatures),
    ):
        written = [
            (plan.row.id, plan.history[-1].article)
            for plan in plans
            if plan.history[-1].article and fields & plan.changes.keys()
        ]
        for part in chunks([row_id for row_id, _ in written]):
            connection.execute(delete(table).where(table.article_id.in_(part)))
        write(connection, written)


def _write_related(connection: Connection, plans: Iterable[Rereading]) -> None:
    strays = [(plan.row.id, *target) for plan in plans for target in plan.strays]
    key = (RelatedLink.article_id, RelatedLink.target_edition, RelatedLink.target_site_article_id)
    for part in chunks(strays):
        connection.execute(delete(RelatedLink).where(one_of(key, part)))
    write_related(connection, [link for plan in plans for link in plan.related.values()])


def _related_seen(article_id: int, sightings: Iterable[Sighting]) -> dict[_Target, dict[str, Any]]:
    """The rows of ``related_links`` that the sightings make up."""
    rows: dict[_Target, dict[str, Any]] = {}
    block: list[_Target] = []
    for sighting in sightings:
        if sighting.article is None:  # not modified: the block stands as it stood
            for target in block:
                rows[target]["last_seen_at"] = sighting.at
            continue
        block = []
        for position, link in enumerate(sighting.article.related, 1):
            target = (str(link.edition), link.article_id)
            first = rows[target]["first_seen_at"] if target in rows else sighting.at
            rows[target] = related_row(article_id, position, link, first, sighting.at)
            block.append(target)
    return rows


def _shown(link: dict[str, Any] | None) -> tuple[Any, ...] | None:
    """What an entry of the block prints."""
    return (link["position"], link["url"], link["headline"], link["teaser"]) if link else None


def _headlines(related: dict[_Target, dict[str, Any]]) -> list[str]:
    return [link["headline"] for _, link in sorted(related.items())]


def _authors_before(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    query = select(ArticleAuthor.article_id, Author.name).join(Author)
    for part in chunks(article_ids):
        of_part = query.where(ArticleAuthor.article_id.in_(part))
        for row in connection.execute(of_part.order_by(ArticleAuthor.article_id, ArticleAuthor.position)):
            names[row.article_id].append(row.name)
    return names


def _related_before(
    connection: Connection, article_ids: Sequence[int]
) -> dict[int, dict[_Target, dict[str, Any]]]:
    links: dict[int, dict[_Target, dict[str, Any]]] = defaultdict(dict)
    for part in chunks(article_ids):
        for row in connection.execute(select(RelatedLink).where(RelatedLink.article_id.in_(part))).mappings():
            links[row["article_id"]][row["target_edition"], row["target_site_article_id"]] = dict(row)
    return links
