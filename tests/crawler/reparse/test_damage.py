"""Files of the archive that are missing, damaged or none are named, and cost nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import reading
from tests.crawling import Collection, reparse

pytestmark = pytest.mark.slow


def test_a_missing_file_is_named_and_costs_nothing_and_so_is_what_is_no_archive(
    collection: Collection,
) -> None:
    before = reading.content(collection.url)
    [file] = collection.archive.glob("*.gz")
    file.unlink()
    (collection.archive / "index.cdx").write_text(" CDX N b a m s k r M S V g\n")

    done = reparse(database_url=collection.url, archive=collection.archive, expect=3)

    assert str(file) in done.stdout
    assert "no archive but a CDX index; an index names captures and holds none" in done.stderr
    assert reading.content(collection.url) == before


def test_a_lost_database_hides_no_damage(collection: Collection, tmp_path: Path) -> None:
    [file] = collection.archive.glob("*.gz")
    whole = file.read_bytes()
    lost: dict[str, Any] = {"database_url": f"sqlite:///{tmp_path}/lost.db", "archive": collection.archive}

    for damaged, option in (
        (b"", "--dry-run"),
        (whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:], "--processes=1"),
    ):
        file.write_bytes(damaged)
        done = reparse(option, **lost, expect=3)
        assert f"Damaged: {file}, at byte" in done.stderr
        assert "1 place in the files could not be read" in done.stderr.splitlines()[-1]

    assert reading.articles(lost["database_url"])
