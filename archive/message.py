"""HTTP messages as they stand in a record (``application/http``; RFC 9112, 2.1)."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from archive.coding import BodyError
from archive.fields import MAX_HEAD, field, parse_fields, write_fields
from archive.records import Exchange, Headers

_STATUS_LINE = re.compile(rb"HTTP/?[\d.]*[ \t]+(\d{3})(?:[ \t\r\n]|$)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n\r?\n")
_TRANSFER_FIELDS = frozenset({"transfer-encoding", "trailer"})


class Answer(NamedTuple):
    """A response message, taken apart; the body is still as it was sent."""

    status: int
    headers: Headers
    body: bytes


def parse_response(block: bytes) -> Answer | None:
    """The answer that a record's block holds, or ``None`` if it is no HTTP response.

    :raises BodyError: if its head is larger than any server sends.
    """
    match = _STATUS_LINE.match(block)
    if match is None:
        return None
    end = _HEAD_END.search(block, 0, MAX_HEAD)
    if end is None and len(block) > MAX_HEAD:
        raise BodyError(f"an HTTP head of more than {MAX_HEAD} bytes")
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    return Answer(int(match[1]), parse_fields(head.partition(b"\n")[2], "latin-1"), body)


def write_request(exchange: Exchange) -> bytes:
    """The request, with the Host field that every HTTP/1.1 request carries (RFC 9112, 3.2)."""
    parts = urlsplit(exchange.source or exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = exchange.request_headers
    if field(headers, "Host") is None:
        headers = (("Host", parts.netloc.rpartition("@")[2]), *headers)
    first = f"{exchange.method} {target.replace(' ', '%20')} {_version(exchange)}"
    return write_fields(first, headers) + exchange.request_body


def write_response_head(exchange: Exchange) -> bytes:
    """The head of the answer, made to agree with a body whose chunks are joined already.

    Fields that no longer hold are kept under another name, so that what the server sent stays known:
    Transfer-Encoding and Trailer always, Content-Length if it counts something else than the body
    (RFC 9112, 6). Where a message has no body by definition, Content-Length speaks of another one
    and is left alone (RFC 9110, 8.6).
    """
    bodiless = exchange.method == "HEAD" or exchange.status in (204, 304) or exchange.status < 200
    speaks_of_another = bodiless and not exchange.body
    right = str(len(exchange.body))
    fields: list[tuple[str, str]] = []
    counted = speaks_of_another
    for name, value in exchange.response_headers:
        holds = name.lower() not in _TRANSFER_FIELDS
        if name.lower() == "content-length" and not speaks_of_another:
            holds = value.strip() == right and not counted
            counted |= holds
        fields.append((name if holds else f"X-Crawl-{name}", value))
    if not counted:
        fields.append(("Content-Length", right))
    return write_fields(f"{_version(exchange)} {exchange.status:03d} {exchange.reason}", tuple(fields))


def _version(exchange: Exchange) -> str:
    # A message of HTTP/2 or 3 has no text of its own; archives write it down in the form of 1.1.
    return exchange.http_version if exchange.http_version.startswith("HTTP/1.") else "HTTP/1.1"
