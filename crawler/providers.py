"""What gives page objects their inputs within Scrapy.

No annotations as strings here: scrapy-poet looks at a provider's for each page, and would evaluate them
each time.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy_poet.page_input_providers import PageObjectInputProvider

from crawler.pages.inputs import FetchedAt


class FetchedAtProvider(PageObjectInputProvider):
    """The time of fetch: ``fetched_at`` in the request's meta (a page out of an archive), else now."""

    name = "fetched-at"
    provided_classes = {FetchedAt}  # noqa: RUF012  # declared so by the base class

    def __call__(self, to_provide: set[Callable[..., Any]], request: Request) -> Sequence[FetchedAt]:
        known = request.meta.get("fetched_at")
        return [FetchedAt(known if isinstance(known, datetime) else datetime.now(UTC))]
