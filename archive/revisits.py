"""Whose payload a revisit record repeats (WARC 1.1, 6.7), in whatever order the records stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable

from attrs import define, evolve, field

from archive.records import Capture, Place

MOST_WAITING = 100_000
"""Revisits that are remembered; some hundred bytes each."""


@define
class WaitingRevisits:
    """Revisits whose originals were not found before them. They wait for what comes further on.

    :param same: gives two addresses of one page the same form.
    """

    same: Callable[[str], str]
    _by_name: dict[Hashable, list[Place]] = field(factory=lambda: defaultdict(list))
    _digests: dict[Place, str | None] = field(factory=dict)
    """Of those that wait."""
    _urls: set[str] = field(factory=set)
    _anywhere: bool = False

    def __len__(self) -> int:
        return len(self._digests)

    @property
    def places(self) -> list[Place]:
        """Where those lie that still wait."""
        return list(self._digests)

    def add(self, revisit: Capture) -> bool:
        """Let a revisit wait; ``False`` if too many do."""
        if len(self) == MOST_WAITING:
            return False
        url, at = revisit.revisit_of or (revisit.url, None)
        same = self.same(url)
        for name in (revisit.refers_to, at and (same, at), revisit.digest and (same, revisit.digest)):
            if name:
                self._by_name[name].append(revisit.place)
        self._digests[revisit.place] = revisit.digest
        self._urls.add(same)
        self._anywhere |= revisit.refers_to is not None and url == revisit.url  # the id alone tells
        return True

    def may_need(self, url: str) -> bool:
        """Whether a capture of this address may be an original."""
        return self._anywhere or self.same(url) in self._urls

    def repeating(self, original: Capture) -> list[Place]:
        """Where those lie that repeat a capture; they wait no longer.

        They name it by its record id, by its address and date, or by its address and digest. A digest of
        the same kind that differs speaks against it.
        """
        if original.revisit_of is not None:
            return []
        same = self.same(original.url)
        found = {
            place: None
            for name in (original.record_id, (same, original.fetched_at), (same, original.digest))
            for place in self._by_name.get(name, ())
            if place in self._digests and not _differ(self._digests[place], original.digest)
        }
        for place in found:
            del self._digests[place]
        return list(found)


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
