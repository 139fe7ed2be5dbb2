"""The crawl's memory of sections and lists: which there are, and how far each list has been walked.

A walk goes from a list's first page downwards. Each page is one transaction: its entries, its articles'
places in the frontier and the number of the next page. An entry is *settled* once the walk that listed it is
finished, or has promised to go on to the list's end: everything above it is then known, and everything below
it is known or promised. A later walk may stop at a page on which all entries are settled. See
``docs/architecture.md``, "Walks".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from pipelines.records.frontier_rows import make_due, write_links, write_validators
from pipelines.records.upsert import for_keys, upsert
from schemas import items
from schemas.tables import CatalogueLine, ListEntry, ListWalk, Section

KEY = ("edition", "site_section_id")
"""Of a section."""


def named_sections(articles: Iterable[items.Article]) -> list[items.Section]:
    """The sections that the breadcrumbs of articles name."""
    return [
        items.Section(edition=it.edition, section_id=it.section_id, name=it.section_name)
        for it in articles
        if it.section_id is not None and it.section_name
    ]


def write_sections(
    connection: Connection, sections: Iterable[items.Section], *, navigation: bool = False
) -> None:
    """Make sure that sections have rows; a slug or name that a row lacks is filled in.

    :param navigation: whether a page's navigation names them: its slugs replace older ones.
    """
    rows = [
        {"edition": it.edition, "site_section_id": it.section_id, "slug": it.slug, "name": it.name}
        for it in sections
    ]
    if not rows:
        return

    def filled_in(new: Any) -> dict[str, Any]:
        slugs = (new.slug, Section.slug) if navigation else (Section.slug, new.slug)
        return {"slug": func.coalesce(*slugs), "name": func.coalesce(Section.name, new.name)}

    def is_other(new: Any) -> ColumnElement[bool]:
        return or_(*(getattr(Section, name).is_distinct_from(it) for name, it in filled_in(new).items()))

    unnamed = connection.execute(select(Section).where(Section.name.is_(None))).all()
    upsert(connection, Section, rows, filled_in, key=KEY, where=is_other)
    names = {(row["edition"], row["site_section_id"]): row["name"] for row in rows}
    for section in unnamed:
        if name := names.get((section.edition, section.site_section_id)):
            lines = update(CatalogueLine).where(CatalogueLine.section_id == section.id)
            connection.execute(lines.values(section=name))


def section_ids(
    connection: Connection, things: Iterable[items.Article | items.WalkStep]
) -> dict[tuple[str, int], int]:
    """(edition, the site's section number) -> row id, for the sections of articles or walks.

    A section without a row gets one.
    """
    keys = {(it.edition, it.section_id) for it in things if it.section_id is not None}
    found = _look_up(connection, keys)
    if missing := keys - found.keys():
        upsert(connection, Section, (dict(zip(KEY, key, strict=True)) for key in missing), key=KEY)
        found |= _look_up(connection, missing)
    return found


def _look_up(connection: Connection, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    key = (Section.edition, Section.site_section_id)
    found = for_keys(connection, select(Section.id, *key), key, keys)
    return {(row.edition, row.site_section_id): row.id for row in found}


Printed = tuple[str | None, str | None]
"""Headline and teaser of an article as a list prints them."""


def write_discovery(connection: Connection, discovery: items.Discovery, found_by: str) -> None:
    """Remember sections and articles that a page links to."""
    write_sections(connection, discovery.sections, navigation=True)
    write_links(connection, ((entry, discovery.at) for entry in discovery.entries), found_by)


def write_step(connection: Connection, step: items.WalkStep, spider: str, run_id: int) -> None:
    """Take one page of a list into the walk."""
    section = items.Section(edition=step.edition, section_id=step.section_id, slug=step.slug)
    write_sections(connection, [section])
    section_id = section_ids(connection, [step])[step.edition, step.section_id]
    write_links(connection, ((entry, step.at) for entry in step.entries), spider, listed=True)
    write_validators(connection, [step.validators])
    _note_edits(connection, section_id, step)
    if step.page == 1 and step.finished and _confirm(connection, section_id, step, run_id):
        return
    walk = {
        "id": step.walk,
        "section_id": section_id,
        "run_id": run_id,
        "spider": spider,
        "to_end": step.to_end,
        "next_page": step.page + 1,
        "started_at": step.at,
        "finished_at": step.at if step.finished else None,
        "confirmed_at": step.at,
    }
    upsert(connection, ListWalk, [walk], ["run_id", "next_page", "finished_at", "confirmed_at"])
    _write_entries(connection, section_id, step)


def _confirm(connection: Connection, section_id: int, step: items.WalkStep, run_id: int) -> bool:
    """Note on the section's last finished walk that nothing has come since, if nothing has."""
    numbers = [entry.article_id for entry in step.entries]
    listed = (ListEntry.section_id == section_id) & ListEntry.site_article_id.in_(numbers)
    known = connection.scalars(select(ListEntry.site_article_id).join(ListWalk).where(listed, settled_walk()))
    walks = select(ListWalk.id).where(ListWalk.section_id == section_id, ListWalk.finished_at.is_not(None))
    last = connection.scalar(walks.order_by(ListWalk.finished_at.desc()).limit(1))
    if last is None or set(numbers) - set(known):
        return False
    confirmed = update(ListWalk).values(confirmed_at=step.at, run_id=run_id)
    connection.execute(confirmed.where(ListWalk.id == last))
    return True


def settled_walk() -> ColumnElement[bool]:
    """SQL: the walk has covered, or promised, all that lies below its entries."""
    return or_(ListWalk.finished_at.is_not(None), ListWalk.to_end)


def is_edited(before: Printed, now: Printed) -> bool:
    """Whether a list shows an article with another headline or teaser; a missing one says nothing."""
    return any(old and new and old != new for old, new in zip(before, now, strict=True))


def _note_edits(connection: Connection, section_id: int, step: items.WalkStep) -> None:
    printed = {entry.article_id: (entry.headline, entry.teaser) for entry in step.entries}
    number, of_section = ListEntry.site_article_id, ListEntry.section_id == section_id
    query = select(number, ListEntry.headline, ListEntry.teaser).where(of_section, number.in_(printed))
    listed = connection.execute(query).all()
    edited = [row[0] for row in listed if is_edited((row[1], row[2]), printed[row[0]])]
    make_due(connection, [(step.edition, it) for it in edited], step.at)
    for it in edited:
        headline, teaser = printed[it]
        shown = update(ListEntry).values(headline=headline, teaser=teaser)
        connection.execute(shown.where(of_section, number == it))


def _write_entries(connection: Connection, section_id: int, step: items.WalkStep) -> None:
    rows = [
        {
            "section_id": section_id,
            "site_article_id": entry.article_id,
            "walk_id": step.walk,
            "headline": entry.headline,
            "teaser": entry.teaser,
            "first_seen_at": step.at,
        }
        for entry in step.entries
    ]
    broken_off = select(ListWalk.id).where(
        ListWalk.section_id == section_id, ListWalk.finished_at.is_(None), ~ListWalk.to_end
    )
    upsert(connection, ListEntry, rows, ["walk_id"], where=lambda _: ListEntry.walk_id.in_(broken_off))
