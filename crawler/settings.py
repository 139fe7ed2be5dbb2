"""Scrapy's settings for this project. What differs from Scrapy's default says why beside it.

``NEWSPAPER``, ``DATABASE_URL``, ``ARCHIVE_DIR``, ``ATOM_DIR``, ``SITE_MIRROR``, ``CRAWLER_CONTACT`` and
``LOG_LEVEL`` may come from the environment: they differ between machines, and the second can hold a password.
"""

from __future__ import annotations

import os
import sys

from scrapy.settings import default_settings

from crawler.garbage import collect_rarely
from crawler.only_what_is_asked import command_of, commands_module
from newspapers import current_name
from schemas.default_url import DEFAULT_URL

collect_rarely()  # what is still to be imported makes many objects, and no cycle that is let go
_COMMAND = command_of(sys.argv[1:])

BOT_NAME = "newspaper-archive"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.only_what_is_asked.SpiderByFile"
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = commands_module("crawler.commands", _COMMAND)  # `crawl` with an exit code, and our own

# Our own settings

NEWSPAPER = current_name()  # a folder of newspapers/, or the dotted path of another package
DATABASE_URL = os.environ.get("DATABASE_URL") or DEFAULT_URL
DATABASE_MUST_EXIST = os.environ.get("DATABASE_MUST_EXIST") or False  # never begin a new collection
ARCHIVE_DIR = os.environ.get("ARCHIVE_DIR", "data/archive")  # pages as they came; empty: no archive
ATOM_DIR = os.environ.get("ATOM_DIR") or "data/atom"  # a feed for each saved search
KEEP_PICTURES = os.environ.get("KEEP_PICTURES") or False  # archive articles' pictures, too, after all else
SITE_MIRROR = os.environ.get("SITE_MIRROR") or None  # where to send the requests for the site's hosts
FAILURES_IN_A_ROW = 20  # so many requests that end without an answer stop the run
RECHECK_DAYS = 7  # articles are looked at again up to this age; see pipelines/recheck.py
WAYBACK_URL = "https://web.archive.org"  # the Internet Archive, for the spider wayback
COMMONCRAWL_INDEX_URL = "https://index.commoncrawl.org"  # for the spider commoncrawl: collinfo.json …
COMMONCRAWL_DATA_URL = "https://data.commoncrawl.org"  # … and the WARC files that its indexes name
CLOCK_TOLERANCE = 86400.0  # seconds between this machine's clock and the site's; else nothing is stored
UNKNOWN_LAYOUT_SHARE = 0.5  # if more articles fit no known layout, the site has a new one; 1: accept them
DATABASE_RETRY_SECONDS = 300.0  # seconds a database that does not answer is waited for before the run stops

# Politeness: one newspaper, one small server

# The operator's address, for whoever reads the site's log, or the archive.
CRAWLER_CONTACT = os.environ.get("CRAWLER_CONTACT", "")
USER_AGENT = f"{BOT_NAME}/0.1 (archive of this newspaper" + (
    f"; {CRAWLER_CONTACT})" if CRAWLER_CONTACT else ")"
)
ROBOTSTXT_OBEY = True  # we are guests
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one request at a time …
CONCURRENT_REQUESTS = 1  # … and none behind it in a queue, which would go on when the site asks for a pause
DOWNLOAD_DELAY = 1.0  # … one second apart (Scrapy varies it by half)
BACKOFF_TIMES = 5  # how often an address is asked again whose answer says when (Retry-After), or 429
BACKOFF_SECONDS = 30.0  # after a 429 that does not say when; doubled each time
BACKOFF_LONGEST_WAIT = 900.0  # seconds; a site that asks for a longer pause ends the run: cron comes again
BACKOFF_HTTP_CODES = [429]  # busy even without Retry-After …
BACKOFF_EXCEPTIONS: list[str] = []  # … as are these errors

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",  # Scrapy's default
    "Accept-Language": "vi,en;q=0.8",  # the paper's languages
    "Accept-Encoding": "gzip",  # every server has it, and its check sum tells of damage
}

# Safety: nothing the site sends may hurt, nobody may steer the process from outside

DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes; a page is a few hundred kilobytes at most
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024  # bytes
DOWNLOAD_TIMEOUT = 60  # seconds; the default of 180 lets a hanging server stop the hourly run
REDIRECT_MAX_TIMES = 5  # the site leads on once or twice; more is a loop
METAREFRESH_MAXDELAY = 5  # seconds; a page that reloads after a minute is no redirect
COOKIES_ENABLED = False  # pages must not depend on what was read before (crawler/middlewares/destinations.py)
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # spiders know what they asked for; none is dropped

# The way of a page

DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.mirror.MirrorDownloadHandler")  # SITE_MIRROR
ADDONS = {"crawler.newspaper_choice.NewspaperAddon": 100}  # before anything asks for the newspaper
DOWNLOADER_MIDDLEWARES = {  # a request goes down this list, its answer comes up
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops requests without a word
    "crawler.middlewares.destinations.StrictOffsiteMiddleware": 50,  # before robots.txt (100) is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.politeness.RobotsMiddleware": 100,  # with 5xx and Crawl-delay
    "crawler.middlewares.politeness.BackoffMiddleware": 560,  # before Scrapy's retries (550) see the answer
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.middlewares.destinations.RefreshMiddleware": 580,
    "crawler.middlewares.received.TruncatedPagesMiddleware": 590,  # in the place of Scrapy's decompression
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.destinations.RedirectsMiddleware": 600,  # with the cookies that lead on
    "crawler.middlewares.archiving.ArchiveMiddleware": 950,  # nearest to the network: pages as they came
    "crawler.middlewares.received.ReceivedMiddleware": 955,  # looks at pages before they are archived
    "crawler.middlewares.received.ClockMiddleware": 957,  # before anything is archived with a wrong time
    "crawler.middlewares.received.RestoreMiddleware": 960,  # pages as they were captured
}
COMPRESSION_ENABLED = False  # archived and live bodies are decoded by the same code (archive/coding.py)
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "crawler.middlewares.received.WholeAnswersMiddleware": 50,  # no half pages (206), no 304 unasked
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops requests; StrictOffsite looks
    "crawler.middlewares.accounts.RequestAccountsMiddleware": 900,  # behind what refuses an answer
    "crawler.middlewares.archiving.ArchivedPagesMiddleware": 950,  # nearest to the spider: sees items first
}
# What spiders yield is valid, clean and signed: that is a part of reading (crawler/page_reader.py).
ITEM_PIPELINES = {"pipelines.store.StorePipeline": 400}
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000  # bytes of pages that wait for the store; parsed, ten times that
CONCURRENT_ITEMS = 8  # Scrapy starts so many tasks for each answer, and an answer gives one article
FEED_EXPORTERS = {"csv": "crawler.feeds.ArticleCsvExporter"}
FEED_EXPORT_ENCODING = "utf-8"  # -o writes Vietnamese as it is, not in escapes

# What an operator reads

# Nobody may steer a run from outside; LogStats and CloseSpider count items, of which an article is only one
# kind. What is merely turned off is imported all the same, and the remote control's web server takes a third
# of a second.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if name.rpartition(".")[2] not in ("TelnetConsole", "RemoteControl", "LogStats", "CloseSpider")
}
EXTENSIONS = {
    "crawler.run.record.RunRecord": 0,  # each run leaves a row with its verdict
    "crawler.feeds.CloseSpiderByArticles": 0,
    "crawler.picture_fetcher.PictureFetcher": 0,
    "crawler.run.progress.RunProgress": 0,  # a display, or a line each minute
}
PROGRESS_DISPLAY = True  # a live display, if standard error is a terminal
LOG_FORMATTER = "crawler.logformatter.BriefLogFormatter"  # items are whole articles: name them only
LOG_VERSIONS: list[str] = []  # ten lines before every message
LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"  # DEBUG prints a line for each request

if _COMMAND in ("shell", "fetch", "view", "check", "parse", "savefixture"):  # they only look: nothing is kept
    ARCHIVE_DIR, ITEM_PIPELINES, EXTENSIONS = "", {}, {}
