"""Whether a page has its end: half a page must not be taken for an article, it would look like an edit."""

from __future__ import annotations

import re
from collections import Counter

from attrs import frozen

_TAIL = 4096
"""Bytes at the end of a page in which ``</html>`` must stand; statistics and chats may follow it."""

_HEAD = 4096
_LAST = 100
"""Bytes at the end of a page that another page of its layout has, too, and half a page has not."""

_TOKEN = re.compile(
    rb"<!--|-->|<(/?)(article|aside|div|footer|form|header|main|nav|ol|section|script|select|style"
    rb"|table|textarea|ul)\b",
    re.IGNORECASE,
)
_RAW_TEXT = frozenset({b"script", b"style", b"textarea"})
"""Elements that hold text, whatever it looks like (HTML, 13.1.2)."""


@frozen
class Ending:
    """How a page ends.

    ``broken`` says in words why it is only a part, if it is. ``closed``: it has its ``</html>``, or never
    opened it. A page that is neither has all other ends, and may be whole: HTML allows to leave the tag out.
    """

    closed: bool
    broken: str | None = None
    last: bytes = b""
    """The last bytes of one that is neither: a template's, so another fetch of it ends in the same way."""


def find_ending(body: bytes, sent_length: int | None = None, declared: str | None = None) -> Ending:
    """How the bytes of an HTML page end.

    :param sent_length: bytes of the body before a Content-Encoding was undone.
    :param declared: the Content-Length that came with it, which only counts for a page without ``</html>``:
        archives keep lengths that no longer hold.
    """
    plain = body.replace(b"\0", b"") if b"\0" in body[:_HEAD] else body  # UTF-16
    if b"</html" in plain[-_TAIL:].lower():
        return Ending(True)
    if open_block := _open_block(plain):
        return Ending(False, f"it ends within {open_block}")
    if b"<html" not in plain[:_HEAD].lower():
        return Ending(True)
    plain = plain.rstrip()
    if not plain.endswith(b">"):
        return Ending(False, "it ends within a text or a tag")
    most = max(len(body), sent_length or 0)
    if declared and declared.isascii() and declared.isdigit() and len(declared) < 18 and int(declared) > most:
        return Ending(False, f"it has {most:,} bytes of {int(declared):,}")
    return Ending(False, last=plain[-_LAST:])


def _open_block(body: bytes) -> str | None:
    """The first kind of element that is opened more often than closed; ``None`` if there is none."""
    opened: Counter[bytes] = Counter()
    within = b""  # a comment, or an element that holds text
    for token in _TOKEN.finditer(body):
        ends, name = token[1] == b"/", (token[2] or b"").lower()
        if within:
            if (within == b"comment" and token[0] == b"-->") or (ends and name == within):
                within = b""
        elif token[0] == b"<!--":
            within = b"comment"
        elif name in _RAW_TEXT:
            within = b"" if ends else name
        elif name:
            opened[name] += -1 if ends else 1
    if within == b"comment":
        return "a comment"
    name = within or next((name for name, number in opened.items() if number > 0), b"")
    return f"<{name.decode()}>" if name else None
