"""The newspaper's own habits of writing, as seen (``docs/site.md``, "Text")."""

from newspapers.newspaper import Style

STYLE = Style(
    datelines={"HBĐT": "HBĐT", "HBÐT": "HBĐT", "HBO": "HBO", "HBDT": "HBDT"},
    names=(
        r"báo (?:điện tử )?(?:mường )?(?:hòa|hoà) bình|hoa ?binh (?:online|(?:e-)?newspaper)|hb(?:đt|o|dt)"
        r"|(?:www\.)?baohoabinh|(?:hòa|hoà) bình (?:điện tử|online)"
    ),
    staff="Baohoabinh|HBĐT|Hòa Bình|Hoà Bình",
    places="hòa bình|hoà bình",
)
