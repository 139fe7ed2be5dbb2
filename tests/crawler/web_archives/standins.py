"""Web archives on the loopback: they answer as the real ones are documented to.

The Internet Archive: the README of its CDX server, and ``id_`` addresses as its help pages describe
them. Common Crawl: ``collinfo.json``, a pywb CDX server for each crawl, ranged reads of its files.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.records import digest_of
from tests.serving import Gate, Reply, Server

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Captured:
    """A page as an archive captured it."""

    original: str
    at: datetime
    body: bytes
    status: int = 200
    length: int | None = None
    """The Content-Length that the newspaper sent."""

    @property
    def timestamp(self) -> str:
        return self.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


@dataclass
class Archive:
    """What the two stand-ins share: captures in the order in which the index gives them."""

    captures: list[Captured]
    page_size: int = 10
    """Lines of the index in a page."""
    repeat: int | None = None
    """A page of the index that comes again in place of the one behind it, which comes at the end."""
    busy: dict[int, Reply] = field(default_factory=dict)
    """What is answered to the request of this number, counted from 0, instead."""
    gate: Gate = field(default_factory=Gate)
    requests: list[tuple[float, str]] = field(default_factory=list)
    """When each request came, and its path with the query."""
    ranges: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        raise NotImplementedError

    def respond(self, path: str, headers: dict[str, str]) -> Reply:
        number = len(self.requests)
        self.requests.append((monotonic(), path))
        return self.busy.get(number) or self.answer(path, headers)

    def fetched(self) -> list[str]:
        """The paths of payloads that were asked for."""
        return [path for _, path in self.requests if "/web/" in path or "/crawl-data/" in path]

    def matching(self, query: dict[str, list[str]]) -> list[Captured]:
        """Captures between ``from`` and ``to``; both ends count."""
        first, last = query.get("from", ["0"])[0], query.get("to", ["9" * 14])[0]
        return [capture for capture in self.captures if first <= capture.timestamp <= last.ljust(14, "9")]

    def pages(self, rows: list[Captured]) -> list[list[Captured]]:
        pages = [rows[start : start + self.page_size] for start in range(0, len(rows), self.page_size)]
        if self.repeat is not None:
            pages.insert(self.repeat, pages[self.repeat])
        return pages


class Wayback(Archive):
    """The Internet Archive."""

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        if path.startswith("/cdx/search/cdx?"):
            return self._index(parse_qs(urlsplit(path).query))
        if match := re.fullmatch(r"/web/(\d{14})id_/(.+)", path):
            for capture in self.captures:
                if (capture.timestamp, capture.original) == match.groups():
                    return 200, _replayed(capture), gzip.compress(capture.body)
        return 404, {"Content-Type": HTML}, b"<title>Wayback Machine</title>"

    def _index(self, query: dict[str, list[str]]) -> Reply:
        assert query["url"] == ["baohoabinh.com.vn"]
        assert query["matchType"] == ["domain"]
        assert query["output"] == ["json"]
        assert query["showResumeKey"] == ["true"]
        names = query["fl"][0].split(",")
        pages = self.pages(self.matching(query))
        number = (
            int(query["resumeKey"][0].removeprefix("vn,com,baohoabinh)/ ")) if "resumeKey" in query else 0
        )
        table: list[list[str]] = []
        digest = ""
        for capture in pages[number] if number < len(pages) else []:
            values = {
                "timestamp": capture.timestamp,
                "original": capture.original,
                "statuscode": str(capture.status),
                "mimetype": "text/html",
                "digest": digest_of(capture.body, "sha1").removeprefix("sha1:"),
                "length": str(len(capture.body)),
            }
            # Filters and collapsing work on the lines of a page.
            if capture.status == 200 and (query.get("collapse") != ["digest"] or values["digest"] != digest):
                table.append([values[name] for name in names])
            digest = values["digest"]
        key = [[], [f"vn,com,baohoabinh)/ {number + 1}"]] if number + 1 < len(pages) else []
        content = json.dumps([names, *table, *key] if table or key else [])
        return 200, {"Content-Type": "application/json"}, content.encode()


def _replayed(capture: Captured) -> dict[str, str]:
    return {
        "Content-Type": HTML,
        "Content-Encoding": "gzip",
        "Memento-Datetime": capture.at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "X-Archive-Orig-ETag": '"of-the-paper"',
        "X-Archive-Orig-Content-Length": str(capture.length or 17),
        "X-Archive-Orig-Transfer-Encoding": "chunked",
        "X-Archive-Src": "crawl-2020.warc.gz",
    }


class CommonCrawl(Archive):
    """Common Crawl, with its index and its data on one host; every crawl has all captures."""

    crawls: tuple[str, ...] = ("CC-MAIN-2024-51", "CC-MAIN-2024-10")
    file = "crawl-data/CC-MAIN-2024-51/segments/1/warc/CC-MAIN-1.warc.gz"

    @cached_property
    def content(self) -> tuple[bytes, list[tuple[int, int]]]:
        """The WARC file, and offset and length of each capture's record in it."""
        content, places = b"", []
        for capture in self.captures:
            member = gzip.compress(_record(capture), mtime=0)
            places.append((len(content), len(member)))
            content += member
        return content, places

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        parts = urlsplit(path)
        if parts.path == "/collinfo.json":
            listed = [
                {"id": crawl, "name": crawl, "cdx-api": f"{self.url}/{crawl}-index"} for crawl in self.crawls
            ]
            return 200, {"Content-Type": "application/json"}, json.dumps(listed).encode()
        if match := re.fullmatch(r"/(CC-MAIN-[\d-]+)-index", parts.path):
            assert match[1] in self.crawls
            return self._index(parse_qs(parts.query))
        if parts.path == f"/{self.file}":
            asked = headers["range"]
            self.ranges.append(asked)
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            content, _ = self.content
            total = f"bytes {first}-{last}/{len(content)}"
            return 206, {"Content-Range": total}, content[first : last + 1]
        return 404, {}, b""

    def _index(self, query: dict[str, list[str]]) -> Reply:
        assert query["url"] == ["baohoabinh.com.vn"]
        assert query["matchType"] == ["domain"]
        assert query["filter"] == ["=status:200"]
        rows = self.matching(query)
        pages = self.pages(rows)
        if "showNumPages" in query:
            count = {"pages": len(pages), "pageSize": 5, "blocks": len(pages)}
            return 200, {"Content-Type": "application/json"}, json.dumps(count).encode()
        if not rows:
            message = {"message": "No Captures found for: baohoabinh.com.vn"}
            return 404, {"Content-Type": "application/json"}, json.dumps(message).encode()
        _, places = self.content
        lines: list[dict[str, Any]] = []
        for capture in pages[int(query["page"][0])] if "page" in query else rows:
            if capture.status != 200:  # pywb too filters the lines of a page
                continue
            offset, length = places[self.captures.index(capture)]
            lines.append(
                {
                    "timestamp": capture.timestamp,
                    "url": capture.original,
                    "status": str(capture.status),
                    "mime": "text/html",
                    "filename": self.file,
                    "offset": str(offset),
                    "length": str(length),
                }
            )
        return 200, {"Content-Type": "text/x-ndjson"}, "\n".join(map(json.dumps, lines)).encode() + b"\n"


def _record(capture: Captured) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nContent-Length: {len(capture.body)}\r\n\r\n"
    block = head.encode() + capture.body
    fields = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Date: {capture.at:%Y-%m-%dT%H:%M:%SZ}\r\n"
        "WARC-Record-ID: <urn:uuid:114c36c3-b278-49bf-b4c0-0cf2a0eaac7c>\r\n"
        f"Content-Length: {len(block)}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"WARC-Target-URI: {capture.original}\r\n\r\n"
    )
    return fields.encode() + block + b"\r\n\r\n"


@contextmanager
def served(archive: Archive) -> Iterator[None]:
    """Serve an archive on a free port; its ``url`` says where."""
    with Server(lambda asked: archive.respond(asked.target, asked.headers)) as server:
        archive.url, archive.gate = server.url, server.gate
        yield
