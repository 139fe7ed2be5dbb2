"""``scrapy fetch``, as Scrapy has it; it leaves nothing behind."""

from __future__ import annotations

from scrapy.commands import fetch

from crawler.newspaper_choice import LookingCommand


class Command(LookingCommand, fetch.Command):
    pass
