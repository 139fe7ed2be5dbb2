"""One command needs one command's module, and one run one spider's: Scrapy by itself imports all of each.

To import everything takes longer than most commands have to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.utils.spider import iter_spider_classes


def command_of(arguments: Sequence[str]) -> str | None:
    """The command that a command line names: the first that follows ``scrapy`` and is no option."""
    return next((argument for argument in arguments if not argument.startswith("-")), None)


def commands_module(package: str, command: str | None) -> str | None:
    """What ``COMMANDS_MODULE`` has to be for a command.

    :param package: the one in which our commands lie, a module each.
    :returns: the command's module, ``None`` for one of Scrapy's own; the package if none is named: then
        all are listed.
    """
    if command is None:
        return package
    return f"{package}.{command}" if command in _modules_of(package) else None


class SpiderByFile:
    """Scrapy's ``SPIDER_LOADER_CLASS``: a spider has the name of its file, in ``SPIDER_MODULES``."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._modules = {name: f"{package}.{name}" for package in packages for name in _modules_of(package)}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings.getlist("SPIDER_MODULES"))

    def load(self, spider_name: str) -> type[Spider]:
        """Import a spider.

        :raises KeyError: if there is none of this name.
        """
        module = import_module(self._modules[spider_name])
        return next(spider for spider in iter_spider_classes(module) if spider.name == spider_name)

    def list(self) -> Sequence[str]:
        return sorted(self._modules)

    def find_by_request(self, request: Request) -> Sequence[str]:
        return [name for name in self.list() if self.load(name).handles_request(request)]


def _modules_of(package: str) -> list[str]:
    return [module.name for module in iter_modules(import_module(package).__path__)]
