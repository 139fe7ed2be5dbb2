"""The record of a run in the table ``runs``: its start, and at its end the verdict."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from sqlalchemy.exc import DBAPIError

from crawler.accepted_settings import check_settings
from crawler.run.lock import AlreadyRunningError, claim
from crawler.run.monitors import REGULAR, RUNS, find_unusual
from crawler.run.storage import prepare_storage
from crawler.run.verdict import judge, with_findings
from pipelines.records.runs import COUNTS, earlier_stats, finish_run, newest_days, start_run, write_findings
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import SchemaError, open_engine, shown_url, write_transaction
from schemas.verdicts import Finding, Judgement, Verdict

logger = logging.getLogger(__name__)


class RunRecord:
    """Extension: claims the database for a run, writes the run's row, and judges the run at its end.

    The statistic ``run/id`` tells the store which run it writes for; ``verdict`` and ``verdict/reason``
    tell the command, or a script, how it went. Settings: ``DATABASE_URL``, ``DATABASE_RETRY_SECONDS``,
    ``UNKNOWN_LAYOUT_SHARE``, and those of :mod:`crawler.run.lock` and :mod:`crawler.run.storage`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.engine = open_engine(crawler.settings["DATABASE_URL"])
        self.retry = RetryPolicy.from_settings(crawler.settings, crawler)
        self.run_id: int | None = None
        self.not_begun = Judgement(Verdict.BROKEN, "the spider could not be opened; see the log")
        self.held = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    async def spider_opened(self, spider: Spider) -> None:
        """Begin the run, before the first request; one that may not begin leaves no row."""
        try:
            await self._begin(spider)
        except (ValueError, SchemaError) as error:
            self._refuse(Verdict.BAD_ARGUMENTS, error)
        except AlreadyRunningError as error:
            self._refuse(Verdict.ALREADY_RUNNING, error)
        except StorageError as error:
            self._refuse(Verdict.INTERRUPTED if self.retry.is_stopping() else Verdict.STORAGE_FAILED, error)
        except Exception as error:  # a run without a record could store nothing
            logger.exception("The run's record could not be begun")
            raise CloseSpider("start_error") from error
        self._stats.set_value("run/id", self.run_id)

    def _refuse(self, verdict: Verdict, error: Exception) -> None:
        self.not_begun = Judgement(verdict, str(error))
        raise CloseSpider(str(verdict).replace(" ", "_")) from error

    async def _begin(self, spider: Spider) -> None:
        settings = self.crawler.settings
        check_settings(settings, os.environ)
        asks_site = getattr(spider, "source", "the site") == "the site"
        if await self.retry.run(lambda: prepare_storage(self.engine, settings, asks_site)):
            logger.info("A new collection is begun: %s", shown_url(self.engine.url))
        self.held.enter_context(await claim(self.engine, spider.name, settings, self.retry))
        args = getattr(spider, "args", None)
        arguments = args.model_dump(mode="json", exclude_defaults=True) if args else {}

        def start() -> int:
            with write_transaction(self.engine) as connection:
                return start_run(connection, spider.name, arguments, datetime.now(UTC))

        self.run_id = await self.retry.run(start)

    def item_error(self) -> None:
        """Count an item that a pipeline lost by a fault of the program."""
        self._stats.inc_value("store/item_errors")

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
        self._stats.set_value("verdict", str(judgement.verdict))
        self._stats.set_value("verdict/reason", judgement.reason)
        self.held.close()
        self.engine.dispose()

    def _conclude(self, spider: Spider, closed: str) -> tuple[Judgement, list[Finding]]:
        assert self.run_id is not None  # noqa: S101 - tells the type checker
        now = datetime.now(UTC)
        stats: dict[str, Any] = dict(self._stats.get_stats())
        with write_transaction(self.engine) as connection:
            if spider.name in REGULAR and (days := newest_days(connection, now)) is not None:
                stats["collection/newest_days"] = days
            earlier = earlier_stats(connection, self.run_id, RUNS)
            source = getattr(spider, "source", "the site")
            share = self.crawler.settings.getfloat("UNKNOWN_LAYOUT_SHARE")
            findings = find_unusual(spider.name, stats, earlier) if closed == "finished" else []
            judgement = with_findings(judge(closed, stats, source, earlier, share), findings)
            counts = {name: stats.get(f"store/{name}", 0) for name in COUNTS}
            finish_run(connection, self.run_id, judgement, counts, stats, now)
            write_findings(connection, self.run_id, findings)
        return judgement, findings

    @property
    def _stats(self) -> Any:
        return self.crawler.stats
