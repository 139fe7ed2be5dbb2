"""Files of the archive that are missing, damaged or none are named, and cost nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import reading
from tests.crawling import Collection, reparse

pytestmark = pytest.mark.slow


def test_a_page_whose_file_is_missing_is_named_and_costs_nothing(collection: Collection) -> None:
    before = reading.content(collection.url)
    [file] = collection.archive.glob("*.gz")
    file.unlink()

    done = reparse(database_url=collection.url, archive=collection.archive, expect=3)

    assert str(file) in done.stdout
    assert reading.content(collection.url) == before


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        (lambda whole: whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:], range(1, 100)),
        (lambda whole: b"", [0]),
    ],
    ids=["a flipped bit", "empty"],
)
def test_a_lost_database_hides_no_damage(
    collection: Collection, tmp_path: Path, damage: Any, read: Any
) -> None:
    [file] = collection.archive.glob("*.gz")
    file.write_bytes(damage(file.read_bytes()))
    lost = f"sqlite:///{tmp_path}/lost.db"

    for option in ([], ["--dry-run"]):
        done = reparse(*option, database_url=lost, archive=collection.archive, expect=3)
        assert f"Damaged: {file}, at byte" in done.stderr
        assert "1 place in the files could not be read" in done.stderr.splitlines()[-1]

    assert len(reading.articles(lost)) in read


def test_what_is_no_archive_is_named(collection: Collection) -> None:
    (collection.archive / "index.cdx").write_text(" CDX N b a m s k r M S V g\n")

    done = reparse(database_url=collection.url, archive=collection.archive)

    assert "Not read: " in done.stderr
    assert "no archive but a CDX index; an index names captures and holds none" in done.stderr
