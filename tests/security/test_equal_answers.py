"""An unknown receipt number and a wrong code are one answer: same words, same length, same headers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

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
