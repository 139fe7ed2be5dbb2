"""How often Python looks for circles of objects that nobody needs any more."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """For a process that reads many pages, from now on.

    A page makes many objects and hardly a circle of them: to look after every 700 of them, as Python does,
    takes a tenth of a crawl's time. What the program consists of stays anyway, so it is not looked through.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
