"""Tells a monitoring service of each run: whoever hears nothing knows that cron itself is dead.

``HEARTBEAT_URL`` is such a service's address (Healthchecks, Better Stack, Cronitor and others). After a run
that went well it is asked for as it is, else with ``/fail`` behind its path; if it holds ``{exit_code}``,
``{verdict}`` or ``{spider}``, these are filled in instead. The body holds exit code and verdict line.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from schemas.verdicts import Judgement

logger = logging.getLogger(__name__)

TRIES = 3
TIMEOUT = 10.0
"""Seconds for each."""


def beat(spider: str, judgement: Judgement, environ: Mapping[str, str]) -> None:
    """Ask the service, if there is one; a failure is logged and changes nothing about the run."""
    if not (url := environ.get("HEARTBEAT_URL")):
        return
    body = f"exit code {judgement.verdict.exit_code}\n{spider}: {judgement}\n"
    request = Request(address(url, spider, judgement), data=body.encode(), method="POST")  # noqa: S310 - http(s)
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    for left in reversed(range(TRIES)):
        try:
            urlopen(request, timeout=TIMEOUT).close()  # noqa: S310 - crawler/accepted_settings.py: http(s) only
        except (OSError, ValueError) as error:  # neither names the address, which may be a secret
            if not left:
                logger.error("HEARTBEAT_URL does not answer: %s: %s", type(error).__name__, error)
        else:
            return


def address(url: str, spider: str, judgement: Judgement) -> str:
    """What is asked for after a run that ended so."""
    code = judgement.verdict.exit_code
    filled = url
    for name, value in {"exit_code": code, "verdict": judgement.verdict, "spider": spider}.items():
        filled = filled.replace(f"{{{name}}}", quote(str(value)))
    parts = urlsplit(filled)
    if code and filled == url:
        parts = parts._replace(path=parts.path.rstrip("/") + "/fail")
    return urlunsplit(parts)
