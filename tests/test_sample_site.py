"""The sample site keeps what it promises; a crawl of it proves nothing otherwise."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from urllib.parse import urljoin

import pytest

from newspapers import ArticleRef, read_url
from tests.site import ExpectedArticle, SampleSite
from tests.site.ink import unused_misprints
from tests.site.links import article_path, spelled
from tests.site.model import State
from tests.site.pages import Answer, not_modified

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(NOW)


@pytest.fixture(scope="module")
def redesign() -> SampleSite:
    return SampleSite(NOW, redesign=True)


def ask(site: SampleSite, path: str, form: bytes = b"", state: State = State.FIRST) -> Answer:
    """What the site answers on its main host."""
    return site.pages.answer("POST" if form else "GET", "baohoabinh.com.vn", path, form, state)


def test_numbers_and_addresses_are_consistent(site: SampleSite) -> None:
    articles = site.expected("later")
    assert len({article.key for article in articles}) == len(articles)
    for article in articles:
        there = read_url(article.canonical_url)
        assert isinstance(there, ArticleRef)
        assert (there.edition, there.article_id, there.section_id) == (*article.key, article.section_id)
        assert there.url == article.canonical_url
        assert article.published_at.utcoffset() == timedelta(hours=7)
        for related in article.related:
            assert read_url(related.url) is not None


def test_misprints_stand_in_the_text(site: SampleSite) -> None:
    for state in State:
        for piece in site.newspaper.archive.pieces(state).values():
            assert unused_misprints(piece) == [], piece.key


def test_every_kind_and_trouble_is_there(site: SampleSite) -> None:
    articles = site.expected()
    kinds = Counter((article.edition, article.kind) for article in articles)
    assert {edition for edition, _ in kinds} == {"vi", "en", "mu"}
    assert {kind for _, kind in kinds} == {"text", "interview", "photo", "video"}
    assert {article.agency for article in articles} == {None, "HBĐT", "HBO", "HBDT"}
    assert {a.published_basis for a in articles} == {"page", "picture-folder", "neighbouring-ids"}
    assert {article.source for article in articles} == {None, "TTXVN", "Báo Nhân Dân"}
    assert set(site.gone().values()) == {"404", "soft-404", "listing"}
    for article in articles:
        assert (article.kind in {"photo", "video"}) == (not article.body)
        assert article.kind != "photo" or len(article.images) >= 3


def shingles(article: ExpectedArticle) -> set[tuple[str, ...]]:
    words = " ".join([article.lead or "", *article.body]).lower().split()
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def test_only_the_announced_duplicates_are_alike(site: SampleSite) -> None:
    articles = {article.key: (article, shingles(article)) for article in site.expected("later")}
    announced = {(new, old): method for new, old, method in site.expected_duplicates("later")}
    assert Counter(announced.values()) == {"exact": 2, "near": 3}
    alike = {}
    for old, new in combinations(sorted(articles), 2):
        (_, one), (_, other) = articles[old], articles[new]
        share = len(one & other) / max(1, len(one | other))
        if (new, old) in announced:
            alike[new, old] = "exact" if articles[new][0].body == articles[old][0].body else "near"
            assert share >= 0.8
            assert len(" ".join(articles[new][0].body).split()) >= 120
        else:
            assert share < 0.5, (old, new, share)
    assert alike == announced


def test_five_new_and_three_edited_articles(site: SampleSite) -> None:
    first = {article.key: article for article in site.expected("first")}
    later = {article.key: article for article in site.expected("later")}
    new = [later[key] for key in later.keys() - first.keys()]
    assert len(new) == 5
    assert len({article.section_id for article in new}) == 3
    assert first.keys() <= later.keys()
    changes = {
        key: {
            name
            for name in vars(article)
            if name != "related" and vars(article)[name] != vars(later[key])[name]
        }
        for key, article in first.items()
    }
    edited = {key: names for key, names in changes.items() if names}
    assert sorted(map(sorted, edited.values())) == [["authors", "byline", "images"], ["body"], ["headline"]]
    recent = {key for key, article in first.items() if article.published_at > NOW - timedelta(days=3)}
    assert recent == set(edited)
    for key in recent:
        assert timedelta(minutes=30) <= NOW - first[key].published_at <= timedelta(minutes=91)
        assert key[1] > max(number for _, number in first.keys() - recent)


def marks(site: SampleSite) -> set[str]:
    """Classes and ids of all pages."""
    paper = site.newspaper
    pages = [paper.article(key, State.FIRST) for key in paper.archive.pieces(State.FIRST)]
    pages += [paper.listing("vi", 11, 2, State.FIRST), paper.front("mu", State.FIRST)]
    named = re.findall(r"""\s(?:class|id)=["']([^"']*)["']""", "".join(page or "" for page in pages))
    return {mark for names in named for mark in names.split()}


def test_the_redesign_shares_no_class_and_no_id(site: SampleSite, redesign: SampleSite) -> None:
    assert {"post", "related-post", "summary", "meta", "comment-view"} <= marks(site)
    assert not marks(site) & marks(redesign)
    assert site.expected() == redesign.expected()


def test_spellings_name_one_article() -> None:
    path = article_path("en", 2, 871, "Kim-Boi")
    urls = {urljoin("https://baohoabinh.com.vn/en/", spelled(path, "en", str(salt))) for salt in range(60)}
    assert len(urls) >= 8
    assert {getattr(read_url(url), "url", None) for url in urls} == {f"https://baohoabinh.com.vn{path}"}


def test_conditional_requests(site: SampleSite) -> None:
    first = ask(site, "/11/CHINH-TRI.htm")
    later = ask(site, "/11/CHINH-TRI.htm", state=State.LATER)
    assert first.etag
    assert first.last_modified
    for headers in ({"if-none-match": first.etag}, {"if-modified-since": first.last_modified}):
        assert not_modified(first, headers)
        assert not not_modified(later, headers)
    of_muong = ask(site, "/mu/4/Xa-hoi.htm")
    assert (of_muong.etag, of_muong.last_modified) == (None, None)


def test_troubles(site: SampleSite) -> None:
    assert ask(site, "/12/176120/x.htm").status == 404
    gone = ask(site, "/11/155301/x.htm")
    assert gone.status == 200
    assert b'class="post clearfix"' not in gone.body
    misnamed = ask(site, "/12/155238/x.htm")
    assert misnamed.content_type == "text/html; charset=iso-8859-1"
    assert "Huyện Lương Sơn" in misnamed.body.decode()


def test_the_day_form_answers(site: SampleSite) -> None:
    query = "ddlNgay=2&ddlThang=11&ddlNam=2018&hdChuyenMuc=11&rblTinTrong="
    everything = ask(site, f"/tin-theo-ngay.aspx?{query}tc")
    assert everything.status == 200
    assert b"/15/122931/" in everything.body
    assert b"/15/122931/" not in ask(site, f"/tin-theo-ngay.aspx?{query}cm").body
    form = b"txtNgay=14/10/2019&rdTin=0&hdMuc=0"
    assert b"/4/2210/" in ask(site, "/mu/tin-theo-ngay.aspx", form).body
    assert ask(site, f"/mu/tin-theo-ngay.aspx?{form.decode()}").status == 404
