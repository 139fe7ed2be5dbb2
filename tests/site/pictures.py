"""The sample newspaper's pictures: small, of motifs that return in files of another size and quality."""

from __future__ import annotations

import random
from functools import cache
from io import BytesIO
from zlib import crc32

PICTURE_FOLDERS = ("/NewsImg/", "/Includes/NewsDetail/")

MOTIFS, PACKINGS = 40, 3


def picture(path: str) -> bytes:
    """The JPEG file that lies at a path."""
    number = crc32(path.encode())
    return _packed(number % MOTIFS, number // MOTIFS % PACKINGS)


@cache
def _packed(motif: int, packing: int) -> bytes:
    from PIL import Image, ImageDraw  # late: the demo asks for no picture, and does without Pillow

    dice = random.Random(motif)  # noqa: S311
    image = Image.new("RGB", (240, 160), _colour(dice))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = dice.randrange(200), dice.randrange(120)
        box = (left, top, left + dice.randrange(20, 120), top + dice.randrange(20, 100))
        draw.ellipse(box, fill=_colour(dice))
    if packing == 2:
        image = image.resize((180, 120))
    packed = BytesIO()
    image.save(packed, "JPEG", quality=85 - 15 * packing)
    return packed.getvalue()


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)
