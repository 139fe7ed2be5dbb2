"""``python -m tests.site --port 8000``: serve the sample newspaper until killed."""

from __future__ import annotations

import argparse
import sys
import threading

from tests.site import SampleSite
from tests.site.model import State


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--state", choices=[state.value for state in State], default="first")
    parser.add_argument("--redesign", action="store_true", help="serve the site after its relaunch")
    parser.add_argument("--filler", type=int, default=120, help="number of generated articles")
    parser.add_argument(
        "--cold", action="store_true", help="render each page when it is asked for, not before"
    )
    arguments = parser.parse_args()
    site = SampleSite(redesign=arguments.redesign, filler=arguments.filler)
    if not arguments.cold:
        site.pages.warm(State(arguments.state))
    with site.serve(arguments.port, arguments.state) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
