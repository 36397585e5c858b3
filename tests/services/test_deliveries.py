"""Receipts and letters that come back: final states never move, forged and unknown ones change nothing (R8)."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import update

from shared import cli, receipts
from shared.db import work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import Receipt
from shared.senders.aliyun import AliyunSms
from shared.senders.tencent import TencentSms
from shared.services import deliveries, sending
from tests.support import sms as providers
from tests.support import world as worlds
from tests.support.mail import report
from tests.support.way import Way, delivery, row
from tests.support.world import MONDAY

BOTH = ("tencent", "gateway")
LATER = MONDAY + dt.timedelta(minutes=30)
ARRIVED, LOST = Receipt("t-1", True), Receipt("t-1", False, "UNDELIV")


@pytest.fixture
def way(app: Flask, db: SQLAlchemy) -> Iterator[Way]:
    with ExitStack() as stack:
        made = Way(app, worlds.township(), stack)
        made.file()
        made.run(MONDAY)
        yield made


def states() -> tuple[str, str]:
    return delivery().state, row().state


def test_a_receipt_makes_it_delivered_once(way: Way):
    assert deliveries.receive("tencent", [ARRIVED], BOTH, LATER) == 1
    assert states() == ("delivered", "delivered")
    assert deliveries.receive("tencent", [ARRIVED, LOST], BOTH, LATER) == 0
    assert states() == ("delivered", "delivered")


@pytest.mark.parametrize(
    ("provider", "ref"),
    [("tencent", "t-2"), ("gateway", "t-1"), ("tencent", ""), ("tencent", "t-1\x00"), ("tencent", "t" * 5000)],
)
def test_an_unknown_or_odd_number_moves_nothing(way: Way, provider: str, ref: str):
    assert deliveries.receive(provider, [Receipt(ref, True)], BOTH, LATER) == 0
    assert states() == ("sent", "sent")


def test_what_was_not_delivered_goes_through_the_second_provider_and_the_first_s_late_receipt_is_harmless(way: Way):
    deliveries.receive("tencent", [LOST], BOTH, LATER)
    assert states() == ("retry", "queued")
    way.run(LATER)
    assert (way.asked, delivery().provider, states()) == ((1, 1), "gateway", ("sent", "sent"))
    assert deliveries.receive("tencent", [ARRIVED], BOTH, LATER) == 0
    deliveries.receive("gateway", [Receipt("g-1", True)], BOTH, LATER)
    assert states() == ("delivered", "delivered")


def test_not_delivered_by_any_ends_with_a_person(way: Way):
    deliveries.receive("tencent", [LOST], BOTH, LATER)
    way.run(LATER)
    deliveries.receive("gateway", [Receipt("g-1", False, "off")], BOTH, LATER)
    assert (states(), row().outcome) == (("failed", "failed"), "off")


def test_without_a_second_provider_a_lost_message_has_failed(way: Way):
    deliveries.receive("tencent", [LOST], ("tencent",), LATER)
    assert (states(), row().outcome) == (("failed", "failed"), "UNDELIV")


@pytest.mark.parametrize("settled", ["replaced", "dropped", "parked", "held"])
def test_a_receipt_leaves_what_a_person_has_settled(way: Way, settled: str):
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == row().id).values(state=settled))
    deliveries.receive("tencent", [LOST], BOTH, LATER)
    assert row().state == settled


def test_a_second_run_after_a_receipt_sends_nothing_again(way: Way):
    deliveries.receive("tencent", [ARRIVED], BOTH, LATER)
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == row().id).values(state="queued"))
    way.run(LATER)
    assert (way.asked, row().state) == ((1, 0), "sent")


def test_tencent_s_kept_receipts_are_pulled_until_there_are_no_more(way: Way):
    rows = [{"SerialNo": "t-1", "ReportStatus": "SUCCESS"}]
    way.first.answers = [(200, json.dumps({"Response": {"PullSmsSendStatusSet": found}})) for found in (rows, [])]
    post = way.post()
    assert receipts.poll(post.providers, post.keys, post.notifier, LATER) == 1
    assert (states(), len(way.first.asked)) == (("delivered", "delivered"), 3)


def told(status: int, code: str = "") -> str:
    """What QuerySendDetails answers."""
    found = [{"SendStatus": status, "ErrCode": code, "PhoneNum": "13900001234"}]
    return json.dumps({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}})


def test_aliyun_is_asked_by_number_and_day_for_what_is_silent_for_ten_minutes(way: Way):
    with work() as session:
        session.execute(update(Delivery).values(provider="aliyun", provider_ref="a^1"))
    post = way.post()
    with providers.provider((200, told(1)), (200, told(2, "MK:0001"))) as server:
        asked = {"aliyun": AliyunSms("k", "s", server.url, "签", {})}
        results = [
            receipts.poll(asked, post.keys, post.notifier, MONDAY + dt.timedelta(minutes=m)) for m in (9, 11, 20, 50)
        ]
    assert results == [0, 0, 0, 1]
    assert [("PhoneNumber=13900001234" in one.path, "SendDate=20260907" in one.path) for one in server.asked] == [
        (True, True)
    ] * 2
    assert (states(), row().outcome) == (("failed", "failed"), "MK:0001")


def test_polling_a_provider_that_hangs_changes_nothing(way: Way):
    with providers.provider(hangs=True) as server:
        asked = {"tencent": TencentSms("i", "k", server.url, "r", "14", "签", {}, 0.2)}
        assert receipts.poll(asked, way.post().keys, {}, LATER) == 0
    assert states() == ("sent", "sent")


def letter(way: Way) -> str:
    """Sends a letter to the office and returns its reference."""
    way.world.file_case(way.app)
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.audience == "citizen").values(state="dropped"))
    while (claimed := sending.claim(MONDAY)) is not None:
        sending.send(claimed, way.post(), MONDAY)
    return way.emails[-1].reference


def bounce(way: Way, reference: str, action: str = "failed") -> bool:
    raw = report(f"Message-ID: <{reference}@nanxi.example>\r\n", action)
    return deliveries.bounced(way.post().keys, raw, LATER)


def test_a_letter_that_comes_back_has_failed(way: Way):
    reference = letter(way)
    assert not bounce(way, reference, "delayed")
    assert bounce(way, reference)
    assert (delivery().state, delivery().reason) == ("failed", "smtp_5.1.1")
    assert not bounce(way, reference)


def test_a_made_up_bounce_fails_nobody_s_letter(way: Way):
    reference = letter(way)
    forged = reference[:-1] + ("0" if reference[-1] != "0" else "1")
    other = "huiyin-999999999-1-" + reference.rpartition("-")[2]
    assert not any(bounce(way, made) for made in (forged, other, "huiyin-1-1", "huiyin-x"))
    assert delivery().state == "sent"


def test_the_mail_system_hands_a_bounce_in_by_a_command(way: Way, monkeypatch: pytest.MonkeyPatch):
    raw = report(f"Message-ID: <{letter(way)}@nanxi.example>\r\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert cli.bounce(argparse.Namespace()) == 0
    assert delivery().state == "failed"
