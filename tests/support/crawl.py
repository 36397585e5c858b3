"""Everything a browser can open: every address of the map with the ids that exist, and every link found on the way."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

import pikepdf
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from backoffice import slips, steps
from shared.services.queries_queue import VIEWS

FEW = 3
"""Of a second number in one address, the first of the ids will do: both together would be thousands."""
FRAGMENT = {"HX-Request": "true"}
MOST_OF_A_KIND = 3
"""So many addresses that differ in their query alone are opened: pages of a list look alike."""


STEP = re.compile(r"/(case|slip)/1/[a-z]+(_[a-z]+)*$|/(queue|print)/")
"""Forms of steps look alike everywhere, as views of the queue do; papers are tried by themselves."""


def addresses(app: Flask, ids: Iterable[int], offices: Iterable[str]) -> list[str]:
    """Every address that answers GET, for each of the ids and each word that a part of it may be."""
    words = {"office": list(offices), "view": sorted(VIEWS), "step": sorted({*steps.ACTS, *slips.ACTS})}
    words |= {
        "token": ["unknown"],
        "code": ["accepted", "to_sign"],
        "copy_id": [],
    }  # random: copies are found by the links to them
    found, numbers = [], sorted(set(ids))
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            found += list(_filled(rule, numbers, words))
    return sorted(set(found))


def _filled(rule: Rule, ids: list[int], words: dict[str, list[str]]) -> Iterator[str]:
    choices: list[dict[str, object]] = [{}]
    for name in sorted(rule.arguments - set(rule.defaults or ())):
        number = isinstance(rule._converters[name], IntegerConverter)
        values = (ids if len(choices) == 1 else ids[:FEW]) if number else words.get(name, ["unknown"])
        choices = [{**chosen, name: value} for chosen in choices for value in values]
    for chosen in choices:
        built = rule.build(chosen)
        if built is not None:
            yield built[1]


def walk(client: FlaskClient, starts: Iterable[str]) -> Iterator[tuple[str, TestResponse]]:
    """Each address and what it answers, whole and as the fragment that htmx asks for; links are followed."""
    waiting, seen, kinds = list(starts), set[str](), dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        kind = urlsplit(address).path
        if address in seen or kinds.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = client.get(address, buffered=True)
        yield address, answer
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield f"{address} (fragment)", client.get(address, headers=FRAGMENT, buffered=True)
        waiting += links(address, answer)


def links(address: str, answer: TestResponse) -> list[str]:
    """The addresses of our own that a page leads to."""
    if answer.location:
        found = [answer.location]
    elif answer.mimetype == "text/html" and answer.text.strip():
        tree = html.fromstring(answer.text)
        found = tree.xpath("//a/@href | //img/@src | //@hx-get | //form[@method='get']/@action")
    else:
        return []
    whole = [urlsplit(urljoin(f"http://localhost{address}", str(one))) for one in found]
    return [
        one._replace(scheme="", netloc="", fragment="").geturl()
        for one in whole
        if one.netloc == "localhost" and not one.path.startswith("/static/")
    ]


def insides(data: bytes) -> bytes:
    """The bytes of an answer or a file with everything packed in it laid open."""
    if data.startswith(b"%PDF-"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as book:
            book.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
        return data + out.getvalue()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return data + b"".join(archive.read(name) for name in archive.namelist())
    packed = [match.start() for match in re.finditer(rb"x[\x01\x9c\xda]", data)]
    return data + b"".join(filter(None, (_inflated(data[at:]) for at in packed)))


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1024 * 1024)
    except zlib.error:
        return b""


def one_of_each_kind(client: FlaskClient, start: str) -> Iterator[tuple[str, str]]:
    """Address and text of one page for each pattern of addresses below the start; forms of steps are left out."""
    waiting, seen = [start], set[str]()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+", "1", urlsplit(address).path)
        if kind in seen or not kind.startswith(start) or STEP.search(kind):
            continue
        seen.add(kind)
        answer = client.get(address, buffered=True)
        assert answer.status_code in {200, 303, 409}, (address, answer.status_code)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            yield address, answer.text
        waiting += links(address, answer)
