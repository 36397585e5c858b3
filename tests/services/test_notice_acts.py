"""What people do about notices that did not go: each act settles the row, and stands on the case."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from shared.db import work
from shared.models.admin_act import AdminAct
from shared.models.case_bar import CaseBar
from shared.models.notice import NoticeAct
from shared.models.outbox import OutboxRow
from shared.senders import SENT, Outcome, Result
from shared.services import notice_acts, queries_notices
from tests.services.test_sending import CITIZEN, Outside, only
from tests.support import rows as r
from tests.support import world as w
from tests.support.world import MONDAY, World

REFUSED = Result(Outcome.FAILED, "smtp_550")


@pytest.fixture
def town(app: Flask, db: SQLAlchemy) -> World:
    return w.township()


def failed(app: Flask, town: World, state: str = "failed") -> tuple[int, int]:
    """A citizen's notice in that state, and its case."""
    case_id = town.file_case(app, mode="named", notify="email", **CITIZEN).case_id
    only("received", "citizen")
    Outside(app, REFUSED).run(MONDAY)
    with work() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.notice == "received")).one()
        row.state = state
        return row.id, case_id


def state(outbox_id: int) -> str:
    with work() as session:
        return session.get_one(OutboxRow, outbox_id).state


def test_a_notice_sent_again_reaches_whoever_it_failed_for(app: Flask, town: World):
    outbox_id, case_id = failed(app, town)
    notice_acts.retry(outbox_id, town.actor("intake"), MONDAY)
    outside = Outside(app, SENT)
    outside.run(MONDAY)
    assert outside.addresses == ["shimin@example.cn"]
    assert state(outbox_id) == "sent"
    assert r.kinds(case_id)[-1] == "notice_retried"


@pytest.mark.parametrize(
    ("by", "code", "left", "event"),
    [
        ("letter", "posted", "replaced", "notice_replaced"),
        ("call", "told", "replaced", "notice_replaced"),
        ("call", "no_answer", "failed", "notice_called"),
    ],
)
def test_a_letter_or_a_call_that_reached_somebody_settles_it(
    app: Flask, town: World, by: str, code: str, left: str, event: str
):
    outbox_id, case_id = failed(app, town)
    notice_acts.replace(outbox_id, town.actor("intake"), by, code, MONDAY)
    assert state(outbox_id) == left
    assert r.kinds(case_id)[-1] == event
    (told,) = [t for t in queries_notices.of_case(case_id, town.actor("intake")) if t.row.id == outbox_id]
    assert told.state == (by if left == "replaced" else "failed")
    assert [(a.kind, a.code, name) for a, name in told.acts] == [(by, code, town.actor("intake").name)]


def test_giving_up_needs_a_reason(app: Flask, town: World):
    outbox_id, case_id = failed(app, town)
    assert r.refusal(notice_acts.drop, outbox_id, town.actor("intake"), "", MONDAY) == "reason"
    notice_acts.drop(outbox_id, town.actor("intake"), "来信人已当面知道", MONDAY)
    assert state(outbox_id) == "dropped"
    assert r.kinds(case_id)[-1] == "notice_dropped"


def test_the_reason_stands_with_the_notice_and_not_in_the_record_of_the_case(app: Flask, town: World):
    outbox_id, _case = failed(app, town)
    notice_acts.drop(outbox_id, town.actor("intake"), "来信人已当面知道", MONDAY)
    with work() as session:
        assert session.scalars(select(NoticeAct.reason)).all() == ["来信人已当面知道"]
        assert session.scalar(select(OutboxRow.outcome).where(OutboxRow.id == outbox_id)) == "smtp_550"


@pytest.mark.parametrize("role", ["dispatcher", "archivist", "handler", "security_admin", "auditor"])
def test_nobody_else_settles_a_notice(app: Flask, town: World, role: str):
    outbox_id, _case = failed(app, town)
    for act in (
        lambda: notice_acts.retry(outbox_id, town.actor(role), MONDAY),
        lambda: notice_acts.replace(outbox_id, town.actor(role), "letter", "posted", MONDAY),
        lambda: notice_acts.drop(outbox_id, town.actor(role), "知道了", MONDAY),
        lambda: notice_acts.release([outbox_id], town.actor(role), MONDAY),
    ):
        assert r.refusal(act) == "not_yours"


def test_another_institution_finds_no_such_notice(app: Flask, town: World):
    outbox_id, _case = failed(app, town)
    stranger = w.county().actor("intake")
    assert r.refusal(notice_acts.retry, outbox_id, stranger, MONDAY) == "no_such_case"


def test_a_parked_notice_is_tried_again_by_the_system_administrator_who_sees_no_case(app: Flask, town: World):
    outbox_id, case_id = failed(app, town, "parked")
    before = r.kinds(case_id)
    assert r.refusal(notice_acts.retry, outbox_id, town.actor("intake"), MONDAY) == "not_now"
    (row,), _next = queries_notices.parked(town.actor("system_admin"))
    assert row.id == outbox_id
    notice_acts.retry(outbox_id, town.actor("system_admin"), MONDAY)
    assert state(outbox_id) == "queued"
    assert r.kinds(case_id) == before
    with work() as session:
        assert session.scalars(select(AdminAct.kind).order_by(AdminAct.id.desc())).first() == "notice_retried"


def test_what_waits_for_a_yes_goes_with_it_and_not_without(app: Flask, town: World):
    outbox_id, case_id = failed(app, town, "held")
    assert r.refusal(notice_acts.retry, outbox_id, town.actor("chief"), MONDAY) == "not_now"
    assert r.refusal(notice_acts.release, [outbox_id], town.actor("intake"), MONDAY) == "not_yours"
    assert notice_acts.release([outbox_id, outbox_id], town.actor("chief"), MONDAY) == 1
    assert notice_acts.release([outbox_id], town.actor("chief"), MONDAY) == 0
    assert state(outbox_id) == "queued"
    assert r.kinds(case_id)[-1] == "notice_released"


def test_a_no_is_kept_with_its_reason(app: Flask, town: World):
    outbox_id, _case = failed(app, town, "held")
    assert r.refusal(notice_acts.drop, outbox_id, town.actor("intake"), "不用发", MONDAY) == "not_yours"
    notice_acts.refuse([outbox_id], town.actor("chief"), "内容已经过时", MONDAY)
    with work() as session:
        row = session.get_one(OutboxRow, outbox_id)
        assert (row.state, row.outcome) == ("dropped", "refused")


def test_who_is_barred_from_the_case_finds_no_notice_of_it(app: Flask, town: World):
    outbox_id, case_id = failed(app, town)
    with work() as session:
        chief = town.actor("chief").person_id
        session.add(CaseBar(case_id=case_id, person_id=chief, named=True, by_id=chief, at=MONDAY))
    assert r.refusal(notice_acts.retry, outbox_id, town.actor("chief"), MONDAY) == "no_such_case"
    assert queries_notices.waiting(town.actor("chief"), "failed")[0] == []
    assert len(queries_notices.waiting(town.actor("intake"), "failed")[0]) == 1


def test_notices_come_page_by_page_and_by_reason(app: Flask, town: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries_notices, "PAGE", 2)
    for _ in range(3):
        town.file_case(app)
    with work() as session:
        session.execute(update(OutboxRow).values(state="failed", outcome="timeout"))
    intake = town.actor("intake")
    first, after = queries_notices.waiting(intake, "failed")
    rest, end = queries_notices.waiting(intake, "failed", "timeout", after or 0)
    everything = sum(queries_notices.reasons(intake)["failed"].values())
    assert len(first) == 2
    assert len({t.row.id for t in [*first, *rest]}) == 4
    assert (end is None) is (everything == 4)
    assert queries_notices.waiting(intake, "failed", "smtp_550")[0] == []
