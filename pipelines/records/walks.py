"""The crawl's memory of lists: how far each section's list has been walked.

A walk goes from a list's first page downwards. Each page is one transaction: its entries, its
articles' places in the frontier and the number of the next page. An entry is *settled* once the
walk that listed it is finished, or has promised to go on to the list's end: everything above it is
then known, and everything below it is known or promised. A later walk may stop at a page on which
all entries are settled. See ``docs/architecture.md``, "Walks".
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, or_, select, update

from pipelines.records.frontier import make_due, write_links, write_validators
from pipelines.records.sections import section_ids, write_sections
from pipelines.records.upsert import upsert
from schemas import items
from schemas.tables import ListEntry, ListWalk

Printed = tuple[str | None, str | None]
"""Headline and teaser of an article as a list prints them."""


def write_discovery(connection: Connection, discovery: items.Discovery, found_by: str) -> None:
    """Remember sections and articles that a page links to."""
    write_sections(connection, discovery.sections, navigation=True)
    write_links(connection, ((entry, discovery.at) for entry in discovery.entries), found_by)


def write_step(connection: Connection, step: items.WalkStep, spider: str, run_id: int) -> None:
    """Take one page of a list into the walk."""
    write_sections(
        connection, [items.Section(edition=step.edition, section_id=step.section_id, slug=step.slug)]
    )
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
    upsert(connection, ListWalk, {step.walk: walk}, ["run_id", "next_page", "finished_at", "confirmed_at"])
    _write_entries(connection, section_id, step)


def _confirm(connection: Connection, section_id: int, step: items.WalkStep, run_id: int) -> bool:
    """Note on the section's last finished walk that nothing has come since, if nothing has."""
    numbers = [entry.article_id for entry in step.entries]
    known = connection.scalars(
        select(ListEntry.site_article_id)
        .join(ListWalk)
        .where(
            ListEntry.section_id == section_id,
            ListEntry.site_article_id.in_(numbers),
            settled_walk(),
        )
    )
    last = connection.scalar(
        select(ListWalk.id)
        .where(ListWalk.section_id == section_id, ListWalk.finished_at.is_not(None))
        .order_by(ListWalk.finished_at.desc())
        .limit(1)
    )
    if last is None or set(numbers) - set(known):
        return False
    connection.execute(
        update(ListWalk).where(ListWalk.id == last).values(confirmed_at=step.at, run_id=run_id)
    )
    return True


def settled_walk() -> ColumnElement[bool]:
    """SQL: the walk has covered, or promised, all that lies below its entries."""
    return or_(ListWalk.finished_at.is_not(None), ListWalk.to_end)


def is_edited(before: Printed, now: Printed) -> bool:
    """Whether a list shows an article with another headline or teaser; a missing one says nothing."""
    return any(old and new and old != new for old, new in zip(before, now, strict=True))


def _note_edits(connection: Connection, section_id: int, step: items.WalkStep) -> None:
    printed = {entry.article_id: (entry.headline, entry.teaser) for entry in step.entries}
    listed = connection.execute(
        select(ListEntry.site_article_id, ListEntry.headline, ListEntry.teaser).where(
            ListEntry.section_id == section_id, ListEntry.site_article_id.in_(printed)
        )
    )
    edited = [row[0] for row in listed if is_edited((row.headline, row.teaser), printed[row[0]])]
    if not edited:
        return
    make_due(connection, [(step.edition, number) for number in edited], step.at)
    for number in edited:
        headline, teaser = printed[number]
        connection.execute(
            update(ListEntry)
            .where(ListEntry.section_id == section_id, ListEntry.site_article_id == number)
            .values(headline=headline, teaser=teaser)
        )


def _write_entries(connection: Connection, section_id: int, step: items.WalkStep) -> None:
    rows = {
        entry.article_id: {
            "section_id": section_id,
            "site_article_id": entry.article_id,
            "walk_id": step.walk,
            "headline": entry.headline,
            "teaser": entry.teaser,
            "first_seen_at": step.at,
        }
        for entry in step.entries
    }
    broken_off = select(ListWalk.id).where(
        ListWalk.section_id == section_id, ListWalk.finished_at.is_(None), ~ListWalk.to_end
    )
    upsert(connection, ListEntry, rows, ["walk_id"], where=lambda _: ListEntry.walk_id.in_(broken_off))
