"""How files of each type go over to a unit, known without opening one."""

from __future__ import annotations

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
WRITINGS = {
    "text/plain; charset=utf-8": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


def way_of(media_type: str) -> str:
    """How a file of this type goes over: pages, text (redacted), sound (as it is, with a warning), or left out."""
    if media_type in PICTURES or media_type == "application/pdf":
        return "pages"
    if media_type in WRITINGS:
        return "text"
    return "sound" if media_type.startswith(("audio/", "video/")) else "left"
