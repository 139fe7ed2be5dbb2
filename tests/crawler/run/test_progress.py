"""What an operator sees of a run: on a real terminal, in a log, and at its end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pyte
import pytest

from crawler.run.verdict import ADVICE
from schemas.verdicts import Verdict
from tests.crawling import NOBODY, ROOT, crawl, crawl_command, environment
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
    def test_figures_and_what_is_left_are_shown(self, server: SiteServer, sqlite_url: str) -> None:
        written = on_terminal("url", URLS, database_url=sqlite_url, mirror=server.url)

        first = written.split(b"\x1b[2K")[0].decode()
        assert "url\x1b[0m: starting, 0:00:00" in first
        assert re.search(r"pages +0, 0 a minute", first)
        assert "0 of 2 articles" in first

    def test_log_lines_stand_whole_above_and_nothing_of_the_display_is_left(self, sqlite_url: str) -> None:
        written = on_terminal(
            "url", URLS, database_url=sqlite_url, mirror=NOBODY, expect=4, LOG_LEVEL="WARNING"
        )

        lines = as_shown(written)
        closing = next(number for number, line in enumerate(lines) if line.startswith("articles: 0 new"))
        log = "".join(lines[:closing])  # the terminal breaks long lines, nobody else does
        assert "Not collected: https://baohoabinh.com.vn/11/2/Bai-2.htm: " in log
        verdict = next(at for at, line in enumerate(lines) if line.startswith("url: site unreachable"))
        assert verdict > closing
        assert lines[-1].endswith("SITE_MIRROR"), "nothing follows the verdict"
        assert "a minute" not in "".join(lines), "the display has been wiped"
        assert written.index(b"Not collected") < written.index(b"\x1b[?25h"), "it was written while it was on"

    @pytest.mark.parametrize(
        ("seen", "verdict"),
        [
            ([b"reading lists"], "backfill: interrupted: stopped by a signal"),
            ([b"reading lists", b"stopping: "], "backfill: interrupted: stopped by force"),
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

    def test_a_setting_switches_it_off(self, server: SiteServer, sqlite_url: str) -> None:
        written = on_terminal("url", URLS, database_url=sqlite_url, mirror=server.url, PROGRESS_DISPLAY="0")

        assert b"\x1b[" not in written
        assert b"articles: 0 new" in written, "the log says it instead"


class TestInALog:
    def test_there_is_one_line_and_no_control_character(self, server: SiteServer, sqlite_url: str) -> None:
        log = crawl("latest", "limit=3", database_url=sqlite_url, mirror=server.url).stderr

        [line] = re.findall(r"\[crawler.run.progress\] INFO: (.*)", log)
        assert line.startswith(
            "sections: 0 of 0 lists read; pages: 0, 0 a minute; articles: 0 new, 0 changed"
        )
        assert line.endswith("; 0 of 3 articles")
        assert "\x1b" not in log

    @pytest.mark.parametrize(
        ("argument", "work"),
        [
            (f"date={date(2024, 4, 24)}", "0 of 3 days of editions"),
            ("since=2024-04-01 until=2024-04-02 editions=vi", "0 of 2 days of editions"),
        ],
    )
    def test_days_tell_how_far_a_run_over_days_has_come(
        self, server: SiteServer, sqlite_url: str, argument: str, work: str
    ) -> None:
        log = crawl("day", *argument.split(), database_url=sqlite_url, mirror=server.url).stderr

        assert work in log

    def test_archive_files_are_counted_with_their_captures(
        self, server: SiteServer, sqlite_url: str, tmp_path: Path
    ) -> None:
        archive = tmp_path / "archive"
        crawl("latest", "limit=3", database_url=sqlite_url, mirror=server.url, archive=archive)

        log = crawl("warc", f"path={archive}", database_url=sqlite_url, mirror=server.url).stderr

        assert "captures: 0 read, 0 failed, 0 damaged" in log
        assert "0 of 2 files" in log, "one of answers, one that describes the run"


class TestAtTheEnd:
    def test_it_says_what_was_had_and_where_it_lies(
        self, server: SiteServer, sqlite_url: str, tmp_path: Path
    ) -> None:
        done = crawl(
            "latest", "limit=3", database_url=sqlite_url, mirror=server.url, archive=tmp_path / "archive"
        )

        articles, stored, verdict = done.stderr.splitlines()[-3:]
        assert re.fullmatch(
            r"articles: 3 new, 0 changed, 0 unchanged, 0 gone, 0 failed, 0 rejected; \d+ requests in [\d:]+",
            articles,
        )
        assert stored == f"stored in {sqlite_url}; pages as they came: {tmp_path}/archive"
        assert verdict.startswith("latest: ok")

    def test_it_says_what_to_do_next(self, sqlite_url: str) -> None:
        done = crawl("url", URLS, database_url=sqlite_url, mirror=NOBODY, expect=4, RETRY_ENABLED="false")

        assert done.stderr.splitlines()[-2] == f"next: {ADVICE[Verdict.UNREACHABLE]}"


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

    :param interrupt_at: as soon as the first of these was written the crawl is interrupted, and so on.
    :param interrupted: called after the last of them.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        crawl_command(spider, *arguments, RETRY_ENABLED="false", **settings),
        env=environment(database_url, mirror) | {"TERM": "xterm-256color"},
        cwd=ROOT,
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    written, waited_for = b"", list(interrupt_at)
    try:
        while part := os.read(ours, 65536):
            written += part
            if waited_for and waited_for[0] in written:
                waited_for.pop(0)
                process.send_signal(signal.SIGINT)
                if interrupted and not waited_for:
                    interrupted()
    except OSError:  # how Linux says that nobody has the other end open any more
        pass
    finally:
        os.close(ours)
        process.wait(timeout=60)
    assert process.returncode == expect, written[-3000:].decode()
    return written


def as_shown(written: bytes) -> list[str]:
    """What stands on the screen in the end, line by line."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(written)
    assert not screen.cursor.hidden
    return [line.rstrip() for line in screen.display if line.strip()]
