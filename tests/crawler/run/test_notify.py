"""People are told of runs that did not go well, once, and by whatever channel they name."""

from __future__ import annotations

import json
import os
import pty
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from sqlalchemy import Engine, insert, select, update

from crawler.run.diagnosis import check_notices
from crawler.run.notify import TRY_IT, tell
from schemas import tables
from schemas.verdicts import Judgement, Verdict
from tests.builders import FETCHED, SITE
from tests.crawling import NOBODY, crawl
from tests.serving import Asked, Reply, Server

DOWN = Judgement(Verdict.UNREACHABLE, "no answer")
WORSE = Judgement(Verdict.BLOCKED, "12 of 15 answers withheld what was asked for")
FINE = Judgement(Verdict.OK, "3 new")


class Told:
    """A collection whose runs are told to a file."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.file = folder / "notices.jsonl"
        self.url = engine.url.render_as_string(hide_password=False)
        self.settings = Settings({"DATABASE_URL": self.url})

    def tell(self, *judgements: Judgement, **environ: str) -> None:
        for judgement in judgements:
            tell("latest", judgement, self.settings, {"NOTIFY_FILE": str(self.file)} | environ)

    def lines(self) -> list[str]:
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        return [json.loads(line)["line"] for line in text.splitlines()]

    def let_pass(self, time: timedelta) -> None:
        with self.engine.begin() as connection:
            for row in connection.execute(select(tables.Notice)).all():
                connection.execute(
                    update(tables.Notice)
                    .where(tables.Notice.matter == row.matter)
                    .values(told_at=row.told_at - time)
                )


@pytest.fixture
def told(engine: Engine, tmp_path: Path) -> Told:
    return Told(engine, tmp_path)


@pytest.mark.parametrize(
    ("judgements", "lines"),
    [
        ([FINE, DOWN, DOWN, DOWN, FINE, FINE], [DOWN, FINE]),
        ([DOWN, WORSE], [DOWN, WORSE]),
        ([DOWN, FINE] * 12, [DOWN, FINE]),
    ],
    ids=["the same once, and its end once", "another verdict is another matter", "each hour is no storm"],
)
def test_a_matter_is_told_once(told: Told, judgements: list[Judgement], lines: list[Judgement]) -> None:
    told.tell(*judgements)

    assert told.lines() == [f"latest: {judgement}" for judgement in lines]


def test_what_lasts_is_told_again_after_a_day(told: Told) -> None:
    told.tell(DOWN)
    told.let_pass(timedelta(hours=23))
    told.tell(DOWN)
    assert len(told.lines()) == 1

    told.let_pass(timedelta(hours=2))
    told.tell(DOWN)
    assert len(told.lines()) == 2


def test_another_thing_that_is_not_as_usual_is_another_matter(told: Told) -> None:
    degraded = Judgement(Verdict.DEGRADED, "3 new; not as usual: …")
    with told.engine.begin() as connection:
        values = dict.fromkeys(("new", "changed", "unchanged", "duplicate", "rejected", "failed"), 0)
        row = {"spider": "latest", "arguments": {}, "started_at": FETCHED} | values
        run = connection.scalar(insert(tables.Run).values(row).returning(tables.Run.id))
    told.tell(degraded)
    for monitor in ("body length", "body length", "rejects"):
        with told.engine.begin() as connection:
            finding = {"monitor": monitor, "subject": "", "value": 1.0, "usual": 2.0, "text": "…"}
            connection.execute(insert(tables.RunFinding).values(run_id=run, **finding))
        told.tell(degraded)

    with told.engine.connect() as connection:
        matters = set(connection.scalars(select(tables.Notice.matter)))
    assert matters == {"degraded", "degraded: body length", "degraded: body length, rejects"}
    assert len(told.lines()) == 3


def test_whoever_mistypes_is_told_on_the_spot_only(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Judgement(Verdict.BAD_ARGUMENTS, "limit: '0' is no count")
    leader, follower = pty.openpty()
    with open(follower, "w") as terminal, monkeypatch.context() as sitting_there:  # noqa: PTH123 - a descriptor
        sitting_there.setattr(sys, "stderr", terminal)
        told.tell(wrong)
    os.close(leader)
    assert not told.lines()

    told.tell(wrong, wrong)
    assert told.lines() == [f"latest: {wrong}"], "a unit that is set up wrongly fails unseen"


def test_a_command_gets_the_notice_on_its_standard_input(told: Told, tmp_path: Path) -> None:
    got = tmp_path / "got.json"
    script = f"import sys; open({str(got)!r}, 'w').write(sys.stdin.read())"

    told.tell(DOWN, NOTIFY_COMMAND=f'{sys.executable} -c "{script}"')

    notice = json.loads(got.read_text(encoding="utf-8"))
    assert (notice["spider"], notice["verdict"], notice["exit_code"]) == ("latest", "site unreachable", 4)


def test_a_channel_that_fails_is_logged_without_its_address_and_the_others_are_used(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    addresses = ("json://user:secret@127.0.0.1:9/secret?token=secret", "secret://secret", "tgram://secret")

    told.tell(DOWN, NOTIFY_COMMAND="false", NOTIFY_URLS=" ".join(addresses))

    assert told.lines() == ["latest: site unreachable: no answer"]
    assert "Not told by command: OSError: exit code 1" in caplog.text
    assert "Not told by address 1 of NOTIFY_URLS: OSError: JSON did not take it" in caplog.text
    assert "Not told by address 2 of NOTIFY_URLS: ValueError: no address that apprise knows" in caplog.text
    assert "Not told by address 3 of NOTIFY_URLS: ValueError: no address that apprise knows" in caplog.text
    assert "secret" not in caplog.text


def test_the_doctor_tells_addresses_that_are_none(caplog: pytest.LogCaptureFixture) -> None:
    [none] = check_notices({})
    [good] = check_notices({"NOTIFY_URLS": "mailto://ops:secret@example.org jsons://example.org/hook"})
    [bad] = check_notices({"NOTIFY_URLS": "jsons://example.org/hook secret://secret"})

    assert (none.remedy, good.remedy, bad.remedy) == (None, None, TRY_IT)
    assert good.found == "runs that do not go well are told by: E-Mail, JSON"
    assert bad.found == "address 2 of NOTIFY_URLS is none that apprise knows"
    assert "secret" not in caplog.text


def test_what_nobody_was_told_is_told_next_time(told: Told, tmp_path: Path) -> None:
    told.tell(DOWN, NOTIFY_FILE=str(tmp_path / "no" / "such" / "folder"))
    told.tell(DOWN)

    assert len(told.lines()) == 1


@pytest.fixture
def hook() -> Iterator[tuple[str, list[Asked]]]:
    """The address of a server, and what it is sent."""
    got: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        got.append(asked)
        return 204, {}, b""

    with Server(answer) as server:
        yield server.url.removeprefix("http://"), got


def test_all_addresses_are_told_what_happened_where_and_its_end(told: Told, hook: Any) -> None:
    address, got = hook

    told.tell(DOWN, FINE, NOTIFY_URLS=f"json://{address}/one json://{address}/two")

    messages = [json.loads(asked.body) for asked in got]
    assert [(asked.target, message["type"]) for asked, message in zip(got, messages, strict=True)] == [
        ("/one", "failure"),
        ("/two", "failure"),
        ("/one", "success"),
        ("/two", "success"),
    ]
    assert messages[0]["title"] == "latest: site unreachable"
    first, _, second, _ = messages[0]["message"].splitlines()
    assert first == "latest: site unreachable: no answer"
    assert f"{socket.gethostname()}, {told.engine.dialect.name}" in second


@pytest.mark.slow
def test_the_command_tells_and_keeps_its_verdict(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_FILE", str(tmp_path / "told"))
    monkeypatch.setenv("NOTIFY_URLS", "json://127.0.0.1:9/")
    for _ in range(2):
        done = crawl(
            "url",
            f"url={SITE}/11/5/x.htm",
            database_url=sqlite_url,
            mirror=NOBODY,
            expect=4,
            RETRY_ENABLED="0",
        )

    [notice] = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert json.loads(notice)["line"] == done.stderr.splitlines()[-1]


def test_a_database_that_is_away_is_told_without_memory(tmp_path: Path) -> None:
    settings = Settings({"DATABASE_URL": "postgresql://u@127.0.0.1:9/x"})

    failed = Judgement(Verdict.STORAGE_FAILED, "the database has not answered")
    tell("latest", failed, settings, {"NOTIFY_FILE": str(tmp_path / "told")})

    assert "storage failed" in (tmp_path / "told").read_text(encoding="utf-8")
