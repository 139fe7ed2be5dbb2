"""Judges a run by its statistics, and says at its end what came of it and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scrapy.settings import BaseSettings

from crawler.base_spiders.article_spider import ARTICLE_OUTCOMES
from crawler.run.evidence import Evidence, counted, listed
from schemas.database import shown_url
from schemas.local_time import clock
from schemas.verdicts import Finding, Judgement, Verdict

SAMPLE = 5  # fewer pages than this say nothing about the site as a whole
SHARE = 0.5  # if more than this share of the pages is faulty, it is the site that is, not the single page
FEW_GONE = 10  # so many articles may be gone in a run without further thought

ADVICE = {
    Verdict.BROKEN: "read the traceback in the log, and report it with the URL",
    Verdict.DEGRADED: "what failed stays wanted and the next run asks for it; if it repeats: scrapy gaps",
    Verdict.UNREACHABLE: "scrapy doctor; then start it again, it goes on where it stopped",
    Verdict.BLOCKED: "look at the site in a browser on this machine; see docs/operations.md",
    Verdict.LAYOUT_CHANGED: "what was read is stored; look at a page in a browser; see docs/operations.md",
    Verdict.STORAGE_FAILED: "scrapy doctor; then start it again, it goes on where it stopped",
    Verdict.INTERRUPTED: "start it again, it goes on where it stopped",
}
"""What to do after each verdict that asks for something."""

DEGRADED_BY = {
    ("store/failed", "list/failed", "day/failed"): ADVICE[Verdict.DEGRADED],
    ("captures/damaged",): "get the files again that the log names, and read them once more",
    ("captures/failed",): "start it again later: it asks for what it could not have",
    ("pictures/failed",): "they are asked for again after a day, two, four, up to thirty",
    ("store/rejected",): "scrapy status --reject N shows the pages; they stay wanted",
    ("article/not_asked_for",): "correct the lines that the log names",
}
"""The statistics that a degraded run has -> what helps; the first that applies."""

LOSSES = (
    ("store/failed", "article", "could not be fetched", "article/failed/"),
    ("article/not_asked_for", "line", "of the list named no article"),
    ("store/refused", "item", "refused by the database; see rejects"),
    ("store/rejected", "page", "could not be read as an article", "article/none/"),
    ("list/failed", "list", "could not be read", "list/failed/", "list/none/"),
    ("home/failed", "front page", "could not be read", "home/failed/", "home/none/"),
    ("list/misled", "list", "had new articles though it was said not to be modified"),
    ("day/failed", "day", "could not be read", "day/failed/"),
    ("day/unproven", "day", "answered with the page that the form stands on"),
    ("day/other_day", "article", "listed under a day and of another"),
    ("captures/damaged", "place", "in the files could not be read"),
    ("captures/unread_files", "file", "could not be read as an archive"),
    ("captures/failed", "capture", "could not be had"),
    ("captures/unreadable_rows", "line", "of an index could not be read"),
    ("pictures/failed", "picture", "could not be had", "pictures/failed/"),
)
"""Statistic, noun, what happened, and below which statistics the reasons stand."""

MOST_SHOWN = 3  # so many findings stand in a verdict's reason; all of them stand in the table

_CLOSED = {
    "shutdown": "stopped by a signal",
    "server_busy": "the server asks for a longer pause than BACKOFF_LONGEST_WAIT",
    "memusage_exceeded": "more memory was used than MEMUSAGE_LIMIT_MB allows",
}

_CHECK = {
    "CannotResolveHostError": ": its name is not known: check this machine's name server, and SITE_MIRROR",
    "DownloadConnectionRefusedError": ": nobody listens there: check whether it is up, and SITE_MIRROR",
    "DownloadTimeoutError": ": check the network, and whether it is up",
    "DownloadFailedError": ": connected, but HTTP or TLS did not work; the log says what",
}
"""What to check if no answer came, by the type of Scrapy's error."""


def judge(
    closed: str,
    stats: Mapping[str, Any],
    source: str = "the site",
    earlier: Sequence[Mapping[str, Any]] = (),
    unknown_share: float = 0.5,
) -> Judgement:
    """The verdict on a run.

    :param closed: Scrapy's close reason.
    :param stats: Scrapy's statistics, with the counts of the store.
    :param source: what was asked for pages, in words.
    :param earlier: statistics of earlier runs of the same kind, newest first: they help out where
        this one read too few articles to tell their layout.
    :param unknown_share: if more than this share of the articles fits no known layout, the site has
        another one.
    """
    evidence = Evidence(stats)
    return (
        _broken_off(closed, evidence, source)
        or (None if evidence.saved else _of_site(evidence, earlier, unknown_share))
        or _degraded(evidence)
        or _fine(evidence)
    )


def _of_site(
    evidence: Evidence, earlier: Sequence[Mapping[str, Any]], unknown_share: float
) -> Judgement | None:
    """The verdicts on a site that answers otherwise than it used to."""
    withheld, read, unread = evidence.withheld(), evidence.read, evidence.unread
    total = withheld.total() + evidence.answered + unread
    # Dead addresses are asked for now and then; of the requests of a quiet hour they may be the most.
    dead = min(withheld.total(), evidence.count("article/failed_again"))
    if _is_much(withheld.total() - dead, total - dead):
        reason = f"{withheld.total():,} of {total:,} answers withheld what was asked for{listed(withheld)}"
        return Judgement(Verdict.BLOCKED, reason + _led_away(evidence))
    lists, changed = evidence.count("list/read"), Verdict.LAYOUT_CHANGED
    if lists and not evidence.count("list/links", "list/not_modified"):
        return Judgement(changed, f"no links found: {counted(lists, 'list')} read, no article in any")
    if _is_much(unread, unread + read):
        reason = "pages fetched, nothing parsed: no article was recognised on"
        return Judgement(changed, f"{reason} {unread:,} of {counted(unread + read, 'page')}")
    unknown, runs = evidence.unknown_layout, 1
    for last in map(Evidence, earlier if unknown else ()):
        if read >= SAMPLE:
            break
        unknown, read, runs = unknown + last.unknown_layout, read + last.read, runs + 1
    if _is_much(unknown, read, unknown_share):
        reason = f"{unknown:,} of {counted(read, 'article')} fit no known layout and were read without one"
        return Judgement(changed, reason + (f" in the last {runs:,} runs" if runs > 1 else ""))
    return None


def _is_much(part: int, total: int, share: float = SHARE) -> bool:
    return total >= SAMPLE and part > share * total


def _broken_off(closed: str, evidence: Evidence, source: str) -> Judgement | None:
    """The verdicts on a run that did not come to its end, or got no answer on the way."""
    stats, answered = evidence.stats, evidence.count("downloader/response_count")
    if closed == "storage_failed":
        error = stats.get("store/error", "the database did not answer, or refused an item")
        return Judgement(Verdict.STORAGE_FAILED, str(error))
    errors, lost = evidence.errors(), evidence.count("store/item_errors")
    if errors or lost or closed == "start_error":
        where = "the start failed" if closed == "start_error" else "a fault in the program"
        items = f", {counted(lost, 'item')} lost" if lost else ""
        return Judgement(Verdict.BROKEN, f"{where}{listed(errors)}{items}; see the log")
    if closed == "site_down":
        refused = evidence.withheld()
        if refused.total() > evidence.failures().total() / 2:
            return Judgement(Verdict.BLOCKED, f"one request after the other was refused{listed(refused)}")
        reasons = evidence.failures() or evidence.exceptions()
        return Judgement(Verdict.UNREACHABLE, f"one request after the other failed{listed(reasons)}")
    if closed == "robots_unreachable" and answered:
        why = f"robots.txt cannot be had ({stats.get('robotstxt/unreachable')})"
        return Judgement(Verdict.UNREACHABLE, f"{why}, so nothing may be asked for (RFC 9309)")
    if closed == "wrong_clock":
        remedy = "set this machine's, or give CLOCK_TOLERANCE if the site's is wrong"
        return Judgement(Verdict.INTERRUPTED, f"nothing is stored: {stats.get('clock/difference')}: {remedy}")
    if closed not in ("finished", "robots_unreachable"):
        limit = f"stopped by the limit {closed.upper()}" if closed.startswith("closespider") else closed
        so_far = _counts(evidence) or "nothing new"
        return Judgement(Verdict.INTERRUPTED, f"{_CLOSED.get(closed, limit)}; so far {so_far}")
    if not answered and evidence.count("downloader/request_count"):
        errors = evidence.exceptions()
        check = next((_CHECK[name] for name, _ in errors.most_common(1) if name in _CHECK), "")
        return Judgement(Verdict.UNREACHABLE, f"{source} gave no answer{listed(errors)}{check}")
    return None


def _degraded(evidence: Evidence) -> Judgement | None:
    """The verdict on a run that finished with losses."""
    said = [f"there is no section {section}" for section in evidence.under("section/missing/")]
    for name, noun, what, *prefixes in LOSSES:
        reasons = sum(map(evidence.under, prefixes), Counter())
        del reasons["soft-404"]
        # What the database refused is among the rejects.
        number = evidence.count(name) - (evidence.count("store/refused") if name == "store/rejected" else 0)
        said += [f"{counted(number, noun)} {what}{listed(reasons)}"] if number else []
    if unusable := evidence.passed_over(is_answer=False):
        said.append(f"{counted(unusable.total(), 'capture')} could not be used{listed(unusable)}")
    there = evidence.count("store/new", "store/changed", "store/unchanged")
    if (gone := evidence.count("store/gone")) > max(FEW_GONE, there):
        said.append(f"{counted(gone, 'article')} gone and only {there:,} there")
    if (lost := evidence.count("list/gone")) and not evidence.count("list/read", "list/not_modified"):
        said.append(f"{counted(lost, 'list')} gone and none there")
    if again := evidence.count("article/failed_again"):
        said.append(f"{again:,} of them not for the first time")
    said += evidence.unaccounted()
    return Judgement(Verdict.DEGRADED, ", ".join(said) + _led_away(evidence)) if said else None


def _led_away(evidence: Evidence) -> str:
    """Where the site led to, if not to what was asked for, and what to do about it."""
    led = evidence.stats.get("redirect/refused")
    return f"; {led}: open it in a browser" if led else ""


def _fine(evidence: Evidence) -> Judgement:
    """The verdicts on a run without losses."""
    count, counts = evidence.count, _counts(evidence)
    if count("store/new", "store/changed"):
        return Judgement(Verdict.OK, counts)
    passed = count("article/passed_over/out_of_range", "links/passed_over/out_of_range")
    if evidence.saved:
        reason = counts or "no capture that was asked for and not read before"
    elif links := count("list/links", "day/links"):
        known = f"none new, {passed:,} out of the arguments' range" if passed else "all known"
        reason = f"{counted(links, 'link')} to articles found, {known}"
    elif days := count("day/read"):
        reason = f"no links found: no article on {counted(days, 'day')}"
    elif unchanged := count("list/not_modified"):
        reason = f"{counted(unchanged, 'list')} not modified"
    elif counts or count("requests/asked"):
        reason = counts or "nothing of what was asked for is there"
    else:
        why = f": {passed:,} out of the arguments' range" if passed else ""
        return Judgement(Verdict.DEGRADED, f"nothing was asked for{why}")
    return Judgement(Verdict.NOTHING_NEW, reason)


def _counts(evidence: Evidence) -> str:
    """What was stored: ``12 new, 3 changed``."""
    names = ("new", "changed", "unchanged", "gone")
    stored = [f"{number:,} {name}" for name in names if (number := evidence.count(f"store/{name}"))]
    if other := evidence.passed_over(is_answer=True):
        stored.append(f"{counted(other.total(), 'capture')} of other answers{listed(other)}")
    return ", ".join(stored)


def with_findings(judgement: Judgement, findings: Sequence[Finding]) -> Judgement:
    """A run that is not as usual is degraded, if it is nothing worse."""
    if not findings or judgement.verdict not in (Verdict.OK, Verdict.NOTHING_NEW, Verdict.DEGRADED):
        return judgement
    shown = [finding.text for finding in findings[:MOST_SHOWN]]
    if len(findings) > MOST_SHOWN:
        shown.append(f"{len(findings) - MOST_SHOWN} more")
    return Judgement(Verdict.DEGRADED, f"{judgement.reason}; not as usual: {'; '.join(shown)}")


def closing_lines(verdict: Verdict, stats: Mapping[str, Any], settings: BaseSettings) -> Iterator[str]:
    """What an operator wants to know of a run that is over.

    :param stats: Scrapy's statistics at the end.
    """
    counts = [f"{stats.get(name, 0):,} {name.removeprefix('store/')}" for name in ARTICLE_OUTCOMES]
    took = clock(stats.get("elapsed_time_seconds") or 0)
    yield f"articles: {', '.join(counts)}; {stats.get('downloader/request_count', 0):,} requests in {took}"
    if stats.get("pictures/asked"):
        pictures = (
            f"{stats.get(f'pictures/{name}', 0):,} {name}" for name in ("asked", "kept", "gone", "failed")
        )
        yield f"pictures: {', '.join(pictures)}"
    kept = f"; pages as they came: {folder}" if (folder := settings.get("ARCHIVE_DIR")) else ""
    yield f"stored in {shown_url(settings['DATABASE_URL'])}{kept}"
    advice = ADVICE.get(verdict)
    if verdict is Verdict.DEGRADED:
        count = Evidence(stats).count
        usual = "scrapy status says what is not as usual; look at pages of this run"
        advice = next((what for names, what in DEGRADED_BY.items() if count(*names)), usual)
    if advice:
        yield f"next: {advice}"
