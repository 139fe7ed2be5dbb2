"""What the collection lacks: articles that are known and not collected, and numbers nobody has seen.

Three degrees of certainty, kept apart:

- *known*: something linked to the article (``frontier``), and there is no row in ``articles``;
- *unseen*: a number between two known ones that nothing has linked to. It may never have been given;
- *expected*: how many numbers the paper gave in a month, as far as dated numbers tell
  (:mod:`analysis.coverage`).

Rows are streamed, so memory does not grow with the collection. Months are computed here and not in SQL: the
databases disagree on how to turn a time into a local month, and a month of what is not collected is
estimated from its number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Executable, and_, case, exists, func, literal_column, select

from newspapers import current, read_article_url
from schemas.local_time import month_of
from schemas.part import Part
from schemas.tables import ArchivedCapture, Article, Frontier, Image, ListEntry, Picture, RelatedLink, Section

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
    """Not requested yet."""
    FAILING = "failing"
    """Requested in vain; wanted still."""
    GONE = "gone"
    """The site said that it does not exist; not requested again."""


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
    """Last request; of a gone article, when the site said so."""
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

    @property
    def first_month(self) -> str | None:
        """The month that the first number tells; estimated when it is asked for: there are many runs."""
        return estimated_month(self.edition, self.first)

    @property
    def last_month(self) -> str | None:
        """The month that the last number tells."""
        return estimated_month(self.edition, self.last)

    @property
    def numbers(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


def missing(connection: Connection, part: Part) -> Iterator[Missing]:
    """Articles that are known and not collected, by edition and number.

    :param part: of its days only the months count.
    """
    for row, section, month in _in_part(stream(connection, _missing_query(part)), part):
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


def count_missing(connection: Connection, part: Part) -> defaultdict[Key, Counter[State]]:
    """How many articles of each edition, section and month are known and not collected, by their state."""
    query = select(
        Frontier.edition, Frontier.site_article_id, Frontier.url, Frontier.state, Frontier.attempts
    ).where(*_is_missing(part))
    counted: defaultdict[Key, Counter[State]] = defaultdict(Counter)
    for row, section, month in _in_part(stream(connection, query), part):
        counted[row.edition, section, month][_state_of(row.state, row.attempts)] += 1
    return counted


@frozen
class Pictures:
    """Pictures of collected articles of an edition, by what was tried to get them."""

    edition: str
    state: str
    """``archived``, ``not asked for``, or why they could not be had."""
    pictures: int


def count_pictures(connection: Connection, part: Part) -> Iterator[Pictures]:
    """How many pictures articles show, and how many of them are archived."""
    not_asked: ColumnElement[str] = literal_column("'not asked for'")
    archived: ColumnElement[str] = literal_column("'archived'")
    state = case((Picture.url.is_(None), not_asked), else_=func.coalesce(Picture.reason, archived))
    number = func.count(Image.url.distinct())
    query = (
        select(Article.edition, state, number)
        .join(Image, Image.article_id == Article.id)
        .outerjoin(Picture, Picture.url == Image.url)
        .where(*part.conditions())
        .group_by(Article.edition, state)
        .order_by(Article.edition, number.desc())
    )
    for row in connection.execute(query):
        yield Pictures(*row)


def undated(connection: Connection, part: Part) -> int:
    """How many missing articles are left out because nothing tells their month."""
    if not part.has_days:
        return 0
    counted = count_missing(connection, part.of_all_days)
    return sum(states.total() for (_, _, month), states in counted.items() if month is None)


def unseen_runs(connection: Connection, part: Part) -> Iterator[UnseenRun]:
    """Runs of numbers between known ones that nothing has linked to, by edition and number.

    If some months are asked for, a run is cut to the numbers estimated to be theirs; in an edition
    without dated numbers there are none then. Numbers belong to no section: if sections are asked
    for, nothing is given.
    """
    if part.sections:
        return
    before = func.lag(Frontier.site_article_id).over(
        partition_by=Frontier.edition, order_by=Frontier.site_article_id
    )
    neighbours = (
        select(Frontier.edition, before.label("before"), Frontier.site_article_id.label("after"))
        .where(*_of_editions(part, Frontier.edition))
        .subquery()
    )
    query = (
        select(neighbours)
        .where(neighbours.c.after - neighbours.c.before > 1)
        .order_by(neighbours.c.edition, neighbours.c.after)
    )
    allowed = {edition: numbers_of(edition, part.first_month, part.last_month) for edition in current().codes}
    for row in stream(connection, query):
        first, last = row.before + 1, row.after - 1
        if part.has_days:
            numbers = allowed[row.edition]
            if not numbers:
                continue
            first, last = max(first, numbers[0]), min(last, numbers[-1])
        if first <= last:
            yield UnseenRun(row.edition, first, last)


def estimated_month(edition: str, number: int) -> str | None:
    """The month in which an article most likely appeared, by its number; ``None`` if nothing tells."""
    return month_of(current().estimate_month(edition, number))


def numbers_of(edition: str, first: str | None, last: str | None) -> range:
    """The numbers that dated ones place in some months; empty for an edition without dated numbers.

    :param first: first month, as in ``2024-04``; ``None`` for all before ``last``.
    :param last: last month, included; ``None`` for all from ``first`` on.
    """
    dated = current().dated_numbers(edition)

    def month(number: int) -> str:
        return estimated_month(edition, number) or ""

    start = bisect_left(dated, first, key=month) if first else 0
    stop = bisect_right(dated, last, key=month) if last else len(dated)
    return dated[start:stop]


def stream(connection: Connection, query: Executable) -> Iterator[Any]:
    """The rows of a query, :data:`CHUNK` at a time."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        yield from rows


def _missing_query(part: Part) -> Executable:
    # Joined as a whole and not asked for article by article: no index leads from a number to lists.
    listed = (
        select(Section.edition, ListEntry.site_article_id)
        .join(Section, Section.id == ListEntry.section_id)
        .where(*_of_editions(part, Section.edition))
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
    of_list = and_(listed.c.edition == Frontier.edition, listed.c.site_article_id == Frontier.site_article_id)
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
        .outerjoin(listed, of_list)
        .where(*_is_missing(part))
        .order_by(Frontier.edition, Frontier.site_article_id)
    )


def _of_editions(part: Part, edition: Any) -> list[ColumnElement[bool]]:
    named = part.editions or sorted({ref.edition for ref in part.sections})
    return [edition.in_(named)] if named else []


def _is_missing(part: Part) -> list[ColumnElement[bool]]:
    """SQL: there is no article for a row of the frontier, which is of an edition that is asked for."""
    # Not the frontier's state: an article that has gone since it was collected is no gap.
    collected = exists().where(
        Article.edition == Frontier.edition, Article.site_article_id == Frontier.site_article_id
    )
    return [~collected, *_of_editions(part, Frontier.edition)]


def _in_part(rows: Iterable[Any], part: Part) -> Iterator[tuple[Any, int | None, str | None]]:
    """The rows of the frontier that are asked for, with section and month."""
    for row in rows:
        reference = read_article_url(row.url)
        section = reference.section_id if reference else None
        month = estimated_month(row.edition, row.site_article_id)
        if part.has_section(row.edition, section) and part.has_month(month):
            yield row, section, month


def _state_of(state: str, attempts: int) -> State:
    """What is still to be done about an article, by the frontier's columns."""
    if state == "gone":
        return State.GONE
    return State.FAILING if attempts else State.WANTED
