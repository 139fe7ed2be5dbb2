"""What is collected per edition, section and month, against what is known and what is expected."""

from __future__ import annotations

from collections import Counter

from attrs import Factory, frozen
from sqlalchemy import Connection, Executable, and_, false, or_, select

from analysis.gaps import Key, Scope, State, count_missing, month_of, numbers_of, stream
from newspapers.baohoabinh.numbering import estimate_month
from schemas.tables import Article, Section


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


def coverage(connection: Connection, scope: Scope) -> Coverage:
    """What is collected per edition, section and month, against what is known and expected."""
    collected: Counter[Key] = Counter()
    of_expected: Counter[tuple[str, str | None]] = Counter()
    for row in stream(connection, _collected_query(scope)):
        estimate = month_of(estimate_month(row.edition, row.site_article_id))
        of_expected[row.edition, estimate] += 1
        month = month_of(row.published_at) or estimate
        if scope.has_month(month):
            collected[row.edition, row.site_section_id, month] += 1
    lacking = count_missing(connection, scope)
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
        month = month_of(estimate_month(edition, numbers[0]))
        if month is None:  # pragma: no cover - numbers_of gives dated numbers only
            break
        months.add(month)
        numbers = numbers[len(numbers_of(edition, month, month)) :]
    return months


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


def _order(key: Key) -> tuple[str, int, bool, str]:
    edition, section, month = key
    return edition, section or 0, month is None, month or ""
