"""``scrapy search``: finds articles by what they say."""

from __future__ import annotations

import argparse
import sys
from typing import Annotated, Any

from pydantic import Field
from rich.console import Console
from rich.progress import Progress
from rich.text import Text
from scrapy.exceptions import UsageError
from sqlalchemy import Engine, func, select

from analysis.search.excerpt import Piece, marked
from analysis.search.find import Hit, find
from analysis.search.keys import Search, Sort, count
from analysis.search.query import QueryError, Term, parse, terms
from crawler.arguments import Count
from crawler.command_line import (
    CollectionCommand,
    Format,
    FormatOptions,
    PartOptions,
    one_of,
    output,
    show_table,
    write_records,
)
from schemas.database import write_transaction
from schemas.search_index import fill_index
from schemas.shown_text import printable
from schemas.tables import Article

FIRST_PAGE = 20
"""So many hits are shown if nothing is said."""
COUNTED = 100_000
"""The number of hits is told up to here; to count a common word's would take longer than the search."""

COLUMNS = (
    "edition",
    "site_article_id",
    "local_date",
    "estimated",
    "site_section_id",
    "section",
    "headline",
    "excerpt",
    "url",
)


class SearchOptions(PartOptions, FormatOptions):
    """What the command understands."""

    sort: Annotated[Sort, one_of(*Sort)] = Field(
        default=Sort.RELEVANCE, description="default: relevance", examples=["|".join(Sort)]
    )
    limit: Count = Field(
        default=FIRST_PAGE, description=f"the most articles; default: {FIRST_PAGE}", examples=["N"]
    )
    rebuild: bool = Field(default=False, description="index all articles anew, and search nothing")


class Command(CollectionCommand):
    """Prints the articles that a search finds."""

    options = SearchOptions

    def syntax(self) -> str:
        return '[options] "giảm nghèo"'

    def short_desc(self) -> str:
        return "Find articles by what they say"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(SearchOptions, opts)
        if options.rebuild and args:
            raise UsageError(f"{args[0]!r}: --rebuild searches nothing", print_help=False)
        if options.rebuild:
            with self.collection() as engine:
                _rebuild(engine)
            return
        try:
            query = parse(" ".join(args))
        except QueryError as error:
            raise UsageError(str(error), print_help=False) from None
        search = Search(
            query=query,
            part=options.part,
            sort=options.sort,
            limit=options.limit,
        )
        with self.collection() as engine, engine.connect() as connection:
            hits = find(connection, search)
            if options.format != Format.TABLE:
                write_records(map(_record, hits), COLUMNS, options.format)
                return
            found = count(connection, search, COUNTED + 1)
            show(hits, found, terms(query), output())


def show(hits: list[Hit], found: int, wanted: list[Term], console: Console) -> None:
    """Print hits for people."""
    if not hits:
        console.print("Nothing found.")
        if any(term.spelled for term in wanted):
            console.print("Words with accents are searched as spelled; without accents, in all spellings.")
        return
    rows = []
    for hit in hits:
        article = _styled(marked(hit.headline, wanted), "bold").append("\n")
        article.append_text(_styled(hit.excerpt, "")).append(f"\n{printable(hit.url)}\n", style="dim")
        day = "" if hit.local_date is None else str(hit.local_date)[: 7 if hit.estimated else 10]
        number = f"/{hit.site_section_id}" if hit.site_section_id else ""
        rows.append((day, hit.section or f"{hit.edition}{number}", article))
    show_table(console, "", ("date", "section", "article"), rows)
    total = f"more than {COUNTED:,}" if found > COUNTED else f"{found:,}"
    console.print(f"{len(hits):,} of {total} articles")


def _styled(pieces: list[Piece], style: str) -> Text:
    text = Text(style=style)
    for piece in pieces:
        text.append(printable(piece.text), style="reverse" if piece.hit else None)
    return text


def _record(hit: Hit) -> dict[str, Any]:
    values = {name: getattr(hit, name) for name in COLUMNS}
    values["local_date"] = hit.local_date and hit.local_date.isoformat()
    values["excerpt"] = "".join(f"**{piece.text}**" if piece.hit else piece.text for piece in hit.excerpt)
    return values


def _rebuild(engine: Engine) -> None:
    with write_transaction(engine) as connection, Progress(console=Console(stderr=True)) as progress:
        total = connection.scalar(select(func.count()).select_from(Article)) or 0
        task = progress.add_task("indexing", total=total)
        for done in fill_index(connection):
            progress.update(task, completed=done)
    sys.stdout.write(f"{total:,} articles indexed\n")
