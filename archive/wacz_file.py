"""Parts of an archive packed into one file that replays anywhere (WACZ 1.1.1), and its index (CDXJ)."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

INDEX = "indexes/index.cdx.gz"

_WARC = "archive/data.warc.gz"
_PAGES = {"format": "json-pages-1.0", "id": "pages", "title": "All pages", "hasText": True}


def cdxj_line(page: Any, file: str, offset: int, length: int) -> str:
    """The line of an index that names a record.

    :param page: has ``url``, ``fetched_at``, ``status``, ``digest`` and ``revisit``.
    """
    media_type = guess_type(page.url.partition("?")[0])[0] or "text/html"
    said = {
        "url": page.url,
        "mime": "warc/revisit" if page.revisit else media_type,
        "status": str(page.status),
        "digest": page.digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    if page.revisit and page.status == 304:  # it shows the page that it confirms, with that one's status
        del said["status"]
    return f"{index_key(page.url)} {page.fetched_at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(said)}\n"


def index_key(url: str) -> str:
    """What an index is sorted by: the host from its end, path and query in small letters (SURT).

    The package surt, which other tools take, does not compile without warnings.
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = "&".join(sorted(parts.query.split("&")))
    return f"{host}{port}){parts.path.rstrip('/') or '/'}{'?' if query else ''}{query}"


class WaczWriter:
    """Writes a WACZ file: first records, then pages; the rest follows when it is closed.

    :param about: ``title`` and ``description`` of the whole.
    """

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)
        self._warc: Any = self._zip.open(_WARC, "w", force_zip64=True)
        self._hash = hashlib.sha256()
        self._size = 0
        self._about = about
        self._index: list[str] = []
        self._pages = [json.dumps(_PAGES)]
        self._resources: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()
        else:
            self._warc.close()
        self._zip.close()

    def add_record(self, member: bytes, page: Any) -> None:
        """Take a record over, as it is packed.

        :param page: what :func:`cdxj_line` says of it.
        """
        file = _WARC.rpartition("/")[2]
        self._index.append(cdxj_line(page, file, self._size, len(member)))
        self._warc.write(member)
        self._hash.update(member)
        self._size += len(member)

    def add_page(self, url: str, at: datetime, title: str, text: str, **more: Any) -> None:
        """Name a page among those to look at first."""
        number = hashlib.sha256(f"{url} {at}".encode()).hexdigest()[:22]
        page = {"id": number, "url": url, "ts": _iso(at), "title": title, "text": text}
        self._pages.append(json.dumps(page | more, ensure_ascii=False))

    def _finish(self) -> None:
        self._warc.close()
        self._note(_WARC, self._hash.hexdigest(), self._size)
        self._add(INDEX, gzip.compress("".join(sorted(self._index)).encode()), zipfile.ZIP_STORED)
        self._add("pages/pages.jsonl", "".join(f"{page}\n" for page in self._pages).encode())
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "created": _iso(datetime.now(UTC)),
            **self._about,
            "resources": self._resources,
        }
        whole = json.dumps(package, ensure_ascii=False, indent=2)
        self._zip.writestr("datapackage.json", whole, zipfile.ZIP_DEFLATED)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"}
        self._zip.writestr("datapackage-digest.json", json.dumps(digest), zipfile.ZIP_DEFLATED)

    def _add(self, path: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
        self._zip.writestr(path, content, method)
        self._note(path, hashlib.sha256(content).hexdigest(), len(content))

    def _note(self, path: str, digest: str, size: int) -> None:
        name = path.rpartition("/")[2]
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size})


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
