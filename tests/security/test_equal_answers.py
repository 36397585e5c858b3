"""An unknown receipt number and a wrong code are one answer: same words, same length, same headers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared.domain import receipts
from tests.support import world as w
from tests.support.office import Office, open_office


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, w.township) as office:
        yield office


def tried(town: Office, receipt_no: str) -> TestResponse:
    client = town.app.test_client()
    return client.send("/track", receipt_no=receipt_no, code=receipts.new_access_code(secrets.randbelow))


def plain(answer: TestResponse) -> str:
    """The page without what differs from one request to the next: the form's token and the number typed."""
    without_token = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    return re.sub(r'(name="(?:receipt_no|code)"[^>]*) value="[^"]*"', r"\1", without_token)


def test_unknown_and_wrong_are_one_answer_also_when_they_must_wait(town: Office) -> None:
    with town.app.app_context():
        known = town.world.file_case(town.app).receipt_no
    unknown = receipts.new_receipt_no(secrets.randbelow)
    statuses = []
    for _ in range(8):
        one, other = tried(town, known), tried(town, unknown)
        assert (one.status_code, plain(one)) == (other.status_code, plain(other))
        assert (len(one.data), [*one.headers.keys()]) == (len(other.data), [*other.headers.keys()])
        statuses.append(one.status_code)
    assert set(statuses) == {422, 429}, "the walk must reach the wait"


def over_the_wire(live: str, receipt_no: str, packed: bool) -> tuple[int, int]:
    """Status and bytes of an answer to a wrong code, as they pass a listener on the line."""
    line = HTTPConnection(urlsplit(live).netloc, timeout=20)
    line.request("GET", "/track")
    page = line.getresponse()
    cookie = str(page.headers["Set-Cookie"]).split(";")[0]
    token = re.findall(rb'name="csrf_token" value="([^"]+)"', page.read())[0].decode()
    code = receipts.new_access_code(secrets.randbelow)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    headers |= {"Accept-Encoding": "gzip, br"} if packed else {}
    line.request("POST", "/track", urlencode({"csrf_token": token, "receipt_no": receipt_no, "code": code}), headers)
    answer = line.getresponse()
    assert (answer.headers["Content-Encoding"] == "gzip") is packed
    found = answer.status, len(answer.read())
    line.close()
    return found


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_unknown_wrong_and_made_to_wait_have_one_length_on_the_line(town: Office, live: str, packed: bool) -> None:
    with town.app.app_context():
        known = town.world.file_case(town.app).receipt_no
    unknown = receipts.new_receipt_no(secrets.randbelow)
    answers = {over_the_wire(live, number, packed) for _ in range(8) for number in (known, unknown)}
    assert {status for status, _ in answers} == {422, 429}, "the walk must reach the wait"
    assert len({length for _, length in answers}) == 1
