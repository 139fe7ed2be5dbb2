"""Serves the sample newspaper on the loopback, from a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from tests.site.model import State
from tests.site.pages import Answer, Pages, not_modified

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """A request as the server saw it, with the status it was given."""

    method: str
    host: str
    path: str
    """With the query."""
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    at: float = field(default_factory=time.monotonic)
    """When it came, in seconds of the system's clock that never goes back."""


class SiteServer:
    """A running server; a context manager that stops it at the end."""

    def __init__(self, pages: Pages, port: int, state: str) -> None:
        self._pages = pages
        self._port = port
        self._state = State(state)
        self.requests: list[Request] = []
        self.delay = 0.0
        """Seconds before each answer."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="sample site", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    @property
    def state(self) -> str:
        """``first`` or ``later``; can be set while the server runs."""
        return self._state.value

    @state.setter
    def state(self, state: str) -> None:
        self._state = State(state)

    def page(self, url: str) -> bytes:
        """The body of a page of the site, fetched."""
        there = urlsplit(url)._replace(scheme="http", netloc=f"127.0.0.1:{self._port}")
        request = urllib.request.Request(urlunsplit(there), headers={"Host": urlsplit(url).netloc})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and wait until the thread has ended."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        connections: set[asyncio.Transport] = set()
        server = await self._loop.create_server(
            lambda: _Connection(self._answer, connections, lambda: self.delay), "127.0.0.1", self._port
        )
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for transport in list(connections):
            transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)

    def _answer(self, method: str, target: str, headers: dict[str, str], form: bytes) -> bytes:
        host = headers.get("host", "")
        if target.startswith("http://"):  # as a proxy is asked (RFC 9112, 3.2.2)
            target = "/" + target.removeprefix("http://").partition("/")[2]
        if method in {"GET", "HEAD", "POST"}:
            answer = self._pages.answer(method, host, target, form, self._state)
            status = 304 if method != "POST" and not_modified(answer, headers) else answer.status
        else:
            answer, status = Answer(405, b"", "text/plain"), 405
        self.requests.append(Request(method, host, target, status, headers))
        return _message(answer, status, head=method == "HEAD")


def _message(answer: Answer, status: int, *, head: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    if answer.etag:
        lines.append(f"ETag: {answer.etag}")
    if answer.last_modified:
        lines.append(f"Last-Modified: {answer.last_modified}")
    if status == 304:
        return "\r\n".join([*lines, "", ""]).encode()
    lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
    start = "\r\n".join([*lines, "", ""]).encode()
    return start if head else start + answer.body


class _Connection(asyncio.Protocol):
    """One connection that is kept open; requests are answered in order."""

    def __init__(
        self,
        answer: Callable[[str, str, dict[str, str], bytes], bytes],
        connections: set[asyncio.Transport],
        delay: Callable[[], float],
    ) -> None:
        self._answer = answer
        self._connections = connections
        self._delay = delay
        self._received = b""
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._waiting:
            self._next()

    def _next(self) -> None:
        """Answer what has arrived completely."""
        self._waiting = False
        while _HEAD_END in self._received:
            head, _, rest = self._received.partition(_HEAD_END)
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            length = int(headers.get("content-length") or 0)
            if len(rest) < length:
                return
            form, self._received = rest[:length], rest[length:]
            method, target, *_ = [*first.split(" "), "/"]
            message = self._answer(method, target, headers, form)
            last = headers.get("connection", "").lower() == "close" or first.endswith("HTTP/1.0")
            if delay := self._delay():
                self._waiting = True
                asyncio.get_running_loop().call_later(delay, self._later, message, last)
                return
            self._send(message, last=last)

    def _later(self, message: bytes, last: bool) -> None:
        if not self._transport.is_closing():
            self._send(message, last=last)
            self._next()

    def _send(self, message: bytes, *, last: bool) -> None:
        self._transport.write(message)
        if last:
            self._transport.close()
