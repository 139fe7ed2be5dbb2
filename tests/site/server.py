"""Serves the sample newspaper on the loopback, from threads of its own."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from tests.serving import Asked, Reply, Server
from tests.site.model import State
from tests.site.pages import Pages, not_modified


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


class SiteServer(Server):
    """A running server; a context manager that stops it at the end."""

    def __init__(self, pages: Pages, port: int, state: str) -> None:
        super().__init__(self._answer, port)
        self._pages = pages
        self._state = State(state)
        self.requests: list[Request] = []

    @property
    def state(self) -> str:
        """``first`` or ``later``; can be set while the server runs."""
        return self._state.value

    @state.setter
    def state(self, state: str) -> None:
        self._state = State(state)

    def page(self, url: str) -> bytes:
        """The body of a page of the site, fetched."""
        there = urlsplit(url)._replace(scheme="http", netloc=f"127.0.0.1:{self.port}")
        request = urllib.request.Request(urlunsplit(there), headers={"Host": urlsplit(url).netloc})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content

    def _answer(self, asked: Asked) -> Reply:
        host, target = asked.headers.get("host", ""), asked.target
        if target.startswith("http://"):  # as a proxy is asked (RFC 9112, 3.2.2)
            target = "/" + target.removeprefix("http://").partition("/")[2]
        answer = self._pages.answer(asked.method, host, target, asked.body, self._state)
        unchanged = asked.method != "POST" and not_modified(answer, asked.headers)
        status = 304 if unchanged else answer.status
        self.requests.append(Request(asked.method, host, target, status, asked.headers))
        headers = {"ETag": answer.etag, "Last-Modified": answer.last_modified}
        if not unchanged:
            headers["Content-Type"] = answer.content_type
        told = {name: value for name, value in headers.items() if value}
        return status, told, b"" if unchanged else answer.body
