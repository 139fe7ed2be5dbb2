"""What the collection lacks: articles that are known and not collected, and numbers nobody has seen.

Three degrees of certainty, kept apart:

- *known*: something linked to the article (``frontier``), and there is no row in ``articles``;
- *unseen*: a number between two known ones that nothing has linked to. It may never have been given;
- *expected*: how many numbers the paper gave in a month, as far as dated numbers tell
  (:mod:`crawler.chronology`).

Rows are streamed, so memory does not grow with the collection. Months are reckoned here and not in
SQL: the databases disagree on how to turn a time into a local month.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import Factory, evolve, frozen
from sqlalchemy import Connection, Executable, and_, exists, false, func, or_, select

from crawler.chronology import ANCHORS, MARGIN, ZONE, estimate_month
from crawler.site import Edition, SectionRef, read_article_url
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

    editions: tuple[Edition, ...] = tuple(Edition)
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


@frozen
class SectionMonth:
    """What is collected of a section's month and what is known to be lacking."""

    edition: str
    section: int | None
    month: str | None
    """Of publication, local time; of what is not collected, estimated from its number."""
    collected: int
    wanted: int
    failing: int
    gone: int

    @property
    def known(self) -> int:
        """Articles that are known and not collected."""
        return self.wanted + self.failing + self.gone


@frozen
class EditionMonth:
    """What is collected of an edition's month, against the numbers that the paper gave in it.

    ``collected`` counts by date of publication, ``expected_collected`` by number: dates and
    estimates disagree by some days at either end of a month, and a share must not exceed 1 for it.
    """

    edition: str
    month: str | None
    collected: int
    known: int
    """Known and not collected."""
    expected: int | None
    """Numbers that dated ones place in this month; ``None`` where none are dated."""
    expected_collected: int | None
    """Those of the expected numbers that are collected."""

    @property
    def share(self) -> float | None:
        """Of the expected numbers, the part that is collected."""
        if not self.expected or self.expected_collected is None:
            return None
        return self.expected_collected / self.expected


@frozen
class Coverage:
    """Collected against known and expected, in the order of edition, section and month."""

    sections: list[SectionMonth] = Factory(list)
    months: list[EditionMonth] = Factory(list)
    """Empty if only some sections are looked at: numbers are counted per edition."""


def missing(connection: Connection, scope: Scope) -> Iterator[Missing]:
    """Articles that are known and not collected, by edition and number."""
    for row in stream(connection, _missing_query(scope)):
        reference = read_article_url(row.url)
        section = reference.section_id if reference else None
        month = _month(estimate_month(row.edition, row.site_article_id))
        if not scope.has_section(row.edition, section) or not scope.has_month(month):
            continue
        yield Missing(
            edition=row.edition,
            section=section,
            month=month,
            number=row.site_article_id,
            seen_in=Seen.LIST if row.listed else Seen.RELATED if row.related else Seen.OTHER,
            state=state_of(row.state, row.attempts),
            found_at=row.found_at,
            tried_at=row.tried_at,
            attempts=row.attempts,
            reason=row.reason,
            archived=row.archived,
            url=row.url,
        )


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
            months = [_month(estimate_month(row.edition, number)) for number in (first, last)]
            yield UnseenRun(row.edition, first, last, months[0], months[1])


def coverage(connection: Connection, scope: Scope) -> Coverage:
    """What is collected per edition, section and month, against what is known and expected."""
    collected: Counter[Key] = Counter()
    lacking: defaultdict[Key, Counter[State]] = defaultdict(Counter)
    of_expected: Counter[tuple[str, str | None]] = Counter()
    for row in stream(connection, _collected_query(scope)):
        estimate = _month(estimate_month(row.edition, row.site_article_id))
        of_expected[row.edition, estimate] += 1
        month = _month(row.published_at) or estimate
        if scope.has_month(month):
            collected[row.edition, row.site_section_id, month] += 1
    for article in missing(connection, scope):
        lacking[article.edition, article.section, article.month][article.state] += 1
    sections = [
        SectionMonth(
            *key,
            collected=collected[key],
            wanted=lacking[key][State.WANTED],
            failing=lacking[key][State.FAILING],
            gone=lacking[key][State.GONE],
        )
        for key in sorted(collected.keys() | lacking.keys(), key=_order)
    ]
    months = [] if scope.sections else _months(sections, of_expected, scope)
    return Coverage(sections, months)


def numbers_of(edition: str, since: str | None, until: str | None) -> range:
    """The numbers that dated ones place in some months; empty for an edition without dated numbers."""
    if edition != Edition.VI:
        return range(0)
    dated = range(ANCHORS[0][0] - MARGIN, ANCHORS[-1][0] + MARGIN + 1)

    def month(number: int) -> str:
        return _month(estimate_month(edition, number)) or ""

    start = bisect_left(dated, since, key=month) if since else 0
    stop = bisect_right(dated, until, key=month) if until else len(dated)
    return dated[start:stop]


def _months(
    sections: list[SectionMonth], of_expected: Counter[tuple[str, str | None]], scope: Scope
) -> list[EditionMonth]:
    collected: Counter[tuple[str, str | None]] = Counter()
    known: Counter[tuple[str, str | None]] = Counter()
    for line in sections:
        collected[line.edition, line.month] += line.collected
        known[line.edition, line.month] += line.known
    months = []
    for edition in sorted(scope.editions):
        seen = {month for of, month in collected if of == edition}
        dated = {month for month in seen if month}
        first = scope.since or min(dated, default=None)
        last = scope.until or max(dated, default=None)
        # A month of which nothing is collected has no row yet, and is the widest gap of all.
        every = seen | (_dated_months(edition, first, last) if first and last else set())
        for month in sorted(every, key=lambda month: (month is None, month or "")):
            expected = len(numbers_of(edition, month, month)) if month else 0
            months.append(
                EditionMonth(
                    edition=str(edition),
                    month=month,
                    collected=collected[edition, month],
                    known=known[edition, month],
                    expected=expected or None,
                    expected_collected=of_expected[edition, month] if expected else None,
                )
            )
    return months


def _dated_months(edition: str, first: str, last: str) -> set[str]:
    """The months between two, both included, in which numbers of an edition are dated."""
    months: set[str] = set()
    numbers = numbers_of(edition, first, last)
    while numbers:
        month = _month(estimate_month(edition, numbers[0]))
        if month is None:  # pragma: no cover - numbers_of gives dated numbers only
            break
        months.add(month)
        numbers = numbers[len(numbers_of(edition, month, month)) :]
    return months


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
        .where(Frontier.edition.in_(scope.edition_names), ~is_collected())
        .order_by(Frontier.edition, Frontier.site_article_id)
    )


def is_collected() -> Any:
    """SQL: there is an article for a row of the frontier."""
    # Not the frontier's state: an article that has gone since it was collected is no gap.
    return exists().where(
        Article.edition == Frontier.edition, Article.site_article_id == Frontier.site_article_id
    )


def _collected_query(scope: Scope) -> Executable:
    query = (
        select(Article.edition, Article.site_article_id, Article.published_at, Section.site_section_id)
        .join(Section, Section.id == Article.section_id)
        .where(Article.edition.in_(scope.edition_names))
    )
    if scope.sections:
        chosen = (
            and_(Section.edition == str(ref.edition), Section.site_section_id == ref.section_id)
            for ref in scope.sections
        )
        query = query.where(or_(false(), *chosen))
    return query


def stream(connection: Connection, query: Executable) -> Iterator[Any]:
    """The rows of a query, a part at a time."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
        yield from rows


def state_of(state: str, attempts: int) -> State:
    """What is still to be done about an article, by the frontier's columns."""
    if state == "gone":
        return State.GONE
    return State.FAILING if attempts else State.WANTED


def _month(moment: datetime | None) -> str | None:
    return moment.astimezone(ZONE).strftime("%Y-%m") if moment else None


def _order(key: Key) -> tuple[str, int, bool, str]:
    edition, section, month = key
    return edition, section or 0, month is None, month or ""
