"""The formats that archives come in, and files that are none."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from backports import zstd

from archive import ArchiveWriter, Capture, FileSummary, Original, read_at, read_captures
from tests.archive.building import (
    FETCHED,
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

RECORDS = [record(http(PAGE + b"%d" % number), number=number) for number in range(20)]


def arc_record(number: int, *, fields: str = "") -> bytes:
    """A record of ARC version 1, or of 2 with the fields that it has in addition."""
    block = http(PAGE)
    line = (
        f"http://baohoabinh.com.vn/11/{number}/Tin.htm 10.0.0.1 20120301020304 text/html {fields}{len(block)}"
    )
    return line.encode() + b"\n" + block + b"\n"


def zipfile_of(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as container:
        for name, member in members.items():
            container.writestr(name, member)
    return content.getvalue()


ARC_HEAD = b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n"
ARC = b"filedesc://a.arc 0.0.0.0 20120301000000 text/plain %d\n%s\n" % (len(ARC_HEAD), ARC_HEAD)
DICTIONARY = zstd.train_dict(RECORDS * 3, 2048)
BY_DICTIONARY = b"".join(zstd.compress(one, zstd_dict=DICTIONARY) for one in RECORDS)


def skippable(content: bytes) -> bytes:
    """The frame that holds a file's dictionary."""
    return b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"".join(zstd.compress(one) for one in RECORDS), "WARC/1.0, zstd"),
        (zstd.compress(b"".join(RECORDS)), "WARC/1.0, zstd"),
        (skippable(DICTIONARY.dict_content) + BY_DICTIONARY, "WARC/1.0, zstd"),
        (skippable(zstd.compress(DICTIONARY.dict_content)) + BY_DICTIONARY, "WARC/1.0, zstd"),
        (b"".join(RECORDS), "WARC/1.0"),
        (packed(*RECORDS), "WARC/1.0, gzip"),
        (zipped(b"".join(RECORDS)), "WARC/1.0, gzip"),
        (ARC + b"".join(map(arc_record, range(20))), "ARC"),
        (packed(ARC, *map(arc_record, range(20))), "ARC, gzip"),
        (ARC + b"".join(arc_record(n, fields="200 - - 0 a.arc ") for n in range(20)), "ARC"),
        (zipfile_of({"archive/a.WARC.GZ": packed(*RECORDS)}), "WACZ of WARC/1.0, gzip"),
        (
            zipfile_of({"in.wacz": zipfile_of({"archive/a.warc": b"".join(RECORDS)})}, zipfile.ZIP_DEFLATED),
            "WACZ of WARC/1.0",
        ),
    ],
    ids=["frames", "one frame", "dictionary", "packed dictionary", "plain", "members", "one member", "arc",
         "arc.gz", "arc 2", "wacz", "wacz in wacz"],
)  # fmt: skip
def test_every_format_is_read_and_read_again(tmp_path: Path, content: bytes, form: str) -> None:
    path = write(tmp_path / "a.warc", content)
    summary = FileSummary(str(path))

    captures = [one for one in read_captures(path, summary=summary) if isinstance(one, Capture)]

    assert urls(captures) == list(range(20))
    assert summary.format == form
    assert summary.damaged == 0
    assert {capture.body[: len(PAGE)] for capture in captures} == {PAGE}
    assert [file.name for file in tmp_path.iterdir()] == ["a.warc"], "nothing is unpacked"
    for capture in reversed(captures):
        assert (capture.length is None) == (captures[1].skip > 0), "what shares a member cannot be cut out"
        assert read_at(capture.file, capture.offset, capture.skip) == capture


@pytest.mark.parametrize("pack", [lambda one: one, zipped], ids=["plain", "gzip"])
def test_an_arc_record_is_a_capture_of_its_moment_also_behind_damage(
    tmp_path: Path, pack: type[bytes]
) -> None:
    broken = arc_record(2).replace(b" text/html ", b" text/html x")
    content = b"".join(pack(one) for one in (ARC, arc_record(1), broken, arc_record(3)))

    captures, damages = read(write(tmp_path / "a.arc", content))

    assert (urls(captures), len(damages)) == ([1, 3], 1)
    assert {one.fetched_at for one in captures} == {datetime(2012, 3, 1, 2, 3, 4, tzinfo=UTC)}


def test_a_resource_record_is_a_page(tmp_path: Path) -> None:
    content = packed(record(PAGE, kind="resource", Content_Type="text/html"))

    (capture,), _ = read(write(tmp_path / "a.warc.gz", content))

    assert (capture.status, capture.body) == (200, PAGE)
    assert capture.headers == (("Content-Type", "text/html"),)


def test_one_bad_member_of_a_wacz_costs_only_itself(tmp_path: Path) -> None:
    content = zipfile_of({f"archive/{n}.warc.gz": packed(RECORDS[n]) for n in range(3)})
    at = content.index(b"PK\x03\x04", 10)

    captures, (damage,) = read(write(tmp_path / "a.wacz", content[:at] + b"XXXX" + content[at + 4 :]))

    assert urls(captures) == [0, 2]
    assert damage.file.endswith("a.wacz!/archive/1.warc.gz")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"", "empty"),
        (b" CDX N b a m s k r M S V g\n", "no archive but a CDX index"),
        (b'vn,com,a)/ 20240425030000 {"url": "http://a.com.vn/"}\n', "no archive but a CDXJ index"),
        (
            gzip.compress(b"vn,com,a)/ 20240425030000 http://a.com.vn/ text/html 200\n", mtime=0),
            "a CDX index packed by gzip",
        ),
        (b"Tin t\xe1\xbb\xa9c\n", "no archive but text"),
        (b"<!DOCTYPE html><html>", "no archive but an HTML page"),
        (b"\x04\x22\x4d\x18\0\0", "packed by lz4"),
        (b"\x00\x01\xff\xfe", "of an unknown format"),
    ],
)
def test_a_file_that_is_no_archive_is_named_and_no_damage(tmp_path: Path, content: bytes, form: str) -> None:
    path = write(tmp_path / "x.cdx", content)
    summary = FileSummary(str(path))

    assert list(read_captures(path, summary=summary)) == []
    assert form in summary.format
    assert str(summary).startswith(f"{path}: {summary.format}")


def test_a_damaged_beginning_hides_nothing_behind_it(tmp_path: Path) -> None:
    content = packed(*RECORDS)

    captures, (damage,) = read(write(tmp_path / "a.warc.gz", bytes(30) + content[30:]))

    assert urls(captures) == list(range(1, 20))
    assert (damage.offset, damage.records) == (0, 1)


def test_a_file_that_cannot_be_opened_is_damage(tmp_path: Path) -> None:
    captures, (damage,) = read(tmp_path / "none.warc")

    assert (captures, damage.reason) == ([], "the file cannot be read (No such file or directory)")


def test_every_record_is_counted_by_what_became_of_it(tmp_path: Path) -> None:
    content = packed(
        record(b"", kind="warcinfo"),
        *RECORDS[:3],
        record(http(PAGE), WARC_Date="2099-01-01T00:00:00Z", number=50),
        record(http(PAGE), WARC_Date="9999-12-31T23:59:60Z"),
        record(b"", kind="whatever"),
    )
    path = write(tmp_path / "a.warc.gz", content)
    summary = FileSummary(str(path))

    found = list(read_captures(path, wanted=lambda url: "/2/" not in url, summary=summary))

    captures = [one for one in found if isinstance(one, Capture)]
    assert urls(captures) == [0, 1, 50]
    assert [one.is_postdated for one in captures] == [False, False, True]
    assert summary.passed_over == {"warcinfo": 1, "not asked for": 1, "records of an unknown type": 1}
    assert (summary.records, summary.captures, summary.damaged) == (7, 3, 1)


def test_escape_sequences_in_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    content = zipfile_of({"archive/\x1b[31m\n.warc.gz": b"rubbish"})

    (damage,) = read(write(tmp_path / "a.wacz", content))[1]

    assert str(damage).isprintable()


def test_a_truncated_page_is_written_with_its_mark_and_never_as_a_revisit(tmp_path: Path) -> None:
    original = Original(exchange().url, FETCHED, exchange().digest)
    with ArchiveWriter(tmp_path, run="r1") as writer:
        kept = writer.keep(exchange(truncated="disconnect"), original)

    capture = read_at(tmp_path / kept.file, kept.offset)
    assert (capture.truncated, capture.revisit_of) == ("disconnect", None)
    assert read(archive(tmp_path / "whole", [exchange()]))[0][0].truncated is None


def test_a_capture_says_how_long_its_body_was_when_it_was_sent_and_whether_it_is_all_of_it(
    tmp_path: Path,
) -> None:
    body = zipped(PAGE)
    content = record(http(body, "Content-Encoding: gzip", f"Content-Length: {len(body)}"))

    first_of_several = record(http(PAGE), WARC_Segment_Number="1")

    (capture, segment), _ = read(write(tmp_path / "a.warc", content + first_of_several))

    assert (capture.sent_length, len(capture.body), capture.truncated) == (len(body), len(PAGE), None)
    assert segment.truncated == "segment"
