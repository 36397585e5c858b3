"""Pictures: encoded anew, upright, in common colours, with nothing but their pixels."""

import warnings
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

from PIL import ExifTags, Image, ImageCms, ImageOps

from shared.cleaning.faults import FAULTS
from shared.domain.errors import Refused

try:
    from pillow_heif import register_heif_opener
except ImportError:  # without it HEIC is refused
    READS_HEIC = False
else:
    register_heif_opener(thumbnails=False)
    READS_HEIC = True

# Pillow's own guard, for sizes that appear only while decoding.
Image.MAX_IMAGE_PIXELS = 50 * 1024 * 1024
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

FORMATS = {"jpeg": ["JPEG", "MPO"], "png": ["PNG"], "gif": ["GIF"], "webp": ["WEBP"], "heic": ["HEIF"]}
MOST_FRAMES = 500
_MOVING = ("png", "gif", "webp")
_EXIF = {"time": (0x0132, 0x9003, 0x9004), "camera": (0x010F, 0x0110, 0xA431, 0xA433, 0xA434, 0xA435, 0xA420)}
_EXIF |= {"author": (0x013B, 0x8298, 0x9C9D, 0xA430), "software": (0x0131, 0x000B), "comment": (0x010E, 0x9286, 0x9C9C)}
_TEXTS = {"author": b"dc:creator", "software": b"CreatorTool", "gps": b"exif:GPS", "time": b"CreateDate"}
# Every application segment and the comment, but for JFIF, colour profile and Adobe, without which colours change.
_TELLING_SEGMENTS = {*range(0xE1, 0xF0), 0xFE} - {0xE2, 0xEE}


def clean_picture(kind: str, source: BinaryIO, target: BinaryIO, pixels: int) -> set[str]:
    """Write the picture anew to `target`; return what was in it; raises Refused file_bomb(pixels, limit)."""
    with Image.open(source, formats=FORMATS[kind]) as image:
        _check_size(image, 1, pixels)  # before anything else: reading a PNG's EXIF already draws the picture
        removed = _found_in(image)
        frames = _frames(image, pixels, moving=kind in _MOVING)
        more = {} if len(frames) == 1 else _motion(frames)
        for frame in frames:
            frame.info = {key: frame.info[key] for key in ("transparency",) if key in frame.info}
        saved_as = "JPEG" if kind == "heic" else kind.upper()
        frames[0].save(target, saved_as, **({"quality": 90} if saved_as in ("JPEG", "WEBP") else {}), **more)
    return removed


def _frames(image: Image.Image, pixels: int, *, moving: bool) -> list[Image.Image]:
    if not moving or not getattr(image, "is_animated", False):
        _check_size(image, 1, pixels)
        ImageOps.exif_transpose(image, in_place=True)
        return [_in_common_colours(image)]
    frames: list[Image.Image] = []
    with suppress(EOFError):
        while True:
            image.seek(len(frames))
            _check_size(image, len(frames) + 1, pixels)
            frames.append(image.copy())
    return frames


def _check_size(image: Image.Image, frames: int, pixels: int) -> None:
    # Asked again at each frame: a GIF may grow on its way.
    if frames > MOST_FRAMES or image.width * image.height * frames > pixels:
        raise Refused("file_bomb", pixels=image.width * image.height * frames, limit=pixels)


def _motion(frames: list[Image.Image]) -> dict[str, object]:
    durations = [int(frame.info.get("duration", 100)) for frame in frames]
    return {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": frames[0].info.get("loop", 0)}


def _in_common_colours(image: Image.Image) -> Image.Image:
    """A colour profile may name the screen and its owner: colours are converted, the profile is dropped."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or image
    keeps_alpha = image.format in ("PNG", "GIF", "WEBP") or image.mode in ("L", "RGB", "CMYK")
    return image if keeps_alpha else image.convert("RGB")


def _found_in(image: Image.Image) -> set[str]:
    texts = {key.lower(): value for key, value in image.info.items() if isinstance(key, str)}
    found = _found_in_exif(image.getexif()) | {"author", "software", "comment"} & texts.keys()
    packet = texts.get("xmp") or texts.get("xml:com.adobe.xmp") or b""
    packet = packet.encode() if isinstance(packet, str) else bytes(packet)
    return found | {code for code, mark in _TEXTS.items() if mark in packet}


def _found_in_exif(exif: Image.Exif) -> set[str]:
    tags = set(exif) | set(exif.get_ifd(ExifTags.IFD.Exif))
    found = {code for code, listed in _EXIF.items() if tags & set(listed)}
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        found.add("gps")
    if exif.get_ifd(ExifTags.IFD.IFD1):
        found.add("thumbnail")
    return found


def clean_photo(data: bytes) -> tuple[bytes, set[str]]:
    """A JPEG inside a document, without its EXIF, XMP, IPTC and comment segments; the picture's bytes stay."""
    kept, at, found = [data[:2]], 2, set()
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda" and at + 4 <= len(data):
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] not in _TELLING_SEGMENTS:
            kept.append(data[at:end])
        elif data[at + 4 : at + 8] == b"Exif":
            exif = Image.Exif()
            with suppress(*FAULTS):
                exif.load(data[at + 4 : end])
                found |= _found_in_exif(exif)
        at = end
    return b"".join([*kept, data[at:]]), found
