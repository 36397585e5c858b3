"""The address to which providers report: secret, signed where they sign, small, and the same answer for everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from shared import clock
from shared.senders.gateway import signature
from tests.support import world as worlds
from tests.support.way import Way, delivery
from tests.support.world import MONDAY

TOKEN = "receipts0secret0token0of0a0test"
SECRET = "made-up secret"
TENCENT = f"/receipts/tencent/{TOKEN}"
GATEWAY = f"/receipts/gateway/{TOKEN}"


@pytest.fixture
def way(app: Flask, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    state = app.extensions["huiyin"]
    named = {"sms_provider": "tencent", "sms_second_provider": "gateway", "gateway_sms_secret": SECRET}
    sms = replace(state.settings.sms, sms_receipt_token=TOKEN, **named)
    monkeypatch.setitem(app.extensions, "huiyin", replace(state, settings=replace(state.settings, sms=sms)))
    with ExitStack() as stack, clock.frozen(MONDAY):
        made = Way(app, worlds.township(), stack)
        made.file()
        made.run(MONDAY)
        yield made


def pushed(way: Way, address: str, body: object, **headers: str) -> tuple[int, bytes]:
    """What a provider gets for its push; sent as no browser would, without token or cookie."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = way.app.test_client().post(address, data=data, headers=headers, content_type="application/json")
    return answer.status_code, answer.data


def receipt(sid: str, status: str = "SUCCESS") -> list[dict[str, str]]:
    return [{"sid": sid, "report_status": status, "errmsg": "DELIVRD", "mobile": "13900001234"}]


def test_a_known_and_an_unknown_number_get_the_same_answer(way: Way):
    known = pushed(way, TENCENT, receipt("t-1"))
    assert known == pushed(way, TENCENT, receipt("t-9")) == pushed(way, TENCENT, receipt("t-1"))
    assert json.loads(known[1]) == {"errmsg": "OK", "result": 0}
    assert delivery().state == "delivered"


@pytest.mark.parametrize(
    "address",
    [TENCENT[:-1], TENCENT + "x", "/receipts/tencent/字", f"/receipts/aliyun/{TOKEN}", f"/receipts/outbox/{TOKEN}"],
)
def test_whoever_does_not_know_the_address_finds_nothing(way: Way, address: str):
    assert pushed(way, address, receipt("t-1"))[0] == 404
    assert delivery().state == "sent"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"[null, 1, {}]", b"\xff\xfe", b'{"sid": "t-1"}', b'[{"sid": {}}]']
)
def test_what_is_no_receipt_moves_nothing_and_breaks_nothing(way: Way, body: bytes):
    assert pushed(way, TENCENT, body)[0] == 200
    assert delivery().state == "sent"


def test_too_much_at_once_is_refused(way: Way):
    assert pushed(way, TENCENT, b"x" * 200_000)[0] == 413
    assert pushed(way, TENCENT, receipt("t-1") * 501)[0] == 413
    assert delivery().state == "sent"


def test_pushes_beyond_a_minute_s_share_are_refused(way: Way, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.sms_receipts.PER_MINUTE", 2)
    assert [pushed(way, TENCENT, [])[0] for _ in range(3)] == [200, 200, 429]


def signed(body: bytes, secret: str = SECRET, seconds: int = 0) -> dict[str, str]:
    at = str(int(MONDAY.timestamp()) - seconds)
    return {"X-Timestamp": at, "X-Nonce": "n", "X-Signature": signature(secret, at, "n", body)}


def test_a_platform_s_receipt_counts_with_its_signature_alone(way: Way):
    body = json.dumps([{"id": "g-1", "status": "delivered"}]).encode()
    assert pushed(way, GATEWAY, body, **signed(body))[0] == 200
    assert pushed(way, GATEWAY, body)[0] == 403
    assert pushed(way, GATEWAY, body, **signed(body, "another"))[0] == 403
    assert pushed(way, GATEWAY, body, **signed(body, seconds=301))[0] == 403
    assert pushed(way, GATEWAY, body + b" ", **signed(body))[0] == 403


def test_without_a_token_in_the_settings_there_is_no_such_address(app: Flask, db: SQLAlchemy):
    assert app.test_client().post("/receipts/tencent/", data=b"[]").status_code == 404
    assert app.test_client().post("/receipts/tencent/x", data=b"[]").status_code == 404
