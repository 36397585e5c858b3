"""Files that staff send: inspected, cleaned and stored before a row speaks of them."""

from __future__ import annotations

from typing import Any

from shared import files
from shared.files import Kept
from shared.web.state import limits, store


def taken_in(sent: list[Any] | None, already: int = 0) -> list[Kept]:
    """The cleaned and stored files of a form; raises Refused for the first that can't be taken, keeping none."""
    chosen = [f for f in sent or [] if f and f.filename]
    files.check_count(already, len(chosen), limits())
    kept: list[Kept] = []
    try:
        for one in chosen:
            kept.append(files.take_in(one.stream, one.filename, limits(), store()))
    except BaseException:
        for done in kept:
            store().delete(done.stored)
        raise
    return kept
