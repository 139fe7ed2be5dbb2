"""Saved pages with their expected items stand in ``fixtures``; the plugin of web-poet collects them."""

from __future__ import annotations

from typing import Any

import web_poet.testing.pytest as plugin


def _say_difference(*, expected: Any, got: Any, prefix: str = "", **_: Any) -> str:
    return f"{prefix}\nexpected: {expected!r}\n     got: {got!r}"


# web-poet 0.24 words a difference with a function of pytest's inside that pytest 9.2 has changed: a
# field that differs would end the whole run with an internal error.
vars(plugin)["comparison_error_message"] = _say_difference
