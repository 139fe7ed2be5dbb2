"""Figures about runs for Prometheus: its node exporter reads the file that ``METRICS_FILE`` names."""

from __future__ import annotations

import logging
import time

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from scrapy.settings import BaseSettings
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from newspapers import current_name
from pipelines.records.runs import newest_published
from schemas.database import DatabaseUrlError, open_engine
from schemas.tables import Run
from schemas.verdicts import Judgement, Verdict

logger = logging.getLogger(__name__)

COUNTS = ("new", "changed", "failed", "rejected")


class Figures:
    """The gauges; each has the newspaper and the spider."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.exit_code = self._gauge("last_run_exit_code", "Exit code of the last run (docs/operations.md)")
        self.ended = self._gauge("last_run_end_seconds", "End of the last run, Unix time")
        self.took = self._gauge("last_run_duration_seconds", "Seconds that the last run took")
        self.articles = self._gauge("last_run_articles", "Articles of the last run", "outcome")
        self.runs = self._gauge("runs", "Runs that the database knows", "verdict")
        self.newest = Gauge(
            "newspaper_newest_article_seconds",
            "Publication of the newest article whose page tells it, Unix time",
            ["newspaper"],
            registry=self.registry,
        )

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        labelled = ["newspaper", "spider", *labels]
        return Gauge(f"newspaper_{name}", meaning, labelled, registry=self.registry)

    def read(self, connection: Connection) -> None:
        """Take what the database knows."""
        paper = current_name()
        for spider, verdict, number in connection.execute(
            select(Run.spider, Run.verdict, func.count()).group_by(Run.spider, Run.verdict)
        ):
            self.runs.labels(paper, spider, verdict or "not finished").set(number)
        last = select(func.max(Run.id)).where(Run.finished_at.is_not(None)).group_by(Run.spider)
        for run in connection.execute(select(Run).where(Run.id.in_(last))):
            self.exit_code.labels(paper, run.spider).set(Verdict(run.verdict).exit_code)
            self.ended.labels(paper, run.spider).set(run.finished_at.timestamp())
            self.took.labels(paper, run.spider).set((run.finished_at - run.started_at).total_seconds())
            for name in COUNTS:
                self.articles.labels(paper, run.spider, name).set(getattr(run, name))
        if newest := newest_published(connection):
            self.newest.labels(paper).set(newest.timestamp())


def write_metrics(path: str, spider: str, judgement: Judgement, settings: BaseSettings) -> None:
    """Write the file after a run; a failure is logged and changes nothing about the run."""
    figures = Figures()
    try:
        engine = open_engine(settings["DATABASE_URL"])
        try:
            with engine.connect() as connection:
                figures.read(connection)
        finally:
            engine.dispose()
    except (SQLAlchemyError, DatabaseUrlError) as error:
        logger.warning("METRICS_FILE tells of this run only: %s", type(error).__name__)
    # The run that has just ended may have no row: it was refused, or could not store.
    figures.exit_code.labels(current_name(), spider).set(judgement.verdict.exit_code)
    figures.ended.labels(current_name(), spider).set(time.time())
    try:
        write_to_textfile(path, figures.registry)
    except OSError as error:
        logger.error("METRICS_FILE cannot be written: %s", error)
