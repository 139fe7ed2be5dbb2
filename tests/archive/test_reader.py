"""Archives of other tools' make, and broken ones."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import (
    ArchiveWriter,
    Damage,
    DamagedError,
    Exchange,
    expand,
    has_content_of,
    read_at,
    read_captures,
)
from archive.records import digest_of
from tests.archive.building import (
    CHUNKED,
    PAGE,
    archive,
    exchange,
    http,
    packed,
    read,
    record,
    urls,
    write,
    zipped,
)


def test_records_that_are_no_pages_are_passed_over(tmp_path: Path) -> None:
    content = packed(
        record(b"software: Wget/1.21\r\n", kind="warcinfo", Content_Type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(http(PAGE), number=7),
        record(http(b"", status="301 Moved"), number=8),
        record(b"20240425030000\n1.2.3.4\n", WARC_Target_URI="dns:x", Content_Type="text/dns"),
        record(b"--mirror\n", kind="resource", WARC_Target_URI="<metadata://gnu.org/wget>"),
        record(b"x", kind="conversion"),
        record(b"x", kind="metadata"),
    )

    captures, damages = read(write(tmp_path / "a.warc.gz", content))

    assert not damages
    assert [(capture.status, capture.body) for capture in captures] == [(200, PAGE), (301, b"")]


def test_equal_pages_are_told_whatever_their_compression(tmp_path: Path) -> None:
    def packed_at(moment: int, body: bytes = PAGE) -> Exchange:
        coded = (("Content-Encoding", "gzip"),)
        return exchange(body=gzip.compress(body, mtime=moment), response_headers=coded)

    path = archive(tmp_path, [packed_at(1)])
    [capture] = read(path)[0]

    assert packed_at(1).body != packed_at(2).body
    assert has_content_of(packed_at(2), path, capture.offset, 0)
    assert not has_content_of(packed_at(1, PAGE + b"!"), path, capture.offset, 0)
    assert not has_content_of(packed_at(1), tmp_path / "absent.warc.gz", capture.offset, 0)


def test_a_revisit_names_its_original(tmp_path: Path) -> None:
    content = packed(
        record(
            http(b""),
            kind="revisit",
            WARC_Refers_To_Target_URI="<https://x.vn/1>",
            WARC_Refers_To_Date="2024-01-02T03:04:05Z",
        ),
        record(b"", kind="revisit", WARC_Payload_Digest="sha1:A"),
    )

    (full, bare), damages = read(write(tmp_path / "a.warc.gz", content))

    assert not damages
    assert full.revisit_of == ("https://x.vn/1", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert bare.revisit_of == (bare.url, None)
    assert (bare.status, bare.digest, bare.body) == (None, "sha1:A", b"")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-04-25", datetime(2024, 4, 25, tzinfo=UTC)),
        ("2024-04-25T03:00Z", datetime(2024, 4, 25, 3, tzinfo=UTC)),
        ("2024-04-25T03:00:00.123456789Z", datetime(2024, 4, 25, 3, 0, 0, 123456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_of_any_precision_are_read(tmp_path: Path, date: str, expected: datetime) -> None:
    (capture,), _ = read(write(tmp_path / "a", record(http(PAGE), WARC_Date=date)))

    assert capture.fetched_at == expected


BROKEN = {
    "no date": record(http(PAGE), WARC_Date="yesterday"),
    "no length": record(http(PAGE), Content_Length="x"),
    "too short a length": record(http(PAGE), Content_Length="60"),
    "no type": record(http(PAGE), WARC_Type=""),
    "no http": record(b"hello"),
    "no version": record(http(PAGE))[10:],
    "endless head": b"WARC/1.0\r\n" + b"A: b\r\n" * 20_000,
}


@pytest.mark.parametrize("shape", ["plain", "members", "one-member"])
@pytest.mark.parametrize("broken", BROKEN)
def test_reading_goes_on_behind_a_malformed_record(tmp_path: Path, broken: str, shape: str) -> None:
    records = [record(http(PAGE), number=1), BROKEN[broken], record(http(PAGE), number=2)]
    content = {
        "plain": b"".join(records),
        "members": packed(*records),
        "one-member": zipped(b"".join(records)),
    }[shape]

    captures, damages = read(write(tmp_path / "a", content))

    assert (urls(captures), len(damages)) == ([1, 2], 1)


def test_a_length_beyond_its_member_costs_one_record(tmp_path: Path) -> None:
    long = record(http(PAGE), Content_Length="99999")

    captures, (damage,) = read(write(tmp_path / "a", packed(long, record(http(PAGE), number=2))))

    assert urls(captures) == [2]
    assert damage.reason == "the record is shorter than its Content-Length"


def test_a_broken_member_costs_only_itself(tmp_path: Path) -> None:
    path = archive(tmp_path, [exchange(number) for number in range(1, 6)])
    captures, _ = read(path)
    content = bytearray(path.read_bytes())
    content[captures[2].offset + 200] ^= 0xFF

    left, (damage,) = read(write(path, bytes(content)))

    assert urls(left) == [1, 2, 4, 5]
    assert (damage.file, damage.offset) == (str(path), captures[2].offset)
    with pytest.raises(DamagedError, match="gzip member is broken"):
        read_at(path, captures[2].offset)


def test_a_cut_file_gives_all_before_the_cut(tmp_path: Path) -> None:
    path = archive(tmp_path, [exchange(number) for number in range(1, 6)])
    captures, _ = read(path)
    cut = captures[3].offset + 100

    left, (damage,) = read(write(path, path.read_bytes()[:cut]))

    assert left == captures[:3]
    assert str(damage) == f"{path}, at byte {captures[3].offset}: the file ends within a gzip member"


def test_rubbish_between_members_is_one_damage(tmp_path: Path) -> None:
    members = [packed(record(http(PAGE), number=number)) for number in (1, 2)]

    captures, damages = read(write(tmp_path / "a.warc.gz", b"\0\x1f\x8b\x08 rubbish".join(members)))

    assert (urls(captures), len(damages)) == ([1, 2], 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"\n", "the file is empty"), (PAGE * 1000, "no record begins here")],
)
def test_an_archive_without_a_record_is_one_damage(tmp_path: Path, content: bytes, reason: str) -> None:
    (damage,) = read_captures(write(tmp_path / "a.warc", content))

    assert isinstance(damage, Damage)
    assert damage.reason == reason


CUT_SHAPES = (
    packed(*(record(http(PAGE), number=number) for number in range(3))),
    b"".join(record(http(CHUNKED), number=number) for number in range(3)),
    zipped(b"".join(record(http(PAGE), number=number) for number in range(3))),
)


@given(data=st.data(), content=st.sampled_from(CUT_SHAPES))
def test_no_cut_and_no_changed_bytes_raise(tmp_path: Path, data: st.DataObject, content: bytes) -> None:
    cut = data.draw(st.integers(0, len(content)))
    kept = bytearray(content[:cut])
    for at in data.draw(st.lists(st.integers(0, max(0, cut - 1)), max_size=3)) if cut else []:
        kept[at] ^= data.draw(st.integers(0, 255))
    path = write(tmp_path / "a.warc.gz", bytes(kept))

    captures, _ = read(path)

    for capture in captures:
        assert read_at(path, capture.offset, capture.skip) == capture


def test_a_wacz_that_is_cut_off_gives_what_it_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("archive/a.warc.gz", packed(record(http(PAGE)), record(http(PAGE), number=2)))

    captures, damages = read(write(path, path.read_bytes()[:-30]))

    assert urls(captures) == [1, 2]
    assert "cut off" in damages[0].reason
    assert [read_at(capture.file, capture.offset) for capture in captures] == captures


def test_files_folders_and_patterns_are_expanded(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    names = ("B.WARC.GZ", "a.warc", "b.warc.gz", "d.txt", "deep/c.WACZ", "e.warc.gz.open", "f.arc")
    for name in names:
        write(tmp_path / name, b"")

    with ArchiveWriter(tmp_path, run="r1") as writer:
        writer.keep(exchange())
        assert expand([tmp_path]) == [tmp_path / name for name in names], "not what a writer has open"
    assert expand([tmp_path / "b.warc.gz", f"{tmp_path}/?.warc*", tmp_path / "d.txt"]) == [
        tmp_path / name for name in ("b.warc.gz", "a.warc", "e.warc.gz.open", "d.txt")
    ]
    assert expand([f"{tmp_path}/**/*.WACZ"]) == [tmp_path / "deep/c.WACZ"]


@pytest.mark.parametrize(("name", "why"), [("none.warc", "matches no file"), ("empty", "without files")])
def test_what_matches_nothing_is_named(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ValueError, match=f"{name}.*{why}"):
        expand([tmp_path / name])


@pytest.mark.parametrize("spelled", ["sha1:{0}", "SHA-1:{0}", "sha1:{1}", "sha256:{0}", "tiger:AAAA", "{0}"])
def test_a_record_whose_digest_is_right_or_of_a_kind_that_is_not_known_is_read(
    tmp_path: Path, spelled: str
) -> None:
    block = http(PAGE)
    value = hashlib.sha1(block, usedforsecurity=False)
    said = spelled.format(base64.b32encode(value.digest()).decode(), value.hexdigest())

    captures, damages = read(write(tmp_path / "a.warc", record(block, WARC_Block_Digest=said)))

    assert (len(captures), damages) == (1, [])


def test_a_record_that_is_not_that_of_its_digest_is_damaged(tmp_path: Path) -> None:
    block = http(PAGE)
    flipped = bytes([block[-9] ^ 1])
    content = record(block[:-9] + flipped + block[-8:], WARC_Block_Digest=digest_of(block))

    captures, (damage,) = read(write(tmp_path / "a.warc", content + record(block, number=2)))

    assert urls(captures) == [2]
    assert damage.reason == "the record is not that of its WARC-Block-Digest"
