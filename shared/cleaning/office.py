"""Office files: blank properties, no names in comments and tracked changes, pictures without EXIF."""

import re
import zipfile
from typing import BinaryIO

from shared.cleaning.pictures import clean_photo

_SCHEMA = b"http://schemas.openxmlformats.org/"
_BLANK_PROPERTIES = {
    "docprops/core.xml": b'<cp:coreProperties xmlns:cp="%spackage/2006/metadata/core-properties"/>' % _SCHEMA,
    "docprops/app.xml": b'<Properties xmlns="%sofficeDocument/2006/extended-properties"/>' % _SCHEMA,
    "docprops/custom.xml": b'<Properties xmlns="%sofficeDocument/2006/custom-properties"/>' % _SCHEMA,
}
_PROPERTIES = {"author": rb"<(?:dc:creator|cp:lastModifiedBy|Company|Manager)>[^<]", "software": rb"<Application>[^<]"}
_PROPERTIES |= {"time": rb"<dcterms:(?:created|modified)\b", "comment": rb"<(?:dc:(?:title|subject|description))>[^<]"}
# Names of people in comments and tracked changes, and paths on the writer's computer. No pattern
# runs past a tag or far, so that none can be made slow.
_TRACES = (
    (re.compile(rb'(\bw\d*:(?:author|initials|userId)=")[^"<>]+'), rb"\1", "author"),
    (re.compile(rb"(<author>)[^<>]+"), rb"\1", "author"),
    (re.compile(rb'(<person [^<>]{0,500}?displayName=")[^"<>]+'), rb"\1", "author"),
    (re.compile(rb"<x15ac:absPath [^<>]{0,500}/>"), b"", "author"),
    (re.compile(rb"<w:attachedTemplate [^<>]{0,500}/>"), b"", "author"),
    (re.compile(rb'<Relationship [^<>]{0,500}/(?:attachedTemplate|metadata/thumbnail)"[^<>]{0,500}/>'), b"", ""),
)


def clean_office(source: BinaryIO, target: BinaryIO) -> set[str]:
    """Write the document anew to `target`; return what was in it."""
    removed: set[str] = set()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            name = member.filename.lower()
            if name.startswith("docprops/thumbnail"):
                removed.add("thumbnail")
                continue
            data, found = _clean_member(name, old.read(member))
            removed |= found
            # A new entry, so that neither its date nor its extra fields come along.
            entry = zipfile.ZipInfo(member.filename)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return removed


def _clean_member(name: str, data: bytes) -> tuple[bytes, set[str]]:
    if name in _BLANK_PROPERTIES:
        return _BLANK_PROPERTIES[name], {code for code, pattern in _PROPERTIES.items() if re.search(pattern, data)}
    if data.startswith(b"\xff\xd8\xff"):
        return clean_photo(data)
    found = set()
    if name.endswith((".xml", ".rels")):
        for pattern, instead, code in _TRACES:
            data, times = pattern.subn(instead, data)
            if times and code:
                found.add(code)
    return data, found
