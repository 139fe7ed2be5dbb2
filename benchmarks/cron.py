"""What an hourly ``latest`` asks of the site: requests, bytes and seconds, by how many articles are new.

A collection of the sample site is complete, ``latest`` has run once; then it runs again, politely as by
default (a request a second). "Nothing new" is measured within the hour, when no young article is due to be
looked at again. Of the others, three articles were edited as well. Bytes are those of the answers' bodies and
headers; the seconds are the run's own, without the start of the program.
"""

from __future__ import annotations

import tempfile

from newspapers import ListRef, read_url
from schemas.database import open_engine
from schemas.tables import Run
from tests.crawling import crawl
from tests.site import SampleSite

FILLER = 200


def main() -> None:
    """Print a row of a Markdown table for each number of new articles."""
    sections = len(SampleSite(filler=0).newspaper.archive.all_sections)
    print(f"The site has {sections} sections.\n")
    print("| new articles | requests | for lists | not modified (304) | kB | s |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for new in (0, 5, 50):
        site = SampleSite(filler=FILLER, more_new=max(0, new - 5))
        with tempfile.TemporaryDirectory() as folder, site.serve() as server:
            url = f"sqlite:///{folder}/collection.db"
            for spider in ("backfill", "latest"):
                crawl(spider, database_url=url, mirror=server.url)
            server.state = "later" if new else "first"
            server.requests.clear()
            crawl(
                "latest",
                database_url=url,
                mirror=server.url,
                DOWNLOAD_DELAY="1",
                CONCURRENT_REQUESTS_PER_DOMAIN="1",
                CONCURRENT_REQUESTS="1",
            )
            engine = open_engine(url)
            with engine.connect() as connection:
                run = connection.execute(Run.__table__.select().order_by(Run.id.desc())).first()
            engine.dispose()
            assert run is not None
            assert run.new == new, f"{run.new} articles were new, not {new}"
            asked = [read_url(f"https://{request.host}{request.path}") for request in server.requests]
            lists = sum(isinstance(reference, ListRef) for reference in asked)
            unmodified = sum(request.status == 304 for request in server.requests)
            print(
                f"| {new} | {len(server.requests)} | {lists} | {unmodified} "
                f"| {run.stats['downloader/response_bytes'] / 1000:.0f} "
                f"| {run.stats['elapsed_time_seconds']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
