"""Saved pages with their expected items stand in ``fixtures``; the plugin of web-poet collects them."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

import web_poet.testing.pytest as plugin


def _say_difference(*, expected: str, got: str, prefix: str = "", **_: Any) -> str:
    """Lines of JSON that differ, with those around them."""
    lines = unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm="")
    return "\n".join([prefix, *lines])


# web-poet 0.24 words a difference with a function of pytest's inside that pytest 9.2 has changed: a
# field that differs would end the whole run with an internal error.
vars(plugin)["comparison_error_message"] = _say_difference
