"""Generated articles: as many as wanted, always the same ones, no two of them alike."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from functools import partial

from tests.site.content.written import stock
from tests.site.dates import FORMS, legible, number_at
from tests.site.model import Era, Key, Picture, Piece, Print, Truth, at
from tests.site.slugs import slug_of

_SINCE, _UNTIL = at(2010, 5, 1), at(2025, 6, 12)
_EDITIONS = ("vi",) * 17 + ("en",) * 2 + ("mu",)
_SECTIONS = {
    "vi": (11,) * 8 + (12,) * 6 + (15,) * 4 + (16,) * 4 + (217, 219),
    "en": (2, 2, 6),
    "mu": (2, 4),
}
_MUONG_SINCE = at(2015, 6, 1)
_PENS = (
    "Đức Phượng",
    "Hồng Nhung",
    "Bùi Minh",
    "Thu Thủy",
    "Hương Lan",
    "Viết Đào",
    "Hải Yến",
    "Đinh Thắng",
    "Lê Chung",
    "Hoàng Nga",
)
_INITIALS = ("H.D", "P.V", "T.H", "Đ.P")


def fillers(count: int, taken: set[Key]) -> list[Piece]:
    """That many articles under numbers that are free."""
    taken = set(taken)
    dice = (random.Random(20100418 + number) for number in range(count))  # noqa: S311 - no secret
    return [_filler(each, taken) for each in dice]


def _filler(dice: random.Random, taken: set[Key]) -> Piece:
    edition = dice.choice(_EDITIONS)
    since = _MUONG_SINCE if edition == "mu" else at(2012, 2, 1) if edition == "en" else _SINCE
    posted = since + timedelta(minutes=dice.randrange(int((_UNTIL - since).total_seconds() / 60)))
    posted = posted.replace(hour=5 + posted.hour % 16, second=dice.randrange(60))
    number = number_at(edition, posted)
    while (edition, number) in taken:
        number += 1
    taken.add((edition, number))
    section = dice.choice(_SECTIONS[edition])
    form = dice.choice(sorted(FORMS))
    era = Era.WORD if posted.year < 2017 else Era.SPAN if posted.year < 2020 else Era.PLAIN
    agency = _agency(edition, posted, dice)
    headline, lead, body = _text(edition, section, dice)
    byline, authors = _byline(edition, dice)
    return Piece(
        Truth(
            edition=edition,
            article_id=number,
            section_id=section,
            slug=slug_of(headline),
            headline=headline,
            agency=agency,
            lead=lead,
            body=tuple(body),
            byline=byline,
            authors=authors,
            posted=legible(posted, form),
            pictures=_pictures(number, posted, dice, len(body)) if edition == "vi" else (),
        ),
        Print(
            era=era,
            date=form,
            prefix=f"({agency}) {dice.choice('-–')} " if agency else "",
            quotes=('"', '"') if era is Era.WORD else ('"', "”"),
            hard_breaks="\n" if era is Era.WORD and dice.random() < 0.4 else "",
            comments=dice.random() < 0.1,
        ),
    )


def _agency(edition: str, posted: datetime, dice: random.Random) -> str | None:
    if posted > at(2023, 9, 15) or dice.random() < 0.05:
        return None
    return {"vi": "HBĐT", "en": "HBO", "mu": "HBDT"}[edition]


def _byline(edition: str, dice: random.Random) -> tuple[str | None, tuple[str, ...]]:
    """Byline and the persons in it."""
    if edition != "vi" or dice.random() < 0.1:
        return None, ()
    if dice.random() < 0.3:
        return dice.choice(_INITIALS), ()
    if dice.random() < 0.15:
        both = dice.sample(_PENS, 2)
        return " - ".join(both), tuple(both)
    pen = dice.choice(_PENS)
    return pen, (pen,)


def _pictures(number: int, posted: datetime, dice: random.Random, paragraphs: int) -> tuple[Picture, ...]:
    if dice.random() < 0.35:
        return ()
    stored = stock("vi")
    fill = partial(_filled, values=stored.values, dice=dice)
    after = dice.randrange(paragraphs)
    credit = dice.choice((None, None, "P.V", "PV"))
    caption = fill(dice.choice(stored.captions)) + (f" Ảnh: {credit}" if credit else "")
    src = f"https://ims.baohoabinh.com.vn/NewsImg/{posted.month}_{posted.year}/{number}_anh {after}.jpg"
    return (Picture(src=src, caption=caption, credit=credit, after=after),)


def _text(edition: str, section: int, dice: random.Random) -> tuple[str, str, list[str]]:
    """Headline, lead and paragraphs, each sentence of the stock at most once."""
    stored = stock(edition)
    fill = partial(_filled, values=stored.values, dice=dice)
    topics = stored.sentences.get(section, ()) + stored.sentences[0]
    paragraphs = dice.randrange(4, 11 if edition == "vi" else 6)
    wanted = [dice.choice((1, 2, 2, 3)) for _ in range(paragraphs)]
    while sum(wanted) > len(topics):
        wanted.remove(max(wanted))
    sentences = [fill(sentence) for sentence in dice.sample(topics, sum(wanted))]
    body = [" ".join(sentences.pop() for _ in range(size)) for size in wanted]
    headline, lead = fill(dice.choice(stored.headlines)), fill(dice.choice(stored.leads))
    return _capital(headline), _capital(lead), [_capital(text) for text in body]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _filled(sentence: str, values: dict[str, tuple[str, ...]], dice: random.Random) -> str:
    """The sentence with a value in each of its places; ``{n}`` is a number."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "n":
            return str(dice.randrange(3, 990))
        return dice.choice(values[name])

    return re.sub(r"\{(\w+)\}", value, sentence)
