"""Time stamps of the log by an authority (RFC 3161): it stood so then, whoever changes it later.

An entry of the log is bound to all before it, so a stamp of the newest one is a stamp of the whole log. Whose
it is the signature proves, which ``openssl ts -verify`` checks.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen

from archive.log import read_log

STAMPS = "timestamps.jsonl"
"""Beside the log. A line is a JSON object: ``hash`` of the entry that is stamped, and the ``response`` of the
authority as it came (DER, in Base64)."""

GRANTED = (0, 1)
"""Statuses of a response that has a stamp (RFC 3161, 2.4.2)."""


class TimestampError(Exception):
    """There is no time stamp; the message says why."""


@frozen
class Stamp:
    """A line of :data:`STAMPS`. ``entry`` is the number of the line of the log that it stamps.

    ``fault`` says what is wrong with it, if it is no stamp of an entry.
    """

    number: int
    entry: int = 0
    at: datetime | None = None
    fault: str | None = None


def stamp_log(folder: Path, ask: Callable[[bytes], bytes]) -> None:
    """Have the newest entry of the log stamped.

    :param ask: sends a time-stamp query (DER) to the authority; its response (DER).
    :raises TimestampError: if it gives no stamp of what was asked for.
    :raises OSError: if it cannot be asked, or the stamp not be written.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    entry = [entry for entry in read_log(folder) if not entry.fault][-1].content["hash"]
    query = TimestampRequestBuilder().data(entry.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    response = ask(query.as_bytes())
    _read(entry, response)
    line = json.dumps({"hash": entry, "response": base64.b64encode(response).decode()})
    with (folder / STAMPS).open("a", encoding="utf-8") as stamps:
        stamps.write(line + "\n")


def read_stamps(folder: Path) -> Iterator[Stamp]:
    """The time stamps, from the first on, each held against the log."""
    entries = {entry.content.get("hash"): entry for entry in read_log(folder)}
    stamps = (folder / STAMPS).read_text("utf-8").splitlines() if (folder / STAMPS).exists() else []
    for number, line in enumerate(stamps, start=1):
        try:
            content = json.loads(line)
            entry = entries[content["hash"]]
            at = _read(content["hash"], base64.b64decode(content["response"]))
        except TimestampError as error:
            yield Stamp(number, fault=str(error))
        except (ValueError, TypeError, KeyError):
            yield Stamp(number, fault="is of no entry of the log")
        else:
            yield Stamp(number, entry.number, at)


def _read(entry: str, response: bytes) -> datetime:
    """The time that a response states for an entry."""
    from rfc3161_client import decode_timestamp_response

    try:
        read = decode_timestamp_response(response)
        if read.status not in GRANTED:
            raise TimestampError(f"the authority refuses it: {', '.join(read.status_string) or read.status}")
        stamped, at = read.tst_info.message_imprint.message, read.tst_info.gen_time
    except ValueError as error:
        raise TimestampError(f"the answer is no time stamp: {error}") from None
    if stamped != hashlib.sha256(entry.encode()).digest():
        raise TimestampError("it stamps something else")
    return at
