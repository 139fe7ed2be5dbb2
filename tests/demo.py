"""``make demo``: collects the sample site, then what changes on it, and shows what came of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rich.console import Console

from analysis.collection_status import read_status
from crawler.commands.status import show
from schemas.database import open_engine
from tests.clock import let_time_pass
from tests.crawling import ROOT, crawl
from tests.site import SampleSite

DATABASE = Path("data/demo.db")


def main() -> None:
    """Backfill, then ``latest`` after five new and three edited articles."""
    console = Console()
    for leftover in ROOT.glob(f"{DATABASE}*"):
        leftover.unlink()
    url = f"sqlite:///{DATABASE}"
    with SampleSite().serve() as server:
        console.print(f"A sample of the newspaper is served on {server.url}; nothing else is asked.\n")
        for state, spider in (("first", "backfill"), ("later", "latest")):
            server.state = state
            if state == "later":
                console.print("Two hours later: five new articles, three edited ones.")
                let_time_pass(url, timedelta(hours=2))
            console.print(f"[bold]scrapy crawl {spider}[/bold] …")
            log = crawl(spider, database_url=url, mirror=server.url).stderr
            console.print(f"{log.strip().splitlines()[-1]}, {len(server.requests)} requests\n")
            server.requests.clear()
    engine = open_engine(url)
    with engine.connect() as connection:
        show(read_status(connection), console)
    engine.dispose()
    console.print(f"\nThe collection is in {DATABASE}, for any SQLite browser.")


if __name__ == "__main__":
    main()
