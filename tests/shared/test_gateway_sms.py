"""A province's platform: what it gets, what its answers mean, and whose receipts are believed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from shared import clock
from shared.senders import SENT, Outcome, Receipt, Result, Sms
from shared.senders.gateway import FIELDS, GatewaySms, receipts, signature, sound
from tests.support.certificates import certified
from tests.support.sms import Provider, provider

SMS = Sms("13800138000", "answered", "【监察室】已有答复", {"tail": "0043"}, "huiyin-7-0", sign="监察室")
SECRET = "made-up secret"
AT = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


def sender(server: Provider, timeout: float = 5, **names: str) -> GatewaySms:
    return GatewaySms(f"{server.url}/send", "huiyin", SECRET, names or {name: name for name in FIELDS}, "", timeout)


def test_the_platform_finds_the_signature_right_by_the_words_of_the_handbook():
    with provider((200, '{"id": 91}')) as server:
        result = sender(server).send(SMS)
    [request] = server.asked
    told = f"{request.headers['x-timestamp']}\n{request.headers['x-nonce']}\n{hashlib.sha256(request.body).hexdigest()}"
    expected = hmac.new(SECRET.encode(), told.encode(), "sha256").hexdigest()
    assert (result, result.ref, request.headers["x-signature"]) == (SENT, "91", expected)


def test_the_platform_gets_the_parts_under_its_own_names_and_no_others():
    with provider((200, "{}")) as server:
        sender(server, to="mobile", text="content", reference="extno").send(SMS)
    assert json.loads(server.asked[0].body) == {
        "mobile": "13800138000",
        "content": "【监察室】已有答复",
        "extno": "huiyin-7-0",
    }


@pytest.mark.parametrize(
    ("status", "body", "outcome", "about_number"),
    [
        (422, '{"code": "number"}', Outcome.FAILED, True),
        (400, "", Outcome.FAILED, False),
        (401, "", Outcome.RETRY, False),
        (429, "", Outcome.RETRY, False),
        (503, '{"code": "number"}', Outcome.RETRY, False),
        (302, "", Outcome.RETRY, False),
    ],
)
def test_what_the_platform_s_refusals_mean(status: int, body: str, outcome: Outcome, about_number: bool):
    with provider((status, body)) as server:
        result = sender(server).send(SMS)
    assert (result.outcome, result.about_address) == (outcome, about_number)


def test_a_platform_that_hangs_is_tried_again():
    with provider(hangs=True) as server:
        assert sender(server, timeout=0.2).send(SMS) == Result(Outcome.RETRY, "timeout")


@pytest.mark.parametrize(
    ("made", "result"),
    [
        ({}, SENT),
        ({"ends_in_days": -1}, Result(Outcome.RETRY, "tls_expired")),
        ({"address": "127.0.0.9"}, Result(Outcome.RETRY, "tls_name")),
    ],
)
def test_a_platform_s_certificate_is_checked_and_what_is_wrong_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, object], result: Result
):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls.pem"))
    context = certified(tmp_path, **made)
    with provider((200, "{}"), tls=context) as server:
        assert sender(server).send(SMS) == result
    assert len(server.asked) == (1 if result == SENT else 0)


@pytest.mark.parametrize(
    ("seconds", "body", "believed"), [(0, b"[]", True), (299, b"[]", True), (301, b"[]", False), (0, b"[1]", False)]
)
def test_a_receipt_is_believed_with_a_fresh_signature_over_its_words(seconds: int, body: bytes, believed: bool):
    at = str(int(AT.timestamp()) - seconds)
    headers = {"X-Timestamp": at, "X-Nonce": "n", "X-Signature": signature(SECRET, at, "n", b"[]")}
    with clock.frozen(AT):
        assert sound(SECRET, headers, body) is believed
        assert not sound("another secret", headers, body)
        assert not sound(SECRET, headers | {"X-Timestamp": "²"}, body)
        assert not sound(SECRET, {}, body)


def test_receipts_are_read_and_oddities_passed_over():
    rows = [{"id": 91, "status": "failed", "reason": "off"}, {"id": 92, "status": "?"}, 3]
    assert receipts(rows) == [Receipt("91", False, "off")]
