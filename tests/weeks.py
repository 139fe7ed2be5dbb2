"""Weeks of hourly runs in simulated time: news come, are edited, and some addresses are dead for ever.

``python -m tests.weeks 168 0.3`` prints what a week of ``latest`` after a ``backfill`` comes to if three
addresses of ten are dead, each in one of the ways of :data:`DEATHS`; a third argument names the one way.
``python -m tests.weeks 1344 0.05 trouble`` is eight weeks with all at once: besides, one request of twenty
fails, one run of twenty is killed, and for an eighth of the time nothing is answered. It takes an hour.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from attrs import define, field

from newspapers import current
from schemas import tables
from tests import faulty
from tests.builders import SITE
from tests.crawling import crawl, crawl_command, environment, started
from tests.faulty import Fault, error, packed, page, redirect
from tests.reading import rows
from tests.site.model import State
from tests.site.pages import Answer
from tests.small_site import NAVIGATION, article

DEATHS: dict[str, Fault] = {
    "500": error(500),
    "reset": faulty.reset,
    "bad gzip": packed(faulty.gzip_corrupted),
    "cut": faulty.cut_off,
    "empty": page(b""),
    "loop": redirect(SITE + "{target}"),
}

OLD = 120
"""Articles that are there before the first run."""

ON_A_PAGE = 20

CHANCE = Random(7)  # noqa: S311 - no secret
FAILING = 0.05
"""Share of the requests that fail, and of the runs that are killed, if there is trouble."""


@define
class GrowingSite:
    """Section 11: a new article every two hours, the one of a day before is edited; part of them is dead."""

    share: float
    deaths: list[Fault] = field(factory=lambda: list(DEATHS.values()))
    began: datetime = field(factory=lambda: datetime.now(UTC).replace(microsecond=0))
    hour: int = 0
    outage: range = range(0)
    """Hours; if there are any, other requests fail now and then."""

    @property
    def now(self) -> datetime:
        return self.began + timedelta(hours=self.hour)

    @property
    def newest(self) -> int:
        return OLD + self.hour // 2

    def is_dead(self, number: int) -> bool:
        """Whether an article's address fails for ever."""
        return int(hashlib.sha256(str(number).encode()).hexdigest(), 16) % 1000 < 1000 * self.share

    def plan(self, target: str, _asked: int) -> Fault | None:
        if self.hour in self.outage:
            return faulty.reset if self.hour % 2 else error(503)
        if (number := number_of(target)) and self.is_dead(number):
            return self.deaths[number % len(self.deaths)]
        return CHANCE.choice(self.deaths) if self.outage and CHANCE.random() < FAILING else None

    def published(self, number: int) -> datetime:
        """Every two hours; the old ones one a day."""
        if number > OLD:
            return self.began + timedelta(hours=2 * (number - OLD))
        return self.began - timedelta(days=OLD - number + 1)

    def headline(self, number: int) -> str:
        """Every third article is edited a day after it came."""
        edited = number > OLD and number % 3 == 0 and self.now - self.published(number) >= timedelta(days=1)
        return f"Bài viết số {number}" + (", đã sửa" if edited else "")

    def truth(self) -> dict[int, str]:
        """The living articles, each with its present headline."""
        return {it: self.headline(it) for it in range(1, self.newest + 1) if not self.is_dead(it)}

    def answer(self, _method: str, _host: str, target: str, _form: bytes, _state: State) -> Answer:
        """What the site says now; duck-typed as :class:`tests.site.pages.Pages`."""
        path = urlsplit(target).path
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain")
        if path == "/":
            return Answer(200, NAVIGATION.encode())
        if (number := number_of(path)) and number <= self.newest:
            return Answer(200, self.article(number).encode())
        if path.endswith("/CHINH-TRI.htm"):
            return Answer(200, self.listing(int(path.split("/")[3]) if "/page/" in path else 1).encode())
        return Answer(404, b"")

    def listing(self, page: int) -> str:
        pages = -(-self.newest // ON_A_PAGE)
        top = self.newest - ON_A_PAGE * (min(page, pages) - 1)
        entries = "".join(
            f'<p><a href="/11/{it}/Bai-{it}.htm">{self.headline(it)}</a></p>'
            for it in range(top, max(0, top - ON_A_PAGE), -1)
        )
        pager = "".join(f'<a href="/11/page/{it}/CHINH-TRI.htm">{it}</a>' for it in range(2, pages + 1))
        return f"<html>{NAVIGATION}{entries}{pager}</html>"

    def article(self, number: int) -> str:
        date = f"{self.published(number).astimezone(current().zone):%d/%m/%Y %H:%M}"
        found = (
            article(number).replace("24/4/2024 9:56", date).replace("(HBĐT) - ", f"(HBĐT) - Số {number}: ")
        )
        return found.replace(f"Bài viết số {number}", self.headline(number))


def number_of(target: str) -> int:
    """The article that an address on this site names; 0 for none."""
    parts = target.split("/")
    return int(parts[2]) if len(parts) == 4 and parts[2].isdecimal() else 0


@define
class Week:
    """What came of a backfill and the hourly runs after it."""

    codes: list[int]
    """Exit codes, the backfill's first."""
    further: list[dict[int, int]]
    """For each day after the first backfill: how often each dead address was asked for, if it was."""
    missing_after_backfill: set[int]
    missing: set[int]
    """Living articles that are not collected at the end, or not as they now are."""
    last_lines: Counter[str]


def live_through(hours: int, share: float, folder: Path, *deaths: str) -> Week:
    """A backfill, then ``latest`` every hour.

    :param share: of the addresses that are dead.
    :param deaths: in which ways; without any, in all. ``trouble``: in all, with all other trouble.
    """
    trouble = deaths == ("trouble",)
    site = GrowingSite(share, list(DEATHS.values()) if trouble else [DEATHS[it] for it in deaths or DEATHS])
    if trouble:
        site.outage = range(hours // 2, hours // 2 + hours // 8)
    url = f"sqlite:///{folder}/collection.db"
    section_11 = ("editions=vi", "sections=11")
    codes: list[int] = []
    lines: Counter[str] = Counter()
    further: list[dict[int, int]] = []
    with faulty.faulty(site, site.plan, robots=trouble) as server:  # type: ignore[arg-type]

        def run(spider: str) -> None:
            done = crawl(
                spider,
                *section_11,
                database_url=url,
                mirror=server.url,
                expect=None,
                ahead=timedelta(hours=site.hour),
            )
            codes.append(done.returncode)
            lines[done.stderr.splitlines()[-1]] += 1

        def kill(after: int) -> None:
            command, env = crawl_command("latest", *section_11), environment(url, server.url)
            asked = len(server.times) + after
            with started(command, env | {"CLOCK_AHEAD": str(3600 * site.hour)}) as process:
                process.reaches(lambda: len(server.times) >= asked)
            lines["killed"] += 1

        run("backfill")
        missing_after_backfill = wrong(url, site)
        asked = Counter(server.injected)
        for site.hour in range(1, hours + 1):
            if trouble and CHANCE.random() < FAILING:
                kill(after=CHANCE.randint(1, 2))
            else:
                run("latest")
            if site.hour % 24 == 0 or site.hour == hours:
                now = Counter(server.injected)
                old = {number_of(target) for target in asked}
                further.append({number_of(it): n for it, n in (now - asked).items() if number_of(it) in old})
                asked = now
    return Week(codes, further, missing_after_backfill, wrong(url, site), lines)


def wrong(url: str, site: GrowingSite) -> set[int]:
    """Living articles that the collection does not have as they are."""
    stored = {row.site_article_id: row.headline for row in rows(url, tables.Article)}
    return {number for number, headline in site.truth().items() if stored.get(number) != headline}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        week = live_through(int(sys.argv[1]), float(sys.argv[2]), Path(place), *sys.argv[3:])
    most = [max(day.values(), default=0) for day in week.further]
    sys.stdout.write(
        f"exit codes: {Counter(week.codes)}\n"
        f"missing after the backfill: {week.missing_after_backfill}; at the end: {week.missing}\n"
        f"most further requests for one dead address, day by day: {most}\n"
    )
    sys.stdout.writelines(f"{times} x {line}\n" for line, times in week.last_lines.most_common(12))
