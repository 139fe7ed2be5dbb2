"""Figures about runs for Prometheus: its node exporter reads the file that ``METRICS_FILE`` names."""

from __future__ import annotations

import logging
import time

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from scrapy.settings import BaseSettings
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from newspapers import current_name
from pipelines.records.run_rows import newest_published
from schemas.database import DatabaseUrlError, open_engine
from schemas.tables import Run
from schemas.verdicts import Judgement, Verdict

logger = logging.getLogger(__name__)

COUNTS = ("new", "changed", "failed", "rejected")


def write_metrics(path: str, spider: str, judgement: Judgement, settings: BaseSettings) -> None:
    """Write the file after a run; a failure is logged and changes nothing about the run."""
    registry, paper = CollectorRegistry(), current_name()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"newspaper_{name}", meaning, ["newspaper", *labels], registry=registry)

    code = gauge("last_run_exit_code", "Exit code of the last run (docs/operations.md)", "spider")
    ended = gauge("last_run_end_seconds", "End of the last run, Unix time", "spider")
    took = gauge("last_run_duration_seconds", "Seconds that the last run took", "spider")
    articles = gauge("last_run_articles", "Articles of the last run", "spider", "outcome")
    runs = gauge("runs", "Runs that the database knows", "spider", "verdict")
    newest = gauge("newest_article_seconds", "Publication of the newest article that tells it, Unix time")
    try:
        engine = open_engine(settings["DATABASE_URL"])
        try:
            with engine.connect() as connection:
                counted = select(Run.spider, Run.verdict, func.count()).group_by(Run.spider, Run.verdict)
                for name, verdict, number in connection.execute(counted):
                    runs.labels(paper, name, verdict or "not finished").set(number)
                last = select(func.max(Run.id)).where(Run.finished_at.is_not(None)).group_by(Run.spider)
                for run in connection.execute(select(Run).where(Run.id.in_(last))):
                    code.labels(paper, run.spider).set(Verdict(run.verdict).exit_code)
                    ended.labels(paper, run.spider).set(run.finished_at.timestamp())
                    took.labels(paper, run.spider).set((run.finished_at - run.started_at).total_seconds())
                    for name in COUNTS:
                        articles.labels(paper, run.spider, name).set(getattr(run, name))
                if published := newest_published(connection):
                    newest.labels(paper).set(published.timestamp())
        finally:
            engine.dispose()
    except (SQLAlchemyError, DatabaseUrlError) as error:
        logger.warning("METRICS_FILE tells of this run only: %s", type(error).__name__)
    # The run that has just ended may have no row: it was refused, or could not store.
    code.labels(paper, spider).set(judgement.verdict.exit_code)
    ended.labels(paper, spider).set(time.time())
    try:
        write_to_textfile(path, registry)
    except OSError as error:
        logger.error("METRICS_FILE cannot be written: %s", error)
