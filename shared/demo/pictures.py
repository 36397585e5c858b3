"""Evidence for made-up complaints: a drawn photo of an empty notice board, with a camera's telltale data in it."""

from __future__ import annotations

import io
import random

from PIL import ExifTags, Image, ImageDraw

from shared import files
from shared.file_kinds import Limits
from shared.files import Kept, Store


def photo(rng: random.Random) -> bytes:
    """A JPEG as a telephone makes it, place and camera included; the cleaning has something to remove."""
    sky = (rng.randint(150, 200), rng.randint(180, 215), rng.randint(210, 235))
    image = Image.new("RGB", (960, 640), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 960, 640), fill=(150, 140, 120))
    draw.rectangle((150, 120, 810, 440), fill=(120, 60, 45))
    draw.rectangle((175, 145, 785, 415), fill=(235, 232, 222))
    for _ in range(rng.randint(0, 3)):
        left, top = rng.randint(190, 640), rng.randint(155, 280)
        draw.rectangle((left, top, left + 120, top + 110), fill=(250, 248, 235), outline=(170, 165, 150))
        for line in range(top + 15, top + 100, 14):
            draw.line((left + 12, line, left + rng.randint(60, 108), line), fill=(120, 120, 120), width=3)
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Shifan", "S1"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (25.0, 0.0, 0.0), 3: "E", 4: (102.0, 0.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=80)
    return out.getvalue()


class Camera:
    """Takes photos into the store, as an upload would."""

    def __init__(self, limits: Limits, store: Store) -> None:
        self.limits, self.store = limits, store

    def shoot(self, rng: random.Random) -> Kept:
        """One photo, cleaned and stored."""
        return files.take_in(io.BytesIO(photo(rng)), f"IMG_{rng.randint(1000, 9999)}.jpg", self.limits, self.store)
