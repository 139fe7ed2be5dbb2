"""Has Datasette write CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from schemas.spreadsheet import escape

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@hookimpl
def asgi_wrapper() -> Callable[[Application], Application]:
    return _with_safe_cells


def _with_safe_cells(application: Application) -> Application:
    async def safe(scope: dict[str, Any], receive: Any, send: Any) -> None:
        is_csv = False

        async def sending(message: dict[str, Any]) -> None:
            nonlocal is_csv
            if message["type"] == "http.response.start":
                kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
                is_csv = any(b"text/csv" in kind or b"text/plain" in kind for kind in kinds)
            elif is_csv and message.get("body"):
                message = message | {"body": _safe_rows(message["body"])}
            await send(message)

        await application(scope, receive, sending)

    return safe


def _safe_rows(rows: bytes) -> bytes:
    """Whole rows: Datasette sends one after the other."""
    safe = io.StringIO()
    writer = csv.writer(safe)
    for row in csv.reader(io.StringIO(rows.decode("utf-8"), newline="")):
        writer.writerow(map(escape, row))
    return safe.getvalue().encode("utf-8")
