"""What Datasette is taught about the collection; ``scrapy explore`` starts it with this plugin."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.facets import ArrayFacet
from datasette.filters import FilterArguments
from datasette.utils.asgi import Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from analysis.explore.article_page import read_article
from analysis.explore.capture_page import POLICY, read_capture, read_picture
from analysis.explore.edits import kind_of_edit, words_changed
from analysis.explore.metadata import DATABASE, say
from analysis.report.language import Language, Wording
from analysis.search.find import Hit, find
from analysis.search.keys import Search, count
from analysis.search.match import fts5_match
from analysis.search.query import QueryError, parse
from archive.fields import field
from schemas.database import sqlite_uri
from schemas.search_index import ID_SPAN

PAGE = 30
"""Hits of a search on a page; the catalogue has them all."""

COUNTED = 100_000
"""Hits are counted up to here."""

ARTICLE_TABLES = ("articles", "catalogue")
"""Tables with a row for each article; the page of a row is the article to read."""

_ID = {"articles": "id", "catalogue": "article_id"}
_FOUND = f"SELECT rowid % {ID_SPAN} FROM article_search WHERE article_search MATCH :match"  # noqa: S608
_TO_READ = re.compile(rf"/search|/report/\w+|/{DATABASE}/(?:{'|'.join(ARTICLE_TABLES)})/\d+", re.ASCII)

_COMMON = "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
READING = _COMMON + "img-src 'self' data:"
"""Pages with the newspaper's text run nothing."""
LOOKING = _COMMON + "img-src 'self' data:; connect-src 'self'; script-src 'self' 'unsafe-inline'"
"""Datasette's own pages have scripts in them."""

_OPERATOR = re.compile(r'["()*=:]|(?<!\S)(?:AND|OR|NOT|-\S)')
_HOSTS = re.compile(rb"(127\.0\.0\.1|localhost)(:\d+)?")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("phrases", 1, phrases, deterministic=True)
    conn.create_function("kind_of_edit", 3, kind_of_edit, deterministic=True)
    conn.create_function("words_changed", 2, words_changed, deterministic=True)


def phrases(typed: str | None) -> str:
    """What a question about words asks for, by semicolons: a JSON list of each phrase and its search.

    Words stand for a phrase, unless they are a search with operators or quotation marks.
    """
    asked = []
    for part in map(str.strip, (typed or "").split(";")):
        search = part if _OPERATOR.search(part) else f'"{part}"'
        try:
            asked.append({"phrase": part, "search": fts5_match(search)})
        except QueryError:
            continue  # the answer has no row for it
    return json.dumps(asked)


class AuthorFacet(ArrayFacet):  # type: ignore[misc]
    """Datasette's own takes all columns along to tell a name twice in one line, which takes seconds."""

    type = "names"

    async def facet_results(self) -> Any:
        self.sql: str = f"SELECT article_id, authors FROM ({self.sql})"  # noqa: S608 - Datasette's own query
        return await super().facet_results()


@hookimpl
def register_facet_classes() -> list[type[ArrayFacet]]:
    return [AuthorFacet]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [
        ("^/search$", search_page),
        ("^/report/(?P<language>en|vi)$", report_page),
        (r"^/capture/(?P<id>\d{1,18})$", capture_page),
        (r"^/picture/(?P<article>\d{1,18})/(?P<position>\d{1,9})$", picture_file),
    ]


async def search_page(request: Request, datasette: Datasette) -> Response:
    """The best hits, each with a passage; the catalogue has them all, to choose from."""
    typed = (request.args.get("q") or "").strip()
    shown: dict[str, Any] = {"typed": typed, "database": DATABASE, "counted": COUNTED, "hits": None}
    if typed:
        path = Path(datasette.get_database(DATABASE).path)
        try:
            shown["hits"], shown["total"] = await asyncio.to_thread(_search, path, typed)
        except QueryError as error:
            shown["fault"] = _fault(error, datasette)
    page = await datasette.render_template("search.html", shown, request=request)
    return Response.html(page, status=400 if "fault" in shown else 200)


def _search(path: Path, typed: str) -> tuple[list[Hit], int]:
    search = Search(parse(typed), limit=PAGE)
    with _reading(path).connect() as connection:
        return find(connection, search), count(connection, search, COUNTED)


def _reading(path: Path) -> Engine:
    url = sqlite_uri(path, to_write=False)
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True), poolclass=NullPool)


async def report_page(request: Request, datasette: Datasette) -> Response:
    """The report, drawn when it is asked for the first time."""
    collection, language = datasette.get_database(DATABASE), Language(request.url_vars["language"])
    page = await asyncio.to_thread(_report, Path(collection.path), language, collection.archive)
    return Response.html(page)


async def capture_page(request: Request, datasette: Datasette) -> Response:
    """A page as it was archived."""
    capture = await read_capture(datasette.get_database(DATABASE), int(request.url_vars["id"]))
    if isinstance(capture, str):
        return Response.text(capture, status=404)
    sent_as = field(capture.headers, "Content-Type") or "text/html; charset=utf-8"
    return Response(body=capture.body, content_type=sent_as)


async def picture_file(request: Request, datasette: Datasette) -> Response:
    """A picture of an article as it was archived."""
    article, position = (int(request.url_vars[name]) for name in ("article", "position"))
    picture = await read_picture(datasette.get_database(DATABASE), article, position)
    if isinstance(picture, str):
        return Response.text(picture, status=404)
    return Response(body=picture[0], content_type=picture[1], headers={"x-content-type-options": "nosniff"})


@cache
def _report(path: Path, language: Language, archive: Path) -> str:
    from analysis.report.page import render  # what draws takes long to import

    with _reading(path).connect() as connection:
        return render(connection, Wording(language), DATABASE, datetime.now(UTC), archive)


@hookimpl(trylast=True)  # after Datasette's own, which says that the table cannot be searched
def filters_from_request(
    request: Request, database: str, table: str, datasette: Datasette
) -> FilterArguments | None:
    """The search of this project in the search box."""
    if database != DATABASE or table not in ARTICLE_TABLES:
        return None
    typed = (request.args.get("_search") or "").strip()
    context = {"supports_search": True, "search": typed}
    if not typed:
        return FilterArguments([], extra_context=context)
    try:
        match = fts5_match(typed)
    except QueryError as error:
        title = say("Tìm · Search", _language(datasette))
        raise DatasetteError(_fault(error, datasette), status=400, title=title) from None
    return FilterArguments([f"{_ID[table]} IN ({_FOUND})"], {"match": match}, [f"search: {typed}"], context)


@hookimpl
def render_cell(
    row: sqlite3.Row, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> str | None:
    """Authors as a line; an article's number as a link to its page, in whatever table or query it stands."""
    if database != DATABASE:
        return None
    if column == "authors" and table == "catalogue":
        return ", ".join(json.loads(value)) or "\u00a0"
    if column == "per_cent" and isinstance(value, int | float):
        return Markup('{} <span class="bar" style="width: {}rem"></span>').format(value, min(value, 100) / 8)
    page = f"{datasette.urls.table(DATABASE, 'articles')}/"
    if column == "headline" and "article_id" in row.keys():  # noqa: SIM118 - a row of sqlite3 is no dict
        article = row["article_id"]
        if isinstance(article, dict):  # in a table with a foreign key, with the label of the row it leads to
            article = article["value"]
        return Markup('<a href="{}">{}</a>').format(f"{page}{article}", value)
    if (
        column.endswith("article_id")
        and isinstance(value, int)
        and not column.startswith(("site_", "target_site"))
    ):
        return Markup('<a href="{}">{}</a>').format(f"{page}{value}", value)
    return None


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    language = _language(datasette)
    env.globals |= {"language": language, "say": lambda both: say(both, language)}


@hookimpl
def extra_template_vars(
    table: str | None, database: str | None, view_name: str, request: Request | None, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def variables() -> dict[str, Any]:
        questions = await datasette.get_canned_queries(DATABASE, None)
        known: dict[str, Any] = {"reading": None, "questions": questions}
        if view_name == "row" and database == DATABASE and table in ARTICLE_TABLES and request:
            known["reading"] = await read_article(datasette.get_database(DATABASE), request.url_vars["pks"])
        return known

    return variables


def _fault(error: QueryError, datasette: Datasette) -> str:
    return str(error) if _language(datasette) is Language.ENGLISH else error.in_vietnamese


def _language(datasette: Datasette) -> Language:
    """The language that was chosen when the browser was started."""
    return Language(datasette.metadata("language") or Language.ENGLISH)


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Answers only to this machine's names, and forbids pages to ask anybody else."""

    def wrap(app: Any) -> Any:
        async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            host = dict(scope["headers"]).get(b"host", b"")
            if not _HOSTS.fullmatch(host):
                # A page elsewhere whose name was made to mean this machine must not read here.
                headers = [(b"content-type", b"text/plain")]
                await send({"type": "http.response.start", "status": 421, "headers": headers})
                await send({"type": "http.response.body", "body": b"This is http://127.0.0.1 only.\n"})
                return

            async def send_with_policy(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    policy = _policy(scope["path"]).encode()
                    added = [(b"content-security-policy", policy), (b"referrer-policy", b"no-referrer")]
                    event = {**event, "headers": [*event.get("headers", []), *added]}
                await send(event)

            await app(scope, receive, send_with_policy)

        return guarded

    return wrap


def _policy(path: str) -> str:
    if path.startswith(("/capture/", "/picture/")):
        return POLICY
    return READING if _TO_READ.fullmatch(path) else LOOKING
