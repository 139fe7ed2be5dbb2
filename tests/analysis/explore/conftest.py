"""One small collection, explored by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from schemas.database import open_engine, prepare_schema
from tests.analysis.explore.exploring import exploring, store
from tests.browsing import Visit, visit


@pytest.fixture(scope="package")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a small collection."""
    path = tmp_path_factory.mktemp("explore") / "collection.db"
    engine = open_engine(f"sqlite:///{path}")
    prepare_schema(engine)
    store(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="package")
def address(collection: Path) -> Iterator[str]:
    with exploring(f"sqlite:///{collection}") as (address, _):
        yield address


@pytest.fixture
def seen(browser: Browser) -> Iterator[Visit]:
    """A window that must have complained of nothing and asked nobody else in the end."""
    with visit(browser) as seen:
        yield seen
        assert seen.complaints == []
        assert seen.elsewhere == []
