"""Privacy law: consents, requests, legal hold, and the end of what has stayed long enough."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from shared.db import db, reading, work
from shared.domain import privacy
from shared.domain.errors import Refused
from shared.models.attachment import Attachment
from shared.models.complainant import Complainant
from shared.models.erasure import Certificate, Erasure
from shared.models.privacy import PrivacyRequest
from shared.models.visit import Visit
from shared.services import (
    answers,
    consents,
    decisions,
    holds,
    privacy_notices,
    privacy_requests,
    queries_portal,
    retention,
)
from shared.services.answers import Told
from tests.services.test_sending import Outside
from tests.support import world as w
from tests.support.privacy import CANARY, NAMED, closed, dump, one
from tests.support.rows import kinds, refusal

LATER = w.MONDAY + w.days(365 * 11)


@pytest.fixture
def town(app: Flask):
    with app.app_context():
        yield w.township()
        db.session.remove()


def test_form_s_consents_are_written_down_under_the_version_that_was_read(app: Flask, town: w.World) -> None:
    privacy_notices.keep(w.MONDAY - w.days(1))
    case_id = town.file_case(app, **NAMED, notify="sms", consent_direct=True).case_id
    privacy_notices.take_in("nanxi", privacy.shipped() + "\n# 新版\n", w.MONDAY + w.days(1))
    assert consents.keep(w.MONDAY + w.days(2)) == 1
    assert consents.keep(w.MONDAY + w.days(2)) == 0
    with reading() as session:
        rows = consents.of_case(session, case_id)
    assert [(r.purpose, r.notice_no, r.how) for r in rows] == [("notify", 1, "form"), ("direct", 1, "form")]


def test_anonymous_and_unasked_leave_no_consent(app: Flask, town: w.World) -> None:
    town.file_case(app)
    town.file_case(app, **NAMED)
    assert consents.keep(w.MONDAY) == 0


def test_withdrawn_consent_ends_what_stood_on_it(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app, **NAMED, notify="sms", consent_direct=True).case_id
    consents.keep(w.MONDAY)
    with reading() as session:
        rows = [r.id for r in consents.of_case(session, case_id)]
    for row in rows:
        consents.withdraw(case_id, row, w.MONDAY)
    assert one(Complainant).notify == "none"
    assert w.case_of(case_id).consent_direct == ""
    assert refusal(consents.withdraw, case_id, rows[0], w.MONDAY) == "not_now"


def test_identity_goes_to_another_body_only_with_consent_to_that_very_body(app: Flask, town: w.World) -> None:
    case_id, intake = town.file_case(app, **NAMED).case_id, town.actor("intake")
    sent = {"reason": "由县局负责。", "share": True}
    assert refusal(decisions.refer, case_id, intake, w.MONDAY, body="县局", **sent) == "share"
    asked = consents.ask(case_id, intake, w.MONDAY, recipient="县局")
    assert refusal(decisions.refer, case_id, intake, w.MONDAY, body="县局", **sent) == "share"
    consents.answer(case_id, asked, w.MONDAY, agreed=True)
    assert refusal(decisions.refer, case_id, intake, w.MONDAY, body="市局", **sent) == "share"
    decisions.refer(case_id, intake, w.MONDAY, body="县局", **sent)
    assert kinds(case_id)[-3:] == ["consent_asked", "consent_given", "referred"]


@pytest.mark.parametrize("choice", ["email", "email_neutral"])
def test_whoever_is_asked_or_answered_is_told_by_the_way_they_chose(app: Flask, town: w.World, choice: str) -> None:
    reach = {"contact": {"email": "shimin@example.cn"}, "notify": choice}
    case_id, chief = town.file_case(app, **NAMED | reach).case_id, town.actor("chief")
    consents.ask(case_id, town.actor("intake"), w.MONDAY, recipient="县局")
    wish = privacy_requests.ask(case_id, w.MONDAY, kind="copy", text="")
    privacy_requests.decide(
        wish, chief, w.MONDAY, app.extensions["huiyin"].store, granted=True, reason="请来窗口领取。"
    )
    outside = Outside(app)
    outside.run(w.MONDAY)
    told = [letter for letter in outside.left if letter.to == "shimin@example.cn"]
    assert len(told) == 3  # that it has come, what is asked, that it is answered
    assert ("请您决定一件事" in told[1].subject, "您的请求已答复" in told[2].subject) == (choice == "email",) * 2
    assert not any(word in letter.subject + letter.text for letter in told for word in ("县局", "请来窗口", CANARY))


@pytest.mark.parametrize("how", ["refuse", "withdraw"])
def test_no_means_that_the_identity_stays(app: Flask, town: w.World, how: str) -> None:
    case_id, intake = town.file_case(app, **NAMED).case_id, town.actor("intake")
    asked = consents.ask(case_id, intake, w.MONDAY, recipient="县局")
    consents.answer(case_id, asked, w.MONDAY, agreed=how != "refuse")
    if how == "withdraw":
        consents.withdraw(case_id, asked, w.MONDAY)
    with pytest.raises(Refused, match="no_share_consent"):
        decisions.refer(case_id, intake, w.MONDAY, body="县局", reason="由县局负责。", share=True)


def test_nobody_answers_a_question_about_another_case(app: Flask, town: w.World) -> None:
    case_id, other = (town.file_case(app, **NAMED).case_id for _ in range(2))
    asked = consents.ask(case_id, town.actor("intake"), w.MONDAY, recipient="县局")
    assert refusal(consents.answer, other, asked, w.MONDAY, agreed=True) == "no_such_case"


def test_nobody_is_asked_who_left_no_name(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app).case_id
    assert refusal(consents.ask, case_id, town.actor("intake"), w.MONDAY, recipient="县局") == "no_identity"


def test_request_is_due_by_the_working_day_calendar(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app).case_id
    privacy_requests.ask(case_id, w.MONDAY, kind="copy", text="")
    assert one(PrivacyRequest).due_day == dt.date(2026, 9, 28)  # the 20th is a working Sunday, the 25th a holiday
    assert refusal(privacy_requests.ask, case_id, w.MONDAY, kind="copy", text="") == "asked_already"
    assert refusal(privacy_requests.ask, case_id, w.MONDAY, kind="correct", text=" ") == "text"


def test_answer_to_a_request_has_reasons(app: Flask, town: w.World, tmp_path) -> None:
    case_id = town.file_case(app).case_id
    row = privacy_requests.ask(case_id, w.MONDAY, kind="correct", text="我说的是二组。")
    told = {"actor": town.actor("intake"), "now": w.MONDAY, "store": app.extensions["huiyin"].store}
    assert refusal(privacy_requests.decide, row, **told, granted=False, reason=" ") == "reason"
    privacy_requests.decide(row, **told, granted=True, reason="已经更正。")
    assert one(PrivacyRequest).state == "granted"
    assert refusal(privacy_requests.decide, row, **told, granted=False, reason="不行") == "not_now"


def test_erasure_on_request_is_the_chief_s_and_leaves_the_running_case(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app, **NAMED).case_id
    row = privacy_requests.ask(case_id, w.MONDAY, kind="erase", text="删去我的电话。")
    store = app.extensions["huiyin"].store
    said = {"granted": True, "reason": "照办。", "parts": ["identity"]}
    assert refusal(privacy_requests.decide, row, town.actor("intake"), w.MONDAY, store, **said) == "not_yours"
    chief = town.actor("chief")
    whole = said | {"parts": ["identity", "content"]}
    assert refusal(privacy_requests.decide, row, chief, w.MONDAY, store, **whole) == "parts"
    privacy_requests.decide(row, chief, w.MONDAY, store, **said)
    assert CANARY not in dump()
    assert w.case_of(case_id).story == w.STORY
    assert one(Certificate).cause == "request"


def test_time_erases_identity_first_and_content_later(app: Flask, town: w.World) -> None:
    case_id, store = closed(app, town, **NAMED), app.extensions["huiyin"].store
    assert retention.run(w.MONDAY + w.days(700), store) == 0
    assert retention.run(w.MONDAY + w.days(740), store) == 1
    assert one(Erasure).part == "identity"
    assert CANARY in w.case_of(case_id).story
    assert retention.run(LATER, store) == 1
    assert retention.run(LATER, store) == 0


def test_nothing_of_an_erased_case_is_left_but_the_tombstone(app: Flask, town: w.World) -> None:
    case_id, store = closed(app, town, **NAMED), app.extensions["huiyin"].store
    before = len(kinds(case_id))
    assert CANARY in dump()
    assert retention.run(LATER, store) == 2
    assert CANARY not in dump()
    case = w.case_of(case_id)
    assert (case.register_no, case.state, case.category) == ("南溪投〔2026〕0001号", "closed", "content")
    assert kinds(case_id)[before:] == ["erased", "erased"]
    counted = one(Erasure, Erasure.part == "content").counts
    assert {"answer": 1, "note": 1, "slip": 1, "rating": 1}.items() <= counted.items()


def test_file_is_gone_from_the_store(app: Flask, town: w.World, tmp_path) -> None:
    case_id, store = closed(app, town), app.extensions["huiyin"].store
    (tmp_path / "x").write_bytes(CANARY.encode())
    with (tmp_path / "x").open("rb") as data:
        stored = store.put(data)
    with work() as session:
        facts = {"name": CANARY, "media_type": "text/plain", "size": 12, "sha256": "", "removed": [], "at": w.MONDAY}
        session.add(Attachment(case_id=case_id, origin="citizen", stored=stored, **facts))
        session.add(Visit(id="v", case_id=case_id, seen_at=w.MONDAY))
    retention.run(LATER, store)
    with pytest.raises(FileNotFoundError):
        store.open(stored)
    assert CANARY not in dump()


def test_words_leave_the_database_file_too(app: Flask, town: w.World) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    closed(app, town)
    hidden = CANARY[:2].encode("utf-16-be").hex().encode()
    retention.run(LATER, app.extensions["huiyin"].store)
    path = db.engine.url.database
    for place in (path, f"{path}-wal"):
        with open(place, "rb") as file:
            data = file.read()
        assert CANARY.encode() not in data
        assert hidden not in data


def test_hold_stops_time_and_request_until_it_is_lifted(app: Flask, town: w.World) -> None:
    case_id, store, chief = closed(app, town, **NAMED), app.extensions["huiyin"].store, town.actor("chief")
    row = privacy_requests.ask(case_id, w.MONDAY, kind="erase", text="全部删去。")
    assert refusal(holds.set_hold, case_id, chief, w.MONDAY, reason=" ") == "reason"
    assert refusal(holds.set_hold, case_id, town.actor("dispatcher"), w.MONDAY, reason="诉讼") == "not_yours"
    holds.set_hold(case_id, chief, w.MONDAY, reason="行政诉讼还没有结束。")
    assert refusal(holds.set_hold, case_id, chief, w.MONDAY, reason="再一次") == "held"
    assert [d.held for d in retention.due(town.institution_id, LATER)] == [True]
    assert retention.run(LATER, store) == 0
    said = {"granted": True, "reason": "照办。", "parts": ["identity"]}
    assert refusal(privacy_requests.decide, row, chief, w.MONDAY, store, **said) == "held"
    holds.lift(case_id, chief, LATER, reason="诉讼已经结束。")
    assert retention.run(LATER, store) == 2


def test_running_case_is_never_erased(app: Flask, town: w.World) -> None:
    w.accepted(app, town)
    answers.answer_at_once(w.accepted(app, town), town.actor("intake"), w.MONDAY, Told("online", "已经更新。"))
    assert retention.due(town.institution_id, LATER) == []


def test_months_count_from_the_last_end(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app, **NAMED).case_id
    decisions.withdraw(case_id, w.MONDAY)
    assert retention.due(town.institution_id, w.MONDAY + w.days(730)) == []
    assert retention.due(town.institution_id, w.MONDAY + w.days(732))[0].parts == ("identity",)


def test_run_goes_once_a_day(app: Flask, town: w.World) -> None:
    closed(app, town, **NAMED)
    store = app.extensions["huiyin"].store
    assert retention.daily(LATER, store) == 2
    closed(app, town, **NAMED)
    assert retention.daily(LATER, store) == 0
    assert retention.daily(LATER + w.days(1), store) == 2


def test_every_run_has_its_own_certificate(app: Flask, town: w.World) -> None:
    closed(app, town, **NAMED)
    closed(app, town)
    retention.run(LATER, app.extensions["huiyin"].store)
    paper = one(Certificate)
    assert (paper.number, paper.cause, paper.rules) == (
        "销〔2037〕0001号",
        "retention",
        {"identity": 24, "content": 120},
    )


def test_faulty_notice_is_refused_whole(app: Flask, town: w.World) -> None:
    with pytest.raises(Refused, match="privacy_file"):
        privacy_notices.take_in("nanxi", privacy.shipped().replace("months = 24", "months = 240"), w.MONDAY)
    assert privacy_notices.keep(w.MONDAY) == len(queries_portal.institutions())


def test_slip_s_words_go_with_the_case(app: Flask, town: w.World) -> None:
    case_id, slip_id = w.transferred(app, town)
    decisions.withdraw(case_id, w.MONDAY)
    retention.run(LATER, app.extensions["huiyin"].store)
    assert w.slip_of(slip_id).text == w.slip_of(slip_id).points == ""
