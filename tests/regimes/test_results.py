"""Outcomes, money that came back, and the one number, by the rows that they prove."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import select

from shared import clock
from shared.db import work
from shared.domain.outcomes import Result
from shared.models.case_result import CaseResult
from shared.models.event import Event
from shared.services import results
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient
from tests.support.regime_paper import paper
from tests.support.rows import refusal

PAID = Decimal("240.00")


def kept(case_id: int) -> CaseResult:
    with work() as session:
        found = results.last(session, case_id)
        assert found is not None
        session.expunge(found)
        return found


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R11")


def test_r11_02_a_correct_charge_is_explained_with_its_basis(app, hospital):
    case_id, _ = hospital.replied(app)
    desk = hospital.as_("intake")
    assert refusal(results.record, case_id, desk, w.MONDAY, Result("correct")) == "ground_words"
    results.record(case_id, desk, w.MONDAY, Result("correct", text="收费目录第三条，每次 12 元。"))
    assert (kept(case_id).outcome, kept(case_id).text) == ("correct", "收费目录第三条，每次 12 元。")


def test_r11_02_a_wrong_charge_needs_an_apology_and_the_amount_paid_back(app, hospital):
    case_id, _ = hospital.replied(app)
    desk = hospital.as_("intake")
    assert refusal(results.record, case_id, desk, w.MONDAY, Result("wrong", None, ("apology",))) == "amount"
    assert refusal(results.record, case_id, desk, w.MONDAY, Result("wrong", PAID)) == "ticks"
    results.record(case_id, desk, w.MONDAY, Result("wrong", PAID, ("apology",)))
    assert (kept(case_id).amount, kept(case_id).ticks) == (PAID, ["apology"])
    assert isinstance(kept(case_id).amount, Decimal)
    with work() as session:
        event = session.scalars(select(Event).where(Event.kind == "result_recorded")).one()
        assert event.facts == {"outcome": "wrong", "amount": "240.00"}


def test_r11_02_the_form_asks_for_it_in_the_rule_books_words_and_the_case_tells_it(app):
    with app.app_context():
        place = rw.of("R11")
        case_id, _ = place.replied(app)
        slug = place.book.sample.slug
        desk = next(one.code for one in place.book.roles if "intake" in one.roles)
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    with clock.frozen(w.MONDAY):
        client.send("/office/sign-in", username=f"{slug}-{desk}".replace("_", "-"), password=w.PASSWORD)
        form = f"/office/case/{case_id}/record_result"
        page = client.get(form).text
        for words in ("收费正确，已经解释依据", "违规收费，已经道歉并退费", "退还多收的金额（元）", "已经口头道歉"):
            assert words in page
        said = client.send(form, finding="wrong", ticks="apology", amount="二百四十")
        assert said.status_code == 422
        assert "240.00 这样" in said.text
        assert "二百四十" in said.text
        assert client.send(form, finding="wrong", ticks="apology", amount="240").status_code == 303
        page = client.get(f"/office/case/{case_id}").text
    assert "违规收费，已经道歉并退费" in page
    assert "240.00 元" in page


def test_r14_03_what_came_of_it_is_one_of_the_outcomes_of_the_notice(app, db):
    centre = rw.of("R14")
    case_id, desk = centre.accepted(app), centre.actor("desk")
    assert refusal(results.record, case_id, desk, w.MONDAY, Result("fined")) == "finding"
    for code in ("checked", "rectify", "compensate", "other"):
        results.record(case_id, desk, w.MONDAY, Result(code))
        assert kept(case_id).outcome == code
    assert refusal(results.record, case_id, centre.actor("section"), w.MONDAY, Result("other")) == "no_such_case"


def test_w2_01_what_was_recovered_is_kept_for_each_case_and_summed_exactly(app, db):
    place = rw.of("R9")
    clerk = place.as_("intake")
    cases = [place.accepted(app) for _ in range(3)]
    for case_id, amount in zip(cases, ("0.10", "0.20", "2400000.01"), strict=True):
        results.record(case_id, clerk, w.MONDAY, Result(amount=Decimal(amount)))
    results.record(cases[1], clerk, w.MONDAY, Result(amount=Decimal("0.30")))  # the last of a case counts
    with work() as session:
        first, until = w.MONDAY - w.days(1), w.MONDAY + w.days(1)
        total = results.recovered(session, place.cast.institution_id, first, until)
        assert (total, type(total)) == (Decimal("2400000.41"), Decimal)
        assert results.recovered(session, place.cast.institution_id, until, until + w.days(9)) == Decimal("0.00")
        assert results.recovered(session, place.cast.institution_id + 1, first, until) == Decimal("0.00")


def test_words_and_amount_of_a_barred_case_are_not_the_reader_s(app, hospital):
    case_id, _ = hospital.replied(app)
    stranger = rw.of("R9").as_("intake")
    assert refusal(results.record, case_id, stranger, w.MONDAY, Result("correct", text="x")) == "no_such_case"
    unit = hospital.as_("handler", 0)
    assert refusal(results.record, case_id, unit, w.MONDAY, Result("correct", text="x")) == "no_such_case"


@pytest.mark.parametrize(("code", "desk"), [("R1", "desk"), ("R6", "office")])
def test_r1_04_r6_04_register_notice_and_original_carry_one_number(app, code, desk):
    with app.app_context():
        place = rw.of(code)
        case_id, slip_id = place.transferred(app)
        number, slug = w.case_of(case_id).register_no, place.book.sample.slug
    user = f"{slug}-{desk}"
    papers = [f"/office/case/{case_id}/print/register", f"/office/slip/{slip_id}/print"]
    papers.append(f"/office/case/{case_id}/print/original")
    assert all(f"登记编号：{number}" in paper(app, user, address) for address in papers)
    assert rw.STORY in paper(app, user, papers[2])


@pytest.mark.parametrize(("code", "desk"), [("R1", "desk"), ("R6", "office")])
def test_r1_04_r6_04_no_form_renames_a_case_or_a_notice(app, code, desk):
    with app.app_context():
        place = rw.of(code)
        case_id, slip_id = place.signed(app)
        numbers = w.case_of(case_id).register_no, w.slip_of(slip_id).number
        slug = place.book.sample.slug
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    forged = {"register_no": "伪造〔2026〕0001号", "number": "伪造〔2026〕0001号"}
    with clock.frozen(w.MONDAY):
        client.send("/office/sign-in", username=f"{slug}-{desk}", password=w.PASSWORD)
        for step, said in (("classify", {"category": place.book.categories[-1].code}), ("add_note", {"text": "备注"})):
            page = html.fromstring(client.get(f"/office/case/{case_id}/{step}").text)
            held = dict(page.xpath("//main//form[@method='post']")[0].form_values())
            answer = client.post(f"/office/case/{case_id}/{step}", data=held | said | forged)
            assert answer.status_code == 303
    with app.app_context():
        assert (w.case_of(case_id).register_no, w.slip_of(slip_id).number) == numbers


def test_r1_04_the_archivist_sees_the_sequences_and_explains_a_gap_on_the_page(app):
    with app.app_context():
        place = rw.of("R1")
        place.file_case(app)
        with work() as session:
            from shared.services import counters

            counters.next_no(session, place.cast.institution_id, "register:2026")  # given, and never written
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    with clock.frozen(w.MONDAY):
        client.send("/office/sign-in", username="appliance-desk", password=w.PASSWORD)
        page = client.get("/office/numbers").text
        assert "没有记录" in page
        for bad in ("x", "99999999999999", "1"):
            said = client.send("/office/numbers", form="//main//details//form", n=bad, reason="登记时停电。")
            assert said.status_code == 422
        assert (
            client.send("/office/numbers", form="//main//details//form", n="2", reason="登记时停电。").status_code
            == 303
        )
        page = client.get("/office/numbers?year=2026").text
        assert "登记时停电。" in page
        assert "没有记录，已说明" in page
        assert client.get("/office/numbers?year=²").status_code == 200
        assert client.get("/office/numbers?year=999999999999").status_code == 200
