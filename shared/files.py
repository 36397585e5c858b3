"""Evidence files: which are taken in, where the cleaned copy lies, and how it is handed out again.

Only the cleaned copy of an image, PDF or office file is kept. Audio, video and OFD are kept as they came
(`metadata_stays`), because cutting them open would break their signatures or their sound.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from io import BytesIO
from typing import BinaryIO, Protocol, cast
from urllib.parse import quote

from shared import cleaning
from shared.cleaning.faults import about
from shared.domain.errors import Refused
from shared.file_kinds import KEPT_AS_IS, KINDS, Limits, kind_of

CHUNK = 1024 * 1024
LONGEST_STEM = 80


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A file of an allowed kind; a refusal names it as it was sent, `name` has the ending of its cleaned copy."""

    kind: str
    sent_as: str
    name: str
    stream: BinaryIO
    removed: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The type under which the cleaned copy is handed out."""
        return KINDS[self.kind].media_type

    def close(self) -> None:
        """Give the working copy back to the disk."""
        self.stream.close()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a row needs to know of a stored file."""

    stored: str
    name: str
    media_type: str
    size: int
    sha256: str
    removed: tuple[str, ...]


def check_count(already: int, coming: int, limits: Limits) -> None:
    """Raise Refused too_many_files(limit) if the case would hold more files than it may."""
    if already + coming > limits.files:
        raise Refused("too_many_files", limit=limits.files)


def take_in(stream: BinaryIO, declared_name: str, limits: Limits, store: "Store") -> Kept:
    """Inspect, clean and store one upload; raises Refused as `inspect` and `clean` do."""
    with (
        closing(inspect(stream, declared_name, limits)) as accepted,
        closing(clean(accepted, limits)) as cleaned,
    ):
        cleaned.stream.seek(0)
        digest = hashlib.file_digest(cast(BytesIO, cleaned.stream), "sha256").hexdigest()
        return Kept(
            stored=store.put(cleaned.stream),
            name=cleaned.name,
            media_type=cleaned.media_type,
            size=cleaned.stream.seek(0, os.SEEK_END),
            sha256=digest,
            removed=cleaned.removed,
        )


def inspect(stream: BinaryIO, declared_name: str, limits: Limits) -> Accepted:
    """A working copy of the upload, its kind read from its content and never from its name.

    Raises Refused with the name: file_too_big(limit), file_empty, file_type, file_macro, file_bomb, file_locked,
    file_broken.
    """
    sent_as = shown_name(declared_name)
    with ExitStack() as at_fault, about(sent_as):
        spool = at_fault.enter_context(_spooled(stream, limits))
        kind = kind_of(spool, declared_name.lower(), limits)
        at_fault.pop_all()
    return Accepted(kind=kind, sent_as=sent_as, name=shown_name(declared_name, KINDS[kind].ending), stream=spool)


def clean(accepted: Accepted, limits: Limits) -> Accepted:
    """A copy without the metadata that may tell who made it, where and with what; raises Refused with the name."""
    if accepted.kind in KEPT_AS_IS:
        return accepted
    accepted.stream.seek(0)
    with ExitStack() as at_fault, about(accepted.sent_as):
        target = at_fault.enter_context(_working_copy(limits))
        removed = cleaning.clean(accepted.kind, accepted.stream, target, limits.pixels)
        at_fault.pop_all()
    return replace(accepted, stream=target, removed=removed)


def metadata_stays(media_type: str) -> bool:
    """Whether files of this type are kept as they came, so that the person must be told."""
    return media_type in {KINDS[kind].media_type for kind in KEPT_AS_IS}


def shown_name(declared: str, ending: str | None = None) -> str:
    """The sender's file name made safe to show and to save; `ending` replaces the one it had."""
    last = unicodedata.normalize("NFC", declared[-500:]).replace("\\", "/").rpartition("/")[2]
    # Control and direction marks can make a name read as another one.
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    tidy = " ".join(re.sub(r'[<>:"|?*]', "_", visible).split())
    stem, dot, old = tidy.rpartition(".")
    if not dot or len(old) > 5:
        stem, old = tidy, ""
    stem = stem.strip(" .")[:LONGEST_STEM].rstrip(" .") or "file"
    return stem + (ending if ending is not None else f".{old}" if old else "")


def download_headers(original_name: str, media_type: str) -> dict[str, str]:
    """Headers under which a browser saves a file and never runs it on our origin (RFC 6266)."""
    name = shown_name(original_name)
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "_", name)
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


class Store(Protocol):
    """Where files lie under random names; a name is given out only when the file is safe there."""

    def put(self, data: BinaryIO) -> str:
        """Store from the beginning of `data` and return the name; survives a power cut from then on."""

    def put_as(self, name: str, data: BinaryIO, *, locked: bool = False) -> None:
        """Store under a name that was given out before, for a restore; `locked` puts it into quarantine."""

    def open(self, name: str) -> BinaryIO:
        """The stored bytes, to be read and moved about in; FileNotFoundError if they are gone."""

    def has(self, name: str) -> bool:
        """Whether the bytes are there."""

    def open_locked(self, name: str) -> BinaryIO:
        """The bytes in quarantine, for a backup only; FileNotFoundError if they are gone."""

    def lock_away(self, name: str) -> None:
        """Move a file in which a virus was found to where nothing is ever handed out from."""

    def locked_away(self, name: str) -> bool:
        """Whether the file lies in quarantine."""

    def delete(self, name: str) -> None:
        """Remove the file; without complaint if that has been done already."""

    def names(self) -> Iterator[tuple[str, bool]]:
        """Every file, and whether it lies in quarantine."""


def is_name(name: str) -> bool:
    """Whether a store may have given it out."""
    return re.fullmatch(r"[0-9a-f]{32}", name) is not None


def checked_name(name: str) -> str:
    """The name itself; raises ValueError for anything that no store has given out."""
    if not is_name(name):
        raise ValueError("no name of a stored file")
    return name


def _working_copy(limits: Limits) -> BinaryIO:
    limits.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return cast(BinaryIO, tempfile.TemporaryFile(dir=limits.folder))


def _spooled(stream: BinaryIO, limits: Limits) -> BinaryIO:
    with ExitStack() as at_fault:
        spool = at_fault.enter_context(_working_copy(limits))
        while chunk := stream.read(CHUNK):
            spool.write(chunk)
            if spool.tell() > limits.file_bytes:
                raise Refused("file_too_big", limit=limits.file_bytes)
        if spool.tell() == 0:
            raise Refused("file_empty")
        at_fault.pop_all()
    return spool
