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
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    select,
)

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
    # Joined as a whole and not asked for article by article: no index leads from a number to lists.
    listed = (
        select(Section.edition, ListEntry.site_article_id)
        .join(Section, Section.id == ListEntry.section_id)
        .where(*_of_editions(part, Section.edition))
        .distinct()
        .subquery()
    )
    of_list = and_(listed.c.edition == Frontier.edition, listed.c.site_article_id == Frontier.site_article_id)
    related = exists().where(
        RelatedLink.target_edition == Frontier.edition,
        RelatedLink.target_site_article_id == Frontier.site_article_id,
    )
    archived = select(func.count()).where(
        ArchivedCapture.edition == Frontier.edition,
        ArchivedCapture.site_article_id == Frontier.site_article_id,
    )
    query = (
        _known(part)
        .add_columns(Frontier.attempts, Frontier.found_at, Frontier.tried_at, Frontier.reason)
        .add_columns(archived.scalar_subquery().label("archived"))
        .add_columns(
            case(
                (listed.c.site_article_id.is_not(None), literal_column("'list'")),
                (related, literal_column("'related'")),
                else_=literal_column("'other'"),
            ).label("seen_in")
        )
        .outerjoin(listed, of_list)
        .order_by(Frontier.edition, Frontier.site_article_id)
    )
    for row, section, month in _in_part(stream(connection, query), part):
        kinds = {"seen_in": Seen(row.seen_in), "state": State(row.state)}
        yield Missing(**row._asdict() | kinds | {"section": section, "month": month})


def count_missing(connection: Connection, part: Part) -> defaultdict[Key, Counter[State]]:
    """How many articles of each edition, section and month are known and not collected, by their state."""
    counted: defaultdict[Key, Counter[State]] = defaultdict(Counter)
    for row, section, month in _in_part(stream(connection, _known(part)), part):
        counted[row.edition, section, month][State(row.state)] += 1
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
    reason = func.coalesce(Picture.reason, literal_column("'archived'"))
    state = case((Picture.url.is_(None), literal_column("'not asked for'")), else_=reason)
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


def _of_editions(part: Part, edition: Any) -> list[ColumnElement[bool]]:
    named = part.editions or sorted({ref.edition for ref in part.sections})
    return [edition.in_(named)] if named else []


def _known(part: Part) -> Select[Any]:
    """What is known and not collected in the editions that are asked for."""
    state = case(
        (Frontier.state == "gone", literal_column("'gone'")),
        (Frontier.attempts > 0, literal_column("'failing'")),
        else_=literal_column("'wanted'"),
    )
    # Not the frontier's state: an article that has gone since it was collected is no gap.
    collected = exists().where(
        Article.edition == Frontier.edition, Article.site_article_id == Frontier.site_article_id
    )
    return select(
        Frontier.edition, Frontier.site_article_id.label("number"), Frontier.url, state.label("state")
    ).where(~collected, *_of_editions(part, Frontier.edition))


def _in_part(rows: Iterable[Any], part: Part) -> Iterator[tuple[Any, int | None, str | None]]:
    """The rows of the frontier that are asked for, with section and month."""
    for row in rows:
        reference = read_article_url(row.url)
        section = reference.section_id if reference else None
        month = estimated_month(row.edition, row.number)
        if part.has_section(row.edition, section) and part.has_month(month):
            yield row, section, month
