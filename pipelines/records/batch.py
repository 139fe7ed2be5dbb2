"""One transaction's worth of items, whatever they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import attrs
from attrs import frozen
from sqlalchemy import Connection

from pipelines.recheck import next_check
from pipelines.records.article_rows import Change, plan_changes, write_changes
from pipelines.records.duplicate_rows import find_duplicates, repeats_of
from pipelines.records.frontier_rows import (
    mark_collected,
    mark_tried,
    mark_unchanged,
    write_archive_index,
    write_links,
    write_spellings,
)
from pipelines.records.history import Fetch
from pipelines.records.list_rows import named_sections, write_discovery, write_sections, write_step
from pipelines.records.page_rows import write_pages
from pipelines.records.picture_rows import write_pictures
from pipelines.records.run_rows import write_rejects
from pipelines.records.saved_search_rows import note_hits
from schemas import items
from schemas.catalogue_lines import refresh_catalogue
from schemas.items import Key

T = TypeVar("T")


@frozen
class Writer:
    """Who writes."""

    run_id: int
    spider: str
    recheck_days: int


@frozen
class Written:
    """What items came to."""

    counts: Counter[str]
    """By the names of the counts in ``runs``, and ``gone``."""
    changes: list[Change]
    """Of articles."""


def write_batch(
    connection: Connection,
    batch: Sequence[Any],
    writer: Writer | None,
    *,
    again: bool = False,
    now: datetime | None = None,
) -> Written:
    """Write items: the one way into the database for what pages say.

    Pages come first, so that articles can name theirs; then lists, so that an article found on one is
    remembered as found there.

    :param writer: ``None``: nothing is written (a dry run).
    :param again: whether the items are what all archived pages of their articles say, read again.
    :param now: the time that texts which are read otherwise from the same page are said to be replaced.
    """
    counts: Counter[str] = Counter()
    if writer:
        _write_pages_and_lists(connection, batch, writer)
    unchanged, absences = _all(batch, items.Unchanged), _all(batch, items.Absence)
    fetches = _fetches([*_all(batch, items.Article), *(unchanged if again else ())])
    changes = plan_changes(connection, fetches, now or datetime.now(UTC), again=again)
    if writer is None:
        return Written(counts, changes)
    write_changes(connection, changes)
    # What is read otherwise from a page that was there is no news.
    told_of = [change for change in changes if change.is_new or (change.fields and not again)]
    note_hits(connection, {it.row_id: (it.history[-1].since, not it.is_new) for it in told_of})
    _remember(connection, changes, writer, again=again)
    for change in changes:
        counts.update("changed" if is_other else "unchanged" for is_other in change.brought[change.is_new :])
        counts["new"] += change.is_new
    if unchanged and not again:
        mark_unchanged(connection, unchanged, writer.recheck_days)
        counts["unchanged"] += len(unchanged)
    failures = _all(batch, items.Failure)
    mark_tried(connection, [*absences, *failures], writer.spider)
    rejected = [failure for failure in failures if failure.payload is not None]
    write_rejects(connection, rejected, writer.run_id)
    counts["gone"] += len(absences)
    counts["rejected"] += len(rejected)
    counts["failed"] += len(failures) - len(rejected)
    write_spellings(connection, ((it.url, it.key, it.at) for it in _all(batch, items.Spelling)))
    other_words = [change for change in changes if change.has_other_words]
    revised = sorted(change.row_id for change in other_words if not change.is_new)
    told = {change.row_id for change in changes if change.is_rewritten or change.fields}
    told |= repeats_of(connection, revised)
    other_ids = sorted(change.row_id for change in other_words)
    counts["duplicate"] += find_duplicates(connection, other_ids, revised)
    refresh_catalogue(connection, told | repeats_of(connection, other_ids))
    return Written(counts, changes)


def _write_pages_and_lists(connection: Connection, batch: Sequence[Any], writer: Writer) -> None:
    write_pages(connection, _all(batch, items.ArchivedPage), writer.run_id)
    for discovery in _all(batch, items.Discovery):
        write_discovery(connection, discovery, writer.spider)
    for index in _all(batch, items.ArchiveIndex):
        write_archive_index(connection, index, writer.spider)
    write_pictures(connection, _all(batch, items.PictureFile))
    for step in _all(batch, items.WalkStep):
        write_step(connection, step, writer.spider, writer.run_id)


def _fetches(read: Iterable[items.Article | items.Unchanged]) -> dict[Key, list[Fetch]]:
    """The fetches of each article, in order of time."""
    fetches: dict[Key, list[Fetch]] = defaultdict(list)
    for item in read:
        if isinstance(item, items.Article):
            fetches[item.key].append(Fetch(item.fetched_at, item))
        else:
            fetches[item.key].append(Fetch(item.at, None))
    return {key: sorted(of_one, key=lambda fetch: fetch.at) for key, of_one in fetches.items()}


def _remember(connection: Connection, changes: Sequence[Change], writer: Writer, *, again: bool) -> None:
    """Remember what articles' pages tell beside their text: sections, other articles, spellings of URLs."""
    read = [article for change in changes for article in change.articles]
    write_sections(connection, named_sections(read))
    collected = []
    for change in changes:
        if change.is_new or not (again or change.is_late):
            # It may have been found unchanged since its page was read.
            last = attrs.evolve(change.articles[-1], fetched_at=change.fetches[-1].at)
            dated = (last.published_at, last.published_basis, change.history[-1].since, last.fetched_at)
            due = next_check(*dated, writer.recheck_days, is_edited=len(change.history) > 1)
            collected.append((last, due))
    mark_collected(connection, collected, writer.spider)
    write_links(connection, ((link, it.fetched_at) for it in read for link in it.related), writer.spider)
    write_spellings(connection, ((url, it.key, it.fetched_at) for it in read for url in it.found_as))


def _all(batch: Sequence[Any], kind: type[T]) -> list[T]:
    return [item for item in batch if isinstance(item, kind)]
