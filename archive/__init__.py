"""Raw pages, kept and read again: files in the format of the web archives (WARC 1.1, ISO 28500:2017).

``writer`` keeps what a crawl fetched, ``repair`` finishes the files of a killed run, and ``reader``
reads these files and those that other tools made. Nothing here knows the newspaper or the database.
"""

from __future__ import annotations

from archive.reader import NOT_WANTED, DamagedError, has_content_of, read_at, read_captures
from archive.records import Capture, Damage, Exchange, KeptRecord, Original
from archive.repair import Repaired, abandoned, repair
from archive.revisits import WaitingRevisits, repeat
from archive.sources import expand
from archive.summary import FileSummary
from archive.writer import ArchiveWriter

__all__ = [
    "NOT_WANTED",
    "ArchiveWriter",
    "Capture",
    "Damage",
    "DamagedError",
    "Exchange",
    "FileSummary",
    "KeptRecord",
    "Original",
    "Repaired",
    "WaitingRevisits",
    "abandoned",
    "expand",
    "has_content_of",
    "read_at",
    "read_captures",
    "repair",
    "repeat",
]
