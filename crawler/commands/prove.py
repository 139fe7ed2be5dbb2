"""``scrapy prove``: where in which archived page an article's values stand."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

from pydantic import Field
from scrapy.exceptions import UsageError

from analysis.proof import Proof, ProofError, prove, script
from archive import DamagedError
from crawler.arguments import Count
from crawler.command_line import CollectionCommand, Options, minute
from newspapers import current
from schemas.verdicts import Verdict

EXCERPT = 60


class ProveOptions(Options):
    """What the command understands, beside the article."""

    revision: Count | None = Field(
        default=None, description="this version of it; default: the present", examples=["N"]
    )
    script: bool = Field(
        default=False, description="print a program that finds it again by warcio and lxml alone"
    )


class Command(CollectionCommand):
    """Prints page, file, place and digest, and of each value the rule that read it and its characters.

    The exit code is 3 if a value does not stand in the page as it is stored.
    """

    options = ProveOptions

    def syntax(self) -> str:
        return "[options] <EDITION/NUMBER>"

    def short_desc(self) -> str:
        return "Show where in the archive an article's values stand"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(ProveOptions, opts, args[1:])
        named = re.fullmatch(r"(\w+)/(\d{1,18})", args[0] if args else "", re.ASCII)
        if named is None:
            raise UsageError("name one article: scrapy prove EDITION/NUMBER", print_help=False)
        folder = self.archive_folder()
        with self.collection() as engine, engine.connect() as connection:
            try:
                proof = prove(connection, folder, named[1], int(named[2]), options.revision)
            except (ProofError, DamagedError, OSError) as error:
                raise UsageError(f"{args[0]}: {error}", print_help=False) from None
        if options.script:
            sys.stdout.write(script(proof))
        else:
            _show(proof)
        lost = any(one.start is None for one in proof.located)
        self.exitcode = (Verdict.DEGRADED if lost else Verdict.OK).exit_code


def _show(proof: Proof) -> None:
    facts: dict[str, Any] = {
        "page": proof.url,
        "fetched": minute(proof.fetched_at),
        "file": proof.file,
        "offset": f"{proof.offset}" + (f", {proof.skip} within" if proof.skip else ""),
        "digest": proof.digest,
        "cite": f'{current().name}: "{proof.headline}", {proof.url}, archived {minute(proof.fetched_at)}, '
        f"{proof.digest}",
    }
    for name, value in facts.items():
        sys.stdout.write(f"{name:8} {value}\n")
    for one in proof.located:
        place = "not in the page as it is stored" if one.start is None else f"{one.start}–{one.end}"
        shown = one.value if len(one.value) <= EXCERPT else f"{one.value[:EXCERPT]}…"
        sys.stdout.write(f"{one.field:14} {place:16} {one.rule or '':24} {shown}\n")
