"""``scrapy view``, as Scrapy has it; it leaves nothing behind."""

from __future__ import annotations

from scrapy.commands import view

from crawler.newspaper_choice import LookingCommand


class Command(LookingCommand, view.Command):
    pass
