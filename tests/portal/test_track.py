"""Following one's own case: who gets in, what is seen, and what is never seen."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared import clock, crypto
from shared.db import db as database
from shared.domain import receipts
from shared.models.throttle import Throttle
from shared.models.visit import Visit
from shared.services import decisions, extensions, slips, tracking
from shared.services.intake import Receipt
from tests.support import world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
NAMED = {
    "mode": "named",
    "identity": {"name": "欧阳一诺"},
    "contact": {"phone": "13900001234", "email": "canary@example.cn"},
    "notify": "email",
}


@pytest.fixture
def filed(app: Flask, town: world.World) -> Receipt:
    with app.app_context():
        return town.file_case(app, NOW, **NAMED)


def enter(client: CheckedClient, receipt: Receipt, code: str | None = None) -> Any:
    return client.send("/track", receipt_no=receipt.receipt_no, code=code or receipt.code)


def another_code(code: str) -> str:
    """Well formed and wrong."""
    drawn = iter(range(10**6))
    made = receipts.new_access_code(lambda n: next(drawn) % n)
    return made if made != code else receipts.new_access_code(lambda n: (next(drawn) * 7) % n)


def counted(app: Flask) -> int:
    with app.app_context():
        return database.session.scalar(select(func.coalesce(func.sum(Throttle.failures), 0))) or 0


def test_both_numbers_in_any_spelling_open_the_case(client: CheckedClient, filed: Receipt) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    sent = client.send(
        "/track",
        receipt_no=f"受理编号：{receipts.grouped(filed.receipt_no)}",
        code="-".join(filed.code[at : at + 4] for at in range(0, 16, 4)).translate(wide),
    )
    assert sent.status_code == 303
    assert sent.location == "/case"
    assert receipts.grouped(filed.receipt_no) in client.get("/case").text


def test_unknown_number_and_wrong_code_get_the_same_answer(client: CheckedClient, filed: Receipt) -> None:
    unknown = receipts.new_receipt_no(lambda n: 7 % n)
    assert unknown != filed.receipt_no
    wrong = enter(client, filed, another_code(filed.code))
    nobody = client.send("/track", receipt_no=unknown, code=filed.code)
    assert wrong.status_code == nobody.status_code == 422
    assert len(wrong.text) == len(nobody.text)
    assert "没有找到相符的记录" in wrong.text
    assert dict(wrong.headers).keys() == dict(nobody.headers).keys()


def test_slip_of_the_pen_costs_no_try_and_runs_no_hash(
    app: Flask, client: CheckedClient, filed: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crypto, "code_matches", lambda *_: pytest.fail("a hash was run"))
    last = str((int(filed.code[-1]) + 1) % 10)
    assert enter(client, filed, filed.code[:-1] + last).status_code == 422
    assert counted(app) == 0


def test_after_five_failures_one_waits_and_then_gets_in(app: Flask, client: CheckedClient, filed: Receipt) -> None:
    wrong = another_code(filed.code)
    for _ in range(6):
        assert enter(client, filed, wrong).status_code == 422
    refused = enter(client, filed)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2"
    assert "试的次数太多" in refused.text
    with clock.frozen(NOW + dt.timedelta(seconds=3)):
        assert enter(client, filed).status_code == 303
    assert counted(app) == 0


def test_numbers_nobody_has_are_throttled_alike(client: CheckedClient, filed: Receipt) -> None:
    unknown = receipts.new_receipt_no(lambda n: 7 % n)
    for _ in range(6):
        client.send("/track", receipt_no=unknown, code=filed.code)
    assert client.send("/track", receipt_no=unknown, code=filed.code).status_code == 429
    assert enter(client, filed).status_code == 303


def test_entering_takes_a_new_token_and_ends_the_old_visit(app: Flask, client: CheckedClient, filed: Receipt) -> None:
    enter(client, filed)
    with client.session_transaction() as held:
        first = held["visit"]
    enter(client, filed)
    with client.session_transaction() as held:
        assert held["visit"] != first
    with app.app_context():
        assert database.session.get(Visit, crypto.token_id(first)) is None


def test_case_page_says_nothing_about_who_complained_or_who_works_on_it(
    app: Flask, client: CheckedClient, town: world.World, filed: Receipt
) -> None:
    with app.app_context():
        intake = town.actor("intake")
        decisions.accept(filed.case_id, intake, NOW, category="content", severity="general")
        decisions.add_note(filed.case_id, intake, NOW, text="内部备注不外传")
    enter(client, filed)
    text = client.get("/case").text
    hidden = ["欧阳一诺", "13900001234", "canary@example.cn", "内部备注", filed.code]
    hidden += [person.name for person in town.people.values()]
    assert [one for one in hidden if one in text] == []
    assert "我们决定受理" in text
    assert "9月14日（周一）" in text
    assert "还剩 5 个工作日" in text


def test_case_takes_six_statements_whatever_has_happened(
    app: Flask,
    client: CheckedClient,
    town: world.World,
    filed: Receipt,
    count_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with app.app_context():
        intake = town.actor("intake")
        decisions.accept(filed.case_id, intake, NOW, category="content", severity="general")
        extensions.extend(filed.case_id, intake, NOW, new_day=dt.date(2026, 9, 21), reason="要等档案馆的回函")
        decisions.ask_question(filed.case_id, intake, NOW, text="哪一天去的？", due_day=dt.date(2026, 9, 9))
    enter(client, filed)
    client.get("/case")
    with clock.frozen(NOW + dt.timedelta(minutes=5)), count_sql() as sent:
        text = client.get("/case").text
    assert len(sent) <= 6, sent
    assert "原定9月14日（周一），现改为9月21日（周一）。原因：要等档案馆的回函" in text
    assert "哪一天去的？" in text


def test_refusal_is_told_with_reason_basis_and_where_to_go(
    app: Flask, client: CheckedClient, town: world.World, filed: Receipt
) -> None:
    why = {"ground": "other", "reason": "属于劳动争议", "basis": "制度第二条", "redirect": "县劳动仲裁委"}
    with app.app_context():
        decisions.refuse(filed.case_id, town.actor("intake"), NOW, **why)
    enter(client, filed)
    text = client.get("/case").text
    assert [one for one in ("属于劳动争议", "制度第二条", "县劳动仲裁委") if one not in text] == []


def test_unit_is_named_once_the_office_has_transferred(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        receipt = town.file_case(app, NOW, respondent="某处")
    enter(client, receipt)
    assert "财政所" not in client.get("/case").text
    with app.app_context():
        decisions.accept(receipt.case_id, town.actor("intake"), NOW, category="content", severity="general")
        slips.transfer(
            receipt.case_id, town.actor("dispatcher"), NOW, unit_id=town.unit["finance"], points="何时", text="原文"
        )
    assert "财政所" in client.get("/case").text


def test_refresh_by_itself_sends_the_part_alone_and_keeps_no_visit_open(
    app: Flask, client: CheckedClient, filed: Receipt
) -> None:
    enter(client, filed)
    part = {"HX-Request": "true"}
    with clock.frozen(NOW + dt.timedelta(minutes=20)):
        answer = client.get("/case", headers=part)
        assert "<html" not in answer.text
        assert 'id="progress"' in answer.text
    with clock.frozen(NOW + dt.timedelta(minutes=40)):
        assert client.get("/case", headers=part).headers["HX-Redirect"] == "/case"
        assert client.get("/case").status_code == 410


def test_person_at_work_keeps_the_visit_open(client: CheckedClient, filed: Receipt) -> None:
    enter(client, filed)
    for minutes in (20, 40, 60):
        with clock.frozen(NOW + dt.timedelta(minutes=minutes)):
            assert client.get("/case").status_code == 200


def test_signing_out_ends_the_visit_here_and_in_the_database(app: Flask, client: CheckedClient, filed: Receipt) -> None:
    enter(client, filed)
    assert client.send("/case", form="//form[contains(@action, 'leave')]").location == "/track"
    assert client.get("/case").status_code == 410
    with app.app_context():
        assert database.session.scalar(select(func.count()).select_from(Visit)) == 0


def test_every_page_of_the_case_is_shut_without_a_visit(client: CheckedClient, town: world.World) -> None:
    for name in ("", "/answer", "/rate", "/review", "/withdraw"):
        assert client.get(f"/case{name}").status_code == 410


def test_wait_is_counted_before_the_code_is_judged(app: Flask, town: world.World, filed: Receipt) -> None:
    keys, seen = app.extensions["huiyin"].keys, []
    judge = crypto.code_matches
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "code_matches", lambda *a: seen.append(counted(app)) or judge(*a))
        tracking.enter(keys, filed.receipt_no, filed.code, NOW)
    assert seen == [1]
