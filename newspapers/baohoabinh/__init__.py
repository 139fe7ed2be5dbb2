"""Báo Hòa Bình điện tử (baohoabinh.com.vn); what is known of its site: ``docs/site.md``."""

from importlib.resources import files

from newspapers.baohoabinh.layouts import LAYOUTS
from newspapers.baohoabinh.numbering import ZONE, dated_numbers, estimate_month, month_of_picture
from newspapers.baohoabinh.style import STYLE
from newspapers.baohoabinh.urls import (
    ARTICLE_HREF,
    DOMAIN,
    HOSTS,
    PAGE_HREF,
    SEED_LISTS,
    is_picture,
    read_url,
    slug_words,
    write_url,
)
from newspapers.gazetteer import read_places
from newspapers.newspaper import Edition, Newspaper

NEWSPAPER = Newspaper(
    name="Báo Hòa Bình",
    domain=DOMAIN,
    hosts=HOSTS,
    editions=(
        Edition("vi", label="Vietnamese", label_vi="tiếng Việt", language="vi"),
        Edition("en", label="English", label_vi="tiếng Anh", language="en", signed=False),
        Edition("mu", label="Mường", label_vi="tiếng Mường", language="mtq", signed=False),
    ),
    zone=ZONE,
    read_url=read_url,
    write_url=write_url,
    article_href=ARTICLE_HREF,
    page_href=PAGE_HREF,
    url_form=f"https://{DOMAIN}/<section>/<number>/<slug>.htm and its other spellings",
    is_picture=is_picture,
    slug_words=slug_words,
    seed_lists=SEED_LISTS,
    kinds={("vi", 259): "video", ("vi", 256): "photo"},
    layouts=LAYOUTS,
    style=STYLE,
    places=read_places(files("newspapers.baohoabinh") / "places.csv"),
    province="Hòa Bình",
    estimate_month=estimate_month,
    dated_numbers=dated_numbers,
    month_of_picture=month_of_picture,
)
