"""What a run tells those who are not there: a heartbeat, figures for Prometheus, a plain log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as read_metrics
from scrapy.settings import Settings
from sqlalchemy import insert

from crawler.accepted_settings import check_settings
from crawler.run.monitors import RUNS
from crawler.run.notify import address
from crawler.run.verdict import closing_lines
from pipelines.records.run_rows import note_told, prune
from schemas import tables
from schemas.database import open_engine, shown_url, write_transaction
from schemas.shown_text import printable
from schemas.verdicts import Judgement, Verdict
from tests.archive.building import archive, exchange
from tests.crawling import NOBODY, SCRAPY, Collection, crawl, crawl_command, environment, run, scrapy
from tests.reading import everything, rows
from tests.serving import Asked, Reply, Server
from tests.site.server import SiteServer

SECRET = "hush-hush"  # noqa: S105 - a word to look for
FIRST = datetime(2024, 4, 24, 3, tzinfo=UTC)
LATER = datetime(2025, 1, 1, tzinfo=UTC)


class Monitor(Server):
    """A monitoring service: what it was asked for, with the body's lines."""

    def __init__(self) -> None:
        super().__init__(self.hear)
        self.heard: list[tuple[str, list[str]]] = []

    def hear(self, asked: Asked) -> Reply:
        self.heard.append((asked.target, asked.body.decode().splitlines()))
        return 200, {}, b""


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as service:
        yield service


@pytest.mark.slow
def test_each_run_is_heard_of_and_measured(
    server: SiteServer, sqlite_url: str, tmp_path: Path, monitor: Monitor
) -> None:
    told = {"HEARTBEAT_URL": f"{monitor.url}/ping/{SECRET}", "METRICS_FILE": str(tmp_path / "crawl.prom")}
    run(crawl_command("latest", "limit=2"), environment(sqlite_url, server.url) | told, expect=0)
    down = crawl_command("day", "date=2024-04-24", RETRY_ENABLED="0")
    run(down, environment(sqlite_url, NOBODY) | told, expect=4)
    wrong = run(crawl_command("day"), environment(sqlite_url, NOBODY) | told, expect=2)

    paths = [path for path, _ in monitor.heard]
    assert paths == [f"/ping/{SECRET}{end}" for end in ("", "/fail", "/fail")]
    assert [lines[0] for _, lines in monitor.heard] == ["exit code 0", "exit code 4", "exit code 2"]
    assert monitor.heard[0][1][1].startswith("latest: ok: 2 new")
    assert SECRET not in wrong.stderr
    samples = {
        (sample.name, sample.labels.get("spider"), sample.labels.get("outcome")): sample.value
        for family in read_metrics((tmp_path / "crawl.prom").read_text())
        for sample in family.samples
    }
    assert samples["newspaper_last_run_exit_code", "latest", None] == 0
    assert samples["newspaper_last_run_exit_code", "day", None] == 2
    assert samples["newspaper_last_run_articles", "latest", "new"] == 2
    assert samples["newspaper_newest_article_seconds", None, None] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "where", "code"),
    [
        (crawl_command("latest", RETRY_ENABLED="0"), "2>/dev/full", Verdict.UNREACHABLE.exit_code),
        (crawl_command("latest", RETRY_ENABLED="0"), ">&- 2>&-", Verdict.UNREACHABLE.exit_code),
        ([*SCRAPY, "status"], ">&-", 0),
        ([*SCRAPY, "status"], "| cat", 0),
        ([*SCRAPY, "status"], ">/dev/full", 2),
    ],
)
def test_a_command_does_its_work_wherever_its_words_go(
    command: list[str], where: str, code: int, sqlite_url: str, tmp_path: Path
) -> None:
    """A full disk of the log, a terminal that has gone, an encoding without Vietnamese letters."""
    told = tmp_path / "told"
    env = environment(sqlite_url, NOBODY) | {"NOTIFY_FILE": str(told)}
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    done = run(
        ["bash", "-c", f'set -o pipefail; "$@" {where}', "bash", *command], env | ascii_only, expect=code
    )

    assert told.exists() == (code == Verdict.UNREACHABLE.exit_code)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_reading_again_is_told_of_as_a_crawl_is(
    collection: Collection, monitor: Monitor, tmp_path: Path
) -> None:
    told = {"HEARTBEAT_URL": f"{monitor.url}/ping", "NOTIFY_FILE": str(tmp_path / "told")}
    env = environment(collection.url, NOBODY, collection.archive) | told
    reparse = [*SCRAPY, "reparse", "--processes=1"]
    run(reparse, env, expect=0)
    [file] = collection.archive.glob("*.warc.gz")
    with file.open("r+b") as archived:
        archived.truncate(file.stat().st_size // 2)
    run(reparse, env, expect=3)
    run([*reparse, "--dry-run"], env, expect=3)
    run([*reparse, "--parser=,"], env, expect=2)

    assert [path for path, _ in monitor.heard] == ["/ping", "/ping/fail", "/ping/fail"]
    notices = [json.loads(line) for line in (tmp_path / "told").read_text(encoding="utf-8").splitlines()]
    verdicts = [(notice["spider"], notice["verdict"]) for notice in notices]
    assert verdicts == [("reparse", "degraded"), ("reparse", "bad arguments")]


@pytest.mark.parametrize(
    ("url", "code", "asked"),
    [
        ("https://hc.example/u", Verdict.OK, "https://hc.example/u"),
        ("https://hc.example/u/", Verdict.BLOCKED, "https://hc.example/u/fail"),
        ("https://kuma.example/u?ping=", Verdict.BLOCKED, "https://kuma.example/u/fail?ping="),
        ("https://hc.example/u/{exit_code}", Verdict.BLOCKED, "https://hc.example/u/8"),
        ("https://d.example/?s={exit_code}&m={verdict}", Verdict.OK, "https://d.example/?s=0&m=ok"),
        ("https://hc.example/{spider}", Verdict.NOTHING_NEW, "https://hc.example/latest"),
    ],
)
def test_services_are_asked_in_their_own_form(url: str, code: Verdict, asked: str) -> None:
    assert address(url, "latest", Judgement(code, "x")) == asked


@pytest.mark.slow
def test_nothing_in_an_address_or_a_page_colours_the_log_or_forges_a_line(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Real lines begin at the margin: what would be one stands indented or written out."""
    hostile = "https://baohoabinh.com.vn/11/5/\x1b[31mRED\n2026-01-01 [scrapy] INFO: forged\x9b.htm"
    made = archive(tmp_path / "pages", [exchange(url=hostile, body=b"<html>\x1b[2J")])

    done = crawl("warc", f"path={made}", database_url=sqlite_url, mirror=NOBODY, expect=None)
    status = scrapy("status", database_url=sqlite_url)

    said = done.stderr + status.stdout
    assert not [char for char in said if char in "\x1b\x9b"]
    assert not [line for line in said.splitlines() if line.startswith("2026-01-01 [scrapy]")]


@pytest.mark.parametrize("text", ["\x1b[31m", "a\rb", "\x9b2J", "\u202egnp", "a\u2028b", "\x00", "\x7f"])
def test_what_steers_is_written_out(text: str) -> None:
    assert printable(text).isprintable()
    assert printable("Báo Hòa Bình – “điện tử”\n\tđã") == "Báo Hòa Bình – “điện tử”\n\tđã"


def test_a_verdict_fits_a_screen_and_a_line() -> None:
    judged = Judgement(Verdict.BROKEN, "\n".join(f"fault {number}\x1b" for number in range(5000)))

    assert len(str(judged)) < 1100
    assert str(judged).endswith(" more")
    assert str(judged).isprintable()
    assert len(str(Judgement(Verdict.BROKEN, "x" * 5000))) < 1100


@pytest.mark.parametrize(
    "url", ["postgresql://me:hush@host/db", "postgresql:///db?user=me&password=hush&sslpassword=hush"]
)
def test_a_password_is_shown_nowhere_in_a_url(url: str) -> None:
    assert "hush" not in shown_url(url)


@pytest.mark.slow
def test_passwords_stand_nowhere(sqlite_url: str, tmp_path: Path) -> None:
    mirror = f"http://me:{SECRET}@127.0.0.1:9"

    done = crawl("latest", database_url=sqlite_url, mirror=mirror, expect=4, RETRY_ENABLED="0")
    url = f"postgresql:///news?host=127.0.0.1&port=9&user=me&password={SECRET}"
    away = crawl("latest", database_url=url, mirror=mirror, expect=5, DATABASE_RETRY_SECONDS="0")
    doctor = run([*SCRAPY, "doctor"], environment(url, mirror), expect=1)

    stored = [repr(tuple(row)) for table in (tables.Run, tables.Frontier) for row in rows(sqlite_url, table)]
    assert SECRET not in "".join([done.stderr, away.stderr, doctor.stdout, *stored])


WRONG = [
    ("DOWNLOAD_DELAY", "abc", "a number, 0 or more"),
    ("RECHECK_DAYS", "7.5", "a whole number, 0 or more"),
    ("UNKNOWN_LAYOUT_SHARE", "20%", "a number from 0 to 1"),
    ("CONCURRENT_REQUESTS", "0", "a whole number, 1 or more"),
    ("ROBOTSTXT_OBEY", "maybe", "0, 1, true, false"),
    ("LOG_LEVEL", "LOUD", "CRITICAL"),
    ("BACKOFF_HTTP_CODES", "429,busy", "numbers, as in 429,503"),
    ("DOWNLOAD_TIMEOUT", "nan", "a number, 0 or more"),
]


@pytest.mark.parametrize(("name", "value", "accepted"), WRONG)
def test_a_wrong_setting_is_named_with_what_is_accepted(name: str, value: str, accepted: str) -> None:
    settings = Settings({"DATABASE_URL": "sqlite:///x.db", name: value})

    with pytest.raises(ValueError, match=name) as refused:
        check_settings(settings, {})

    assert f"{name}={value!r}: accepted: {accepted}" in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL='' names no database"),
        ({"METRICS_FILE": "/nowhere/x.prom"}, "METRICS_FILE='/nowhere/x.prom': accepted: a file in a folder"),
        ({"NOTIFY_COMMAND": "mail 'me"}, "NOTIFY_COMMAND cannot be read: No closing quotation"),
        ({"HEARTBEAT_URL": f"hc.example/{SECRET}"}, "HEARTBEAT_URL is no address; accepted: https://…"),
    ],
)
def test_so_is_a_wrong_variable(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=r"accepted|names no") as refused:
        check_settings(Settings({"DATABASE_URL": "sqlite:///x.db"}), environ)

    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.slow
def test_wrong_settings_end_the_run_before_the_first_request(server: SiteServer, sqlite_url: str) -> None:
    wrong = {"RECHECK_DAYS": "x", "MONITOR_SHRE": "20%"}
    done = crawl("latest", database_url=sqlite_url, mirror=server.url, expect=2, **wrong)  # type: ignore[arg-type]

    line = done.stderr.splitlines()[-1]
    assert "RECHECK_DAYS='x': accepted: a whole number, 0 or more" in line
    assert "MONITOR_SHRE='20%': there is no such setting" in line
    assert not server.requests


@pytest.mark.parametrize(
    ("statistic", "helps"),
    [
        ("store/failed", "what failed stays wanted"),
        ("captures/damaged", "get the files again"),
        ("article/not_asked_for", "correct the lines"),
        ("store/new", "scrapy status says what is not as usual"),
    ],
)
def test_what_is_advised_helps(statistic: str, helps: str) -> None:
    settings = Settings({"DATABASE_URL": "sqlite:///x.db"})

    *_, advice = closing_lines(Verdict.DEGRADED, {statistic: 1}, settings)

    assert advice.startswith(f"next: {helps}")


@pytest.mark.slow
def test_old_runs_are_pruned_and_all_else_stays(database_url: str) -> None:
    """Of 304 runs, one a day, the four oldest are not needed as the usual; a reject names one of them."""
    engine = open_engine(database_url)
    with write_transaction(engine) as connection:
        connection.execute(insert(tables.Run), [_run(n) for n in range(1, RUNS + 5)])
        connection.execute(insert(tables.Run), _run(RUNS + 5) | {"spider": "day", "started_at": FIRST})
        finding = {"monitor": "structure", "subject": "", "value": 1, "usual": 0, "text": "odd"}
        connection.execute(
            insert(tables.RunFinding), [{"run_id": n} | finding for n in (1, 2, 2, 4, 5, RUNS + 4)]
        )
        reject = {"run_id": 2, "url": "https://x.vn/1", "reason": "unreadable", "payload": None, "at": FIRST}
        connection.execute(insert(tables.Reject), reject)
        for spider, matter, days in (("latest", "blocked", 0), ("latest", "well", 1), ("day", "blocked", 0)):
            note_told(connection, spider, matter, FIRST + timedelta(days=days))
    before = everything(engine)
    told = "4 findings, 1 notices, 3 runs, 1 statistics"
    command = ("prune", f"--before={LATER:%Y-%m-%d}")
    assert scrapy(*command, "--dry-run", database_url=database_url).stdout == f"prune: {told} (dry run)\n"
    assert everything(engine) == before
    with write_transaction(engine) as connection:
        assert not any(prune(connection, FIRST, RUNS).values()), "nothing is older"

    assert scrapy(*command, database_url=database_url).stdout == f"prune: {told}\n"

    with write_transaction(engine) as connection:
        assert not any(prune(connection, LATER, RUNS).values()), "it is done"
    after = everything(engine)
    engine.dispose()
    runs = {run.id: run.stats for run in sorted(rows(database_url, tables.Run), key=lambda run: run.id)}
    assert list(runs) == [2, *range(5, RUNS + 6)]
    assert [number for number, stats in runs.items() if not stats] == [2]
    assert sorted(row.run_id for row in rows(database_url, tables.RunFinding)) == [5, RUNS + 4]
    notices = {(row.spider, row.matter) for row in rows(database_url, tables.Notice)}
    assert notices == {("latest", "well"), ("day", "blocked")}, "what was told last has an end to be told"
    assert {name for name in before if before[name] != after[name]} == {"runs", "run_findings", "notices"}


def _run(number: int) -> dict[str, Any]:
    """A run of ``latest``, one a day, that has ended."""
    values = {"spider": "latest", "arguments": {}, "verdict": "ok", "stats": {"store/new": 1}}
    return values | {"id": number, "started_at": FIRST + timedelta(days=number)}
