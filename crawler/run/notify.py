"""Tells people and machines of runs: notices of those that did not go well, a heartbeat and figures of each.

What saved searches found is told in the same way as notices are. Variables of the environment say where to
(``docs/operations.md``, "Being told"). They hold passwords, so they are no settings of Scrapy's, which writes
its settings to the log. A channel that fails is logged, and changes nothing about the run.
"""

from __future__ import annotations

import json
import logging
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from scrapy.settings import BaseSettings
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from pipelines.records.run_rows import last_told, monitors_of_last_run, note_told, told_at
from pipelines.records.saved_search_rows import note_hits_told, saved_searches, untold_hits
from schemas.database import DatabaseUrlError, open_engine, shown_url, write_transaction
from schemas.shown_text import printable
from schemas.verdicts import Judgement, Verdict

if TYPE_CHECKING:
    import apprise

logger = logging.getLogger(__name__)

SAME_MATTER_AGAIN = timedelta(hours=24)
"""A run an hour may fail for the same reason for days; a message each hour would be read by nobody."""

WELL = "well"  # the matter of a run with which all is well again

TRY_IT = "try it by hand: apprise -vv -b test ADDRESS"

TIMEOUT = 30.0  # seconds that a channel may take: a run must come to its end

HEARTBEAT_TRIES, HEARTBEAT_TIMEOUT = 3, 10.0

Notice = dict[str, object]
Channel = Callable[[Notice], None]


def report_run(spider: str, judgement: Judgement, settings: BaseSettings, environ: Mapping[str, str]) -> None:
    """Tell of a run that is over, whoever wants to hear."""
    tell(spider, judgement, settings, environ)
    if url := environ.get("HEARTBEAT_URL"):
        _beat(address(url, spider, judgement), f"{spider}: {judgement}", judgement.verdict.exit_code)
    if path := environ.get("METRICS_FILE"):
        from crawler.run.metrics import write_metrics  # late: few want them

        write_metrics(path, spider, judgement, settings)


def tell(spider: str, judgement: Judgement, settings: BaseSettings, environ: Mapping[str, str]) -> None:
    """Send a notice of a run, if there is somebody to tell and something new to say."""
    channels = channels_of(environ)
    if not channels or (judgement.verdict is Verdict.BAD_ARGUMENTS and sys.stderr.isatty()):
        return  # who has typed something wrong has it on the screen
    now = datetime.now(UTC)
    notice: Notice = {
        "spider": spider,
        "verdict": str(judgement.verdict),
        "exit_code": judgement.verdict.exit_code,
        "reason": judgement.reason,
        "line": f"{spider}: {judgement}",
        **_from_here(settings["DATABASE_URL"]),
    }
    try:
        engine = open_engine(settings["DATABASE_URL"])
        try:
            with write_transaction(engine) as connection:
                matter = _matter(connection, spider, judgement)
                if _is_new(connection, spider, matter, now) and _send(channels, notice):
                    note_told(connection, spider, matter, now)
        finally:
            engine.dispose()
    except (SQLAlchemyError, DatabaseUrlError) as error:
        # What cannot be remembered is told all the same: a database that cannot be used is news by itself.
        logger.warning("What is told cannot be remembered: %s", type(error).__name__)
        if judgement.verdict.exit_code:
            _send(channels, notice)


def tell_hits(engine: Engine, environ: Mapping[str, str]) -> None:
    """Tell what saved searches found: a message for each, and each text once.

    That it was told is committed when the message was taken: a process that is killed between the two sends
    it again. Where nobody is to be told, all counts as told.
    """
    channels = channels_of(environ)
    with write_transaction(engine) as connection:
        for search in saved_searches(connection):
            hits = untold_hits(connection, search.id)
            edited = sum(hit.edited for hit in hits)
            notice: Notice = {
                "search": search.name,
                "exit_code": 0,
                "line": f"{search.query}: {len(hits) - edited:,} new, {edited:,} edited",
                "text": "\n".join(
                    printable(f"{hit.headline}{' (edited)' if hit.edited else ''}: {hit.canonical_url}")
                    for hit in hits
                ),
                **_from_here(engine.url),
            }
            if hits and (not channels or _send(channels, notice)):
                note_hits_told(connection, hits)


def _from_here(database: str | URL) -> Notice:
    try:
        shown = shown_url(database)
    except DatabaseUrlError:
        shown = "DATABASE_URL cannot be read"
    return {
        "host": socket.gethostname(),
        "database": shown,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _matter(connection: Connection, spider: str, judgement: Judgement) -> str:
    """What a run is about: its verdict and, if it is not as usual, in what."""
    if judgement.verdict.exit_code == 0:
        return WELL
    monitors = monitors_of_last_run(connection, spider) if judgement.verdict is Verdict.DEGRADED else []
    return f"{judgement.verdict}: {', '.join(monitors)}" if monitors else str(judgement.verdict)


def _is_new(connection: Connection, spider: str, matter: str, now: datetime) -> bool:
    if matter == WELL and last_told(connection, spider) in (None, WELL):
        return False  # only an end is told, and only once
    before = told_at(connection, spider, matter)
    return before is None or before <= now - SAME_MATTER_AGAIN


def _send(channels: Mapping[str, Channel], notice: Notice) -> bool:
    """Send a notice by all channels; whether one of them took it."""
    taken = False
    for name, channel in channels.items():
        try:
            channel(notice)
        except Exception as error:  # whatever a channel does, the run has had its verdict
            logger.error("Not told by %s: %s: %s", name, type(error).__name__, error)
        else:
            taken = True
    return taken


def channels_of(environ: Mapping[str, str]) -> dict[str, Channel]:
    """The channels that the environment names; an address shows as its place in ``NOTIFY_URLS``."""
    found: dict[str, Channel] = {}
    if path := environ.get("NOTIFY_FILE"):
        found["file"] = partial(_to_file, Path(path))
    if command := environ.get("NOTIFY_COMMAND"):
        found["command"] = partial(_to_command, command)
    for number, url in enumerate(environ.get("NOTIFY_URLS", "").split(), start=1):
        found[f"address {number} of NOTIFY_URLS"] = partial(_to_url, url)
    return found


def _to_file(path: Path, notice: Notice) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(notice, ensure_ascii=False) + "\n")


def _to_command(command: str, notice: Notice) -> None:
    done = subprocess.run(  # noqa: S603 - the operator's own command
        shlex.split(command),
        input=json.dumps(notice, ensure_ascii=False).encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise OSError(f"exit code {done.returncode}: {''.join(said)[:200]}")


def _to_url(url: str, notice: Notice) -> None:
    """Send a message to an address of apprise's. No error says more of the address than its kind."""
    import apprise

    service = service_at(url)
    messenger = apprise.Apprise()
    messenger.add(service)
    title, more = notice.get("search"), notice.get("text", "What to do: docs/operations.md")
    done = messenger.notify(
        title=str(title or f"{notice['spider']}: {notice['verdict']}"),
        body=f"{notice['line']}\n\n{notice['at']} on {notice['host']}, {notice['database']}\n{more}",
        body_format=apprise.NotifyFormat.TEXT,
        notify_type=apprise.NotifyType.FAILURE if notice["exit_code"] else apprise.NotifyType.SUCCESS,
        timeout=TIMEOUT,
    )
    if not done:
        raise OSError(f"{service.service_name} did not take it; {TRY_IT}")


def service_at(url: str) -> apprise.NotifyBase:
    """What an address of ``NOTIFY_URLS`` stands for.

    :raises ValueError: if apprise knows no such address; the message does not show it.
    """
    import apprise  # only here: few runs have something to tell, and it takes its time

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its messages name addresses
    service = apprise.Apprise.instantiate(url)
    if not isinstance(service, apprise.NotifyBase):
        raise ValueError(f"no address that apprise knows; {TRY_IT}")
    return service


def _beat(url: str, line: str, exit_code: int) -> None:
    request = Request(url, data=f"exit code {exit_code}\n{line}\n".encode(), method="POST")  # noqa: S310 - http(s)
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    for left in reversed(range(HEARTBEAT_TRIES)):
        try:
            urlopen(request, timeout=HEARTBEAT_TIMEOUT).close()  # noqa: S310 - crawler/accepted_settings.py: http(s) only
        except (OSError, ValueError, HTTPException) as error:  # none names the address, which may be a secret
            if not left:
                logger.error("HEARTBEAT_URL does not answer: %s: %s", type(error).__name__, error)
        else:
            return


def address(url: str, spider: str, judgement: Judgement) -> str:
    """What is asked of a monitoring service after a run that ended so."""
    code = judgement.verdict.exit_code
    filled = url
    for name, value in {"exit_code": code, "verdict": judgement.verdict, "spider": spider}.items():
        filled = filled.replace(f"{{{name}}}", quote(str(value)))
    if not code or filled != url:
        return filled
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
