"""The tables: the collection that analysts read, and the memory that the crawl works with.

Columns are described where their name does not say all; ``docs/tables.md`` shows them as a drawing.
"""

from schemas.tables.base import Table
from schemas.tables.catalogue import CatalogueLine
from schemas.tables.collected import (
    Article,
    ArticleAuthor,
    ArticlePlace,
    ArticleRevision,
    ArticleUrl,
    Author,
    Duplicate,
    Image,
    Picture,
    Place,
    RelatedLink,
    Section,
)
from schemas.tables.crawl_state import (
    ArchivedCapture,
    Frontier,
    ListEntry,
    ListWalk,
    TextAnchor,
    Validator,
)
from schemas.tables.runs import Notice, Page, Reject, Run, RunFinding
from schemas.tables.saved_searches import SavedSearch, SavedSearchHit

__all__ = [
    "ArchivedCapture",
    "Article",
    "ArticleAuthor",
    "ArticlePlace",
    "ArticleRevision",
    "ArticleUrl",
    "Author",
    "CatalogueLine",
    "Duplicate",
    "Frontier",
    "Image",
    "ListEntry",
    "ListWalk",
    "Notice",
    "Page",
    "Picture",
    "Place",
    "Reject",
    "RelatedLink",
    "Run",
    "RunFinding",
    "SavedSearch",
    "SavedSearchHit",
    "Section",
    "Table",
    "TextAnchor",
    "Validator",
]
