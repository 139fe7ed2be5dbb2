"""``scrapy check``, as Scrapy has it; it leaves nothing behind."""

from __future__ import annotations

from scrapy.commands import check

from crawler.newspaper_choice import LookingCommand


class Command(LookingCommand, check.Command):
    pass
