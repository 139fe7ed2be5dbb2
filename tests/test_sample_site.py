"""The sample site keeps what it promises; a crawl of it proves nothing otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from http.client import HTTPConnection
from itertools import combinations
from urllib.parse import urljoin, urlsplit

import pytest

from newspapers import ArticleRef, HomeRef, ListRef, read_url
from tests.site import ExpectedArticle, SampleSite, SiteServer
from tests.site.ink import unused_misprints
from tests.site.links import article_path, spelled
from tests.site.model import Key, State
from tests.site.server import Request

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(NOW)


@pytest.fixture(scope="module")
def redesign() -> SampleSite:
    return SampleSite(NOW, redesign=True)


class Client:
    """Asks a server for pages of the newspaper's hosts."""

    def __init__(self, server: SiteServer) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=10)

    def get(self, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to a GET."""
        return self.send("GET", url, b"", headers)

    def send(
        self, method: str, url: str, form: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._connection.request(method, target, form or None, {"Host": parts.netloc, **headers})
        answer = self._connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def client(server: SiteServer) -> Iterator[Client]:
    made = Client(server)
    yield made
    made.close()


def links(url: str, page: bytes) -> set[str]:
    """The addresses that a page links to, absolute."""
    return {
        urljoin(url, unescape(href)) for href in re.findall(r"""<a[^>]* href=["']([^"']*)""", page.decode())
    }


def walk(client: Client) -> tuple[dict[Key, str], set[Key]]:
    """Follow every link: the articles that can be read, and those that lists or front pages show."""
    todo = ["https://baohoabinh.com.vn/", "https://baohoabinh.com.vn/en/", "https://baohoabinh.com.vn/mu/"]
    seen = set(todo)
    read: dict[Key, str] = {}
    listed: set[Key] = set()
    while todo:
        url = todo.pop()
        status, _, page = client.get(url)
        here = read_url(url)
        if status != 200:
            continue
        if isinstance(here, ArticleRef):
            read[str(here.edition), here.article_id] = page.decode()
        for link in links(url, page):
            there = read_url(link)
            if isinstance(there, ArticleRef) and isinstance(here, (ListRef, HomeRef)):
                listed.add((str(there.edition), there.article_id))
            if there is not None and there.url not in seen:
                seen.add(there.url)
                todo.append(there.url)
    return read, listed


@pytest.mark.slow
@pytest.mark.parametrize(("redesign", "state"), [(False, "first"), (True, "later")])
def test_every_expected_article_is_reached_by_links(redesign: bool, state: str) -> None:
    site = SampleSite(NOW, redesign=redesign, filler=20)
    expected = {article.key for article in site.expected(state)}
    with site.serve(state=state) as server:
        client = Client(server)
        read, listed = walk(client)
        client.close()
    gone = site.gone()
    assert set(read) - expected == {key for key, how in gone.items() if how != "404"}
    assert expected <= set(read)
    unlisted = expected - listed
    assert {("vi", 172086), ("vi", 102720), ("vi", 57849)} == unlisted
    assert "/57849/" not in "".join(page for key, page in read.items() if key not in unlisted)
    assert [key for key in gone if key in listed] == [("vi", 176120), ("vi", 155301)]


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


def test_conditional_requests(server: SiteServer, client: Client) -> None:
    url = "https://baohoabinh.com.vn/11/CHINH-TRI.htm"
    status, headers, page = client.get(url)
    assert status == 200
    assert page
    by_tag = {"If-None-Match": headers["etag"]}
    by_date = {"If-Modified-Since": headers["last-modified"]}
    assert client.get(url, **by_tag)[::2] == (304, b"")
    assert client.get(url, **by_date)[::2] == (304, b"")
    server.state = "later"
    assert client.get(url, **by_tag)[0] == 200
    assert client.get(url, **by_date)[0] == 200
    assert client.get(url)[1]["etag"] != headers["etag"]
    _, of_muong, _ = client.get("https://baohoabinh.com.vn/mu/4/Xa-hoi.htm")
    assert not {"etag", "last-modified"} & set(of_muong)
    asked: list[Request] = server.requests
    assert [request.status for request in asked] == [200, 304, 304, 200, 200, 200, 200]
    assert asked[1].headers["if-none-match"] == headers["etag"]
    assert asked[1].host == "baohoabinh.com.vn"


def test_troubles(client: Client) -> None:
    assert client.get("https://baohoabinh.com.vn/12/176120/x.htm")[0] == 404
    status, _, page = client.get("https://baohoabinh.com.vn/11/155301/x.htm")
    assert status == 200
    assert 'class="post clearfix"' not in page.decode()
    _, headers, page = client.get("https://baohoabinh.com.vn/12/155238/x.htm")
    assert headers["content-type"] == "text/html; charset=iso-8859-1"
    assert "Huyện Lương Sơn" in page.decode()


def test_the_day_form_answers(client: Client) -> None:
    root = "https://baohoabinh.com.vn"
    query = "ddlNgay=2&ddlThang=11&ddlNam=2018&hdChuyenMuc=11&rblTinTrong="
    everything = client.get(f"{root}/tin-theo-ngay.aspx?{query}tc")
    assert everything[0] == 200
    assert "/15/122931/" in everything[2].decode()
    assert "/15/122931/" not in client.get(f"{root}/tin-theo-ngay.aspx?{query}cm")[2].decode()
    form = b"txtNgay=14/10/2019&rdTin=0&hdMuc=0"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, page = client.send("POST", f"{root}/mu/tin-theo-ngay.aspx", form, headers)
    assert status == 200
    assert "/4/2210/" in page.decode()
    assert client.get(f"{root}/mu/tin-theo-ngay.aspx?{form.decode()}")[0] == 404
