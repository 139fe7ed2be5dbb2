"""A wrong argument is named, with its value and what is accepted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from crawler.arguments import Arguments, DayArguments, UrlArguments, explain
from newspapers import SectionRef

ARTICLE = "https://baohoabinh.com.vn/11/115466/Dan-van-kheo.htm"


def test_everything_is_collected_unless_an_argument_says_otherwise() -> None:
    arguments = Arguments.model_validate({})

    assert arguments.includes(SectionRef("mu", 4))
    assert (arguments.since, arguments.until, arguments.limit) == (None, None, None)


def test_lists_are_separated_by_commas() -> None:
    arguments = Arguments.model_validate({"editions": "vi,en", "sections": "11, en/2"})

    assert arguments.editions == ["vi", "en"]
    assert arguments.sections == [SectionRef("vi", 11), SectionRef("en", 2)]
    assert not arguments.includes(SectionRef("en", 11))


def test_dates_and_counts_are_read() -> None:
    arguments = Arguments.model_validate({"since": "2024-04-01", "until": "2024-04-24", "limit": "5"})

    assert (arguments.since, arguments.until) == (date(2024, 4, 1), date(2024, 4, 24))
    assert arguments.limit == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"editions": "vi,fr"}, "editions: 'fr' is no edition; accepted: vi, en, mu, separated by commas"),
        ({"sections": "thể thao"}, "sections: 'thể thao' is no section; accepted: numbers as in 11 or en/2"),
        ({"sections": "9999999999"}, "sections: '9999999999' is no section"),
        (
            {"since": "24/04/2024"},
            "since: '24/04/2024' is no date; accepted: year-month-day as in 2024-04-24",
        ),
        ({"until": "2024-02-30"}, "until: '2024-02-30' is no date"),
        ({"since": "2024-05-01", "until": "2024-04-01"}, "since=2024-05-01 is later than until=2024-04-01"),
        ({"limit": "0"}, "limit: '0' is no count; accepted: a whole number above 0"),
        ({"limit": "²"}, "limit: '²' is no count; accepted: a whole number above 0"),
        ({"limit": "many"}, "limit: 'many' is no count"),
        ({"editions": ""}, "editions: '' names nothing; leave the argument out for all"),
        ({"section": "11"}, "section='11': there is no such argument"),
    ],
)
def test_a_wrong_argument_is_named(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Arguments.model_validate(given)

    assert message in explain(caught.value)


@pytest.mark.parametrize(
    "given",
    [{}, {"date": "2024-04-24", "since": "2024-04-01"}, {"date": "2024-04-24", "until": "2024-04-25"}],
)
def test_the_day_spider_wants_a_date_or_a_range(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        DayArguments.model_validate(given)

    assert "give either date=… or since=…" in explain(caught.value)


def test_the_url_spider_takes_repeated_arguments_and_files(tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# found in a letter\n\n{ARTICLE}?fbclid=x\n", encoding="utf-8")

    arguments = UrlArguments.model_validate({"url": f"{ARTICLE}\n{ARTICLE}#top", "file": str(listed)})

    assert arguments.url == [ARTICLE, f"{ARTICLE}#top"]
    assert arguments.file.urls == [f"{ARTICLE}?fbclid=x"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "give url=… (it may be repeated) or file=…"),
        ({"url": "https://example.org/"}, "'https://example.org/' is no article of the newspaper; accepted:"),
        ({"file": "nowhere.txt"}, "file: 'nowhere.txt' cannot be read"),
    ],
)
def test_the_url_spider_refuses_what_is_no_article(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        UrlArguments.model_validate(given)

    assert message in explain(caught.value)
