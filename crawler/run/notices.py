"""Tells people about runs that did not go well: by file, command, mail or webhook, and never too often.

The environment says where to; without it nothing is sent. What was told is kept in the table ``notices``:
the same matter is told again after ``NOTIFY_HOURS`` at the earliest, and its end once. A channel that
fails is logged, and changes nothing about the run.
"""

from __future__ import annotations

import json
import logging
import shlex
import smtplib
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scrapy.settings import BaseSettings
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from pipelines.records.notices import last_told, note_told, told_at
from pipelines.records.runs import monitors_of_last_run
from schemas.database import open_engine, shown_url, write_transaction
from schemas.verdicts import Judgement, Verdict

logger = logging.getLogger(__name__)

WELL = "well"
"""The matter of a run with which all is well again."""

UNTOLD = (Verdict.BAD_ARGUMENTS,)
"""Verdicts that whoever typed the command has before his eyes."""

TIMEOUT = 30.0
"""Seconds that a channel may take: a run must come to its end."""

Channel = Callable[[dict[str, object]], None]


def tell(spider: str, judgement: Judgement, settings: BaseSettings, environ: Mapping[str, str]) -> None:
    """Tell of a run, if there is somebody to tell and something new to say."""
    channels = channels_of(environ)
    if not channels or judgement.verdict in UNTOLD:
        return
    now, gap = datetime.now(UTC), timedelta(hours=settings.getfloat("NOTIFY_HOURS"))
    notice: dict[str, object] = {
        "spider": spider,
        "verdict": str(judgement.verdict),
        "exit_code": judgement.verdict.exit_code,
        "reason": judgement.reason,
        "line": f"{spider}: {judgement}",
        "host": socket.gethostname(),
        "database": shown_url(settings["DATABASE_URL"]),
        "at": now.isoformat(timespec="seconds"),
    }
    engine = open_engine(settings["DATABASE_URL"])
    try:
        with write_transaction(engine) as connection:
            matter = _matter(connection, spider, judgement)
            if _is_new(connection, spider, matter, now - gap) and _send(channels, notice):
                note_told(connection, spider, matter, now)
    except SQLAlchemyError as error:
        # What cannot be remembered is told all the same: a database that is away is news by itself.
        logger.warning("What is told cannot be remembered: %s", type(error).__name__)
        if judgement.verdict is Verdict.STORAGE_FAILED:
            _send(channels, notice)
    finally:
        engine.dispose()


def _matter(connection: Connection, spider: str, judgement: Judgement) -> str:
    """What a run is about: its verdict and, if it is not as usual, in what."""
    if judgement.verdict.exit_code == 0:
        return WELL
    monitors = monitors_of_last_run(connection, spider) if judgement.verdict is Verdict.DEGRADED else []
    return ": ".join([str(judgement.verdict), *([", ".join(monitors)] if monitors else [])])


def _is_new(connection: Connection, spider: str, matter: str, since: datetime) -> bool:
    last = last_told(connection, spider)
    if matter == WELL and (last is None or last == WELL):
        return False  # only an end is told, and only once
    before = told_at(connection, spider, matter)
    return before is None or before <= since


def _send(channels: Mapping[str, Channel], notice: dict[str, object]) -> bool:
    """Send a notice by all channels; whether one of them took it."""
    taken = False
    for name, channel in channels.items():
        try:
            channel(notice)
        except Exception as error:  # whatever a channel does, the run has had its verdict
            # Not the address: it may hold a password.
            logger.error("Not told by %s: %s: %s", name, type(error).__name__, error)
        else:
            taken = True
    return taken


def channels_of(environ: Mapping[str, str]) -> dict[str, Channel]:
    """The channels that the environment names."""
    found: dict[str, Channel] = {}
    if path := environ.get("NOTIFY_FILE"):
        found["file"] = lambda notice: to_file(Path(path), notice)
    if command := environ.get("NOTIFY_COMMAND"):
        found["command"] = lambda notice: to_command(command, notice)
    if receivers := environ.get("NOTIFY_MAIL"):
        sender = environ.get("NOTIFY_MAIL_FROM") or receivers.split(",")[0]
        server = environ.get("SMTP_URL") or "smtp://localhost"
        found["mail"] = lambda notice: to_mail(server, sender, receivers, notice)
    if address := environ.get("NOTIFY_WEBHOOK"):
        found["webhook"] = lambda notice: to_webhook(address, notice)
    return found


def to_file(path: Path, notice: dict[str, object]) -> None:
    """Add a line of JSON to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(notice, ensure_ascii=False) + "\n")


def to_command(command: str, notice: dict[str, object]) -> None:
    """Run a command, without a shell, with the notice as JSON on its standard input."""
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


def to_mail(server: str, sender: str, receivers: str, notice: dict[str, object]) -> None:
    """Send a mail.

    :param server: ``smtp://user:password@host:port``, or ``smtps://…``.
    :raises ValueError: if ``server`` is no such address.
    """
    parts = urlsplit(server)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SMTP_URL is no address; accepted: smtp://user:password@host:port, smtps://…")
    message = EmailMessage()
    message["Subject"] = f"{notice['spider']}: {notice['verdict']}"
    message["From"], message["To"] = sender, receivers
    message.set_content(
        f"{notice['line']}\n\n{notice['at']} on {notice['host']}, {notice['database']}\n"
        "What to do: docs/operations.md\n"
    )
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with make(parts.hostname, parts.port or 0, timeout=TIMEOUT) as connection:
        if parts.scheme == "smtp" and connection.ehlo()[0] == 250 and connection.has_extn("starttls"):
            connection.starttls()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(message)


def to_webhook(address: str, notice: dict[str, object]) -> None:
    """Send a POST with the notice as JSON.

    :raises ValueError: if the address is not one of HTTP.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("NOTIFY_WEBHOOK is no address; accepted: https://host/path")
    request = urllib.request.Request(  # noqa: S310 - the scheme has been checked
        address,
        data=json.dumps(notice, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
        pass
