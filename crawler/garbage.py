"""How often Python looks for reference cycles."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Have the garbage collector run seldom from now on, in a process that reads many pages.

    A page makes many objects and hardly a reference cycle: to look for one after every 700 objects, as Python
    does, takes a tenth of a crawl's time, and of a command's start. What the program consists of by now stays
    anyway: it is left out.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
