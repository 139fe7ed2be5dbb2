"""Views that answer what people often ask of the collection."""

from __future__ import annotations

from schemas.view_dialects import View

_FIRST = """CASE
           WHEN a.published_basis = 'page' AND o.published_basis = 'page' AND a.published_at <> o.published_at
               THEN CASE WHEN a.published_at < o.published_at THEN a.id ELSE o.id END
           WHEN a.edition = o.edition
               THEN CASE WHEN a.site_article_id < o.site_article_id THEN a.id ELSE o.id END
       END"""

_REPUBLISHED = View(
    "republished",
    "Pairs of articles that tell the same story: which came first, which has more, where it was taken from.",
    {
        "article_id": "articles.id of one of the two, as in duplicates",
        "headline": "its headline",
        "local_date": "its day of publication, local time",
        "of_article_id": "articles.id of the other one",
        "of_headline": "its headline",
        "of_local_date": "its day of publication, local time",
        "method": "exact, near or part, as in duplicates",
        "similarity": "share of the shingles of both that they have in common, 0 to 1",
        "containment": "share of the shorter text's shingles that stand in the longer one, 0 to 1",
        "first_article_id": "the one published first; by number if a date is missing or an estimate; null: "
        "then, if the editions differ",
        "fuller_article_id": "the one with more words; null if both have as many",
        "agency": "where the story was taken from: the source that the first or the other one names, or else "
        "the letters of the dateline; null if there are none",
    },
    f"""
SELECT d.article_id, a.headline, {{day:{{local:a.published_at}}}} AS local_date,
       d.of_article_id, o.headline AS of_headline, {{day:{{local:o.published_at}}}} AS of_local_date,
       d.method, d.similarity, d.containment,
       {_FIRST} AS first_article_id,
       CASE WHEN a.word_count > o.word_count THEN a.id WHEN a.word_count < o.word_count THEN o.id END
           AS fuller_article_id,
       CASE WHEN {_FIRST} = a.id THEN coalesce(a.source, o.source, a.agency, o.agency)
           ELSE coalesce(o.source, a.source, o.agency, a.agency) END AS agency
FROM duplicates d
JOIN articles a ON a.id = d.article_id
JOIN articles o ON o.id = d.of_article_id
""",  # noqa: S608 - of constants
)

# Not grouped by the index of places: to look up 250,000 rows in its order takes longer than to sort them.
_PLACE_MONTHS = View(
    "place_months",
    "How many articles of each month, local time, name a place for sure.",
    {
        "place_id": "places.id",
        "kind": "huyện, thành phố, xã, phường or thị trấn",
        "place": "name of the place, without its kind",
        "district": "the district a commune was in before July 2025; null for a district",
        "successor": "the unit of July 2025 that the commune, or most of it, went to; null for a district",
        "latitude": "of the middle of the place, degrees",
        "longitude": "of the middle of the place, degrees",
        "local_month": "month of publication, as in 2024-04; null: not known",
        "articles": "articles that name the place",
        "mentions": "how often they do",
    },
    """
SELECT p.id AS place_id, p.kind, p.name AS place, d.name AS district, p.successor, p.latitude, p.longitude,
       m.local_month, m.articles, m.mentions
FROM (
    SELECT ap.place_id + 0 AS place_id, substr(c.published, 1, 7) AS local_month, count(*) AS articles,
           sum(ap.mentions) AS mentions
    FROM article_places ap
    JOIN catalogue c ON c.article_id = ap.article_id
    WHERE ap.sure
    GROUP BY ap.place_id + 0, substr(c.published, 1, 7)
) m
JOIN places p ON p.id = m.place_id
LEFT JOIN places d ON d.id = p.district_id
""",
)

_PICTURE_USES = View(
    "picture_uses",
    "Pictures that stand in more than one article, in whatever size or file: each use.",
    {
        "looks_like": "what pictures that look the same have in common, as in pictures",
        "article_id": "articles.id",
        "headline": "its headline",
        "local_date": "its day of publication, local time",
        "url": "address of the picture there",
        "caption": "as printed there",
        "articles": "number of articles that show it",
        "first_date": "the first of their days of publication",
        "last_date": "the last of them",
    },
    """
SELECT p.looks_like, a.id AS article_id, a.headline, {day:{local:a.published_at}} AS local_date,
       i.url, i.caption, u.articles, u.first_date, u.last_date
FROM (
    SELECT p.looks_like, count(DISTINCT a.id) AS articles,
           {day:{local:min(a.published_at)}} AS first_date, {day:{local:max(a.published_at)}} AS last_date
    FROM pictures p JOIN images i ON i.url = p.url JOIN articles a ON a.id = i.article_id
    WHERE p.looks_like IS NOT NULL
    GROUP BY p.looks_like
    HAVING count(DISTINCT a.id) > 1
) u
JOIN pictures p ON p.looks_like = u.looks_like
JOIN images i ON i.url = p.url
JOIN articles a ON a.id = i.article_id
""",
)

QUESTION_VIEWS: tuple[View, ...] = (_REPUBLISHED, _PLACE_MONTHS, _PICTURE_USES)
