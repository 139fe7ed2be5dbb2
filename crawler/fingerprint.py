"""One fingerprint for all spellings of an article, so that no run fetches it twice."""

from __future__ import annotations

import hashlib

from scrapy import Request
from scrapy.utils.request import RequestFingerprinter

from crawler.site import read_article_url


class ArticleFingerprinter(RequestFingerprinter):
    """Scrapy's fingerprinter, but for articles, which their edition and number identify."""

    def fingerprint(self, request: Request) -> bytes:
        reference = read_article_url(request.url) if request.method == "GET" else None
        if reference is None:
            return super().fingerprint(request)
        return hashlib.sha1(  # noqa: S324 - tells requests apart, keeps no secret
            f"{reference.edition}/{reference.article_id}".encode()
        ).digest()
