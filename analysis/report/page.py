"""The report as one page of HTML: plots, and a table beside each that says the same in numbers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection, func, select

from analysis.report import article_chapters, crawl_chapters
from analysis.report.language import Wording
from analysis.report.pictures_chapter import pictures_chapter
from analysis.report.plots import draw
from newspapers import current
from schemas.tables import CatalogueLine, Run

CHAPTERS = (
    article_chapters.articles_chapter,
    article_chapters.coverage_chapter,
    article_chapters.completeness_chapter,
    article_chapters.places_chapter,
    article_chapters.newest_chapter,
    crawl_chapters.duplicates_chapter,
    crawl_chapters.rules_chapter,
    crawl_chapters.runs_chapter,
)


def render(
    connection: Connection, say: Wording, database: str, at: datetime, archive: Path | None = None
) -> str:
    """The page.

    :param database: the database's name, without a password.
    :param at: the present.
    :param archive: its folder, to show pictures out of it.
    """
    environment = Environment(
        loader=PackageLoader("analysis.report", "."), autoescape=True, undefined=StrictUndefined
    )
    line = CatalogueLine
    counted = select(line.edition, func.count()).group_by(line.edition)
    number = dict(connection.execute(counted).all())
    printed = select(func.min(line.published), func.max(line.published)).where(line.estimated == 0)
    chapters = [chapter(connection, say, at) for chapter in CHAPTERS]
    if archive and (pictures := pictures_chapter(connection, say, archive)).tables[0].rows:
        chapters.append(pictures)
    return environment.get_template("page.html").render(
        at=at,
        say=say,
        draw=lambda plot: draw(plot, say),
        database=database,
        newspaper=current().name,
        articles=sum(number.values()),
        editions=[(say.edition(code), number[code]) for code in current().codes if code in number],
        printed=[time[:10] for time in connection.execute(printed).one() if time],
        last_run=connection.execute(select(Run).order_by(Run.id.desc()).limit(1)).first(),
        chapters=chapters,
    )
