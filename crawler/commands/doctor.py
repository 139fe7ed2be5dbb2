"""``scrapy doctor``: whether all that a run needs is there."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from crawler.command_line import CollectionCommand, Options
from crawler.run.diagnosis import (
    Check,
    DoctorSpider,
    check_all_settings,
    check_archive,
    check_contact,
    check_database,
    check_notices,
)


class Command(CollectionCommand):
    """Check that all that a run needs is there, and say what to do if it is not.

    Exit code 1: there is a fault.
    """

    requires_crawler_process = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # declared so by Scrapy

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.read_options(Options, opts, args)
        faults = 0
        for check in self._checks():
            sys.stdout.write(f"{'FAULT' if check.remedy else 'ok   '}  {check.what:<10}  {check.found}\n")
            if check.remedy:
                faults += 1
                sys.stdout.write(f"{'':19}to do: {check.remedy}\n")
            sys.stdout.flush()
        sys.stdout.write(f"doctor: {'all is well' if not faults else f'{faults} to be repaired'}\n")
        self.exitcode = 1 if faults else 0

    def _checks(self) -> Iterator[Check]:
        yield from check_all_settings(self.settings, os.environ)
        yield check_contact(os.environ.get("CRAWLER_CONTACT"))
        yield from check_notices(os.environ)
        yield from check_archive(self.settings.get("ARCHIVE_DIR"))
        yield from check_database(self.settings)
        of_site: list[Check] = []
        self.crawler_process.crawl(DoctorSpider, checks=of_site)
        self.crawler_process.start()
        yield from of_site
        if not of_site:
            yield Check("site", "could not be asked", "scrapy doctor -s LOG_ENABLED=1 tells why")
