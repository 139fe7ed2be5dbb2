"""HTTP on the loopback: a function of the test answers each request."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as the server was sent it."""

    method: str
    target: str
    """Path and query; of a proxy, the whole URL."""
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


def free_port() -> int:
    """A port that nobody listens on, for a server that cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


Reply = tuple[int, dict[str, str], bytes]
"""Status, headers but for the length, and body."""


class Gate:
    """What each request passes before it is answered: a test shuts it to find a crawl amid its work."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._left = math.inf

    def shut(self, after: int = 0) -> None:
        """Let so many requests pass; the others wait until it is opened."""
        with self._changed:
            self._left = after

    def open(self) -> None:
        with self._changed:
            self._left = math.inf
            self._changed.notify_all()

    def enter(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._left > 0)
            self._left -= 1


class Server:
    """Answers requests in threads while its context lasts; connections that are open then are ended.

    :param port: 0 takes a free one.
    """

    def __init__(self, answer: Callable[[Asked], Reply], port: int = 0) -> None:
        connections: set[socket.socket] = set()
        gate = self.gate = Gate()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one piece: the second of two would wait for the client's receipt

            def handle(self) -> None:
                connections.add(self.connection)
                with suppress(ConnectionError):  # the client was killed
                    super().handle()
                connections.discard(self.connection)

            def answer(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                gate.enter()
                status, told, content = answer(Asked(self.command, self.path, headers, body))
                self.send_response_only(status)
                if status != HTTPStatus.NOT_MODIFIED:
                    told = {**told, "Content-Length": str(len(content))}
                for name, value in told.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_HEAD = do_POST = answer  # noqa: N815 - as the base class names them

            def log_message(self, *_: Any) -> None:
                pass

        self._connections = connections
        self._port = port
        self._handler = Handler

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gate.open()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"
