"""Pages of the sample site in every framing that makers of archives use: each is read, byte for byte.

The framings are those seen in archives of two dozen makers: versions, line ends, packing, lengths, codings,
digests and the order of records, in all combinations that the formats allow.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from archive import Capture, FileSummary, read_at, read_captures
from tests.archive.building import chunked, write, zipped
from tests.site import SampleSite
from tests.site.model import State

Pages = list[tuple[str, bytes]]

CODINGS: dict[str, Callable[[bytes], tuple[list[str], bytes]]] = {
    "right length": lambda body: ([f"Content-Length: {len(body)}"], body),
    "no length": lambda body: ([], body),
    "length of another": lambda body: (["Content-Length: 9", "Connection: close"], body),
    "chunks": lambda body: (["Transfer-Encoding: chunked"], chunked(body[:999], body[999:])),
    "chunks joined": lambda body: (["Transfer-Encoding: chunked"], body),
    "gzip": lambda body: (["Content-Encoding: gzip"], zipped(body)),
    "gzip undone": lambda body: (["Content-Encoding: gzip", "Content-Length: 9"], body),
    "gzip in chunks": lambda body: (
        ["Transfer-Encoding: chunked", "Content-Encoding: gzip"], chunked(zipped(body))
    ),
    "deflate": lambda body: (["Content-Encoding: deflate"], zlib.compress(body)[2:-4]),
    "br": lambda body: (["Content-Encoding: br"], brotli.compress(body, quality=1)),
}  # fmt: skip
PACKED: dict[str, Callable[[list[bytes]], bytes]] = {
    "plain": b"".join,
    "a member for each": lambda records: b"".join(map(zipped, records)),
    "one member": lambda records: zipped(b"".join(records)),
    "a member for two": lambda records: b"".join(
        zipped(b"".join(records[at : at + 2])) for at in range(0, len(records), 2)
    ),
    "zstd": lambda records: b"".join(map(zstd.compress, records)),
}
ORDERS = (("none", "request first"), ("base 16", "answer first"))
"""Digest and order of the records."""
DIGESTS: dict[str, Callable[[bytes], list[str]]] = {
    "none": lambda block: [],
    "base 16": lambda block: [f"WARC-Block-Digest: sha256:{hashlib.sha256(block).hexdigest()}"],
}


def warc_record(version: str, end: str, kind: str, url: str, block: bytes, more: list[str]) -> bytes:
    shown = f"<{url}>" if version == "WARC/1.0" else url
    named = {} if kind == "warcinfo" else {"WARC-Target-URI": shown}
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:sha1:{hashlib.sha1(block, usedforsecurity=False).hexdigest()}>",
        "WARC-Date": "2015-08-03T09:30:00Z",
        "Content-Length": str(len(block)),
        "Content-Type": f"application/http; msgtype={kind}",
    } | named
    head = end.join([version, *(f"{name}: {value}" for name, value in fields.items()), *more, "", ""])
    return head.encode() + block + 2 * end.encode()


def warc(pages: Pages, version: str, end: str, coding: str, digest: str, order: str) -> list[bytes]:
    records = [warc_record(version, end, "warcinfo", "", b"software: x" + end.encode(), [])]
    for url, body in pages:
        fields, coded = CODINGS[coding](body)
        head = end.join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *fields, "", ""])
        block = head.encode() + coded
        answer = warc_record(version, end, "response", url, block, DIGESTS[digest](block))
        request = warc_record(version, end, "request", url, f"GET / HTTP/1.0{end}{end}".encode(), [])
        about = warc_record(version, end, "metadata", url, b"fetchTimeMs: 3", [])
        records += [request, answer, about] if order == "request first" else [answer, about, request]
    return records


def arc(pages: Pages, version: str, end: str, coding: str, _digest: str, _order: str) -> list[bytes]:
    about = f"{version} 0 x{end}URL IP-address Archive-date Content-type Archive-length{end}".encode()
    head = f"filedesc://x.arc 0.0.0.0 20150803093000 text/plain {len(about)}"
    records = [head.encode() + end.encode() + about + end.encode()]
    for url, body in pages:
        fields, coded = CODINGS[coding](body)
        block = end.join(["HTTP/1.1 200 OK", "Content-Type: text/html", *fields, "", ""]).encode() + coded
        more = "200 - - 0 x.arc " if version == "2" else ""
        line = f"{url} 10.0.0.1 20150803093000 text/html {more}{len(block)}{end}"
        records.append(line.encode() + block + end.encode())
    return records


VERSIONS = {"WARC/0.17": warc, "WARC/0.18": warc, "WARC/1.0": warc, "WARC/1.1": warc, "1": arc, "2": arc}


@pytest.fixture(scope="module")
def pages() -> Pages:
    site = SampleSite(filler=0)
    host = "https://baohoabinh.com.vn"
    return [
        (url, site.pages.answer("GET", "baohoabinh.com.vn", url.removeprefix(host), b"", State("first")).body)
        for url in [article.canonical_url for article in site.expected("first")[:3]]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_every_page_in_every_framing_is_read(tmp_path: Path, pages: Pages, version: str) -> None:
    rest = product(["\r\n", "\n"], CODINGS, PACKED, ORDERS)
    for number, (end, coding, packing, (digest, order)) in enumerate(rest):
        records = VERSIONS[version](pages, version, end, coding, digest, order)
        path = write(tmp_path / f"{number}.warc", PACKED[packing](records))
        summary = FileSummary(str(path))
        found = list(read_captures(path, summary=summary))

        framing = (version, end, coding, packing, digest, order)
        captures = [one for one in found if isinstance(one, Capture)]
        assert captures == found, framing
        assert [(one.url, one.body) for one in captures] == pages, framing
        assert [read_at(path, one.offset, one.skip) for one in captures[-1:]] == captures[-1:], framing
        assert summary.records == len(records), framing
        path.unlink()
