"""The tables: the collection that analysts read, and the memory that the crawl works with.

Columns are described where their name does not say all; ``docs/tables.md`` shows them as a drawing.
"""

from __future__ import annotations

from schemas.comments import complete_comments
from schemas.tables.base import Table
from schemas.tables.collection import (
    Article,
    ArticleAuthor,
    ArticleRevision,
    ArticleUrl,
    Author,
    Duplicate,
    Image,
    Notice,
    Page,
    Reject,
    RelatedLink,
    Run,
    RunFinding,
    Section,
)
from schemas.tables.memory import (
    ArchivedCapture,
    DuplicateBand,
    Frontier,
    Lease,
    ListEntry,
    ListWalk,
    Turn,
    Validator,
)

__all__ = [
    "ArchivedCapture",
    "Article",
    "ArticleAuthor",
    "ArticleRevision",
    "ArticleUrl",
    "Author",
    "Duplicate",
    "DuplicateBand",
    "Frontier",
    "Image",
    "Lease",
    "ListEntry",
    "ListWalk",
    "Notice",
    "Page",
    "Reject",
    "RelatedLink",
    "Run",
    "RunFinding",
    "Section",
    "Table",
    "Turn",
    "Validator",
]

complete_comments(
    Table.metadata,
    {
        mapper.class_.__tablename__: mapper.class_.__doc__.strip().split("\n\n")[0].replace("\n", " ")
        for mapper in Table.registry.mappers
        if mapper.class_.__doc__
    },
)
