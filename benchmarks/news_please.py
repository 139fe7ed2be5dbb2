"""A crawl of the sample site by news-please; ``benchmarks.crawl`` starts it, in an environment of its own.

Its own settings and pipelines, which keep each page and the article read from it in files, and its crawler
that follows every link: the site has no feed. It takes what its rules hold for articles.
"""

from __future__ import annotations

import json
import sys
from configparser import RawConfigParser
from importlib.resources import files
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler

HOME = "https://baohoabinh.com.vn/"
EXTRACTORS = ("readability_extractor", "date_extractor", "lang_detect_extractor")
"""Its own but the first, which would fetch each picture from the newspaper."""
SECONDS = 60
"""It would go on for long: it takes each spelling of an address for another page."""


class Statistics:
    """Scrapy extension: prints the statistics of the crawl when it has ended."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Statistics:
        made = cls()
        made.crawler = crawler
        crawler.signals.connect(made.show, signals.engine_stopped)
        return made

    crawler: Crawler

    def show(self) -> None:
        assert self.crawler.stats
        sys.stdout.write(json.dumps(self.crawler.stats.get_stats(), default=str) + "\n")


def main(mirror: str, folder: Path, concurrency: str) -> None:
    """Crawl into a folder."""
    from newsplease.single_crawler import SingleCrawler  # this environment has it, others do not

    config = RawConfigParser()
    config.read_string((files("newsplease") / "config" / "config.cfg").read_text(encoding="utf-8"))
    config.set("Files", "working_path", str(folder))
    extractors = ["newspaper_extractor_no_images", *EXTRACTORS]
    config.set("ArticleMasterExtractor", "extractors", str(extractors))
    for name, value in {
        "download_handlers": dict.fromkeys(("http", "https"), "crawler.mirror.MirrorDownloadHandler"),
        "site_mirror": mirror,
        "concurrent_requests_per_domain": concurrency,
        "extensions": {"benchmarks.news_please.Statistics": 0},
        "log_level": "ERROR",
        "telnetconsole_enabled": False,
        "closespider_timeout": SECONDS,
    }.items():
        config.set("Scrapy", name, str(value))
    settings, sites = folder / "config.cfg", folder / "sites.hjson"
    with settings.open("w", encoding="utf-8") as file:
        config.write(file)
    sites.write_text(json.dumps({"base_urls": [{"url": HOME, "crawler": "RecursiveCrawler"}]}))
    SingleCrawler(str(settings), str(sites), 0, False, False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
