"""Which kinds of file are taken in, read from the content alone."""

import os
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shared.cleaning import text_of
from shared.domain.errors import Refused

MIB = 1024 * 1024


class Kind(NamedTuple):
    """How a cleaned file of this kind ends and is announced."""

    ending: str
    media_type: str


KINDS = {
    "jpeg": Kind(".jpg", "image/jpeg"),
    "png": Kind(".png", "image/png"),
    "gif": Kind(".gif", "image/gif"),
    "webp": Kind(".webp", "image/webp"),
    "heic": Kind(".jpg", "image/jpeg"),  # few browsers show HEIC
    "pdf": Kind(".pdf", "application/pdf"),
    "docx": Kind(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": Kind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ofd": Kind(".ofd", "application/ofd"),
    "txt": Kind(".txt", "text/plain; charset=utf-8"),
    "mp3": Kind(".mp3", "audio/mpeg"),
    "m4a": Kind(".m4a", "audio/mp4"),
    "wav": Kind(".wav", "audio/wav"),
    "amr": Kind(".amr", "audio/amr"),
    "mp4": Kind(".mp4", "video/mp4"),
    "mov": Kind(".mov", "video/quicktime"),
}
KEPT_AS_IS = ("ofd", "mp3", "m4a", "wav", "amr", "mp4", "mov")

_BEGINNINGS = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"%PDF-": "pdf",
    b"#!AMR": "amr",
    b"ID3": "mp3",
}
_RIFF = {b"WEBP": "webp", b"WAVE": "wav"}
_BRANDS = (
    dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1"), "heic")
    | dict.fromkeys((b"M4A ", b"M4B "), "m4a")
    | dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "), "mp4")
    | dict.fromkeys((b"3gp4", b"3gp5", b"3gp6"), "mp4")
    | {b"qt  ": "mov"}
)
_PARTS = {
    "docx": {"[content_types].xml", "word/document.xml"},
    "xlsx": {"[content_types].xml", "xl/workbook.xml"},
    "ofd": {"ofd.xml"},
}
_MACRO = re.compile(r"vbaproject|vbadata|macroenabled|macrosheet|dialogsheet|/activex/")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost, and the folder where it is worked on: nameless there, so it goes with the process."""

    folder: Path
    file_bytes: int = 20 * MIB
    files: int = 9
    pixels: int = 50 * MIB  # phones that advertise 50 megapixels save up to 8192 × 6144
    unpacked_bytes: int = 200 * MIB
    members: int = 5000


def kind_of(spool: BinaryIO, declared: str, limits: Limits) -> str:
    """A key of KINDS; raises Refused file_type, file_macro, file_bomb, file_locked or file_broken."""
    spool.seek(0)
    head = spool.read(32)
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(spool, limits)
    kind = _sniffed(head)
    if kind == "mp4" and declared.endswith(".m4a"):
        return "m4a"  # recorders of several phones mark sound as a film
    if kind is None and declared.endswith(".txt"):
        spool.seek(0)
        kind = "txt" if text_of(spool.read()) is not None else None
    if kind is None or (kind == "heic" and not _reads_heic()):
        raise Refused("file_type")
    return kind


def _reads_heic() -> bool:
    from shared.cleaning.pictures import READS_HEIC  # a heavy library: read when a file asks for it

    return READS_HEIC


def _sniffed(head: bytes) -> str | None:
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    # An MPEG layer III frame: sync bits, version and layer that exist.
    bare_mp3 = len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0
    return "mp3" if bare_mp3 else None


def _archive_kind(spool: BinaryIO, limits: Limits) -> str:
    _check_directory(spool, limits)
    with zipfile.ZipFile(spool) as archive:
        members = archive.infolist()
        # Office reads part names without regard to case.
        parts = {member.filename.lower(): member for member in members}
        kind = next((kind for kind, needed in _PARTS.items() if needed <= parts.keys()), None)
        if kind is None:
            raise Refused("file_type")
        if sum(member.file_size for member in members) > limits.unpacked_bytes or len(members) > limits.members:
            raise Refused("file_bomb")
        if any(member.flag_bits & 1 for member in members):
            raise Refused("file_locked")
        if len(parts) != len(members) or any(member.compress_type not in (0, 8) for member in members):
            raise Refused("file_broken")
        if kind != "ofd" and _has_macro(archive, parts):
            raise Refused("file_macro")
        if kind == "ofd" and archive.testzip():
            raise Refused("file_broken")
    return kind


def _has_macro(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> bool:
    types = archive.read(parts["[content_types].xml"]).replace(b"\0", b"")  # UTF-16 hides nothing
    return any(map(_MACRO.search, [*parts, types.decode("latin-1").lower()]))


def _check_directory(spool: BinaryIO, limits: Limits) -> None:
    """Refuse a table of contents that would fill the memory before it can be counted."""
    size = spool.seek(0, os.SEEK_END)
    spool.seek(max(0, size - 65_557))
    tail = spool.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise Refused("file_broken")
    (listed,) = struct.unpack_from("<I", tail, at + 12)
    if listed > limits.members * 400:
        raise Refused("file_bomb")
