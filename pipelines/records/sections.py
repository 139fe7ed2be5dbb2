"""Sections: rows for whatever section an item names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from sqlalchemy import Connection, func, select, update

from pipelines.records.upsert import chunks, insert, one_of
from schemas import items
from schemas.tables import CatalogueLine, Section


class _InSection(Protocol):
    @property
    def edition(self) -> str: ...
    @property
    def section_id(self) -> int | None: ...


def named_sections(articles: Iterable[items.Article]) -> Iterator[items.Section]:
    """The sections that the breadcrumbs of articles name."""
    for article in articles:
        if article.section_id is not None and article.section_name:
            yield items.Section(
                edition=article.edition, section_id=article.section_id, name=article.section_name
            )


def write_sections(
    connection: Connection, sections: Iterable[items.Section], *, navigation: bool = False
) -> None:
    """Make sure that sections have rows; a slug or name that a row lacks is filled in.

    :param navigation: whether a page's navigation names them: its slugs replace older ones.
    """
    rows = {
        (section.edition, section.section_id): {
            "edition": str(section.edition),
            "site_section_id": section.section_id,
            "slug": section.slug,
            "name": section.name,
        }
        for section in sections
    }
    if not rows:
        return
    unnamed = connection.execute(select(Section).where(Section.name.is_(None))).all()
    statement = insert(connection, Section)
    excluded = statement.excluded
    slug = (
        func.coalesce(excluded.slug, Section.slug)
        if navigation
        else func.coalesce(Section.slug, excluded.slug)
    )
    name = func.coalesce(Section.name, excluded.name)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["edition", "site_section_id"],
            set_={"slug": slug, "name": name},
            where=Section.slug.is_distinct_from(slug) | Section.name.is_distinct_from(name),
        ),
        [rows[key] for key in sorted(rows)],
    )
    for section in unnamed:
        if found := rows.get((section.edition, section.site_section_id), {}).get("name"):
            lines = update(CatalogueLine).where(CatalogueLine.section_id == section.id)
            connection.execute(lines.values(section=found))


def section_ids(connection: Connection, things: Iterable[_InSection]) -> dict[tuple[str, int], int]:
    """(edition, the site's section number) -> row id, for the sections of articles or walks.

    A section without a row gets one.
    """
    keys = sorted(
        {(str(thing.edition), thing.section_id) for thing in things if thing.section_id is not None}
    )
    found = _look_up(connection, keys)
    if missing := [key for key in keys if key not in found]:
        connection.execute(
            insert(connection, Section).on_conflict_do_nothing(),
            [{"edition": edition, "site_section_id": number} for edition, number in missing],
        )
        found |= _look_up(connection, missing)
    return found


def _look_up(connection: Connection, keys: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    return {
        (row.edition, row.site_section_id): row.id
        for part in chunks(keys)
        for row in connection.execute(
            select(Section.id, Section.edition, Section.site_section_id).where(
                one_of((Section.edition, Section.site_section_id), part)
            )
        )
    }
