"""Pictures of articles, whoever sent them: what their bytes are is found out before they are archived.

Pillow and ImageHash (extra ``pictures``) are imported when the first picture is measured.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import attrs
from attrs import frozen

from archive import Capture
from archive.records import digest_of
from crawler.archived import name_below
from newspapers.web_address import host_and_path
from schemas.items import PictureFile

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")
"""Formats that are kept, by Pillow's names. None of them can hold a script, as SVG can."""

MOST_PIXELS = 50_000_000
"""Of a picture that is unpacked: three bytes each."""

_SMALL = (128, 128)
"""Pixels that the perceptual hash needs at least."""


class PictureError(Exception):
    """The bytes are no picture that is kept; the message is one of few."""


@frozen
class PictureRef:
    """A picture, by one of the spellings of its address."""

    url: str

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it: scheme, port and the way of escaping vary."""
        host, path = host_and_path(self.url)
        return host, unquote(path)


def measure(content: bytes) -> dict[str, Any]:
    """Fields of a :class:`~schemas.items.PictureFile` that the bytes tell.

    :raises PictureError: if they are no whole picture.
    """
    import imagehash
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # it would warn; the size is looked at below, before anything is unpacked
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise PictureError(f"more than {MOST_PIXELS:,} pixels")
            media_type = picture.get_format_mimetype()
            picture.draft("L", _SMALL)  # a JPEG is unpacked at an eighth of its size
            picture.load()
            look = str(imagehash.phash(picture))
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("no picture of a type that is kept") from None
    except Exception as error:  # what decoders raise at hostile bytes is not documented
        raise PictureError("broken, or cut off") from error
    return {
        "media_type": media_type,
        "bytes": len(content),
        "width": width,
        "height": height,
        "phash": look,
    }


def picture_of(capture: Capture, url: str, folder: str | None) -> PictureFile:
    """A picture out of an archive file; where a revisit has its measures from, the store finds out.

    :param url: as in ``images``.
    :param folder: ``ARCHIVE_DIR``.
    """
    picture = PictureFile(
        url=url,
        at=capture.fetched_at,
        digest=capture.digest if capture.revisit_of else digest_of(capture.body),
        warc_file=name_below(capture.file, folder),
        warc_offset=capture.offset,
        warc_skip=capture.skip,
        warc_length=capture.length,
        revisit=capture.revisit_of is not None,
    )
    if picture.revisit:
        return picture
    try:
        return attrs.evolve(picture, **measure(capture.body))
    except PictureError as error:
        return PictureFile(url=url, at=capture.fetched_at, reason=str(error))
