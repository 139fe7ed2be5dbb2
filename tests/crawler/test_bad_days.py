"""What a site does on its bad days: nothing is lost by it, and the verdict says so."""

from __future__ import annotations

import html
import socket
from collections import Counter

import pytest
from pydantic import ValidationError

from crawler.arguments import UrlArguments
from schemas import tables
from tests.builders import SITE
from tests.crawling import crawl
from tests.reading import rows
from tests.small_site import MAINTENANCE, NAVIGATION, SECTION_11, SmallSite, article, page

pytestmark = pytest.mark.slow


def test_a_redirect_to_another_spelling_of_the_article_is_followed(small: SmallSite, sqlite_url: str) -> None:
    small.answers["/11/5/Cu.htm"] = (301, {"Location": f"{SITE}/12/5/Moi.htm"}, "")
    small.answers["/12/5/Moi.htm"] = page(article(5))

    crawl("url", f"url={SITE}/11/5/Cu.htm", database_url=sqlite_url, mirror=small.url)

    [stored] = rows(sqlite_url, tables.Article)
    assert stored.canonical_url == f"{SITE}/12/5/Moi.htm"
    assert {row.url for row in rows(sqlite_url, tables.ArticleUrl)} >= {
        f"{SITE}/11/5/Cu.htm",
        f"{SITE}/12/5/Moi.htm",
    }


def test_a_redirect_off_the_site_is_not_followed(small: SmallSite, sqlite_url: str) -> None:
    targets = ["http://127.0.0.1:9/", "https://example.org/", f"{SITE}:8443/11/5/x.htm"]
    for number, target in enumerate(targets, 1):
        small.answers[f"/11/{number}/Cu.htm"] = (302, {"Location": target}, "")
    addresses = [f"url={SITE}/11/{number}/Cu.htm" for number in (1, 2, 3)]

    done = crawl("url", *addresses, database_url=sqlite_url, mirror=small.url, expect=3)

    for target in targets:
        assert f"Refused, not on the newspaper's hosts: {target}" in done.stderr
    assert sorted(small.asked) == ["/11/1/Cu.htm", "/11/2/Cu.htm", "/11/3/Cu.htm", "/robots.txt"]
    wanted = rows(sqlite_url, tables.Frontier)
    assert [(row.state, row.attempts) for row in wanted] == [("wanted", 1)] * 3


def test_a_page_of_ten_megabytes_is_refused_before_it_is_read_and_its_attempts_are_counted(
    small: SmallSite, sqlite_url: str
) -> None:
    small.answers["/11/5/Bai-5.htm"] = page(article(5) + "<p>Cả xã có 32 ha su su.</p>" * 400_000)

    for attempts in (1, 2):
        done = crawl("url", f"url={SITE}/11/5/Bai-5.htm", database_url=sqlite_url, mirror=small.url, expect=3)
        [wanted] = rows(sqlite_url, tables.Frontier)
        assert (wanted.state, wanted.attempts) == ("wanted", attempts)
        assert wanted.reason.startswith("too-large: ")
        assert f"Not collected: {SITE}/11/5/Bai-5.htm: too-large" in done.stderr
        assert "degraded: 1 article could not be fetched (too-large: 1)" in done.stderr.splitlines()[-1]
    assert all(run.stats["memusage/max"] < 400_000_000 for run in rows(sqlite_url, tables.Run))


def test_nothing_is_fetched_that_is_not_the_newspapers(small: SmallSite, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        place = f"127.0.0.1:{trap.getsockname()[1]}"
        hostile = {
            f"http://{place}/11/91/x.htm": "host",
            f"http://localhost:{trap.getsockname()[1]}/11/91/x.htm": "host",
            "http://10.0.0.1/11/91/x.htm": "host",
            "http://169.254.169.254/latest/meta-data/": "host",
            "http://[::1]/11/91/x.htm": "host",
            "https://example.org/11/91/x.htm": "host",
            f"https://baohoabinh.com.vn.{place}/11/91/x.htm": "host",
            f"https://baohoabinh.com.vn@{place}/11/91/x.htm": "user info",
            "https://a:b@baohoabinh.com.vn/11/91/x.htm": "user info",
            "https://baohoabinh.com.vn:8443/11/91/x.htm": "port",
            "https://baohoabinh.com.vn/11/91/x.htm?" + 2000 * "a": "length",
            "file:///etc/passwd": "",  # Scrapy takes no redirect to the next four: HTTP 302
            "data:text/html,<h1>x</h1>": "",
            "javascript:alert(1)": "",
            "ftp://baohoabinh.com.vn/11/91/x.htm": "",
        }
        links = [
            *hostile,
            f"/11/{2**63}/x.htm",
            f"/11/{10**30}/x.htm",
            f"/{10**11}/91/x.htm",
            "http://[x/",
            "//",
        ]
        small.list_of(list(range(1, len(hostile) + 2)))
        others = "".join(
            f'<p><a href="{html.escape(link)}">Tin khác trong ngày hôm nay</a></p>' for link in links
        )
        for path in ("/11/CHINH-TRI.htm", f"/11/{len(hostile) + 1}/Bai-{len(hostile) + 1}.htm"):
            small.answers[path] = page(small.body(path) + f'<div class="related-post">{others}</div>')
        for number, target in enumerate(hostile, 1):
            small.answers[f"/11/{number}/Bai-{number}.htm"] = (302, {"Location": target}, "")
        expected = {"/robots.txt", *small.answers, "/11/page/2/CHINH-TRI.htm"}

        crawl("backfill", *SECTION_11, database_url=sqlite_url, mirror=small.url, expect=3)

        trap.settimeout(0)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert set(small.asked) <= expected
    [stored] = rows(sqlite_url, tables.Article)
    assert stored.site_article_id == len(hostile) + 1
    [run] = rows(sqlite_url, tables.Run)
    for why, times in Counter(filter(None, hostile.values())).items():
        assert run.stats[f"offsite/refused/{why}"] == times
    failed = {name: times for name, times in run.stats.items() if name.startswith("article/failed/")}
    assert sum(failed.values()) == len(hostile), failed
    assert failed["article/failed/led off the site"] == run.stats["offsite/refused"]
    assert all(
        row.state == "wanted"
        for row in rows(sqlite_url, tables.Frontier)
        if row.site_article_id < len(hostile)
    )


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://127.0.0.1/11/5/x.htm",
        f"{SITE}:8443/11/5/x.htm",
        "https://a:b@baohoabinh.com.vn/11/5/x.htm",
        f"{SITE}/11/{2**63}/x.htm",
        "http://[::1/",
        "\udcff\x00",
    ],
)
def test_an_address_that_is_no_article_is_refused_before_the_run(address: str) -> None:
    with pytest.raises(ValidationError, match="is no article of the newspaper"):
        UrlArguments(url=[address])


def test_a_list_page_that_is_no_list_leaves_the_walk_open(small: SmallSite, sqlite_url: str) -> None:
    small.list_of(list(range(50, 0, -1)), pages=5)
    whole = small.answers["/11/page/3/CHINH-TRI.htm"]
    small.answers["/11/page/3/CHINH-TRI.htm"] = page(MAINTENANCE)

    crawl("backfill", *SECTION_11, database_url=sqlite_url, mirror=small.url, expect=3)
    assert [walk.finished_at for walk in rows(sqlite_url, tables.ListWalk)] == [None]

    small.answers["/11/page/3/CHINH-TRI.htm"] = whole
    crawl("backfill", *SECTION_11, database_url=sqlite_url, mirror=small.url)
    assert len(rows(sqlite_url, tables.Article)) == 50


def test_a_list_that_led_on_to_the_front_page_leaves_the_walk_open(small: SmallSite, sqlite_url: str) -> None:
    small.list_of([2, 1])
    small.answers["/11/page/2/CHINH-TRI.htm"] = (302, {"Location": f"{SITE}/"}, "")

    crawl("backfill", *SECTION_11, database_url=sqlite_url, mirror=small.url, expect=3)

    assert [walk.finished_at for walk in rows(sqlite_url, tables.ListWalk)] == [None]


def test_a_section_that_has_moved_is_found_by_the_front_page(small: SmallSite, sqlite_url: str) -> None:
    small.list_of([2, 1])
    crawl("latest", *SECTION_11, database_url=sqlite_url, mirror=small.url)

    del small.answers["/11/CHINH-TRI.htm"]
    small.list_of([3, 2, 1], slug="Thoi-su")
    small.answers["/"] = page(NAVIGATION.replace("CHINH-TRI", "Thoi-su"))
    crawl("latest", *SECTION_11, database_url=sqlite_url, mirror=small.url)

    assert {row.site_article_id for row in rows(sqlite_url, tables.Article)} == {1, 2, 3}
    assert "Thoi-su" in {row.slug for row in rows(sqlite_url, tables.Section)}


def test_a_list_that_gathers_other_sections_is_walked_to_its_end(small: SmallSite, sqlite_url: str) -> None:
    small.list_of(list(range(30, 0, -1)), pages=3)
    pinned = '<p><a href="/40/99/Bai-99.htm">Bài viết số 99</a></p>'
    for number in range(1, 5):
        path = "/40/TET.htm" if number == 1 else f"/40/page/{number}/TET.htm"
        old = "/11/CHINH-TRI.htm" if number == 1 else f"/11/page/{number}/CHINH-TRI.htm"
        body = small.body(old)
        del small.answers[old]
        small.answers[path] = page(
            body.replace("/11/page/", "/40/page/").replace("CHINH-TRI", "TET") + pinned
        )
    small.answers["/40/99/Bai-99.htm"] = page(article(99))
    small.answers["/"] = page(NAVIGATION + '<a href="/40/TET.htm">Tết</a>')

    crawl("backfill", "editions=vi", database_url=sqlite_url, mirror=small.url, expect=3)  # 11, 12 are lost

    assert len(rows(sqlite_url, tables.Article)) == 31


def test_an_article_listed_under_a_new_address_is_no_longer_gone(small: SmallSite, sqlite_url: str) -> None:
    small.list_of([2, 1])
    crawl("url", f"url={SITE}/11/2/Cu.htm", database_url=sqlite_url, mirror=small.url)
    assert [row.state for row in rows(sqlite_url, tables.Frontier)] == ["gone"]

    for _ in range(2):
        crawl("backfill", *SECTION_11, database_url=sqlite_url, mirror=small.url)

    assert {row.site_article_id for row in rows(sqlite_url, tables.Article)} == {1, 2}


def test_a_site_that_is_down_ends_the_run_soon(small: SmallSite, sqlite_url: str) -> None:
    small.list_of(list(range(120, 0, -1)))
    for number in range(1, 121):
        small.answers[f"/11/{number}/Bai-{number}.htm"] = (503, {}, "")

    done = crawl(
        "backfill",
        *SECTION_11,
        database_url=sqlite_url,
        mirror=small.url,
        expect=4,
        RETRY_ENABLED="false",
    )

    assert "20 requests in a row have failed: the site is down" in done.stderr
    assert len(small.asked) < 80


def test_a_page_with_nul_is_kept_among_the_rejects_and_an_endless_link_passed_over(
    small: SmallSite, database_url: str
) -> None:
    small.answers["/11/5/Bai-5.htm"] = page(
        "<html><h1>Đăng nhập\0</h1><form><input type=password></form></html>"
    )
    link = (
        f'<div class="related-post"><a href="/11/7/x.htm?{6000 * "a"}">Tin khác trong ngày hôm nay</a></div>'
    )
    small.answers["/11/6/Bai-6.htm"] = page(article(6).replace("</html>", link + "</html>"))
    addresses = [f"url={SITE}/11/{number}/Bai-{number}.htm" for number in (5, 6)]

    for _ in range(2):
        crawl("url", *addresses, database_url=database_url, mirror=small.url, expect=3)

    assert len(rows(database_url, tables.Reject)) == 1
    assert [row.site_article_id for row in rows(database_url, tables.Article)] == [6]
    assert {row.site_article_id for row in rows(database_url, tables.Frontier)} == {5, 6}
