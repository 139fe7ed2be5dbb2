"""What is collected per edition, section and month, against what is known and what is expected."""

from __future__ import annotations

from collections import Counter

from attrs import Factory, frozen
from sqlalchemy import Connection, select

from analysis.gaps import Key, State, count_missing, estimated_month, numbers_of, stream
from newspapers import current
from schemas.local_time import month_of
from schemas.part import Part
from schemas.tables import Article, Section

Month = tuple[str, str | None]
"""Edition and month."""


def share_of(part: int | None, all_of_it: int | None) -> float | None:
    """A part as a share, 0 to 1; ``None`` where one of the two is not known or there is nothing."""
    return None if part is None or not all_of_it else part / all_of_it


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
        return share_of(self.expected_collected, self.expected)


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
    of_expected: Counter[Month] = Counter()
    query = (
        select(Article.edition, Article.site_article_id, Article.published_at, Section.site_section_id)
        .outerjoin(Section, Section.id == Article.section_id)
        .where(*part.of_all_days.conditions())
    )
    for row in stream(connection, query):
        estimate = estimated_month(row.edition, row.site_article_id)
        of_expected[row.edition, estimate] += 1
        month = month_of(row.published_at) or estimate
        if part.has_month(month):
            collected[row.edition, row.site_section_id, month] += 1
    missing = count_missing(connection, part)
    sections = [
        SectionMonth(*key, collected[key], *(missing[key][state] for state in State))
        for key in sorted(
            collected.keys() | missing.keys(), key=lambda key: (key[0], key[1] or 0, _last_if_unknown(key[2]))
        )
    ]
    return Coverage(sections, [] if part.sections else _months(sections, of_expected, part))


def _months(sections: list[SectionMonth], of_expected: Counter[Month], part: Part) -> list[EditionMonth]:
    collected: Counter[Month] = Counter()
    known: Counter[Month] = Counter()
    for line in sections:
        collected[line.edition, line.month] += line.collected
        known[line.edition, line.month] += line.known
    months = []
    for edition in sorted(part.editions or current().codes):
        seen = {month for of, month in collected if of == edition}
        dated = {month for month in seen if month}
        first = part.first_month or min(dated, default=None)
        last = part.last_month or max(dated, default=None)
        # A month of which nothing is collected has no row yet, and is the widest gap of all.
        every = seen | (_dated_months(edition, first, last) if first and last else set())
        for month in sorted(every, key=_last_if_unknown):
            expected = len(numbers_of(edition, month, month)) if month else 0
            months.append(
                EditionMonth(
                    edition=edition,
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
    while numbers and (month := estimated_month(edition, numbers[0])):
        months.add(month)
        numbers = numbers[len(numbers_of(edition, month, month)) :]
    return months


def _last_if_unknown(month: str | None) -> tuple[bool, str]:
    return month is None, month or ""
