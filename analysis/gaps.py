"""What the collection lacks: articles that are known and not collected, and numbers nobody has seen.

Three degrees of certainty, kept apart:

- *known*: something linked to the article (``frontier``), and there is no row in ``articles``;
- *unseen*: a number between two known ones that nothing has linked to. It may never have been given;
- *expected*: how many numbers the paper gave in a month, as far as dated numbers tell
  (:mod:`newspapers.baohoabinh.numbering`).

Rows are streamed, so memory does not grow with the collection. Months are reckoned here and not in
SQL: the databases disagree on how to turn a time into a local month.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection, Executable, and_, exists, func, select

from newspapers.baohoabinh.numbering import ANCHORS, MARGIN, ZONE, estimate_month
from newspapers.baohoabinh.urls import Edition, SectionRef, read_article_url
from schemas.tables import ArchivedCapture, Article, Frontier, ListEntry, RelatedLink, Section

CHUNK = 2000
"""Rows fetched at a time."""


Key = tuple[str, int | None, str | None]
"""Edition, section and month."""


class Seen(StrEnum):
    """Where a link to an article was seen; the first that applies."""

    LIST = "list"
    RELATED = "related"
    OTHER = "other"
    """On a front page, on a day's page, in an archive's index, or named by the operator."""


class State(StrEnum):
    """What is still to be done about an article that is not collected."""

    WANTED = "wanted"
    """Not asked for yet."""
    FAILING = "failing"
    """Asked for in vain; wanted still."""
    GONE = "gone"
    """The site said that it does not exist; not asked for again."""


@frozen
class Scope:
    """Which part of the newspaper to look at; months are written ``2024-04`` and are included."""

    editions: tuple[str, ...] = tuple(Edition)
    sections: tuple[SectionRef, ...] = ()
    """None named: all."""
    since: str | None = None
    until: str | None = None

    @property
    def edition_names(self) -> list[str]:
        """As the tables write them."""
        return [str(edition) for edition in self.editions]

    @property
    def of_some_months(self) -> bool:
        return self.since is not None or self.until is not None

    def has_month(self, month: str | None) -> bool:
        """Whether a month is asked for; one that is not known is so only if all are."""
        if month is None:
            return not self.of_some_months
        return (self.since is None or self.since <= month) and (self.until is None or month <= self.until)

    def has_section(self, edition: str, section_id: int | None) -> bool:
        """Whether a section is asked for."""
        if not self.sections:
            return edition in self.editions
        return any((edition, section_id) == (ref.edition, ref.section_id) for ref in self.sections)


@frozen
class Missing:
    """An article that is known to exist and is not collected."""

    edition: str
    section: int | None
    """That of its URL; an article may stand in the lists of others, too."""
    month: str | None
    """Estimated from its number; ``None`` if nothing tells."""
    number: int
    seen_in: Seen
    state: State
    found_at: datetime
    tried_at: datetime | None
    """Last try; of a gone article, when the site said so."""
    attempts: int
    reason: str | None
    archived: int
    """Captures that the indexes of web archives name, as far as they were asked."""
    url: str


@frozen
class UnseenRun:
    """Successive numbers between two known ones that nothing has linked to."""

    edition: str
    first: int
    last: int
    first_month: str | None
    last_month: str | None

    @property
    def numbers(self) -> int:
        return self.last - self.first + 1


def missing(connection: Connection, scope: Scope) -> Iterator[Missing]:
    """Articles that are known and not collected, by edition and number."""
    for row, section, month in _in_scope(stream(connection, _missing_query(scope)), scope):
        yield Missing(
            edition=row.edition,
            section=section,
            month=month,
            number=row.site_article_id,
            seen_in=Seen.LIST if row.listed else Seen.RELATED if row.related else Seen.OTHER,
            state=_state_of(row.state, row.attempts),
            found_at=row.found_at,
            tried_at=row.tried_at,
            attempts=row.attempts,
            reason=row.reason,
            archived=row.archived,
            url=row.url,
        )


def count_missing(connection: Connection, scope: Scope) -> defaultdict[Key, Counter[State]]:
    """How many articles of each edition, section and month are known and not collected, by their state."""
    query = select(
        Frontier.edition, Frontier.site_article_id, Frontier.url, Frontier.state, Frontier.attempts
    ).where(Frontier.edition.in_(scope.edition_names), ~_is_collected())
    counted: defaultdict[Key, Counter[State]] = defaultdict(Counter)
    for row, section, month in _in_scope(stream(connection, query), scope):
        counted[row.edition, section, month][_state_of(row.state, row.attempts)] += 1
    return counted


def _in_scope(rows: Iterable[Any], scope: Scope) -> Iterator[tuple[Any, int | None, str | None]]:
    """The rows of the frontier that are asked for, with section and month."""
    for row in rows:
        reference = read_article_url(row.url)
        section = reference.section_id if reference else None
        month = month_of(estimate_month(row.edition, row.site_article_id))
        if scope.has_section(row.edition, section) and scope.has_month(month):
            yield row, section, month


def undated(connection: Connection, scope: Scope) -> int:
    """How many missing articles are left out because nothing tells their month."""
    if not scope.of_some_months:
        return 0
    whole = evolve(scope, since=None, until=None)
    return sum(article.month is None for article in missing(connection, whole))


def unseen_runs(connection: Connection, scope: Scope) -> Iterator[UnseenRun]:
    """Runs of numbers between known ones that nothing has linked to, by edition and number.

    If some months are asked for, a run is cut to the numbers estimated to be theirs; in an edition
    without dated numbers there are none then. Numbers belong to no section: if sections are asked
    for, nothing is given.
    """
    if scope.sections:
        return
    before = func.lag(Frontier.site_article_id).over(
        partition_by=Frontier.edition, order_by=Frontier.site_article_id
    )
    neighbours = (
        select(Frontier.edition, before.label("before"), Frontier.site_article_id.label("after"))
        .where(Frontier.edition.in_(scope.edition_names))
        .subquery()
    )
    query = (
        select(neighbours)
        .where(neighbours.c.after - neighbours.c.before > 1)
        .order_by(neighbours.c.edition, neighbours.c.after)
    )
    allowed = {edition: numbers_of(edition, scope.since, scope.until) for edition in scope.editions}
    for row in stream(connection, query):
        first, last = row.before + 1, row.after - 1
        if scope.of_some_months:
            numbers = allowed[row.edition]
            if not numbers:
                continue
            first, last = max(first, numbers[0]), min(last, numbers[-1])
        if first <= last:
            months = [month_of(estimate_month(row.edition, number)) for number in (first, last)]
            yield UnseenRun(row.edition, first, last, months[0], months[1])


def numbers_of(edition: str, since: str | None, until: str | None) -> range:
    """The numbers that dated ones place in some months; empty for an edition without dated numbers."""
    if edition != Edition.VI:
        return range(0)
    dated = range(ANCHORS[0][0] - MARGIN, ANCHORS[-1][0] + MARGIN + 1)

    def month(number: int) -> str:
        return month_of(estimate_month(edition, number)) or ""

    start = bisect_left(dated, since, key=month) if since else 0
    stop = bisect_right(dated, until, key=month) if until else len(dated)
    return dated[start:stop]


def _missing_query(scope: Scope) -> Executable:
    # Joined as a whole and not asked for article by article: no index leads from a number to lists.
    listed = (
        select(Section.edition, ListEntry.site_article_id)
        .join(Section, Section.id == ListEntry.section_id)
        .where(Section.edition.in_(scope.edition_names))
        .distinct()
        .subquery()
    )
    related = exists().where(
        RelatedLink.target_edition == Frontier.edition,
        RelatedLink.target_site_article_id == Frontier.site_article_id,
    )
    archived = (
        select(func.count())
        .where(
            ArchivedCapture.edition == Frontier.edition,
            ArchivedCapture.site_article_id == Frontier.site_article_id,
        )
        .scalar_subquery()
    )
    return (
        select(
            Frontier.edition,
            Frontier.site_article_id,
            Frontier.url,
            Frontier.state,
            Frontier.attempts,
            Frontier.found_at,
            Frontier.tried_at,
            Frontier.reason,
            listed.c.site_article_id.is_not(None).label("listed"),
            related.label("related"),
            archived.label("archived"),
        )
        .outerjoin(
            listed,
            and_(
                listed.c.edition == Frontier.edition,
                listed.c.site_article_id == Frontier.site_article_id,
            ),
        )
        .where(Frontier.edition.in_(scope.edition_names), ~_is_collected())
        .order_by(Frontier.edition, Frontier.site_article_id)
    )


def _is_collected() -> Any:
    """SQL: there is an article for a row of the frontier."""
    # Not the frontier's state: an article that has gone since it was collected is no gap.
    return exists().where(
        Article.edition == Frontier.edition, Article.site_article_id == Frontier.site_article_id
    )


def stream(connection: Connection, query: Executable) -> Iterator[Any]:
    """The rows of a query, a part at a time."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        yield from rows


def _state_of(state: str, attempts: int) -> State:
    """What is still to be done about an article, by the frontier's columns."""
    if state == "gone":
        return State.GONE
    return State.FAILING if attempts else State.WANTED


def month_of(moment: datetime | None) -> str | None:
    return moment.astimezone(ZONE).strftime("%Y-%m") if moment else None
