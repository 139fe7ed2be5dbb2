"""Reading articles out of web archives: captures in, history out."""

from __future__ import annotations

from typing import Any

from crawler.base_spiders.article_spider import ArticlesSpider
from crawler.page_reader import Answer, read_article
from crawler.picture_reader import PictureRef
from newspapers import ArticleRef
from schemas.items import Absence, Article, Failure, Unchanged

MOST_PICTURES = 100_000
"""Captures of pictures that are remembered; some hundred bytes each."""

_OUTCOMES = {Article: "read", Unchanged: "unchanged", Failure: "rejected"}


class CapturesSpider(ArticlesSpider):
    """Turns captures of article pages into items, each with the time of its capture.

    A capture says what a page was, not what it is: a missing page in an archive makes no article
    gone, and nothing on the page is followed.

    Each capture that is seen (``captures/seen``) ends in one of the other statistics ``captures/…``, or the
    verdict says that it does not (:mod:`crawler.run.evidence`).
    """

    source = "the archive"
    follow_related = False
    pictures_of_all = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: dict[tuple[str, str], Any] = {}
        """Where the archive has pictures."""

    def note_picture(self, url: str, where: Any) -> None:
        """Remember where the archive has a picture: whether an article shows it is known in the end."""
        key = PictureRef(url).key
        if key in self.pictures or len(self.pictures) < MOST_PICTURES:
            self.pictures[key] = where
        else:
            self.count("pictures/passed_over/too_many")  # the next run comes to them

    def read_capture(
        self, answer: Answer, reference: ArticleRef, found_as: str
    ) -> Article | Unchanged | Failure | None:
        """What a capture says of an article; ``None`` if it shows none."""
        item = read_article(answer, reference, [found_as])
        if isinstance(item, Absence):
            self.count(f"captures/passed_over/{item.reason}")
            return None
        if isinstance(item, Failure) and item.found:
            self.count(f"captures/passed_over/{item.found}")
            self.logger.warning("Not read: %s: %s", found_as, item.reason)
            return None
        if isinstance(item, Article):
            item.validators = None  # the site is asked whether its present page has changed
            self.count_rules(item)
        self.count(f"captures/{_OUTCOMES[type(item)]}")
        return item
