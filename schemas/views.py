"""The views for people who read the collection: one definition for both databases.

Where the databases differ, a definition asks :mod:`schemas.view_dialects` for the wording.
"""

from __future__ import annotations

from sqlalchemy import Connection

from schemas.question_views import QUESTION_VIEWS
from schemas.shown_columns import OF_THE_CRAWL
from schemas.tables import Article, ArticleRevision
from schemas.tables.base import EDITION
from schemas.view_dialects import View, worded

_BESIDE: dict[str, dict[str, tuple[str, str]]] = {
    "site_article_id": {
        "site_section_id": (
            "s.site_section_id",
            "the section's number, counted per edition; null if the URL names none",
        ),
        "section": ("s.name", "the section's name; null if it was never seen"),
    },
    "body": {
        "authors": (
            "{authors:a.id}",
            "persons named by the byline, in its order, separated by commas; null if none",
        )
    },
    "published_at": {
        "local_time": (
            "{local:a.published_at}",
            "publication by the newspaper's clock; for an estimate the month's first moment",
        ),
        "local_date": ("{day:{local:a.published_at}}", "its day"),
        "local_month": ("{month:{local:a.published_at}}", "its month, as in 2024-04"),
        "weekday": (
            "CASE WHEN a.published_basis = 'page' THEN {weekday:{local:a.published_at}} END",
            "1 (Monday) to 7 (Sunday); null for an estimate",
        ),
        "estimated": (
            "CASE WHEN a.published_basis <> 'page' THEN 1 ELSE 0 END",
            "1 if the date is an estimate, which is right to the month at best",
        ),
    },
    "word_count": {
        "pictures": ("(SELECT count(*) FROM images i WHERE i.article_id = a.id)", "number of pictures"),
        "first_caption": (
            "(SELECT i.caption FROM images i WHERE i.article_id = a.id AND i.caption IS NOT NULL"
            " ORDER BY i.position LIMIT 1)",
            "caption of the first picture that has one",
        ),
        "revision": ("a.revision", "1 for the first text seen; one more for each change"),
    },
}
"""Column of ``articles`` → what follows it in the overview: its SQL and its meaning."""

_TOLD_IN_LOCAL_TIME = {"published_at", "published_raw", "published_basis"}


def _overview() -> View:
    """Every column of ``articles`` that says what the newspaper says, with names and local time."""
    shown = {"article_id": ("a.id", "articles.id")}
    for column in Article.__table__.c:
        if column.name not in OF_THE_CRAWL | _TOLD_IN_LOCAL_TIME:
            shown[column.name] = (f"a.{column.name}", column.comment or "")
        shown |= _BESIDE.get(column.name, {})
    listed = ",\n       ".join(f"{value} AS {name}" for name, (value, _) in shown.items())
    return View(
        "article_overview",
        "Articles as people look at them: names for numbers, local time, one row each.",
        {name: meaning for name, (_, meaning) in shown.items()},
        f"SELECT {listed}\nFROM articles a\n"
        "LEFT JOIN sections s ON s.id = a.section_id AND s.edition = a.edition",
    )


_ARTICLE_OVERVIEW = _overview()

# Asked for each article that is shown, so that a page of them does not follow all pairs of the collection.
_TELLING = """
WITH RECURSIVE telling (member) AS (
    SELECT a.id
    UNION
    SELECT CASE WHEN d.article_id = t.member THEN d.of_article_id ELSE d.article_id END
    FROM telling t
    JOIN duplicates d ON d.article_id = t.member OR d.of_article_id = t.member
)"""
_TOLD_AGAIN = (
    "(EXISTS (SELECT 1 FROM duplicates d WHERE d.article_id = a.id)"
    " OR EXISTS (SELECT 1 FROM duplicates d WHERE d.of_article_id = a.id))"
)


def _place(row: str) -> str:
    """What orders the articles that tell a story; those without a date come last."""
    dated = f"{row}.published_at IS NULL, coalesce({row}.published_at, '1970-01-01 00:00:00')"
    return f"({dated}, {row}.site_article_id, {row}.id)"


_STORY_MEMBERS = View(
    "story_members",
    "Which articles tell one story: those that are duplicates, directly or by way of others.",
    {
        "article_id": "articles.id; every article has one row",
        "story_id": "the same number for all articles that tell the story",
        "copy": "1 for the first article to tell it, 2 for the next; 1 for a story told once",
        "copies": "number of articles that tell it",
    },
    f"""
SELECT a.id AS article_id,
       CASE WHEN {_TOLD_AGAIN} THEN ({_TELLING} SELECT min(member) FROM telling) ELSE a.id END AS story_id,
       CASE WHEN {_TOLD_AGAIN} THEN (
           {_TELLING}
           SELECT count(*)
           FROM telling t
           JOIN articles m ON m.id = t.member
           WHERE {_place("m")} <= {_place("a")}
       ) ELSE 1 END AS copy,
       CASE WHEN {_TOLD_AGAIN} THEN ({_TELLING} SELECT count(*) FROM telling) ELSE 1 END AS copies
FROM articles a
""",
)

_STORIES = View(
    "stories",
    "One row for each story: the first article that tells it, and how many do.",
    {
        "story_id": "number of the story, as in story_members",
        "copies": "number of articles that tell it, this one among them",
    }
    | _ARTICLE_OVERVIEW.columns,
    """
SELECT m.story_id, m.copies, o.*
FROM article_overview o
CROSS JOIN story_members m
WHERE m.article_id = o.article_id AND m.copy = 1
""",
)

# Not joined: who counts links does not ask for headlines, and SQLite would look each one up.
_RELATED_HEADLINES = View(
    "related_headlines",
    "Which article's page links to which, with both headlines.",
    {
        "article_id": "articles.id of the article on whose page the link stood",
        "headline": "its headline",
        "target_edition": "edition of the article linked to",
        "target_site_article_id": "the site's number of it",
        "target_article_id": "articles.id of it; null if it is not collected",
        "target_headline": "its headline; as the link prints it if it is not collected",
        "position": "order in the block when last seen, from 1",
        "first_seen_at": "first fetch in which the block had the link, UTC",
        "last_seen_at": "last fetch in which the block had the link, UTC",
        "url": "canonical URL of the article linked to",
    },
    """
SELECT r.article_id, (SELECT a.headline FROM articles a WHERE a.id = r.article_id) AS headline,
       r.target_edition, r.target_site_article_id,
       (SELECT t.id FROM articles t WHERE t.edition = r.target_edition
           AND t.site_article_id = r.target_site_article_id) AS target_article_id,
       coalesce((SELECT t.headline FROM articles t WHERE t.edition = r.target_edition
           AND t.site_article_id = r.target_site_article_id), r.headline) AS target_headline,
       r.position, r.first_seen_at, r.last_seen_at, r.url
FROM related_links r
""",
)

_MONTHLY_COVERAGE = View(
    "monthly_coverage",
    "Articles by section and month, local time.",
    {
        "edition": EDITION,
        "site_section_id": "the section's number, counted per edition; null if the URL names none",
        "section": "the section's name",
        "local_month": "month of publication, as in 2024-04; null: not known",
        "articles": "articles collected",
        "estimated": "those among them whose date is an estimate",
        "repeated": "those among them that tell a story which an earlier article told",
        "words": "words of lead and body, all together",
        "first_date": "first day with an article, estimates left out",
        "last_date": "last day with an article, estimates left out",
    },
    """
SELECT m.edition, s.site_section_id, s.name AS section, m.local_month,
       m.articles, m.estimated, m.repeated, m.words, m.first_date, m.last_date
FROM (
    SELECT c.edition, c.section_id, substr(c.published, 1, 7) AS local_month,
           count(*) AS articles,
           sum(c.estimated) AS estimated,
           sum(CASE WHEN EXISTS (SELECT 1 FROM duplicates d WHERE d.article_id = c.article_id)
               THEN 1 ELSE 0 END) AS repeated,
           sum(c.words) AS words,
           {day:min(CASE WHEN c.estimated = 0 THEN substr(c.published, 1, 10) END)} AS first_date,
           {day:max(CASE WHEN c.estimated = 0 THEN substr(c.published, 1, 10) END)} AS last_date
    FROM catalogue c
    GROUP BY c.edition, c.section_id, substr(c.published, 1, 7)
) m
LEFT JOIN sections s ON s.id = m.section_id
""",
)

_AUTHOR_OUTPUT = View(
    "author_output",
    "What each author has written.",
    {
        "author_id": "authors.id",
        "author": "the name; two persons of one name are one row",
        "articles": "articles whose byline names the author",
        "shared": "those among them that name others too",
        "words": "words of lead and body of all these articles",
        "sections": "number of sections written for",
        "first_date": "day of the first article, estimates left out",
        "last_date": "day of the last article, estimates left out",
    },
    """
SELECT w.id AS author_id, w.name AS author,
       count(*) AS articles,
       sum(CASE WHEN EXISTS (
           SELECT 1 FROM article_authors other
           WHERE other.article_id = aa.article_id AND other.author_id <> aa.author_id
       ) THEN 1 ELSE 0 END) AS shared,
       sum(c.words) AS words,
       count(DISTINCT c.section_id) AS sections,
       {day:min(CASE WHEN c.estimated = 0 THEN substr(c.published, 1, 10) END)} AS first_date,
       {day:max(CASE WHEN c.estimated = 0 THEN substr(c.published, 1, 10) END)} AS last_date
FROM authors w
JOIN article_authors aa ON aa.author_id = w.id
JOIN catalogue c ON c.article_id = aa.article_id
GROUP BY w.id, w.name
""",
)

_COMPARED = [
    column.name
    for column in Article.__table__.c
    if column.name in ArticleRevision.__table__.c and column.name not in OF_THE_CRAWL
]


def _value(row: str) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {{text:{row}.{name}}}" for name in _COMPARED)
    return f"CASE c.value {cases}"


_REVISION_CHANGES = View(
    "revision_changes",
    "What each change of an article changed: one row for each field, before and after.",
    {
        "article_id": "articles.id",
        "revision": "the number of the text before the change",
        "replaced_at": "fetch that found the change, UTC",
        "cause": "edit: the newspaper said something else; parser: the same page was read better",
        "field": "column of articles, or images",
        "before": "its value before the change, as text; JSON for images",
        "after": "its value after the change",
        "headline": "the article's present headline",
        "canonical_url": "where the site has it",
    },
    f"""
SELECT r.article_id, r.revision, r.replaced_at, r.cause, c.value AS field,
       {_value("r")} WHEN 'images' THEN {{text:r.images}} END AS before,
       CASE WHEN n.article_id IS NULL
           THEN {_value("a")} WHEN 'images' THEN {{pictures:a.id}} END
           ELSE {_value("n")} WHEN 'images' THEN {{text:n.images}} END
       END AS after,
       a.headline, a.canonical_url
FROM article_revisions r
JOIN articles a ON a.id = r.article_id
LEFT JOIN article_revisions n ON n.article_id = r.article_id AND n.revision = r.revision + 1
CROSS JOIN {{changed:r.changed}}
""",
)

VIEWS: tuple[View, ...] = (
    _ARTICLE_OVERVIEW,
    _STORY_MEMBERS,
    _STORIES,
    _RELATED_HEADLINES,
    _MONTHLY_COVERAGE,
    _AUTHOR_OUTPUT,
    _REVISION_CHANGES,
    *QUESTION_VIEWS,
)
"""In the order in which they must be created: a view may rest on those before it."""

INDEXES: dict[str, str] = {
    "ix_articles_local_time": "({local:published_at})",
    "ix_articles_edition_local_time": "edition, ({local:published_at})",
    "ix_articles_section_local_time": "section_id, ({local:published_at})",
    # With the edition, so that SQLite does not take the edition alone for the better choice.
    "ix_articles_local_date": "({day:{local:published_at}}), edition",
    "ix_articles_local_month": "({month:{local:published_at}}), edition",
    **{f"ix_pictures_look_{start}": f"substr(looks_like, {start}, 4)" for start in (1, 5, 9, 13)},
}
"""What lets views be asked for some days, months or the newest without reading all articles, and pictures
for those that look alike.

They stay when views are made anew. One that is changed needs another name, and a migration that drops the
former.
"""


def create_views(connection: Connection) -> None:
    """All of them, which must not be there yet, and their indexes as far as they are not."""
    database = connection.dialect.name
    statements = [f"CREATE VIEW {view.name} AS {worded(view.select, database)}" for view in VIEWS]
    for name, columns in INDEXES.items():
        table = name.split("_")[1]
        statements.append(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({worded(columns, database)})")
    for statement in statements:
        connection.exec_driver_sql(statement if database == "sqlite" else statement.replace("%", "%%"))


def drop_views(connection: Connection) -> None:
    """Those that are there."""
    for view in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
