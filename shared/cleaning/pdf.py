"""PDF: what describes its maker, what runs by itself and what is attached is taken out."""

from typing import BinaryIO

import pikepdf

from shared.cleaning.pictures import clean_photo

_INFO = {"/Author": "author", "/Creator": "software", "/Producer": "software", "/CreationDate": "time"}
_INFO |= {"/ModDate": "time", "/Title": "comment", "/Subject": "comment", "/Keywords": "comment"}
_ROOT = {"/OpenAction": "", "/AA": "script", "/Metadata": "", "/AF": "attachment", "/Collection": "attachment"}
_PARTS = {"/AA": "script", "/Metadata": "", "/PieceInfo": "", "/EF": "attachment", "/AF": "attachment"}
_PARTS |= {"/Thumb": "thumbnail", "/LastModified": "time"}
_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/GoToE",
    "/GoToR",
    "/RichMediaExecute",
}
pikepdf.settings.set_qpdf_limits(flate_max_memory=256 * 1024 * 1024, run_length_max_memory=256 * 1024 * 1024)


def clean_pdf(source: BinaryIO, target: BinaryIO) -> set[str]:
    """Write the document anew to `target`, earlier revisions left out; return what was in it."""
    with pikepdf.open(source) as pdf:
        removed = {_INFO[key] for key in pdf.docinfo.keys() & _INFO.keys()}
        del pdf.docinfo
        removed |= _dropped(pdf.Root, _ROOT)
        for name, parts in (
            ("/Names", {"/JavaScript": "script", "/EmbeddedFiles": "attachment"}),
            ("/AcroForm", {"/XFA": "script"}),
        ):
            if isinstance(part := pdf.Root.get(name), pikepdf.Dictionary):
                removed |= _dropped(part, parts)
        for node in pdf.objects:
            removed |= _clean_node(node)
        pdf.save(target)
    return removed - {""}


def _clean_node(root: object) -> set[str]:
    """One object of a PDF with everything that stands directly inside it."""
    found: set[str] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo += _direct(list(node))
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            found |= _clean_dictionary(node)
            todo += _direct([node[key] for key in set(node.keys())])
    return found


def _direct(nodes: list[object]) -> list[object]:
    return [node for node in nodes if isinstance(node, pikepdf.Object) and not node.is_indirect]


def _clean_dictionary(node: pikepdf.Object) -> set[str]:
    keys, found = set(node.keys()), set()
    # A dictionary of resources has free names such as /AA: only objects that say what they are count.
    if keys & {"/Type", "/Subtype", "/FT", "/F", "/UF"}:
        found |= _dropped(node, _PARTS)
    if "/S" in keys and str(node["/S"]) in _ACTIONS:
        _dropped(node, dict.fromkeys(("/S", "/JS", "/F", "/Win"), ""))
        found.add("script")
    if isinstance(node, pikepdf.Stream) and node.get("/Filter") in (pikepdf.Name.DCTDecode, [pikepdf.Name.DCTDecode]):
        picture, more = clean_photo(node.read_raw_bytes())
        hints = node.get("/DecodeParms")
        known = hints if isinstance(hints, pikepdf.Dictionary | pikepdf.Array) else None
        node.write(picture, filter=pikepdf.Name.DCTDecode, decode_parms=known)
        found |= more
    return found


def _dropped(node: pikepdf.Object, listed: dict[str, str]) -> set[str]:
    found = {code for key, code in listed.items() if key in node}
    for key in listed:
        if key in node:
            del node[key]
    return found
