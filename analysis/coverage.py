"""What is collected per edition, section and month, against what is known and what is expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import Factory, frozen
from sqlalchemy import Connection, func, select

from analysis.missing_articles import Key, State, count_missing, estimated_month, numbers_of, stream
from newspapers import current
from schemas.part import Part
from schemas.tables import Article, CatalogueLine, Section


@frozen
class OfExpected:
    """How many of the numbers that the paper gave are collected, as far as dated ones tell."""

    expected: int | None
    """Numbers that dated ones place in a month or an edition; ``None`` where none are dated."""
    expected_collected: int | None
    """Those of the expected numbers that are collected."""

    @property
    def share(self) -> float | None:
        """Of the expected numbers, the part that is collected, 0 to 1."""
        if self.expected_collected is None or not self.expected:
            return None
        return self.expected_collected / self.expected


@frozen
class SectionMonth:
    """What is collected of a section's month and what is known to be missing."""

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
class EditionMonth(OfExpected):
    """What is collected of an edition's month, against the numbers that the paper gave in it.

    ``collected`` counts by date of publication, ``expected_collected`` by number: dates and
    estimates disagree by some days at either end of a month, and a share must not exceed 1 for it.
    """

    edition: str
    month: str | None
    collected: int
    known: int
    """Known and not collected."""


@frozen
class Coverage:
    """Collected against known and expected, in the order of edition, section and month."""

    sections: list[SectionMonth] = Factory(list)
    months: list[EditionMonth] = Factory(list)
    """Empty if only some sections are looked at: numbers are counted per edition."""


def coverage(connection: Connection, part: Part) -> Coverage:
    """What is collected per edition, section and month, against what is known and expected.

    :param part: of its days only the months count.
    """
    collected: Counter[Key] = Counter()
    for edition, section, month, number in _collected(connection, part.of_all_days):
        if part.has_month(month):
            collected[edition, section, month] += number
    missing = count_missing(connection, part)
    sections = [
        SectionMonth(*key, collected[key], *(missing[key][state] for state in State))
        for key in sorted(
            collected.keys() | missing.keys(), key=lambda key: (key[0], key[1] or 0, _last_if_unknown(key[2]))
        )
    ]
    return Coverage(sections, [] if part.sections else list(_months(connection, sections, part)))


def _collected(connection: Connection, part: Part) -> Iterator[tuple[str, int | None, str | None, int]]:
    """Edition, section, month and number of the articles collected; the month of the undated is estimated."""
    line = CatalogueLine
    month, number = func.substr(line.published, 1, 7).label("month"), func.count().label("number")
    counted = (
        select(line.edition, line.section_id, month, number)
        .where(line.published.is_not(None), *part.conditions(line))
        .group_by(line.edition, line.section_id, "month")
        .subquery()
    )
    named = select(counted.c.edition, Section.site_section_id, counted.c.month, counted.c.number)
    for row in connection.execute(named.outerjoin(Section, Section.id == counted.c.section_id)):
        yield row.edition, row.site_section_id, row.month, row.number
    undated = (
        select(Article.edition, Section.site_section_id, Article.site_article_id)
        .outerjoin(Section, Section.id == Article.section_id)
        .where(Article.published_at.is_(None), *part.conditions())
    )
    for edition, section, article in stream(connection, undated):
        yield edition, section, estimated_month(edition, article), 1


def _months(connection: Connection, sections: list[SectionMonth], part: Part) -> Iterator[EditionMonth]:
    collected: Counter[tuple[str, str | None]] = Counter()
    known: Counter[tuple[str, str | None]] = Counter()
    for line in sections:
        collected[line.edition, line.month] += line.collected
        known[line.edition, line.month] += line.known
    for edition in sorted(part.editions or current().codes):
        seen = {month for of, month in collected if of == edition}
        dated = {month for month in seen if month}
        first = part.first_month or min(dated, default=None)
        last = part.last_month or max(dated, default=None)
        # A month of which nothing is collected has no row yet, and is the widest gap of all.
        every = seen | (_dated_months(edition, first, last) if first and last else set())
        for month in sorted(every, key=_last_if_unknown):
            expected = numbers_of(edition, month, month) if month else range(0)
            yield EditionMonth(
                edition=edition,
                month=month,
                collected=collected[edition, month],
                known=known[edition, month],
                expected=len(expected) or None,
                expected_collected=count_collected(connection, edition, expected),
            )


def count_collected(connection: Connection, edition: str, numbers: range) -> int | None:
    """How many of an edition's numbers are collected; ``None`` if there are no numbers."""
    if not numbers:
        return None
    of_numbers = Article.site_article_id.between(numbers[0], numbers[-1])
    return connection.scalar(
        select(func.count()).select_from(Article).where(Article.edition == edition, of_numbers)
    )


def _dated_months(edition: str, first: str, last: str) -> set[str]:
    """The months between two, both included, in which numbers of an edition are dated."""
    months: set[str] = set()
    numbers = numbers_of(edition, first, last)
    while numbers and (month := estimated_month(edition, numbers[0])):
        months.add(month)
        numbers = numbers[len(numbers_of(edition, month, month)) :]
    return months


def _last_if_unknown(month: str | None) -> tuple[bool, str]:
    return month is None, month or ""
