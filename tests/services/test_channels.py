"""One text message's way: hours, caps, approved templates, a second provider, and what a person sees in the end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text, update

from shared.db import work
from shared.models.institution import Institution
from shared.models.sms_template import SmsTemplate
from shared.services import sms_caps
from shared.services.sms_caps import Caps
from tests.support import world as worlds
from tests.support.way import TAKEN, Way, delivery, row
from tests.support.world import MONDAY

NIGHT = MONDAY + dt.timedelta(hours=13)
"""22:00 in Shanghai."""
WRONG_NUMBER = TAKEN.replace("Ok", "InvalidParameterValue.IncorrectPhoneNumber")
WRONG_TEMPLATE = TAKEN.replace("Ok", "FailedOperation.TemplateIncorrectOrUnapproved")


@pytest.fixture
def way(app: Flask, db: SQLAlchemy) -> Iterator[Way]:
    with ExitStack() as stack:
        yield Way(app, worlds.township(), stack)


def registered(way: Way, state: str, provider: str = "tencent") -> None:
    with work() as session:
        session.add(
            SmsTemplate(
                institution_id=way.world.institution_id, notice="received", provider=provider, sign="南溪监察",
                provider_id="2220", text="请致电{phone}，尾号{tail}。", state=state,
            )
        )  # fmt: skip


def test_the_provider_s_number_of_the_message_is_kept(way: Way):
    way.file()
    way.run(MONDAY)
    kept = delivery()
    assert (kept.state, kept.provider, kept.provider_ref, row().state) == ("sent", "tencent", "t-1", "sent")
    assert way.asked == (1, 0)


def test_at_night_a_text_message_waits_for_the_morning_and_no_try_is_counted(way: Way):
    way.file()
    way.run(NIGHT, times=3)
    waits = row()
    assert (way.asked, waits.state, waits.attempts, waits.outcome) == ((0, 0), "queued", 0, "quiet_hours")
    assert waits.not_before == dt.datetime(2026, 9, 8, 0, 0, tzinfo=dt.UTC)  # 08:00 in Shanghai
    way.run(waits.not_before)
    assert row().state == "sent"


def test_an_institution_s_own_hours_count(way: Way):
    way.file()
    with work() as session:
        session.execute(update(Institution).values(sms_hours="08:00-24:00"))
    way.run(NIGHT)
    assert row().state == "sent"


def test_a_landline_gets_no_text_message_but_a_call(way: Way):
    way.file("0871-12345678")
    way.run(MONDAY)
    assert (row().state, row().outcome, way.asked) == ("failed", "not_mobile", (0, 0))


def test_a_number_that_had_enough_today_gets_the_rest_tomorrow(way: Way):
    way.caps = Caps(number=1)
    for _ in range(2):
        way.file()
    way.run(MONDAY, times=2)
    assert (way.asked[0], row().outcome) == (1, "cap_number")
    way.run(row().not_before)
    assert (way.asked[0], row().state) == (2, "sent")


@pytest.mark.parametrize(("caps", "reason"), [(Caps(prefix=1), "cap_prefix"), (Caps(day=1), "cap_day")])
def test_a_prefix_and_a_day_have_their_caps_too(way: Way, caps: Caps, reason: str):
    way.caps = caps
    for phone in ("13900001234", "13900009999"):
        way.file(phone)
    way.run(MONDAY, times=2)
    assert (way.asked[0], row().outcome) == (1, reason)


def test_what_did_not_leave_is_not_counted_and_the_table_holds_no_number(way: Way):
    way.caps, way.first.answers = Caps(number=1), [(500, ""), (500, ""), (200, TAKEN)]
    way.file()
    way.run(MONDAY, times=2)
    way.run(MONDAY + dt.timedelta(minutes=5))
    assert row().state == "sent"
    with work() as session:
        tallies = str(session.execute(text("select * from sms_tally")).all())
    assert "13900001234" not in tallies
    assert tallies.count("1)") == 3


def test_tallies_of_days_gone_by_are_dropped(way: Way):
    way.file()
    way.run(MONDAY)
    sms_caps.forget(MONDAY + dt.timedelta(days=4))
    with work() as session:
        assert session.execute(text("select count(*) from sms_tally")).scalar_one() == 0


@pytest.mark.parametrize("blocked", ["500", "hang"])
def test_after_three_tries_without_an_answer_the_second_provider_has_its_turn(way: Way, blocked: str):
    way.first.answers, way.first.hangs = [(500, "")], blocked == "hang"
    way.file()
    way.run(MONDAY, times=2)
    assert (way.asked, row().state) == ((2, 0), "queued")
    way.run(MONDAY + dt.timedelta(minutes=5))
    assert (way.asked, row().state, delivery().provider) == ((3, 1), "sent", "gateway")


def test_a_template_that_the_first_does_not_take_goes_through_the_second_at_once(way: Way):
    way.first.answers = [(200, WRONG_TEMPLATE)]
    way.file()
    way.run(MONDAY)
    assert (way.asked, row().state, delivery().provider_ref) == ((1, 1), "sent", "g-1")


def test_a_wrong_number_is_not_tried_elsewhere(way: Way):
    way.first.answers = [(200, WRONG_NUMBER)]
    way.file()
    way.run(MONDAY)
    assert (way.asked, row().state) == ((1, 0), "failed")


def test_both_blocked_for_hours_ends_with_a_person(way: Way):
    way.first.answers, way.second.answers = [(500, "")], [(503, "")]
    way.file()
    for minute in range(60):
        way.run(MONDAY + dt.timedelta(minutes=6 * minute))
    assert (row().state, row().outcome, row().attempts) == ("failed", "http_500", 50)


def test_an_approved_template_of_the_register_goes_before_the_settings(way: Way):
    registered(way, "approved")
    way.file()
    way.run(MONDAY)
    said = json.loads(way.first.asked[0].body)
    assert (said["TemplateId"], said["SignName"]) == ("2220", "南溪监察")
    assert said["TemplateParamSet"][0] == "0000-12345678"


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected"])
def test_a_template_that_is_not_approved_is_never_sent(way: Way, state: str):
    registered(way, state)
    registered(way, state, "gateway")
    way.file()
    way.run(MONDAY)
    assert (way.asked, row().state, row().outcome) == ((0, 0), "failed", "template_not_approved")


def test_a_province_s_platform_gets_the_words_of_the_register(way: Way):
    registered(way, "draft")
    registered(way, "approved", "gateway")
    way.file()
    way.run(MONDAY)
    said = json.loads(way.second.asked[0].body)
    assert said["text"].startswith("【南溪监察】请致电0000-12345678，尾号")


def test_a_reference_can_not_be_made_up(way: Way):
    way.file()
    way.run(MONDAY)
    said = json.loads(way.first.asked[0].body)["SessionContext"]
    assert said.startswith(f"huiyin-{row().id}-0-")
    assert len(said.rpartition("-")[2]) == 16
