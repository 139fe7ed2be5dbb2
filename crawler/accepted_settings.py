"""What settings may be: checked before the first request, with errors that name setting and value.

A setting has the type of its default, ours or Scrapy's, so that no list of all of them is needed here.
"""

from __future__ import annotations

import logging
import math
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from crawler.mirror import read_mirror
from schemas.database import parse_url

_FRACTIONS = ("DELAY", "TIMEOUT", "INTERVAL", "SECONDS", "SHARE", "FACTOR", "CONCURRENCY")
"""Endings of the names of numbers that need not be whole, whatever their default is."""

_AT_LEAST_ONE = ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS")

_WORDS = {
    "LOG_LEVEL": tuple(logging.getLevelNamesMapping()),
    "HTTPCACHE_ENABLED": ("0", "false"),  # a cached page would be archived as one of today
}


@cache
def _known() -> dict[str, Any]:
    """All settings with their defaults, ours and Scrapy's."""
    from crawler import settings  # late: it reads the environment

    return {
        name: value
        for module in (default_settings, settings)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
    }


def check_settings(settings: BaseSettings, environ: Mapping[str, str]) -> None:
    """Whether all settings, and the variables that are none, can be used.

    :raises ValueError: with a line for each that cannot: its name, its value, what is accepted.
    """
    if faults := list(_faults(settings, environ)):
        raise ValueError("\n".join(faults))


def _faults(settings: BaseSettings, environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("DATABASE_URL") == "":
        yield "DATABASE_URL='' names no database; accepted: an address, or no such variable"
    checks: dict[str, Callable[[str], object]] = {"DATABASE_URL": parse_url, "SITE_MIRROR": read_mirror}
    for name, check in checks.items():
        try:
            if value := settings.get(name):
                check(value)
        except ValueError as error:
            yield str(error)
    if settings.getbool("KEEP_PICTURES"):
        if not settings.get("ARCHIVE_DIR"):
            yield "KEEP_PICTURES keeps them in ARCHIVE_DIR, which is empty; accepted with a folder"
        if not (find_spec("PIL") and find_spec("imagehash")):
            install = f"{sys.executable} -m pip install -e '.[pictures]'"
            yield f"KEEP_PICTURES needs Pillow and ImageHash; run: {install}"
    for name, value in settings.items():
        if name not in _known():
            if settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]:
                near = get_close_matches(name, _known(), n=1)
                yield f"{name}={value!r}: there is no such setting" + (f"; near: {near[0]}" if near else "")
        elif accepted := _not_accepted(name, value):
            yield f"{name}={value!r}: accepted: {accepted}"
    yield from _faults_of_variables(environ)


def _not_accepted(name: str, value: Any) -> str | None:
    """What is accepted, if it is not this value."""
    default = _known()[name]
    if words := _WORDS.get(name):
        return None if str(value).lower() in map(str.lower, words) else ", ".join(words)
    if isinstance(default, bool):
        return None if str(value).lower() in ("0", "1", "true", "false") else "0, 1, true, false"
    if isinstance(default, list) and default and all(isinstance(each, int) for each in default):
        given = value.split(",") if isinstance(value, str) else value
        return None if all(str(each).strip().isdigit() for each in given) else "numbers, as in 429,503"
    if not isinstance(default, int | float) or value is None:
        return None
    fraction = isinstance(default, float) or name.endswith(_FRACTIONS)
    least = 1 if name in _AT_LEAST_ONE else 0
    try:
        number = float(value) if fraction else int(value)
    except (TypeError, ValueError):
        number = math.nan
    most = 1 if name.endswith("_SHARE") else math.inf
    if (least <= number <= most and number != math.inf) or (number < 0 and "PRIORITY" in name):
        return None
    kind = "a number" if fraction else "a whole number"
    return f"{kind} from {least} to 1" if most == 1 else f"{kind}, {least} or more"


def _faults_of_variables(environ: Mapping[str, str]) -> Iterator[str]:
    for name in ("HEARTBEAT_URL", "TIMESTAMP_URL"):
        if (url := environ.get(name)) and urlsplit(url).scheme not in ("http", "https"):
            yield f"{name} is no address; accepted: https://… (it is not shown: it may be a secret)"
    if environ.get("TIMESTAMP_URL") and not find_spec("rfc3161_client"):
        yield f"TIMESTAMP_URL needs rfc3161-client; run: {sys.executable} -m pip install -e '.[timestamps]'"
    for name in ("METRICS_FILE", "NOTIFY_FILE"):
        if (path := environ.get(name)) and not Path(path).absolute().parent.is_dir():
            yield f"{name}={path!r}: accepted: a file in a folder that exists"
    try:
        shlex.split(environ.get("NOTIFY_COMMAND", ""))
    except ValueError as error:
        yield f"NOTIFY_COMMAND cannot be read: {error}; accepted: a command, quoted as in a shell"
