"""Articles written by hand, and the sentences of which others are made: the TOML files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from tests.site.model import STRICT, Ghost, Key, Piece

T = TypeVar("T")


@dataclass(config=STRICT, frozen=True)
class Written:
    """A file of articles."""

    piece: list[Piece]
    ghost: list[Ghost] = field(default_factory=list)
    pair: list[tuple[Key, Key, str]] = field(default_factory=list)
    """Of articles that are alike: the later, the earlier, and the method that must find them."""


@dataclass(config=STRICT, frozen=True)
class News:
    """The file of the articles that are new whenever the newspaper is looked at."""

    first: list[Piece]
    edited: list[Piece]
    new: list[Piece]


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Stock:
    """Sentences with places for values, of which articles are filled."""

    headlines: tuple[str, ...]
    leads: tuple[str, ...]
    captions: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]]
    sentences: dict[int, tuple[str, ...]]
    """By section; those under 0 fit all."""


@cache
def articles(name: str) -> Written:
    return _read(name, Written)


@cache
def news() -> News:
    return _read("fresh", News)


@cache
def stock(edition: str) -> Stock:
    return _read(f"stock_{edition}", Stock)


def _read(name: str, kind: type[T]) -> T:
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return TypeAdapter(kind).validate_python(tomllib.loads(text))
