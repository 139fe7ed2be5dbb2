"""What an operator sees of a run: on a real terminal, in a log, and at its end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte
import pytest

from crawler.run.verdict import ADVICE
from schemas.verdicts import Verdict
from tests.crawling import NOBODY, ROOT, SCRAPY, crawl, crawl_command, environment
from tests.prepared import PreparedScrapy
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow

ROWS, COLUMNS = 200, 100
"""High enough that nothing scrolls away."""


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(filler=0)


URLS = "url=https://baohoabinh.com.vn/11/1/Bai-1.htm https://baohoabinh.com.vn/11/2/Bai-2.htm"


class TestOnATerminal:
    def test_figures_follow_the_run_and_log_lines_stand_whole_above(self, sqlite_url: str) -> None:
        written = on_terminal(
            "url", URLS, database_url=sqlite_url, mirror=NOBODY, expect=4, LOG_LEVEL="WARNING"
        )

        first = written.split(b"\x1b[2K")[0].decode()
        assert "url\x1b[0m: fetching, 0:00:00" in first
        assert re.search(r"pages +0, 0 a minute", first)
        assert "0 of 2 articles" in first
        lines = as_shown(written)
        closing = next(number for number, line in enumerate(lines) if line.startswith("articles: 0 new"))
        log = "".join(lines[:closing])  # the terminal breaks long lines, nobody else does
        assert "Not collected: https://baohoabinh.com.vn/11/2/Bai-2.htm: " in log
        advice, verdict = (at for at, line in enumerate(lines) if line.startswith(("next: ", "url: site un")))
        assert closing < advice < verdict
        assert lines[advice].startswith(f"next: {ADVICE[Verdict.UNREACHABLE]}")
        assert lines[-1].endswith("SITE_MIRROR"), "nothing follows the verdict"
        assert "a minute" not in "".join(lines), "the display has been wiped"
        assert written.index(b"Not collected") < written.index(b"\x1b[?25h"), "it was written while it was on"

    @pytest.mark.parametrize(
        ("seen", "verdict"),
        [
            ([rb"pages +[1-9]"], "backfill: interrupted: stopped by a signal"),
            ([rb"pages +[1-9]", rb"stopping: "], "backfill: interrupted: stopped by force"),
        ],
        ids=["once", "twice"],
    )
    def test_it_is_wiped_when_the_run_is_interrupted(
        self, server: SiteServer, sqlite_url: str, seen: list[bytes], verdict: str
    ) -> None:
        server.gate.shut(after=7)  # what is under way is not over before it ends by force

        written = on_terminal(
            "backfill",
            database_url=sqlite_url,
            mirror=server.url,
            interrupt_at=seen,
            interrupted=server.gate.open if len(seen) == 1 else None,
            expect=6,
        )

        lines = as_shown(written)
        assert lines[-1].startswith(verdict)
        assert "a minute" not in "".join(lines)

    def test_a_setting_switches_it_off(self, sqlite_url: str) -> None:
        written = on_terminal(
            "url", URLS, database_url=sqlite_url, mirror=NOBODY, expect=4, PROGRESS_DISPLAY="0"
        )

        assert b"\x1b[" not in written
        assert b"articles: 0 new" in written, "the log says it instead"


class TestInALog:
    def test_a_line_tells_how_far_a_run_has_come_and_the_end_where_it_all_lies(
        self, server: SiteServer, sqlite_url: str, tmp_path: Path
    ) -> None:
        archive = tmp_path / "archive"
        log = crawl("latest", "limit=3", database_url=sqlite_url, mirror=server.url, archive=archive).stderr

        [line] = re.findall(r"\[crawler.run.progress\] INFO: (.*)", log)
        assert line.startswith(
            "lists: 0, 0 pages of them read; pages: 0, 0 a minute; articles: 0 new, 0 changed"
        )
        assert line.endswith("; 0 of 3 articles")
        assert "\x1b" not in log
        articles, stored, verdict = log.splitlines()[-3:]
        assert re.fullmatch(
            r"articles: 3 new, 0 changed, 0 unchanged, 0 gone, 0 failed, 0 rejected; \d+ requests in [\d:]+",
            articles,
        )
        assert stored == f"stored in {sqlite_url}; pages as they came: {archive}"
        assert verdict.startswith("latest: ok")

        again = crawl("warc", f"path={archive}", database_url=sqlite_url, mirror=server.url).stderr
        assert "captures: 0 read, 0 failed, 0 damaged" in again
        assert "0 of 2 files" in again, "one of answers, one that describes the run"

    def test_days_tell_how_far_a_run_over_days_has_come(self, server: SiteServer, sqlite_url: str) -> None:
        days = ("since=2024-04-01", "until=2024-04-02", "editions=vi")

        assert (
            "0 of 2 days of editions"
            in crawl("day", *days, database_url=sqlite_url, mirror=server.url).stderr
        )


def on_terminal(
    spider: str,
    *arguments: str,
    database_url: str,
    mirror: str,
    expect: int = 0,
    interrupt_at: Sequence[bytes] = (),
    interrupted: Callable[[], None] | None = None,
    **settings: str,
) -> bytes:
    """All that a crawl writes to a terminal of its own.

    :param interrupt_at: the crawl is interrupted once the first of these patterns was written, and so on.
    :param interrupted: called after the last of them.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    env = environment(database_url, mirror) | {"TERM": "xterm-256color"}
    command = crawl_command(spider, *arguments, RETRY_ENABLED="false", **settings)[len(SCRAPY) :]
    terminal = Path(os.ttyname(its))
    process = PreparedScrapy(command, env, ROOT, terminal, terminal)
    written, waited_for = b"", list(interrupt_at)
    while True:
        has_ended = process.poll() is not None
        if select.select([ours], [], [], 0.1)[0]:
            written += os.read(ours, 65536)
        elif has_ended:
            break
        if waited_for and re.search(waited_for[0], written):
            waited_for.pop(0)
            process.send_signal(signal.SIGINT)
            if interrupted and not waited_for:
                interrupted()
    os.close(its)
    os.close(ours)
    assert process.poll() == expect, written[-3000:].decode()
    return written


def as_shown(written: bytes) -> list[str]:
    """What stands on the screen in the end, line by line."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(written)
    assert not screen.cursor.hidden
    return [line.rstrip() for line in screen.display if line.strip()]
