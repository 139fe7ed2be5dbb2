"""The report's chapter of pictures: small copies of some that are archived, within the page."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path

from markupsafe import Markup
from sqlalchemy import Connection, text

from analysis.report.chapter import Cell, Chapter, Table, link
from analysis.report.language import Wording
from archive import read_at

SHOWN = 12
SIZE = (160, 120)
"""Pixels at most; such a copy has some five kilobytes."""

_SHOWN_MOST = """
SELECT u.articles, u.first, u.last, a.headline, a.canonical_url, p.warc_file, p.warc_offset, p.warc_skip
FROM (
    SELECT p.looks_like, count(DISTINCT c.article_id) AS articles, min(c.published) AS first,
           max(c.published) AS last, max(c.article_id) AS article_id
    FROM pictures p JOIN images i ON i.url = p.url JOIN catalogue c ON c.article_id = i.article_id
    WHERE p.looks_like IS NOT NULL
    GROUP BY p.looks_like
    ORDER BY articles DESC, article_id DESC
    LIMIT :shown
) u
JOIN articles a ON a.id = u.article_id
JOIN pictures p ON p.url = (
    SELECT min(url) FROM pictures WHERE looks_like = u.looks_like AND NOT revisit
)
ORDER BY u.articles DESC, a.id DESC
"""


def pictures_chapter(connection: Connection, say: Wording, archive: Path) -> Chapter:
    """Without rows where no picture can be shown: none is archived, or its file is elsewhere."""
    rows: list[list[Cell]] = []
    for row in connection.execute(text(_SHOWN_MOST), {"shown": SHOWN}):
        if copy := _small(archive / row.warc_file, row.warc_offset, row.warc_skip):
            days = (say.date(time[:10].partition(" ")[0]) if time else "–" for time in (row.first, row.last))
            rows.append([copy, link(row.canonical_url, row.headline), *days, say.number(row.articles)])
    title = say("Pictures that most articles show")
    columns = [say("picture"), say("last article"), say("first day"), say("last day"), say("articles")]
    remark = say(
        "Out of the archive and made small; whatever size or file a picture has, it is one. Twelve at most."
    )
    return Chapter(
        "pictures", say("Pictures"), remark, [Table(title, columns, rows, numbers=4, is_open=True)]
    )


def _small(file: Path, offset: int, skip: int) -> Cell:
    """A picture of the archive as an element that holds its bytes; empty if it cannot be read."""
    try:
        from PIL import Image  # late: only who keeps pictures has it

        content = read_at(file, offset, skip).body
        with Image.open(BytesIO(content)) as picture, BytesIO() as small:
            picture.draft("RGB", SIZE)
            picture.thumbnail(SIZE)
            picture.convert("RGB").save(small, "JPEG", quality=70)
            return Markup('<img src="data:image/jpeg;base64,{}" alt="">').format(
                b64encode(small.getvalue()).decode()
            )
    except Exception:  # what decoders raise at damaged bytes is not documented
        return ""
