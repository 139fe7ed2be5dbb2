"""Last pipeline: writes items in batches, off the event loop.

An item leaves this pipeline only after its transaction is committed. While one batch is being
written the next gathers, so batches grow with the load and nothing waits for a timer.

Settings: ``DATABASE_URL``, ``RECHECK_DAYS``, ``DATABASE_RETRY_SECONDS``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs
from attrs import define
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from sqlalchemy.exc import DBAPIError

from pipelines.component import Component
from pipelines.records.batch import Writer, write_batch
from pipelines.records.run_rows import add_counts
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import SchemaError, open_engine, require_schema, write_transaction
from schemas.items import Article, Failure

logger = logging.getLogger(__name__)

LARGEST_BATCH = 200
"""Items in one transaction: enough to spread its cost, few enough to hold a lock only briefly."""


@define(eq=False)
class _Waiting:
    item: Any
    done: asyncio.Future[str | None]
    """Why there is nothing to pass on: a failure, or an article that is stored among the rejects instead."""


class StorePipeline(Component):
    """Stores whatever reaches it; see the module's docstring.

    A database that is away or locked is waited for; after ``DATABASE_RETRY_SECONDS`` seconds the run stops
    with the close reason ``storage_failed``. An item that the database refuses while others pass
    is stored among the rejects with the database's reason.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.engine = open_engine(crawler.settings["DATABASE_URL"])
        self.retry = RetryPolicy.from_settings(crawler.settings, crawler)
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._failed = False

    async def process_item(self, item: Any) -> Any:
        if self._failed:
            raise DropItem("not stored: the database has failed")
        if self._task is None:
            self._writer = self._begin()
            self._task = asyncio.create_task(self._write_forever())
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        if reason := await waiting.done:
            raise DropItem(reason)
        return item

    async def close_spider(self) -> None:
        if self._task:
            self._task.cancel()  # every item has been waited for by now
        self.engine.dispose()

    def _begin(self) -> Writer:
        run_id = self.crawler.stats.get_value("run/id") if self.crawler.stats else None
        if run_id is None or self.crawler.spider is None:
            raise RuntimeError("StorePipeline needs the extension crawler.run.record.RunRecord (EXTENSIONS)")
        recheck_days = self.crawler.settings.getint("RECHECK_DAYS")
        return Writer(run_id, self.crawler.spider.name, recheck_days)

    async def _write_forever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while not self._queue.empty() and len(batch) < LARGEST_BATCH:
                batch.append(self._queue.get_nowait())
            await self._write(batch)

    async def _write(self, batch: list[_Waiting]) -> None:
        items = [waiting.item for waiting in batch]
        try:
            counts = await self.retry.run(lambda: self._commit(items))
        except StorageError as error:
            self._give_up(batch, error)
            return
        except Exception as error:
            # Whatever one item causes must not cost the others.
            if len(batch) == 1:
                await self._reject(batch[0], error)
            else:
                for waiting in batch:
                    await self._write([waiting])
            return
        for name, count in counts.items():
            self.count(f"store/{name}", count)
        for waiting in batch:
            if not waiting.done.done():
                item = waiting.item
                waiting.done.set_result(item.reason if isinstance(item, Failure) else None)

    def _commit(self, items: Sequence[Any]) -> Counter[str]:
        with write_transaction(self.engine) as connection:
            counts = write_batch(connection, items, self._writer).counts
            add_counts(connection, self._writer.run_id, counts)
            return counts

    async def _reject(self, waiting: _Waiting, error: Exception) -> None:
        """Store an article that the database refuses among the rejects; anything else ends the run.

        A list's page that went missing would leave a hole in its walk.
        """
        item = waiting.item
        fault = None if isinstance(error, DBAPIError) else error
        logger.error("The database refused %r: %s", item, error, exc_info=fault)
        try:
            await self.retry.run(lambda: require_schema(self.engine))
        except (StorageError, SchemaError) as changed:  # then it is no fault of the item's
            self._give_up([waiting], changed)
            return
        if not isinstance(item, Article):
            self._give_up([waiting], error)
            return
        self.count("store/refused")
        waiting.item = Failure(
            edition=item.edition,
            article_id=item.article_id,
            url=item.canonical_url,
            reason=f"refused by the database: {error}",
            at=item.fetched_at,
            payload={"item": repr(attrs.asdict(item))},
        )
        await self._write([waiting])

    def _give_up(self, batch: list[_Waiting], error: Exception) -> None:
        self._failed = True
        while not self._queue.empty():
            batch.append(self._queue.get_nowait())
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(StorageError(str(error)))
        self.retry.stop_run(error)
