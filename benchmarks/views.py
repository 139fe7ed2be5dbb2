"""The views for people over generated articles: how long the first page of a typical question takes.

``python -m benchmarks.views sqlite 1000000 FOLDER`` (or ``postgresql``) uses the database that
``benchmarks.search`` has left in the folder, or makes it, and gives its articles authors, pictures, links,
duplicates and revisions.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, Engine, text

from benchmarks.search import build, open_database
from schemas.database import write_transaction

ROUNDS = 3
AUTHORS = 300

_MOMENT = "'2024-04-24 03:00:00'"
_FILLING = (
    *(
        f"INSERT INTO authors (id, name) VALUES ({number}, 'Tác giả {number}')"
        for number in range(1, AUTHORS + 1)
    ),
    # Three articles in four name one author, one of these two.
    f"INSERT INTO article_authors (article_id, position, author_id)"
    f" SELECT id, 1, id % {AUTHORS} + 1 FROM articles WHERE id % 4 <> 0",
    f"INSERT INTO article_authors (article_id, position, author_id)"
    f" SELECT id, 2, (id + 7) % {AUTHORS} + 1 FROM articles WHERE id % 4 = 1",
    "INSERT INTO images (article_id, position, url, caption)"
    " SELECT id, 1, 'https://ims.baohoabinh.com.vn/' || id || '.jpg', 'Ảnh ' || headline FROM articles",
    *(
        "INSERT INTO related_links (article_id, target_edition, target_site_article_id, position, url,"
        f" headline, first_seen_at, last_seen_at) SELECT id, edition, site_article_id + {step}, {step},"
        f" canonical_url, headline, {_MOMENT}, {_MOMENT} FROM articles"
        for step in range(1, 5)
    ),
    # One article in twenty tells a story again; every hundredth story is told three times.
    "INSERT INTO duplicates (article_id, of_article_id, method, similarity, algorithm)"
    " SELECT id, id - 1, 'near', 0.9, 'test/1' FROM articles WHERE id % 20 = 2",
    "INSERT INTO duplicates (article_id, of_article_id, method, similarity, algorithm)"
    " SELECT id, id - 1, 'near', 0.9, 'test/1' FROM articles WHERE id % 2000 = 3",
    "INSERT INTO article_revisions (article_id, revision, seen_at, last_seen_at, replaced_at, changed, kind,"
    " headline, lead, body, published_at, published_basis, images, content_hash, parser)"
    ' SELECT id, 1, first_seen_at, last_seen_at, changed_at, \'["headline", "body"]\', kind,'
    " 'Tin: ' || headline, lead, body, published_at, published_basis, '[]', '', parser FROM articles"
    " WHERE id % 20 = 0",
)

QUESTIONS = {
    "one article by its address": "SELECT * FROM article_overview WHERE canonical_url = :url",
    "articles of a month": "SELECT * FROM article_overview WHERE local_month = '2015-06' LIMIT 20",
    "articles of a day": "SELECT * FROM article_overview WHERE local_date = '2015-06-10' LIMIT 20",
    "a section's newest": "SELECT * FROM article_overview WHERE edition = 'vi' AND site_section_id = 11"
    " ORDER BY local_time DESC LIMIT 20",
    "the newest": "SELECT * FROM article_overview ORDER BY local_time DESC LIMIT 20",
    "an edition's newest": "SELECT * FROM article_overview WHERE edition = 'vi'"
    " ORDER BY local_time DESC LIMIT 20",
    "an author's articles": "SELECT * FROM article_overview WHERE authors LIKE '%giả 17%' LIMIT 20",
    "which story an article tells": "SELECT * FROM story_members WHERE article_id = :id",
    "who tells a story": "SELECT * FROM story_members WHERE story_id = :story",
    "one story": "SELECT * FROM stories WHERE story_id = :story",
    "stories of a month": "SELECT * FROM stories WHERE local_month = '2015-06' LIMIT 20",
    "a section's newest stories": "SELECT * FROM stories WHERE edition = 'vi' AND site_section_id = 11"
    " ORDER BY local_time DESC LIMIT 20",
    "stories told most": "SELECT * FROM stories ORDER BY copies DESC, story_id LIMIT 20",
    "links of an article": "SELECT * FROM related_headlines WHERE article_id = :id",
    "links to an article": "SELECT * FROM related_headlines WHERE target_article_id = :id",
    "a month's coverage": "SELECT * FROM monthly_coverage WHERE edition = 'vi' AND local_month = '2015-06'",
    "a section's coverage": "SELECT * FROM monthly_coverage WHERE edition = 'vi' AND site_section_id = 11",
    "all coverage": "SELECT * FROM monthly_coverage ORDER BY articles DESC LIMIT 20",
    "an author's output": "SELECT * FROM author_output WHERE author = 'Tác giả 17'",
    "who writes most": "SELECT * FROM author_output ORDER BY articles DESC LIMIT 20",
    "an article's changes": "SELECT * FROM revision_changes WHERE article_id = :changed",
    "the last changed headlines": "SELECT * FROM revision_changes WHERE field = 'headline'"
    " ORDER BY replaced_at DESC LIMIT 20",
}


def complete(engine: Engine) -> None:
    """Give the articles what views show beside them, if they have none of it yet."""
    postgresql = engine.dialect.name == "postgresql"
    with engine.connect() as connection:
        if connection.scalar(text("SELECT count(*) FROM authors")):
            return
    with write_transaction(engine) as connection:
        for statement in _FILLING:
            connection.exec_driver_sql(statement.replace("%", "%%") if postgresql else statement)
    if postgresql:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def measure(connection: Connection) -> None:
    """Print how long each question takes."""
    row = connection.execute(
        text("SELECT id, canonical_url FROM articles WHERE site_article_id = 5002")
    ).one()
    values = {"id": row.id, "url": row.canonical_url, "story": row.id - 1, "changed": row.id - 2}
    print(f"\n| {connection.dialect.name}: question | rows | ms |\n| --- | ---: | ---: |")
    for name, query in QUESTIONS.items():
        wanted = {key: value for key, value in values.items() if f":{key}" in query}
        times: list[float] = []
        found = 0
        while len(times) < ROUNDS and sum(times) < 60_000:
            started = time.perf_counter()
            found = len(connection.execute(text(query), wanted).all())
            times.append((time.perf_counter() - started) * 1000)
        print(f"| {name} | {found} | {median(times):,.0f} |", flush=True)


def main(database: str, number: int, folder: Path | None) -> None:
    """Fill the database if need be and ask it."""
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
        place.mkdir(exist_ok=True)
        engine = open_database(stack, database, place)
        build(engine, number)
        complete(engine)
        with engine.connect() as connection:
            measure(connection)
        engine.dispose()


if __name__ == "__main__":
    asked, *rest = sys.argv[1:] or ["sqlite"]
    main(asked, int(rest[0]) if rest else 100_000, Path(rest[1]) if len(rest) > 1 else None)
