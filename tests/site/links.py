"""The ways in which the site spells one and the same address."""

from __future__ import annotations

from zlib import crc32

DOMAIN = "baohoabinh.com.vn"
PICTURES = f"https://ims.{DOMAIN}"


def folder(edition: str) -> str:
    """The path under which an edition's pages lie."""
    return "/" if edition == "vi" else f"/{edition}/"


def article_path(edition: str, section_id: int, article_id: int, slug: str) -> str:
    return f"{folder(edition)}{section_id}/{article_id}/{slug}.htm"


def list_path(edition: str, section_id: int, slug: str, page: int = 1) -> str:
    paging = f"page/{page}/" if page > 1 else ""
    return f"{folder(edition)}{section_id}/{paging}{slug}.htm"


def absolute(path: str) -> str:
    """The one right spelling of a path."""
    return f"https://{DOMAIN}{path}"


def picture_url(src: str) -> str:
    """The address of a picture, absolute and without blanks."""
    if src.startswith("//"):
        src = f"https:{src}"
    elif src.startswith("/"):
        src = absolute(src)
    return src.replace(" ", "%20")


def spelled(path: str, edition: str, salt: str) -> str:
    """One of the spellings of a path; which one depends on the path and the salt alone."""
    choice = crc32(f"{salt} {path}".encode()) % 12
    ways = {
        0: f"http://{DOMAIN}{path}",
        1: f"https://www.{DOMAIN}{path}",
        2: f"http://www.{DOMAIN}{path}#top",
        3: f"{path}?fbclid=IwAR2{crc32(path.encode()):x}",
        4: f"https://{DOMAIN}{path}?utm_source=zalo&utm_medium=social",
        5: f"{path}#comment-view",
    }
    if edition != "vi" and choice in {6, 7}:
        scheme = "http" if choice == 6 else "https"
        return f"{scheme}://{edition}.{DOMAIN}{path.removeprefix(f'/{edition}')}"
    return ways.get(choice, path if choice % 2 else absolute(path))
