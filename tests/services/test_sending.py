"""Sending what is owed: to the right people, once, again where the way was blocked, and silently about the case."""

import datetime as dt

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update

from shared import crypto
from shared.db import work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import SENT, Email, Outcome, Result, Sms
from shared.services import sending, slips
from tests.support import world as worlds
from tests.support.world import MONDAY, World

CITIZEN = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234", "email": "shimin@example.cn"}}
BLOCKED = Result(Outcome.RETRY, "timeout")


class Outside:
    """Remembers what left; `answers` is what the world says, the last answer for good."""

    def __init__(self, app: Flask, *answers: Result, show: bool = False) -> None:
        self.left: list[Email | Sms] = []
        self.answers = list(answers) or [SENT]
        notifier = crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
        self.post = sending.Post(app.extensions["huiyin"].keys, self.send, self, "https://example.cn", show, notifier)

    def send(self, message: Email | Sms) -> Result:
        self.left.append(message)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def run(self, now: dt.datetime) -> None:
        while (batch := sending.claim(now)) is not None:
            sending.send(batch, self.post, now)

    @property
    def addresses(self) -> list[str]:
        return [message.to for message in self.left]


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    return worlds.township()


def rows(*where: object) -> list[OutboxRow]:
    with work() as session:
        found = list(session.scalars(select(OutboxRow).where(*where).order_by(OutboxRow.id)))
        session.expunge_all()
        return found


def only(notice: str, audience: str) -> None:
    """Forget every other notice."""
    with work() as session:
        others = (OutboxRow.notice != notice) | (OutboxRow.audience != audience)
        session.execute(update(OutboxRow).where(others).values(state="dropped"))


def test_citizen_is_told_by_the_chosen_way_and_with_four_digits_only(app: Flask, township: World):
    township.file_case(app, mode="confidential", notify="sms", **CITIZEN)
    outside = Outside(app)
    outside.run(MONDAY)
    sms = next(message for message in outside.left if isinstance(message, Sms))
    assert sms.to == "13900001234"
    case = worlds.case_of(rows(OutboxRow.audience == "citizen")[0].case_id or 0)
    assert case.receipt_no[-4:] in sms.text
    assert case.receipt_no not in sms.text
    assert "公开栏" not in "".join(str(m.text) for m in outside.left)


@pytest.mark.parametrize("choice", [{"mode": "anonymous"}, {"mode": "named", "notify": "none", **CITIZEN}])
def test_a_citizen_who_wants_no_notice_gets_none(app: Flask, township: World, choice: dict[str, str]):
    township.file_case(app, **choice)
    outside = Outside(app)
    outside.run(MONDAY)
    assert outside.addresses == [f"intake{township.institution_id}@example.cn"]
    assert [(r.state, r.outcome) for r in rows(OutboxRow.audience == "citizen")] == [("dropped", "nobody")]


def test_a_slip_is_announced_to_the_signer_of_its_unit_alone(app: Flask, township: World):
    _, slip_id = worlds.transferred(app, township)
    only("to_sign", "unit_signers")
    outside = Outside(app)
    outside.run(MONDAY)
    assert outside.addresses == [f"signer{township.institution_id}@example.cn"]
    assert f"https://example.cn/office/slip/{slip_id}" in outside.left[0].text


def test_a_blocked_way_is_tried_at_once_then_ever_later_for_four_hours(app: Flask, township: World):
    township.file_case(app)
    only("case_received", "office_intake")
    outside, now = Outside(app, BLOCKED), MONDAY
    outside.run(now)
    assert len(outside.left) == 2
    while (row := rows(OutboxRow.audience == "office_intake")[0]).state == "queued":
        now = row.not_before
        outside.run(now)
    assert (len(outside.left), row.state, row.outcome) == (50, "failed", "timeout")
    assert dt.timedelta(hours=3) < now - MONDAY < dt.timedelta(hours=5)
    assert len({message.reference for message in outside.left}) == 1


def test_a_message_that_can_never_go_fails_without_another_try(app: Flask, township: World):
    township.file_case(app)
    outside = Outside(app, Result(Outcome.FAILED, "smtp_550"))
    outside.run(MONDAY)
    assert len(outside.left) == 1
    assert rows(OutboxRow.audience == "office_intake")[0].outcome == "smtp_550"


def test_a_notice_claimed_by_a_worker_that_died_is_offered_again_within_a_minute(app: Flask, township: World):
    township.file_case(app)
    only("case_received", "office_intake")
    assert sending.claim(MONDAY) is not None
    assert sending.claim(MONDAY + sending.LEASE - dt.timedelta(seconds=1)) is None
    assert sending.claim(MONDAY + sending.LEASE) is not None


def test_who_has_it_already_is_left_out_of_the_next_try(app: Flask, township: World):
    case_id = worlds.accepted(app, township)
    units = {"unit_id": township.unit["finance"], "co_units": [township.unit["villages"]]}
    slips.transfer(case_id, township.actor("dispatcher"), MONDAY, points="何时更新", text="栏目", **units)
    only("co_named", "co_unit")
    outside = Outside(app, SENT, BLOCKED, SENT)
    outside.run(MONDAY)
    first, second, third = outside.addresses
    assert first != second == third
    assert rows(OutboxRow.state == "sent")[0].attempts == 2


@pytest.mark.parametrize("show", [True, False])
def test_texts_are_kept_for_the_demo_and_nowhere_else(app: Flask, township: World, show: bool):
    township.file_case(app)
    Outside(app, show=show).run(MONDAY)
    with work() as session:
        kept = session.scalar(select(func.count()).where(Delivery.shown != ""))
    assert bool(kept) is show


@pytest.mark.parametrize(("choice", "kind"), [("sms_neutral", Sms), ("email_neutral", Email)])
def test_neutral_notice_names_no_office_no_case_and_no_sender(
    app: Flask, township: World, choice: str, kind: type[Email | Sms]
):
    township.file_case(app, mode="named", notify=choice, **CITIZEN)
    outside = Outside(app)
    outside.run(MONDAY)
    message = next(m for m in outside.left if m.to in {"13900001234", "shimin@example.cn"})
    assert isinstance(message, kind)
    said = message.text + getattr(message, "subject", "") + (getattr(message, "html", "") or "") + message.reference
    case = worlds.case_of(rows(OutboxRow.audience == "citizen")[0].case_id or 0)
    for telling in (case.receipt_no[-4:], "监察", "南溪", "投诉", "事项", "huiyin", "http"):
        assert telling not in said
