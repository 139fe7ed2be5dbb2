"""When an article was published: as its page prints it or, marked as an estimate, by pictures or numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from attrs import frozen

from crawler.pages.blocks import PROSE, Block, Page, Picture, Text, texts
from crawler.pages.dates import PageDate, begins_with_date, is_date_line, read_date
from crawler.pages.elements import Part
from crawler.pages.frame import Frame, Span
from crawler.pages.head import Head, join
from newspapers import current
from schemas.items import Article, Basis

MOST_APART = timedelta(days=366 + 31)
"""A date further from the estimated month is that of something else, or a mistake."""
NEAR = timedelta(days=45)
FAR = timedelta(days=100)
LONGEST_LINE = 120
NEAREST = 4
BELOW = 14
"""So many blocks below the headline the date may stand."""


@frozen
class Printed:
    """A date that a page prints, and the rule that found it."""

    date: PageDate
    rule: str
    believed: bool = True


def date_article(item: Article, page: Page, head: Head, frame: Frame, fetched: datetime) -> None:
    """Give an article its date. What is printed and not believed stays in ``published_raw``."""
    basis, month = _estimate(item, head, fetched)
    printed = printed_date(page, head, frame, fetched, month)
    if printed:
        item.published_raw = printed.date.raw
    if printed and printed.believed:
        item.published_at, item.published_basis = printed.date.at, Basis.PAGE
        usual = printed.date.rule in ("day-first", "iso")
        item.rules["published_at"] = printed.rule if usual else f"{printed.rule}:{printed.date.rule}"
    elif basis:
        item.published_basis, item.published_at = basis, month
        item.rules["published_at"] = f"{basis}:{printed.rule}-not-believed" if printed else basis


def _estimate(item: Article, head: Head, fetched: datetime) -> tuple[Basis | None, datetime | None]:
    """The month that the pictures' folder stands for or, failing that, the number."""
    pictures = [image.url for image in item.images]
    own = join(head.base, head.picture)
    if f"/{item.article_id}_" in own:
        pictures.append(own)
    month = next(filter(None, map(current().month_of_picture, pictures)), None)
    if month is not None and month <= fetched:
        return Basis.PICTURE_FOLDER, month
    month = current().estimate_month(item.edition, item.article_id)
    if month is not None and month <= fetched:
        return Basis.NEIGHBOURING_IDS, month
    return None, None


def printed_date(
    page: Page, head: Head, frame: Frame, fetched: datetime, month: datetime | None = None
) -> Printed | None:
    """The date as printed; if none can be believed, the first that stands where the date should.

    :param month: the estimated month; one far from it is an event's date, or a mistake.
    """
    doubted: Printed | None = None
    day: Printed | None = None
    for rule, lines in _lines(page, head, frame, fetched):
        for line in lines if day is None or not rule.startswith(("under-", "above-")) else ():
            date = read_date(line, fetched)
            if date is None:
                continue
            date = _by_number(date, month)
            apart = month is not None and abs(date.at - month) > MOST_APART
            at = date.at.astimezone(current().zone)
            if date.at > fetched + timedelta(days=1) or apart:
                doubted = doubted or Printed(date, rule, believed=False)
            elif day is None or at.date() == day.date.at.date():
                if at.time() != time.min:
                    return Printed(date, rule)
                day = day or Printed(date, rule)  # its clock may stand beside it, or in the head
    return day or doubted


def _by_number(date: PageDate, month: datetime | None) -> PageDate:
    """The other order of day and month, where the article's number speaks for it and nothing against it."""
    if month is None or date.rule != "day-first" or date.sure or date.at.day > 12:
        return date
    other = date.at.replace(month=date.at.day, day=date.at.month)
    if abs(other - month) <= NEAR and abs(date.at - month) > FAR:
        return PageDate(other, date.raw, "month-first-by-number")
    return date


def _under_picture(blocks: list[Block], text: Text) -> bool:
    above = blocks[text.index - 1] if text.index else None
    return isinstance(above, Picture) and above.node.part is not Part.ASIDE


def line_of(page: Page, span: Span) -> str:
    """The texts of a range of blocks, as one line."""
    return " ".join(text.text for _, text in texts(page.blocks, *span))


def _lines(page: Page, head: Head, frame: Frame, fetched: datetime) -> Iterator[tuple[str, list[str]]]:
    """Lines in which the date may stand: by the layout's marks, near the headline, under the text."""
    blocks = page.blocks

    def dated(start: int, end: int, *, counted: bool = False) -> list[str]:
        """Short lines with a date; those, too, that begin with one and count something."""
        return [
            text.text
            for _, text in texts(blocks, max(start, 0), max(end, 0))
            if len(text.text) <= LONGEST_LINE
            and not _under_picture(blocks, text)
            and (
                is_date_line(text.text, fetched)
                or (text.part is Part.DATE and text.linked < 0.5)
                or (counted and len(text.text) < PROSE and begins_with_date(text.text, fetched))
            )
        ]

    def near(number: int) -> bool:
        """Whether a block above the headline stands in one element with it."""
        own, around = blocks[frame.headline_at].node.ancestors(), blocks[number].node.ancestors()
        return any(node in around for node in own[:NEAREST] if node.tag not in ("html", "body"))

    for span, rule in frame.dates:
        yield rule, [line_of(page, span)]
    same = blocks[frame.headline_at]
    beside = same.text[len(frame.headline) :] if isinstance(same, Text) else ""
    yield "beside-headline", [beside] if beside and len(beside) <= LONGEST_LINE else []
    below = range(frame.headline_at + 1, min(frame.headline_at + BELOW, len(blocks)))
    prose = next((i for i in below if isinstance(b := blocks[i], Text) and len(b.text) >= PROSE), below.stop)
    yield "under-headline", dated(frame.headline_at + 1, prose, counted=True)
    above = [line for line in range(max(0, frame.headline_at - 4), frame.headline_at) if near(line)]
    yield "above-headline", [line for at in reversed(above) for line in dated(at, at + 1)]
    yield "under-lead", dated(prose + 1, prose + 4)
    yield "under-text", dated(max(frame.end - 6, frame.start), frame.end + 4)
    if head.published:
        yield "meta", [head.published]
