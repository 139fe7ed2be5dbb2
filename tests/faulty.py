"""The sample site on its bad days: a server that breaks HTTP in the ways that servers do."""

from __future__ import annotations

import gzip
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from attrs import define

from tests.serving import Gate
from tests.site.model import State
from tests.site.pages import Answer, Pages

HTML = "text/html; charset=utf-8"


@define
class Exchange:
    """A request whose answer is to be written, well or badly."""

    connection: socket.socket
    target: str
    """Path and query."""
    asked: int
    """How often this was asked for before."""
    answer: Answer
    """What the sample site has to say."""

    def send(self, *parts: bytes) -> None:
        self.connection.sendall(b"".join(parts))

    def reset(self) -> None:
        """End the connection as a crash does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def head(self, status: int = 200, kind: str = HTML, length: object = None, *more: str) -> bytes:
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            f"Content-Type: {kind}",
            "Connection: close",
        ]
        lines += [] if length is None else [f"Content-Length: {length}"]
        return "\r\n".join([*lines, *more, "", ""]).encode()

    def page(self, body: bytes, *more: str, status: int = 200, kind: str = HTML) -> None:
        self.send(self.head(status, kind, len(body), *more), body)

    def well(self) -> None:
        """Answer as the sample site does."""
        self.page(self.answer.body, status=self.answer.status, kind=self.answer.content_type)


Fault = Callable[[Exchange], None]
"""Writes an answer, whatever comes of it; the connection is closed after it."""


def error(status: int, *headers: str) -> Fault:
    return lambda at: at.page(b"<html><h1>Error</h1></html>", *headers, status=status)


def redirect(target: str, status: int = 302) -> Fault:
    return lambda at: at.page(b"", f"Location: {target.format(target=at.target)}", status=status)


def page(body: bytes, *headers: str) -> Fault:
    return lambda at: at.page(body, *headers)


def reset(at: Exchange) -> None:
    at.reset()


def reset_in_the_middle(at: Exchange) -> None:
    body = at.answer.body
    at.send(at.head(length=len(body)), body[: len(body) // 2])
    at.reset()


def hang(at: Exchange) -> None:
    at.connection.settimeout(30)
    at.connection.recv(1)  # until the other side has had enough


def length_too_great(at: Exchange) -> None:
    at.send(at.head(length=len(at.answer.body)), at.answer.body[: len(at.answer.body) // 2])


def length_too_small(at: Exchange) -> None:
    at.send(at.head(length=len(at.answer.body) // 2), at.answer.body)


def length_not_a_number(at: Exchange) -> None:
    at.send(at.head(length="many"), at.answer.body)


def cut_off(at: Exchange) -> None:
    at.send(at.head(), at.answer.body[: len(at.answer.body) // 2])


def half(status: int) -> Fault:
    return lambda at: at.page(at.answer.body[: len(at.answer.body) // 2], status=status)


def chunks_cut_off(at: Exchange) -> None:
    half = at.answer.body[: len(at.answer.body) // 2]
    at.send(at.head(200, HTML, None, "Transfer-Encoding: chunked"), b"%x\r\n" % len(half), half, b"\r\n")


def not_http(at: Exchange) -> None:
    at.send(b"\x15\x03\x01\x00\x02\x02\x28 hello\r\n\r\n")


def other_charset(at: Exchange) -> None:
    at.page(at.answer.body, kind="text/html; charset=big5")


def packed(change: Callable[[bytes], bytes]) -> Fault:
    return lambda at: at.page(change(gzip.compress(at.answer.body)), "Content-Encoding: gzip")


def gzip_corrupted(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes(255 - byte for byte in whole[middle : middle + 40]) + whole[middle + 40 :]


def gzip_that_is_none(at: Exchange) -> None:
    at.page(at.answer.body, "Content-Encoding: gzip")


def bomb(at: Exchange) -> None:
    at.page(gzip.compress(bytes(200_000_000), 1), "Content-Encoding: gzip")


def fifty_megabytes(at: Exchange) -> None:
    at.send(at.head())
    for _ in range(50):
        at.send(b"<p>" + b"x" * (1024 * 1024 - 3))


class FaultySite:
    """The sample site, with a fault wherever ``plan`` names one."""

    def __init__(
        self, pages: Pages, plan: Callable[[str, int], Fault | None], *, robots: bool = False
    ) -> None:
        self.pages = pages
        self.plan = plan
        self.robots = robots
        """Whether robots.txt may be faulty, too."""
        self.gate = Gate()
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        """When each request came."""
        self.injected: Counter[str] = Counter()
        """Faults that were really made, by path."""
        site = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                site._answer(self.request)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _answer(self, connection: socket.socket) -> None:
        received = b""
        try:
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            self.gate.enter()
            self._write(connection, received)
        except OSError:  # the crawl has gone, or has had enough of this answer
            return

    def _write(self, connection: socket.socket, received: bytes) -> None:
        first, *lines = received.decode("latin-1").split("\r\n")
        target = first.split(" ")[1]
        host = next(line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("host:"))
        self.times.append(time.monotonic())
        answer = self.pages.answer("GET", host, target, b"", State.FIRST)
        at = Exchange(connection, target, self.asked[target], answer)
        self.asked[target] += 1
        fault = self.plan(target, at.asked) if self.robots or target != "/robots.txt" else None
        if fault is None:
            at.well()
        else:
            self.injected[target] += 1
            fault(at)


@contextmanager
def faulty(
    pages: Pages, plan: Callable[[str, int], Fault | None], *, robots: bool = False
) -> Iterator[FaultySite]:
    """The site, served."""
    site = FaultySite(pages, plan, robots=robots)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.gate.open()
        site.server.shutdown()
        thread.join()
        site.server.server_close()


def until(happened: Callable[[], Any], seconds: float = 60, every: float = 0.01) -> None:
    """Wait for an event in another process, which is looked for so often."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(every)
