"""Which metadata is taken out of a file before anybody else sees it."""

import re
from contextlib import suppress
from typing import BinaryIO

REMOVABLE = ("gps", "time", "camera", "author", "software", "thumbnail", "comment", "script", "attachment")
"""Everything that `removed` may hold, in the order in which it is told; each has a label."""


def clean(kind: str, source: BinaryIO, target: BinaryIO, pixels: int) -> tuple[str, ...]:
    """Write a copy of `source` without its metadata to `target`; return what was in it, in the order of REMOVABLE."""
    # Read when a file comes: the libraries behind them take a third of a second and 30 MB of every process.
    from shared.cleaning.office import clean_office
    from shared.cleaning.pdf import clean_pdf
    from shared.cleaning.pictures import FORMATS, clean_picture

    if kind == "txt":
        target.write((text_of(source.read()) or "").encode())
        removed: set[str] = set()
    elif kind == "pdf":
        removed = clean_pdf(source, target)
    elif kind in FORMATS:
        removed = clean_picture(kind, source, target, pixels)
    else:
        removed = clean_office(source, target)
    return tuple(code for code in REMOVABLE if code in removed)


def text_of(data: bytes) -> str | None:
    """Plain text in UTF-8, UTF-16 with its mark, or GB 18030; None if it is something else."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            return None if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) else text
    return None
