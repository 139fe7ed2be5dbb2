"""Gives callbacks their page objects, as scrapy-poet does, but finds out once what each callback needs.

scrapy-poet looks at a callback's type hints several times for each page, because rules may put another page
object in the place of one at some URLs. This project has no such rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy_poet.downloadermiddlewares import DEFAULT_PROVIDERS, InjectionMiddleware
from scrapy_poet.injection import Injector
from scrapy_poet.utils import create_registry_instance
from web_poet import RulesRegistry


class PlanOnceInjector(Injector):
    """Remembers what each callback needs, unless there are rules or the request itself asks for more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_rules = bool(self.registry.get_rules())
        self._plans: dict[Callable[..., Any], Any] = {}
        self._needs_response: dict[Callable[..., Any], bool] = {}

    def build_plan(self, request: Request) -> Any:
        callback = self._known(request)
        if callback is None:
            return super().build_plan(request)
        if callback not in self._plans:
            self._plans[callback] = super().build_plan(request)
        return self._plans[callback]

    def is_scrapy_response_required(self, request: Request) -> bool:
        callback = self._known(request)
        if callback is None:
            return bool(super().is_scrapy_response_required(request))
        if callback not in self._needs_response:
            self._needs_response[callback] = super().is_scrapy_response_required(request)
        return self._needs_response[callback]

    def _known(self, request: Request) -> Callable[..., Any] | None:
        """The callback, if it alone says what is needed."""
        return None if self._has_rules or "inject" in request.meta else request.callback


class PlanOnceMiddleware(InjectionMiddleware):
    """scrapy-poet's downloader middleware with that injector."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.registry = create_registry_instance(RulesRegistry, crawler)
        self.injector = PlanOnceInjector(crawler, default_providers=DEFAULT_PROVIDERS, registry=self.registry)
