"""A small newspaper built from what is known of the real one (``docs/site.md``), to crawl in tests.

``content`` holds the truth about each article and how it is printed, ``templates`` the two designs,
``newspaper`` composes the pages, ``pages`` and ``server`` answer requests.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.site.expected import ExpectedArticle, ExpectedImage, ExpectedRelated
from tests.site.model import Key, State
from tests.site.newspaper import Newspaper
from tests.site.pages import Pages
from tests.site.server import Request, SiteServer

__all__ = [
    "ExpectedArticle",
    "ExpectedImage",
    "ExpectedRelated",
    "Request",
    "SampleSite",
    "SiteServer",
]


class SampleSite:
    """The sample newspaper as it stands at ``now``.

    :param filler: number of generated articles.
    """

    def __init__(
        self,
        now: datetime | None = None,
        *,
        redesign: bool = False,
        filler: int = 120,
    ) -> None:
        self.now = now or datetime.now(UTC)
        self.newspaper = Newspaper(self.now, redesign=redesign, filler=filler)
        self.pages = Pages(self.newspaper)

    def expected(self, state: str = "first") -> list[ExpectedArticle]:
        """Every article that a complete backfill must store, as it must be stored."""
        return self.newspaper.expected(State(state))

    def expected_duplicates(self, state: str = "first") -> set[tuple[Key, Key, str]]:
        """Later article, the earlier one it repeats, and ``exact`` or ``near``."""
        return self.newspaper.archive.duplicates(State(state))

    def gone(self) -> dict[Key, str]:
        """Articles that links lead to and that are gone: ``404``, ``soft-404`` or ``listing``."""
        ghosts = self.newspaper.archive.ghosts
        return {key: ghost.answer for key, ghost in ghosts.items()}

    def serve(self, port: int = 0, state: str = "first") -> SiteServer:
        """A server on the loopback, to be entered with ``with``; port 0 takes a free one."""
        return SiteServer(self.pages, port, state)
