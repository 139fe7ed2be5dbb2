"""``scrapy shell``, as Scrapy has it; it leaves nothing behind."""

from __future__ import annotations

from scrapy.commands import shell

from crawler.newspaper_choice import LookingCommand


class Command(LookingCommand, shell.Command):
    pass
