"""Spider arguments: read once, before the first request, with errors that name argument and value."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from attrs import field, frozen
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from newspapers import MAX_SECTION_ID, ArticleRef, SectionRef, current, read_article_url

_SECTION = re.compile(r"(?:([a-z]+)/)?([1-9][0-9]{0,8})")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

MOST = 2**31 - 1  # the greatest count: a database refuses a number of more than 64 bits


def split_commas(value: Any) -> Any:
    """The parts of a text between commas; none at all is a mistake."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts:
        raise ValueError(f"{value!r} names nothing; leave the argument out for all")
    return parts


def _words(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


@frozen
class Addresses:
    """What the lines of a file name."""

    urls: list[str] = field(factory=list)
    refused: list[str] = field(factory=list)
    """Lines that name no article of the newspaper, each with its number and why."""


def _addresses(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = Addresses()
    for name in value.split("\n"):
        try:
            lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{name!r} cannot be read: {error}; accepted: a text file in UTF-8") from None
        for number, line in enumerate(map(str.strip, lines), start=1):
            try:
                if line and not line.startswith("#"):
                    found.urls.append(_article(line))
            except ValueError as error:
                found.refused.append(f"{name}, line {number}: {error}")
    if not found.urls:
        raise ValueError("\n".join(found.refused) or f"{value!r} names nothing; accepted: one address a line")
    return found


def _archives(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from archive import expand  # late: only the spider warc needs it, and each command has arguments

    if not value.strip():
        raise ValueError("'' names nothing; accepted: archive files, folders or patterns")
    try:
        return expand([part for part in value.split("\n") if part.strip()])
    except OSError as error:
        raise ValueError(f"{value!r} cannot be read: {error}") from None


def _edition(value: Any) -> str:
    if value in current().codes:
        return str(value)
    raise ValueError(f"{value!r} is no edition; accepted: {', '.join(current().codes)}, separated by commas")


def _section(value: Any) -> SectionRef:
    if isinstance(value, SectionRef):
        return value
    match = _SECTION.fullmatch(str(value).strip())
    if match and int(match[2]) <= MAX_SECTION_ID:
        return SectionRef(_edition(match[1] or current().codes[0]), int(match[2]))
    raise ValueError(f"{value!r} is no section; accepted: numbers as in 11 or en/2, separated by commas")


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _DATE.fullmatch(value.strip())
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat("")
    except ValueError:
        raise ValueError(f"{value!r} is no date; accepted: year-month-day as in 2024-04-24") from None


def _check_past(**days: date | None) -> None:
    today = datetime.now(current().zone).date()
    for name, day in days.items():
        if day and day > today:
            raise ValueError(f"{name}={day} is in the future; accepted: days up to {today}")


def _count(value: Any) -> int:
    if str(value).strip().isdecimal() and 0 < int(value) <= MOST:
        return int(value)
    raise ValueError(f"{value!r} is no count; accepted: a whole number above 0, at most {MOST}")


def _article(value: Any) -> str:
    if read_article_url(str(value)):
        return str(value)
    raise ValueError(f"{value!r} is no article of the newspaper; accepted: {current().url_form}")


EditionName = Annotated[str, BeforeValidator(_edition)]
SectionName = Annotated[SectionRef, BeforeValidator(_section), PlainSerializer(str)]
EditionNames = Annotated[list[EditionName], BeforeValidator(split_commas)]
SectionNames = Annotated[list[SectionName], BeforeValidator(split_commas)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_count)]
ArticleUrl = Annotated[str, BeforeValidator(_article)]


class Arguments(BaseModel):
    """What every spider understands (``docs/settings.md``)."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    editions: EditionNames = Field(default_factory=lambda: list(current().codes))
    sections: SectionNames = []  # none named: all
    since: Day | None = None  # first day of publication …
    until: Day | None = None  # … and last
    limit: Count | None = None  # the most articles to request
    job: str | None = Field(default=None, alias="_job")  # given by scrapyd

    @model_validator(mode="after")
    def _check_order(self) -> Arguments:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since={self.since} is later than until={self.until}")
        _check_past(since=self.since)
        return self

    def includes(self, section: SectionRef) -> bool:
        """Whether a section is among those to be collected."""
        return section.edition in self.editions and (not self.sections or section in self.sections)

    def may_include(self, article: ArticleRef) -> bool:
        """Whether an article is among those to be collected, as far as its address says."""
        return article.edition in self.editions and (
            article.section is None or self.includes(article.section)
        )


class DayArguments(Arguments):
    """What the spider ``day`` understands: one date, or since and until."""

    date: Day | None = None

    @model_validator(mode="after")
    def _check_days(self) -> DayArguments:
        _check_past(date=self.date)
        if (self.date is None) == (self.since is None) or (self.date and self.until):
            raise ValueError("give either date=… or since=… (with until=… if it is not to be today)")
        if self.date:
            self.since = self.until = self.date
        return self


class UrlArguments(Arguments):
    """What the spider ``url`` understands."""

    url: Annotated[list[ArticleUrl], BeforeValidator(_words)] = []
    file: Annotated[
        Addresses, BeforeValidator(_addresses), PlainSerializer(lambda addresses: addresses.urls)
    ] = Addresses()

    @model_validator(mode="after")
    def _check_any(self) -> UrlArguments:
        if not self.url and not self.file.urls:
            raise ValueError("give url=… (it may be repeated) or file=…")
        return self


class WarcArguments(Arguments):
    """What the spider ``warc`` understands."""

    path: Annotated[list[Path], BeforeValidator(_archives)]


class CaptureArguments(Arguments):
    """What the spider ``wayback`` understands: the days are those of the capture."""

    gaps: bool = False  # whether to fetch only articles that are not collected


class CommonCrawlArguments(CaptureArguments):
    """What the spider ``commoncrawl`` understands."""

    crawls: Annotated[list[str], BeforeValidator(split_commas)] = []  # CC-MAIN-2024-51; none: the newest


def explain(error: ValidationError) -> str:
    """The error in one line for each fault: argument, value, what is accepted."""
    lines = []
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "extra_forbidden":
            lines.append(f"{name}={fault['input']!r}: there is no such argument")
            continue
        said = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "bool_parsing":
            said = f"{fault['input']!r} is neither yes nor no; accepted: true, false"
        lines.append(f"{name}: {said}" if name else said)
    return "\n".join(lines)
