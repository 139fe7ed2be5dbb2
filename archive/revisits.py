"""Whose payload a revisit record repeats (WARC 1.1, 6.7), in whatever order the records stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable

from attrs import define, evolve, field, frozen

from archive.records import Capture

MOST_WAITING = 100_000
"""Revisits that are remembered; some hundred bytes each."""

Place = tuple[str, int, int]


@frozen
class _Revisit:
    file: str
    offset: int
    skip: int
    digest: str | None


@define
class WaitingRevisits:
    """Revisits whose originals were not found before them. They wait for what comes further on.

    :param same: gives two addresses of one page the same form.
    """

    same: Callable[[str], str]
    _by_name: dict[Hashable, list[_Revisit]] = field(factory=lambda: defaultdict(list))
    _waiting: set[_Revisit] = field(factory=set)
    _urls: set[str] = field(factory=set)
    _anywhere: bool = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def places(self) -> list[Place]:
        """Where those lie that still wait: file, offset, skip."""
        return [(waiting.file, waiting.offset, waiting.skip) for waiting in self._waiting]

    def add(self, revisit: Capture) -> bool:
        """Let a revisit wait; ``False`` if too many do."""
        if len(self) == MOST_WAITING:
            return False
        url, at = revisit.revisit_of or (revisit.url, None)
        waiting = _Revisit(revisit.file, revisit.offset, revisit.skip, revisit.digest)
        names = [
            revisit.refers_to,
            at and (self.same(url), at),
            revisit.digest and (self.same(url), revisit.digest),
        ]
        for name in filter(None, names):
            self._by_name[name].append(waiting)
        self._waiting.add(waiting)
        self._urls.add(self.same(url))
        self._anywhere |= revisit.refers_to is not None and url == revisit.url  # the id alone tells
        return True

    def may_need(self, url: str) -> bool:
        """Whether a capture of this address may be an original."""
        return self._anywhere or self.same(url) in self._urls

    def repeating(self, original: Capture) -> list[Place]:
        """Those that repeat a capture, by file, offset and skip; they wait no longer.

        They name it by its record id, by its address and date, or by its address and digest. A digest of
        the same kind that differs speaks against it.
        """
        if original.revisit_of is not None:
            return []
        url = self.same(original.url)
        found = {
            waiting: None
            for name in (original.record_id, (url, original.fetched_at), (url, original.digest))
            for waiting in self._by_name.get(name, ())
            if waiting in self._waiting and not _differ(waiting.digest, original.digest)
        }
        self._waiting.difference_update(found)
        return [(waiting.file, waiting.offset, waiting.skip) for waiting in found]


def repeat(revisit: Capture, original: Capture) -> Capture:
    """A revisit with the payload that it repeats."""
    return evolve(
        revisit,
        status=revisit.status or original.status,
        headers=original.headers,
        body=original.body,
        said_digest=original.digest,
        truncated=original.truncated,
        sent_length=original.sent_length,
    )


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other and one.partition(":")[0] == other.partition(":")[0])
