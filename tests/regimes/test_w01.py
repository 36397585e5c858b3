"""W1 供电企业95598: service at the door by appointment, and more of it for key customers."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared import clock
from shared.db import work
from shared.domain.visibility import CITIZEN
from shared.models.appointment import Appointment
from shared.services import appointments
from shared.services.appointments import When
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, owed, refusal

WEDNESDAY, SATURDAY = dt.date(2026, 9, 9), dt.date(2026, 9, 12)


@pytest.fixture
def telecom(db) -> rw.RegimeWorld:
    return rw.of("R25")


def states(case_id: int) -> list[tuple[str, str]]:
    with work() as session:
        rows = session.scalars(select(Appointment).where(Appointment.case_id == case_id).order_by(Appointment.id))
        return [(row.by, row.state) for row in rows]


def test_w1_05_the_office_names_a_day_and_the_customer_agrees(app, telecom):
    case_id, service = telecom.accepted(app, **ended.NAMED), telecom.actor("service")
    appointments.propose(case_id, service, w.MONDAY, When(WEDNESDAY, "am", "检查线路"))
    assert ("appointment_made", "citizen") in owed(case_id)
    appointments.agree(case_id, CITIZEN, w.MONDAY)
    assert states(case_id) == [("office", "agreed")]
    assert ("appointment_answered", "office_intake") in owed(case_id)
    assert kinds(case_id)[-2:] == ["appointment_made", "appointment_answered"]


def test_w1_05_the_customer_names_another_day_and_the_office_agrees(app, telecom):
    case_id, service = telecom.accepted(app, **ended.NAMED), telecom.actor("service")
    appointments.propose(case_id, service, w.MONDAY, When(WEDNESDAY, "am"))
    appointments.propose_by_citizen(case_id, w.MONDAY, When(WEDNESDAY, "pm", "下午在家"))
    assert refusal(appointments.agree, case_id, CITIZEN, w.MONDAY) == "not_now"
    appointments.agree(case_id, service, w.MONDAY)
    assert states(case_id) == [("office", "replaced"), ("citizen", "agreed")]


@pytest.mark.parametrize(
    ("day", "half", "said"),
    [
        (w.MONDAY.date(), "am", "day"),
        (SATURDAY, "am", "day"),
        (dt.date(2027, 9, 9), "am", "day"),
        (dt.date.max, "am", "day"),
        (WEDNESDAY, "night", "half"),
    ],
)
def test_a_day_that_cannot_be_is_refused(app, telecom, day, half, said):
    case_id, service = telecom.accepted(app, **ended.NAMED), telecom.actor("service")
    assert refusal(appointments.propose, case_id, service, w.MONDAY, When(day, half)) == said


def test_w1_05_a_key_customer_is_served_on_days_off_as_well(app, telecom):
    case_id, service = telecom.accepted(app, severity="vip", **ended.NAMED), telecom.actor("service")
    appointments.propose(case_id, service, w.MONDAY, When(SATURDAY, "am"))
    assert states(case_id) == [("office", "proposed")]


def test_nobody_else_makes_one_and_no_other_rule_book_has_them(app, telecom):
    case_id = telecom.accepted(app, **ended.NAMED)
    call = (w.MONDAY, When(WEDNESDAY, "am"))
    assert refusal(appointments.propose, case_id, telecom.actor("management"), *call) == "not_yours"
    assert refusal(appointments.of_case, case_id, telecom.actor("management")) == "not_yours"
    other = rw.of("R1")
    elsewhere = other.accepted(app, **ended.NAMED)
    assert refusal(appointments.propose, elsewhere, other.as_("intake"), *call) == "not_on_site"
    assert refusal(appointments.propose, case_id, other.as_("intake"), *call) == "no_such_case"


def test_w1_05_both_sides_do_it_on_their_pages(app, client):
    with clock.frozen(w.MONDAY):
        with app.app_context():
            place = rw.of("R25")
            receipt, slug = place.file_case(app, **ended.NAMED), place.book.sample.slug
            place.accept(receipt.case_id)
        client.send("/office/sign-in", username=f"{slug}-service", password=w.PASSWORD)
        page = f"/office/case/{receipt.case_id}/appointments"
        assert page in client.get(f"/office/case/{receipt.case_id}").text
        assert client.send(page, form="//main//form", day="2026-09-08\x00x", half="am").status_code == 422
        assert (
            client.send(page, form="//main//form", day="2026-09-09", half="am", purpose="检查线路").status_code == 303
        )
        client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)
        waiting = client.get("/case").text
        assert "9月9日（周三）上午（等您答复）" in waiting
        assert "同意，或者换一个时间" in waiting
        assert "现在不用您做什么" not in waiting
        own = client.get("/case/appointment").text
        assert "9月9日（周三）" in own
        assert "检查线路" in own
        for wrong in ({"day": "9999-99-99"}, {"day": "\x00"}, {"half": "x"}, {"day": ""}):
            said = {"day": "2026-09-10", "half": "pm"} | wrong
            assert client.send("/case/appointment", form="//main//form[.//textarea]", **said).status_code == 422
        moved = client.send("/case/appointment", form="//main//form[.//textarea]", day="2026-09-10", half="pm")
        assert moved.status_code == 303
        assert "等我们确认" in client.get("/case/appointment").text
        assert "9月10日（周四）下午（等我们确认）" in client.get("/case").text
        assert "来信人提出" in client.get(page).text
