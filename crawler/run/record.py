"""The record of a run in the table ``runs``: its start, and at its end the verdict."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from sqlalchemy.exc import DBAPIError

from crawler.accepted_settings import check_settings
from crawler.run.monitors import REGULAR, RUNS, find_unusual
from crawler.run.start import (
    AlreadyRunningError,
    MissingStorageError,
    begin_collection,
    claim,
    has_collection,
)
from crawler.run.verdict import judge, with_findings
from pipelines.component import Component
from pipelines.records.run_rows import (
    earlier_stats,
    finish_run,
    newest_published,
    start_run,
    write_findings,
)
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import SchemaError, open_engine, shown_url, write_transaction
from schemas.verdicts import Finding, Judgement, Verdict

logger = logging.getLogger(__name__)

THE_SITE = "the site"


class RunRecord(Component):
    """Extension: claims the database for a run, writes the run's row, and judges the run at its end.

    The statistic ``run/id`` tells the store which run it writes for; ``verdict`` and ``verdict/reason``
    tell the command, or a script, how it went. Settings: ``DATABASE_URL``, ``DATABASE_RETRY_SECONDS``,
    ``UNKNOWN_LAYOUT_SHARE``, and those of :mod:`crawler.run.start`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.engine = open_engine(crawler.settings["DATABASE_URL"])
        self.retry = RetryPolicy.from_settings(crawler.settings, crawler)
        self.run_id: int | None = None
        self.not_begun = Judgement(Verdict.BROKEN, "the spider could not be opened; see the log")
        self.held = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for signal in ("spider_opened", "item_error", "spider_closed"):
            crawler.signals.connect(getattr(extension, signal), getattr(signals, signal))
        return extension

    async def spider_opened(self, spider: Spider) -> None:
        """Begin the run, before the first request; one that may not begin leaves no row."""
        try:
            await self._begin(spider)
        except AlreadyRunningError as error:
            self._refuse(Verdict.ALREADY_RUNNING, error)
        except (StorageError, MissingStorageError) as error:
            self._refuse(Verdict.INTERRUPTED if self.retry.is_stopping() else Verdict.STORAGE_FAILED, error)
        except (ValueError, SchemaError) as error:
            self._refuse(Verdict.BAD_ARGUMENTS, error)
        except Exception as error:  # a run without a record could store nothing
            logger.exception("The run's record could not be begun")
            raise CloseSpider("start_error") from error
        self.note("run/id", self.run_id)

    def _refuse(self, verdict: Verdict, error: Exception) -> None:
        self.not_begun = Judgement(verdict, str(error))
        raise CloseSpider(str(verdict).replace(" ", "_")) from error

    async def _begin(self, spider: Spider) -> None:
        settings, engine = self.crawler.settings, self.engine
        check_settings(settings, os.environ)
        rebuilds = _source(spider) != THE_SITE
        if not await self.retry.run(lambda: has_collection(engine, settings, rebuilds=rebuilds)):
            await self.retry.run(lambda: begin_collection(engine))
            logger.info("A new collection is begun: %s", shown_url(engine.url))
        self.held.enter_context(await claim(engine, spider.name, self.retry))
        args = getattr(spider, "args", None)
        arguments = args.model_dump(mode="json", exclude_defaults=True) if args else {}

        def start() -> int:
            with write_transaction(engine) as connection:
                return start_run(connection, spider.name, arguments, datetime.now(UTC))

        self.run_id = await self.retry.run(start)

    def item_error(self) -> None:
        """Count an item that a pipeline lost by a fault of the program."""
        self.count("store/item_errors")

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the run and finish its record; everything is stored by now."""
        storage_error: str | None = self._stats.get_value("store/error")
        judgement = self.not_begun
        try:
            if self.run_id is not None:
                retry = RetryPolicy(0) if storage_error else self.retry  # it has been waited for
                judgement, findings = await retry.run(lambda: self._conclude(spider, reason))
                for finding in findings:
                    logger.warning("Not as usual: %s: %s", finding.monitor, finding.text)
        except (StorageError, DBAPIError) as error:
            logger.error("The run's record could not be finished: %s", error)
            why = storage_error or f"the run's record could not be finished: {error}"
            verdict = Verdict.INTERRUPTED if reason == "shutdown" else Verdict.STORAGE_FAILED
            judgement = Judgement(verdict, why)
        self.note("verdict", str(judgement.verdict))
        self.note("verdict/reason", judgement.reason)
        self.held.close()
        self.engine.dispose()

    def _conclude(self, spider: Spider, closed: str) -> tuple[Judgement, list[Finding]]:
        assert self.run_id is not None  # noqa: S101 - tells the type checker
        now = datetime.now(UTC)
        stats: dict[str, Any] = dict(self._stats.get_stats())
        with write_transaction(self.engine) as connection:
            if spider.name in REGULAR and (newest := newest_published(connection)):
                stats["collection/newest_days"] = (now - newest) / timedelta(days=1)
            earlier = earlier_stats(connection, self.run_id, RUNS)
            share = self.crawler.settings.getfloat("UNKNOWN_LAYOUT_SHARE")
            findings = find_unusual(spider.name, stats, earlier) if closed == "finished" else []
            judgement = with_findings(judge(closed, stats, _source(spider), earlier, share), findings)
            finish_run(connection, self.run_id, judgement, {}, stats, now)  # the store has counted
            write_findings(connection, self.run_id, findings)
        return judgement, findings

    @property
    def _stats(self) -> Any:
        return self.crawler.stats


def _source(spider: Spider) -> str:
    """What a spider, of ours or somebody's, asks for pages, in words."""
    return str(getattr(spider, "source", THE_SITE))
