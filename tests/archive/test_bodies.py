"""Bodies in codings that no framing of test_framings.py has, and broken ones."""

from __future__ import annotations

import zlib
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive import Capture, Damage, read_captures
from tests.archive.building import CHUNKED, PAGE, http, packed, read, record, urls, write, zipped

TWICE = zipped(zipped(b"\0" * 17_000_000))


def one_body(folder: Path, block: bytes) -> Capture | Damage:
    """What is read from an archive with this one response."""
    (found,) = read_captures(write(folder / "a.warc.gz", packed(record(block))))
    return found


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (["Content-Encoding: gzip"], zipped(PAGE[:20]) + zipped(PAGE[20:]) + b"\0" * 9),
        (["Content-Encoding:", "Content-Type: text/html"], zipped(PAGE)),
        (["Content-Encoding: deflate"], zlib.compress(PAGE)),
        (["Content-Encoding: br"], PAGE),
        (["Content-Encoding: zstd"], zstd.compress(PAGE)),
        (["Content-Encoding: identity"], PAGE),
        (["Content-Encoding: unheard-of"], PAGE),
        (["Content-Encoding: deflate, gzip"], zipped(zlib.compress(PAGE))),
        ([], CHUNKED),
        (["Content-Length: 99999"], PAGE),
        (["Content-Length: many"], PAGE),
        (["no field at all"], PAGE),
    ],
)  # fmt: skip
def test_a_body_is_decoded_whatever_its_headers_say(tmp_path: Path, fields: list[str], body: bytes) -> None:
    found = one_body(tmp_path, http(body, *fields))

    assert isinstance(found, Capture)
    assert (found.body, found.truncated) == (PAGE, None)


@pytest.mark.parametrize(
    ("fields", "body", "why"),
    [
        ("Content-Encoding: gzip", zipped(PAGE * 99)[:-30], "coding"),
        ("Transfer-Encoding: chunked", CHUNKED[:40], "chunks"),
    ],
)
def test_a_body_that_breaks_off_says_so(tmp_path: Path, fields: str, body: bytes, why: str) -> None:
    found = one_body(tmp_path, http(body, fields))

    assert isinstance(found, Capture)
    assert found.body
    assert (PAGE * 99).startswith(found.body)
    assert found.truncated == why


@pytest.mark.parametrize(
    ("fields", "body", "reason"),
    [
        ("Content-Encoding: unheard-of", b"\x01\x02", "is not known"),
        ("Content-Encoding: br", b"\xff\xff\xff", "not what its Content-Encoding says"),
        ("Content-Encoding: gzip", zipped(b"\0" * 17_000_000), "larger than 16777216"),
        ("Content-Encoding: deflate", zlib.compress(b"\0" * 17_000_000), "larger than 16777216"),
        ("Content-Encoding: br", brotli.compress(b"\0" * 17_000_000), "larger than 16777216"),
        ("Content-Encoding: gzip, gzip", TWICE, "larger than 16777216"),
        ("Content-Encoding: gzip", zipped(b"") * 40_000 + zipped(b"\0" * 17_000_000), "larger than 16777216"),
        ("X: y", b"\0" * 17_000_000, "of 17000025 bytes, more than the 16777216"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_body_that_cannot_be_decoded_is_damage(
    tmp_path: Path, fields: str, body: bytes, reason: str
) -> None:
    content = packed(record(http(body, fields)), record(http(PAGE), number=2))

    captures, (damage,) = read(write(tmp_path / "a.warc.gz", content))

    assert reason in damage.reason
    assert urls(captures) == [2]


@given(
    body=st.binary(max_size=300),
    coding=st.sampled_from(["gzip", "deflate", "br", "zstd", "x", "gzip, br"]),
    transfer=st.sampled_from(["chunked", ""]),
)
def test_no_body_raises(tmp_path: Path, body: bytes, coding: str, transfer: str) -> None:
    one_body(tmp_path, http(body, f"Content-Encoding: {coding}", f"Transfer-Encoding: {transfer}"))
