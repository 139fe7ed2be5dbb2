"""``scrapy search``: finds articles by what they say."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, Engine, func, select

from analysis.search.excerpt import Piece, marked
from analysis.search.feed import feed_file, write_feed
from analysis.search.find import Hit, find
from analysis.search.keys import Search, Sort, count, in_words_of
from analysis.search.nearest_words import unknown_words
from analysis.search.query import QueryError, parse, terms
from crawler.arguments import Count
from crawler.command_line import (
    CollectionCommand,
    Format,
    FormatOptions,
    PartOptions,
    one_of,
    output,
    progress_bar,
    show_table,
    write_records,
)
from crawler.newspaper_choice import wrong_usage
from pipelines.records.saved_search_rows import forget_search, save_search, saved_searches
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
FULL_TEXT = ("lead", "body", "captions")


def _named(name: str) -> str:
    if re.fullmatch(r"\w[\w-]{0,59}", name):
        return name
    raise ValueError(f"{name!r} names no file; accepted: up to 60 letters, digits, _ and -")


class SearchOptions(PartOptions, FormatOptions):
    """What the command understands."""

    sort: Annotated[Sort, one_of(*Sort)] = Field(
        default=Sort.RELEVANCE, description="default: relevance", examples=["|".join(Sort)]
    )
    limit: Count = Field(
        default=FIRST_PAGE, description=f"the most articles; default: {FIRST_PAGE}", examples=["N"]
    )
    page: Count = Field(default=1, description="which page of so many articles; default: 1", examples=["N"])
    full: bool = Field(default=False, description="with the full texts; for jsonl and csv")
    save: Annotated[str, AfterValidator(_named)] | None = Field(
        default=None,
        description="save the search: each run adds new and edited articles to a feed",
        examples=["NAME"],
    )
    forget: str | None = Field(default=None, description="forget a saved search", examples=["NAME"])
    saved: bool = Field(default=False, description="show the saved searches")
    rebuild: bool = Field(default=False, description="index all articles anew, and search nothing")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.save and self.part.has_days:
            raise ValueError("save: new articles have no days yet; accepted without --since and --until")
        if self.full and self.format == Format.TABLE:
            raise ValueError("full: a table has excerpts only; accepted with --format jsonl or csv")
        return self


class Command(CollectionCommand):
    """Find articles by what they say."""

    options = SearchOptions

    def syntax(self) -> str:
        return '[options] "giảm nghèo"'

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(SearchOptions, opts)
        if options.rebuild or options.saved or options.forget:
            if args:
                raise wrong_usage(f"{args[0]!r}: --rebuild, --saved and --forget search nothing")
            with self.collection() as engine:
                if options.rebuild:
                    _rebuild(engine)
                if options.forget:
                    self._forget(engine, options.forget)
                if options.saved:
                    self._show_saved(engine)
            return
        try:
            query = parse(" ".join(args))
        except QueryError as error:
            raise wrong_usage(error) from None
        search = Search(
            query=query,
            part=options.part,
            sort=options.sort,
            limit=options.limit,
            page=options.page,
        )
        if options.save:
            with self.collection() as engine:
                self._save(engine, options.save, " ".join(args), search)
            return
        with self.collection() as engine, engine.connect() as connection:
            hits = find(connection, search)
            if options.format == Format.TABLE:
                show(hits, count(connection, search, COUNTED + 1), search, output())
            else:
                columns = COLUMNS + (FULL_TEXT if options.full else ())
                write_records((_record(hit, columns) for hit in hits), columns, options.format)
            if not hits:
                _say_unknown(connection, search)

    def _save(self, engine: Engine, name: str, typed: str, search: Search) -> None:
        match = in_words_of(engine.dialect.name, search)
        with write_transaction(engine) as connection:
            if not save_search(connection, name, typed, search.part.as_given(), match):
                raise wrong_usage(f"--save: there is a search {name!r}; --forget it first")
        self._show_saved(engine)

    def _forget(self, engine: Engine, name: str) -> None:
        with write_transaction(engine) as connection:
            if not forget_search(connection, name):
                known = ", ".join(search.name for search in saved_searches(connection))
                raise wrong_usage(f"--forget: there is no search {name!r}; accepted: {known or 'none'}")
        feed_file(self._feeds, name).unlink(missing_ok=True)

    def _show_saved(self, engine: Engine) -> None:
        with engine.connect() as connection:
            searches = saved_searches(connection)
            for search in searches:
                write_feed(connection, search, self._feeds)
        rows = (
            (
                it.name,
                it.query,
                json.dumps(it.part) if it.part else "all",
                str(feed_file(self._feeds, it.name)),
            )
            for it in searches
        )
        show_table(output(), "Saved searches", ("name", "search", "in", "feed"), rows)

    @property
    def _feeds(self) -> Path:
        return Path(self.settings["ATOM_DIR"])


def _say_unknown(connection: Connection, search: Search) -> None:
    words = unknown_words(connection, search.query).items()
    if words:
        named = ", ".join(f"{word} (did you mean {near}?)" if near else word for word, near in words)
        sys.stderr.write(f"search: stands nowhere: {named}\n")


def show(hits: list[Hit], found: int, search: Search, console: Console) -> None:
    """Print hits for people.

    :param found: how many there are on all pages.
    """
    wanted, before = terms(search.query), (search.page - 1) * search.limit
    if found and not hits:
        console.print(f"Nothing on page {search.page:,}: {_number(found)} articles are found.")
        return
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
    shown = f"{before + 1:,}–{before + len(hits):,}" if before else f"{len(hits):,}"
    console.print(f"{shown} of {_number(found)} articles")


def _number(found: int) -> str:
    return f"more than {COUNTED:,}" if found > COUNTED else f"{found:,}"


def _styled(pieces: list[Piece], style: str) -> Text:
    text = Text(style=style)
    for piece in pieces:
        text.append(printable(piece.text), style="reverse" if piece.hit else None)
    return text


def _record(hit: Hit, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(hit, name) for name in columns}
    values["local_date"] = hit.local_date and hit.local_date.isoformat()
    values["excerpt"] = "".join(f"**{piece.text}**" if piece.hit else piece.text for piece in hit.excerpt)
    return values


def _rebuild(engine: Engine) -> None:
    with write_transaction(engine) as connection, progress_bar() as progress:
        total = connection.scalar(select(func.count()).select_from(Article)) or 0
        task = progress.add_task("indexing", total=total)
        for done in fill_index(connection):
            progress.update(task, completed=done)
    sys.stdout.write(f"{total:,} articles indexed\n")
