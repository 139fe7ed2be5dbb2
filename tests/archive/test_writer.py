"""What a writer keeps: read by us and by a tool of another make."""

from __future__ import annotations

import errno
import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import ArchiveWriter, Original, read_at
from archive.log import log_run
from archive.records import digest_of
from archive.writer import NOT_MODIFIED_PROFILE
from tests.archive.building import FETCHED, PAGE, archive, exchange, read, warcio


def heads(path: Path) -> list[dict[str, str]]:
    """The fields of all records, as warcio reads them."""
    with path.open("rb") as file:
        return [dict(record.rec_headers.headers) for record in ArchiveIterator(file)]


def test_what_was_kept_is_read_again_where_the_writer_says_that_it_lies(tmp_path: Path) -> None:
    sent = [exchange(number) for number in range(1, 4)]
    with ArchiveWriter(tmp_path, run="r1") as writer:
        kept = [writer.keep(one) for one in sent]
        while_open = [read_at(tmp_path / one.file, one.offset) for one in kept]

    path = tmp_path / kept[0].file
    captures, damages = read(path)
    assert (captures, damages) == (while_open, [])
    for capture, place, one in zip(captures, kept, sent, strict=True):
        assert (capture.url, capture.status, capture.body, capture.fetched_at) == (
            one.url,
            one.status,
            one.body,
            one.fetched_at,
        )
        assert capture.headers[:3] == one.response_headers
        assert (capture.digest, capture.record_id, capture.length) == (
            place.digest,
            place.record_id,
            place.length,
        )
        member = path.read_bytes()[place.offset :][: place.length]
        assert gzip.decompress(member).startswith(b"WARC/1.1\r\n")


def test_a_tool_of_another_make_accepts_the_file(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        [
            exchange(2, status=404, reason="Not Found", body=b"", method="POST", request_body=b"day=1"),
            exchange(3, body=gzip.compress(PAGE), response_headers=(("Content-Encoding", "gzip"),)),
            exchange(1),
        ],
        repeats=Original(exchange(1).url, FETCHED, exchange(1).digest),
    )

    checked, indexed = warcio("check", "-v", path), warcio("index", "-f", "offset,warc-type", path)

    assert checked.returncode == 0, checked.stdout
    assert "fail" not in checked.stdout
    assert checked.stdout.count("digest pass") == 6  # all but the revisit
    kinds = [json.loads(line)["warc-type"] for line in indexed.stdout.splitlines()]
    assert kinds == ["warcinfo", "response", "request", "response", "request", "revisit", "request"]


def test_records_say_how_they_came_about(tmp_path: Path) -> None:
    url = "https://baohoabinh.com.vn/d.aspx?a=b"
    sent = exchange(method="POST", request_body=b"day=1", url=url, ip_address="192.0.2.1")
    path = archive(tmp_path, [sent])
    info, answer, request = heads(path)

    assert answer["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert request["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
    assert answer["WARC-Date"] == request["WARC-Date"] == "2024-04-25T03:00:00.250000Z"
    assert answer["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
    assert answer["WARC-IP-Address"] == request["WARC-IP-Address"] == "192.0.2.1"
    assert {"WARC-Payload-Digest", "WARC-Block-Digest"} <= answer.keys()
    assert answer["X-Payload-Digest-SHA1"] == digest_of(sent.body, "sha1")
    text = gzip.decompress(path.read_bytes())
    assert b"POST /d.aspx?a=b HTTP/1.1\r\nHost: baohoabinh.com.vn\r\nUser-Agent: test\r\n\r\nday=1" in text
    for said in (b"software: test 1", b"operator: archive@example.org", b"robots: obeyed", b"hostname: "):
        assert said in text.partition(b"\r\n\r\n\r\n")[0]
    assert b"contact" not in text, "what is not known is left out"


def test_fields_that_no_longer_hold_are_renamed(tmp_path: Path) -> None:
    fields = (("Transfer-Encoding", "chunked"), ("content-length", "5"))
    (capture,), _ = read(archive(tmp_path, [exchange(response_headers=fields)]))

    assert capture.headers == (
        ("X-Crawl-Transfer-Encoding", "chunked"),
        ("X-Crawl-content-length", "5"),
        ("Content-Length", str(len(exchange().body))),
    )


def test_a_content_encoding_stays_applied(tmp_path: Path) -> None:
    body = gzip.compress(PAGE)
    path = archive(tmp_path, [exchange(body=body, response_headers=(("Content-Encoding", "gzip"),))])

    assert body in gzip.decompress(path.read_bytes())
    assert read(path)[0][0].body == PAGE


def test_a_304_is_a_revisit_without_a_head_which_stands_beside_it(tmp_path: Path) -> None:
    fields = (("Content-Length", "999"), ("ETag", '"a"'), ("Server", "x"))
    original = Original(exchange().url, FETCHED, exchange().digest)
    sent = exchange(status=304, reason="Not Modified", body=b"", response_headers=fields)
    path = archive(tmp_path, [sent], repeats=original)

    (capture,), _ = read(path)
    assert (capture.status, capture.headers, capture.digest) == (304, (("ETag", '"a"'),), original.digest)
    _, revisit, _, head = heads(path)
    assert (revisit["WARC-Profile"], revisit["Content-Length"]) == (NOT_MODIFIED_PROFILE, "0")
    assert (head["WARC-Type"], head["WARC-Concurrent-To"]) == ("metadata", revisit["WARC-Record-ID"])
    assert b"HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\n" in gzip.decompress(path.read_bytes())


def test_a_copy_that_somebody_else_kept_says_where_it_was_had_and_when(tmp_path: Path) -> None:
    url, asked = "https://web.example/web/2024id_/http://a.vn/1", "2026-01-01T00:00:00.000000Z"
    copy = exchange(source=url, asked_at=datetime(2026, 1, 1, tzinfo=UTC))
    path = archive(tmp_path, [copy])

    _, answer, request = heads(path)
    assert answer["WARC-Target-URI"] == exchange().url
    assert answer["WARC-Date"] == "2024-04-25T03:00:00.250000Z"
    assert (answer["WARC-Source-URI"], answer["WARC-Creation-Date"]) == (url, asked)
    assert (request["WARC-Target-URI"], request["WARC-Date"]) == (url, asked)
    assert b"\r\nHost: web.example\r\n" in gzip.decompress(path.read_bytes())
    assert "WARC-Concurrent-To" not in answer | request


def test_notes_stand_beside_pages(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, run="r1") as writer:
        writer.keep(exchange())
        writer.note(FETCHED, b'{"a": 1}')
    [path] = tmp_path.iterdir()

    assert heads(path)[-1]["WARC-Type"] == "metadata"
    assert b'{"a": 1}' in gzip.decompress(path.read_bytes())
    assert len(read(path)[0]) == 1
    assert warcio("check", path).returncode == 0


def test_a_known_payload_becomes_a_revisit(tmp_path: Path) -> None:
    original = Original(exchange().url, FETCHED, exchange().digest, "<urn:uuid:1>")
    path = archive(tmp_path, [exchange(), exchange()], repeats=original)

    (first, second), damages = read(path)
    assert not damages
    assert (second.revisit_of, second.body, second.status) == ((exchange().url, FETCHED), b"", 200)
    assert (second.digest, second.truncated) == (first.digest, None)
    revisit = heads(path)[3]
    assert revisit["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit["WARC-Refers-To-Date"] == heads(path)[1]["WARC-Date"]
    assert revisit["WARC-Refers-To"] == "<urn:uuid:1>"


def test_runs_go_on_in_the_newest_file_until_it_is_full(tmp_path: Path) -> None:
    kept = []
    for number in range(20):
        with ArchiveWriter(tmp_path, run=f"r{number}", max_bytes=20_000) as writer:
            kept.append(writer.keep(exchange(number)))
        log_run(tmp_path, None)

    [first, second] = sorted(tmp_path.glob("pages-*.warc.gz"))
    assert second.stat().st_size < 20_000 <= first.stat().st_size
    assert [read_at(tmp_path / one.file, one.offset).url for one in kept] == [
        exchange(number).url for number in range(20)
    ]
    infos = [head["WARC-Type"] for file in (first, second) for head in heads(file)].count("warcinfo")
    assert infos == 20, "each run says what made its records"
    assert warcio("check", first, second).returncode == 0


def test_no_file_is_gone_on_in_that_the_log_does_not_seal_to_its_end(tmp_path: Path) -> None:
    path = archive(tmp_path, [exchange()])
    log_run(tmp_path, None)
    path.write_bytes(path.read_bytes() + b"x")

    assert archive(tmp_path, [exchange()]) != path


def test_two_writers_share_a_folder(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, run="same") as one, ArchiveWriter(tmp_path, run="same") as other:
        kept = [writer.keep(exchange(number)) for number, writer in enumerate([one, other] * 5)]

    assert len({record.file for record in kept}) == 2
    for number, record in enumerate(kept):
        assert read_at(tmp_path / record.file, record.offset).url == exchange(number).url


def test_line_breaks_in_a_value_make_no_new_field(tmp_path: Path) -> None:
    evil = exchange(
        url="https://baohoabinh.com.vn/a\r\nWARC-Type: warcinfo",
        response_headers=(("Location", "/\r\nSet-Cookie: x\r\n\r\n<html>"),),
    )
    path = archive(tmp_path, [evil])

    (capture,), damages = read(path)
    assert not damages
    assert capture.headers[0] == ("Location", "/ Set-Cookie: x <html>")
    assert capture.body == evil.body
    assert heads(path)[1]["WARC-Type"] == "response"


def test_a_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    calls = 0

    def full(descriptor: int, content: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, bytes(content[:100]))

    with ArchiveWriter(tmp_path, run="r1") as writer:
        writer.keep(exchange(1))
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            writer.keep(exchange(2))
        monkeypatch.undo()
        kept = writer.keep(exchange(3))

    captures, damages = read(tmp_path / kept.file)
    assert [one.url for one in captures] == [exchange(1).url, exchange(3).url]
    assert not damages


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot stand in a file name"):
        ArchiveWriter(tmp_path / "new", run="../x")
    with ArchiveWriter(tmp_path / "new", run="r1") as writer:
        assert not (tmp_path / "new").exists(), "nothing kept, no file"
        with pytest.raises(ValueError, match="no time zone"):
            writer.keep(exchange(fetched_at=datetime(2024, 1, 1)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="closed"):
        writer.keep(exchange())
