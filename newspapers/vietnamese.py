"""How Vietnamese newspapers write: datelines, credits, sources, bylines, interviews.

Functions over text that know no HTML: the page objects read with them. What is one newspaper's
own, its letters and names, comes from its :class:`~newspapers.newspaper.Style`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from newspapers.newspaper import current
from newspapers.spelling import normalise

# --- the parts of an article -----------------------------------------------------------------------

_NOTHING = "(?!)"


@cache
def _dateline() -> re.Pattern[str]:
    letters = "|".join(map(re.escape, current().style.datelines)) or _NOTHING
    return re.compile(
        rf"\s*(?:\(\s*(?P<in>{letters})\s*\)\s*[-–—]*\s*|(?P<bare>{letters})\)?\s*[-–—]+\s*)", re.IGNORECASE
    )


def split_dateline(text: str) -> tuple[str | None, str]:
    """Part the prefix of the paper's own pieces from a lead: ``(ABC) - Sáng …`` → ``ABC``, ``Sáng …``.

    The dash may be of any length, stand without a space or be missing.
    """
    agency, at, dateline = None, 0, _dateline()
    while match := dateline.match(text, at):
        agency = agency or current().style.datelines.get((match["in"] or match["bare"]).upper())
        at = match.end()
    return agency, text[at:]


_PAPERS = (
    "Nhân [Dd]ân|(?:Người )?[Ll]ao [Đđ]ộng|Tuổi [Tt]rẻ|Thanh [Nn]iên|Tiền [Pp]hong|Dân [Tt]rí|Dân [Vv]iệt"
)
_OUTLET_DATELINE = re.compile(
    r"\s*(?:\(\s*(?P<in>[A-ZĐ][\w.+]*(?: \w+)?)\s*\)\s*[-–—]\s*"
    rf"|(?P<bare>(?!LTS|PV|HLV)[A-ZĐ&]{{2,6}}(?:\.(?:VN|COM|NET))?|\w+\.(?:vn|com|net)|{_PAPERS})\s+[-–—]\s+)"
)


def split_outlet(text: str) -> tuple[str | None, str]:
    """Part the prefix of another outlet from a lead that was taken over: ``TTO - Sáng …``."""
    match = _OUTLET_DATELINE.match(text)
    if match is None:
        return None, text
    outlet = match["in"] or match["bare"]
    if match["bare"] and outlet not in KNOWN_SOURCES and not is_vietnamese(text):  # "PARIS - ": a place
        return None, text
    return outlet, text[match.end() :]


def is_vietnamese(text: str) -> bool:
    """Whether a text has a letter that only Vietnamese has."""
    return bool(_VIETNAMESE.search(text))


_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


_CREDIT = re.compile(
    r"(?:(?:^|(?<=[\s(.,;:]))(?:[ẢA]nh|ảnh|Photos?|PHOTO|ẢNH)(?: và bài)? ?: ?"
    r"|(?:^|(?<=[.!?…”)] )|(?<=[.!?…”)])|(?<=\())(?P<bare>Ảnh) (?=[^\W\d_]))"
    r"(?P<who>[^:]{1,60})$"
)
_LONGEST_CREDIT = 80
_NO_CREDIT = ("minh họa", "minh hoạ", "tư liệu", "trên", "dưới", "trái", "phải")


@lru_cache(maxsize=1024)  # asked where a caption is read and where it is cleaned
def split_credit(caption: str) -> str | None:
    """Whom a caption credits with its picture: ``… tham quan. Ảnh: P.V`` → ``P.V``."""
    match = _CREDIT.search(caption, max(0, len(caption) - _LONGEST_CREDIT))
    if not match:
        return None
    who = match["who"].strip()
    if match["bare"] and not who[:1].isupper():
        return None
    if match.start() and caption[match.start() - 1] == "(":
        who = who.split(")", 1)[0]
    elif who.endswith(")") and "(" not in who:
        who = who[:-1]
    who = who.strip().removesuffix(".").strip()
    return who if who and not who.lower().startswith(_NO_CREDIT) else None


_SOURCES = (
    "TTXVN VOV VTV VGP VNA Vietnam+ Vietnamplus VietnamPlus VnExpress Vnexpress Vietnamnet VietNamNet"
    " Chinhphu.vn QĐND SGGP Reuters AFP BBC Xinhua NLĐO TTO TNO"
)
KNOWN_SOURCES = frozenset(_SOURCES.split())
_SOURCE = re.compile(r"(?:Theo|Nguồn(?: tin)?|Source) ?:? ?(?P<who>[^\W\d_][^:;?!]{0,58})")


@lru_cache(maxsize=1024)
def split_source(line: str) -> str | None:
    """Where a piece was taken from, if the line says only that: ``Theo TTXVN``, ``(TTXVN)``, ``Nguồn: X``."""
    bracketed = strip_end_mark(line).startswith("(")
    line = _bare(line)
    if line in KNOWN_SOURCES or all(part.strip() in KNOWN_SOURCES for part in re.split(r"[/,-]", line)):
        return line
    match = _SOURCE.fullmatch(line)
    if not match or ". " in line:
        return None
    who = match["who"].strip()
    outlet = _NEWS_OUTLET.match(who) or _is_address(who) or _ONE_NAME.fullmatch(who)
    if line.startswith("Theo ") and not bracketed and not outlet:
        return None  # "Theo Ban tổ chức …" is a sentence of the text
    return who if who[0].isupper() or _is_address(who) else None


_ONE_NAME = re.compile(r"[A-Z]\w{3,}", re.ASCII)
"""A name without marks, such as sites have."""
_NEWS_OUTLET = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(KNOWN_SOURCES)))}|Báo|Tạp chí|Đài|Thông tấn|Cổng|Trang"
    rf"|[A-ZĐ]{{2,6}}(?= ?$)|{_PAPERS})(?!\w)"
)


def _is_address(name: str) -> bool:
    return bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name))


def _bare(line: str) -> str:
    line = strip_end_mark(line)
    if line.startswith("(") and line.endswith(")") and ")" not in line[:-1]:
        line = line[1:-1].strip()
    return line.removesuffix(".").strip()


_LABEL = re.compile(
    r"(?:(?:Bài|Tin|ảnh|clip|video)(?:(?:,| và| -|/)? ?(?:bài|ảnh|clip|video))*"
    r"|Thực hiện|Lược dịch|Biên dịch|Tác giả|Người viết)\s*:\s*"
    r"|(?:Thơ|Truyện(?: ngắn)?|Tản văn|Bút ký|Ký)(?:\s*:| của)\s+",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_BETWEEN_PERSONS = re.compile(r"\s+[-–—]\s+|\s*[,;&/+]\s*|\s+và\s+")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.\s?)+[^\W\d_]{0,2}\.?|[A-ZĐ]{1,4}")


@cache
def _no_person() -> re.Pattern[str]:
    return re.compile(
        r"(?:Nhóm|Phóng viên|Ban|Báo|Tòa soạn|Trung tâm|Đài|Tổng hợp|Cộng tác viên|Bạn đọc|Sở|Phòng|Hội"
        rf"|Công ty|{current().style.staff or _NOTHING})(?!\w)",
        re.IGNORECASE,
    )


_SPOKEN_FOR_STAFF = re.compile(
    r"(?:Nhóm (?:ảnh|bài|tin|tác giả|P\.?V|phóng viên)(?: của)?|Ảnh của|Phóng viên)\s*(?P<who>.*)",
    re.IGNORECASE,
)


_END_MARKS = re.compile(r"\s*(?:\./\.\s*)*")


def strip_end_mark(line: str) -> str:
    """A line without the ``./.`` that closes a piece."""
    for _ in range(2):  # at the beginning, and at the end read backwards
        line = _END_MARKS.sub("", line, count=1)[::-1]
    return line


def clean_byline(printed: str) -> str:
    """A byline in the form that is kept: without the mark that closes the piece."""
    return normalise(strip_end_mark(" ".join(printed.split()))).lstrip(". ")


def persons(byline: str) -> list[str]:
    """The persons a byline names, each in one spelling, without titles.

    Initials, ``P.V``, other newspapers and the paper's own name are none.
    """
    text = _THEO.sub("", _LABEL.sub("", _BRACKETS.sub(" ", byline)))
    names = (_without_task(part.strip()) for part in _BETWEEN_PERSONS.split(text))
    found = [one_spelling(_TITLE.sub("", name)) for name in names if _is_person(name)]
    return list(dict.fromkeys(found))


def one_spelling(name: str) -> str:
    """A name as it is most often written: "Thúy Hằng" for "Thuý Hằng" and for "THÚY HẰNG"."""
    name = unicodedata.normalize("NFC", name)
    if name.isupper() and max(map(len, name.split())) > 2:
        name = name.title()
    return _TONE_BEHIND.sub(lambda match: _TONE_MOVED[match[0]], name)


_TONE_MOVED = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone + second)
    for first, second in ("oa", "oe", "uy", "Oa", "Oe", "Uy")
    for tone in "\u0301\u0300\u0309\u0303\u0323"
}
_TONE_BEHIND = re.compile(f"(?<![Qq])(?:{'|'.join(_TONE_MOVED)})(?!\\w)")
_TITLE = re.compile(
    r"(?:(?:PGS|GS|TS|Th\.?\s?[Ss]|TSKH|BS(?:\.?\s?CK\s?(?:II?|[12]))?|KS|LS|DS|CN|NSƯT|NSND|NGƯT|NGND)[.,]?\s*)+"
    r"(?<=[\s.,])"
)
_THEO = re.compile(r"^Theo\s+(?=\w+\s)")
_TASK = re.compile(
    r"\s+(?:ghi|thực hiện|tổng hợp|lược (?:ghi|dịch)|biên dịch|dịch|st|sưu tầm)\.?$", re.IGNORECASE
)


def _without_task(name: str) -> str:
    """A name without what the person did: ``Mạnh Hùng ghi``."""
    return _TASK.sub("", name)


def source_of_byline(byline: str) -> str | None:
    """The source a byline names in brackets: ``Bùi Minh (TTXVN)``, ``H.D (Theo VOV)``."""
    for bracket in _BRACKETS.findall(byline):
        if source := split_source(bracket):
            return source
    others = _BETWEEN_PERSONS.split(_BRACKETS.sub(" ", byline))[1:]
    return next((part for part in others if part in KNOWN_SOURCES or _is_site(part)), None)


def is_office(line: str) -> bool:
    """Whether a line is the office of the person above it: ``(Sở Y tế)``."""
    return len(line) <= 60 and line[:1] + line[-1:] == "()" and bool(_no_person().match(line[1:]))


def _is_site(name: str) -> bool:
    """Whether a name is that of a newspaper's site: ``VOV.VN``."""
    return bool(re.fullmatch(r"\w+(?:\.\w+)*\.(?:vn|com|net|org)", name, re.IGNORECASE))


def _is_person(name: str) -> bool:
    if (
        not name
        or _is_site(name)
        or name in KNOWN_SOURCES
        or _INITIALS.fullmatch(name)
        or _no_person().match(name)
    ):
        return False
    words = name.split()
    return len(words) <= 6 and all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    letters = word.replace(".", "").replace("'", "").replace("’", "").replace("-", "")
    return (
        bool(letters)
        and letters[0].isupper()
        and all(c.isalpha() or unicodedata.combining(c) for c in letters)
    )


@lru_cache(maxsize=1024)  # the last lines are asked by several rules, and authors write again
def looks_like_byline(line: str) -> bool:
    """Whether a line that closes an article may name who wrote it.

    Names and initials only, short, and no sentence: ``Đức Phượng``, ``H.D``, ``Nhóm ảnh của P.V``,
    ``Hồng Nhung - Đức Phượng``, ``Bùi Minh (CTV)``.
    """
    line = strip_end_mark(line)
    if not 1 < len(line) <= 80 or line[-1] in ":?!,;…":
        return False
    bare = _LABEL.sub("", _BRACKETS.sub(" ", line)).strip()
    if not bare:
        return False
    if match := _SPOKEN_FOR_STAFF.fullmatch(bare):
        return not match["who"] or len(match["who"]) <= 30
    parts = [_without_task(part.strip()) for part in _BETWEEN_PERSONS.split(bare)]
    return _may_sign(parts[0]) and len(parts) <= 5 and all(map(_may_follow, parts[1:]))


def _may_follow(part: str) -> bool:
    office = len(part) <= 40 and not part.endswith(".") and _no_person().match(part)
    return bool(office) or part in KNOWN_SOURCES or _is_site(part) or _may_sign(part)


def _may_sign(part: str) -> bool:
    if re.fullmatch(r"(?:Tổng hợp|st|CTV|tổng hợp)", part) or _INITIALS.fullmatch(part):
        return True
    return len(part) <= 40 and _is_person(part) and (not part.endswith(".") or len(part.split()) < 5)


_QUESTION = re.compile(r"(?:P\.?V|Phóng viên|PHÓNG VIÊN|Reporter)\s*:")
_EDITORS_NOTE = re.compile(r"LTS\s*:")


def is_question(paragraph: str) -> bool:
    """Whether a paragraph is a reporter's question in an interview."""
    return bool(_QUESTION.match(paragraph))


def is_editors_note(lead: str) -> bool:
    """Whether a lead is the editors' note that opens an interview."""
    return bool(_EDITORS_NOTE.match(lead))
