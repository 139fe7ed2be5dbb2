"""One transaction's worth of items, whatever they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from attrs import frozen
from sqlalchemy import Connection

from pipelines.records.archived import write_archive_index
from pipelines.records.articles import Outcome, Stored, write_articles
from pipelines.records.duplicates import find_duplicates
from pipelines.records.frontier import (
    mark_collected,
    mark_failed,
    mark_gone,
    mark_unchanged,
    write_links,
    write_spellings,
)
from pipelines.records.pages import write_pages
from pipelines.records.runs import write_rejects
from pipelines.records.sections import named_sections, write_sections
from pipelines.records.walks import write_discovery, write_step
from schemas import items

T = TypeVar("T")


@frozen
class Writer:
    """Who writes."""

    run_id: int
    spider: str
    recheck_days: int


def write_batch(connection: Connection, batch: Sequence[Any], writer: Writer) -> Counter[str]:
    """Write items; what they came to, by the names of the counts in ``runs`` and ``gone``.

    Kept pages come first, so that articles can name theirs; then lists, so that an article found on
    one is remembered as found there.
    """
    counts: Counter[str] = Counter()
    write_pages(connection, _all(batch, items.KeptPage), writer.run_id)
    for discovery in _all(batch, items.Discovery):
        write_discovery(connection, discovery, writer.spider)
    for index in _all(batch, items.ArchiveIndex):
        write_archive_index(connection, index, writer.spider)
    for step in _all(batch, items.WalkStep):
        write_step(connection, step, writer.spider, writer.run_id)
    fresh: set[int] = set()
    revised: set[int] = set()
    for articles in _rounds(_all(batch, items.Article)):
        stored = _write_articles(connection, articles, writer)
        counts.update(str(row.outcome) for row in stored)
        fresh |= {row.id for row in stored if row.outcome is Outcome.NEW}
        revised |= {row.id for row in stored if row.outcome is Outcome.CHANGED and not row.late}
    if unchanged := _all(batch, items.Unchanged):
        mark_unchanged(connection, unchanged, writer.recheck_days)
        counts["unchanged"] += len(unchanged)
    if absences := _all(batch, items.Absence):
        mark_gone(connection, absences, writer.spider)
        counts["gone"] += len(absences)
    if failures := _all(batch, items.Failure):
        mark_failed(connection, failures, writer.spider)
        rejected = [failure for failure in failures if failure.payload is not None]
        write_rejects(connection, rejected, writer.run_id)
        counts["rejected"] += len(rejected)
        counts["failed"] += len(failures) - len(rejected)
    counts["duplicate"] += find_duplicates(connection, sorted(fresh | revised), sorted(revised))
    return counts


def _write_articles(
    connection: Connection, articles: Sequence[items.Article], writer: Writer
) -> list[Stored]:
    stored = write_articles(connection, articles)
    write_sections(connection, named_sections(articles))
    mark_collected(
        connection,
        [(article, stored[article.key].changed_at) for article in articles if not stored[article.key].late],
        writer.spider,
        writer.recheck_days,
    )
    write_spellings(
        connection,
        (
            (url, article.edition, article.article_id, article.fetched_at)
            for article in articles
            for url in article.found_as
        ),
    )
    write_links(
        connection,
        ((link, article.fetched_at) for article in articles for link in article.related),
        writer.spider,
    )
    return list(stored.values())


def _all(batch: Sequence[Any], kind: type[T]) -> list[T]:
    return [item for item in batch if isinstance(item, kind)]


def _rounds(articles: Sequence[items.Article]) -> Iterator[list[items.Article]]:
    """The articles in parts within which no key repeats, in order of fetch."""
    rest = sorted(articles, key=lambda article: article.fetched_at)
    while rest:
        part = {article.key: article for article in reversed(rest)}
        first = {id(article) for article in part.values()}
        yield list(reversed(part.values()))
        rest = [article for article in rest if id(article) not in first]
