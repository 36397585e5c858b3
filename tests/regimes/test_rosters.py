"""Duty rosters (R3.14, R4.03) and what the office did that belongs to no case (R16.05, R19.02)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from shared import clock as clocks
from shared.db import reading, work
from shared.domain import regimes
from shared.domain import rosters as rules
from shared.domain.hours import USUAL
from shared.domain.rosters import Call
from shared.services import conflicts, office_records, rosters
from shared.services.calendars import calendar
from shared.services.conflicts import Named
from shared.services.office_records import Done
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

NATIONAL = dt.date(2026, 10, 1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R3")


@pytest.fixture
def office(db) -> rw.RegimeWorld:
    return rw.of("R4")


def spans(world: rw.RegimeWorld, first: str, last: str) -> list[tuple[str, str, str]]:
    with reading() as session:
        known = calendar(session)
    found = rules.periods(world.book, dt.date.fromisoformat(first), dt.date.fromisoformat(last), known)
    return [(one.roster, one.first.isoformat(), one.last.isoformat()) for one in found]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_r3_14_holidays_are_those_of_the_working_calendar_with_the_days_off_around_them(company):
    [(roster, first, last)] = spans(company, "2026-09-28", "2026-10-15")
    assert roster == "holidays"
    assert first <= "2026-10-01" <= last
    assert last >= "2026-10-07"
    assert spans(company, "2026-09-05", "2026-09-06") == []  # a plain weekend


def test_r3_14_somebody_of_the_office_is_put_down_for_a_holiday_and_nobody_else(company):
    chief, market = company.actor("superior"), company.actor("market")
    call = dict(roster="holidays", day=NATIONAL, part="day")
    rosters.assign(chief, w.MONDAY, person_id=market.person_id, **call)
    rosters.assign(chief, w.MONDAY, person_id=market.person_id, **call)  # twice is once
    [row] = [one for one in rosters.days(chief, NATIONAL, NATIONAL)[0] if one.day == NATIONAL]
    assert [name for _, name in row.shifts["day"]] == [market.name]
    dept = company.actor("dept").person_id
    assert refusal(rosters.assign, chief, w.MONDAY, person_id=dept, **call) == "person_id"
    assert refusal(rosters.assign, company.actor("dept"), w.MONDAY, person_id=market.person_id, **call) == "not_yours"
    plain = {**call, "day": dt.date(2026, 9, 8)}
    assert refusal(rosters.assign, chief, w.MONDAY, person_id=market.person_id, **plain) == "day"
    rosters.free(chief, row.shifts["day"][0][0])
    assert refusal(rosters.free, chief, row.shifts["day"][0][0]) == "no_such_case"


def test_r3_14_the_night_belongs_to_round_the_clock_alone(company):
    call = dict(roster="holidays", day=NATIONAL, part="night", person_id=company.actor("market").person_id)
    assert refusal(rosters.assign, company.actor("superior"), w.MONDAY, **call) == "day"


def test_r4_03_the_seasons_are_the_days_that_the_office_has_set(office):
    assert spans(office, "2026-04-01", "2026-04-03") == []
    assert ("sowing", "2026-04-05", "2026-05-10") in spans(office, "2026-05-10", "2026-05-10")
    assert ("sowing", "2026-04-05", "2026-05-10") not in spans(office, "2026-05-11", "2026-05-11")
    assert "autumn" in {one for one, _, _ in spans(office, "2026-09-20", "2026-09-20")}


def test_r4_03_day_and_night_are_covered_and_the_desk_knows_who_is_there_now(office):
    head, duty = office.actor("head"), office.actor("duty")
    day = dt.date(2026, 9, 22)
    rosters.assign(head, w.MONDAY, roster="autumn", day=day, part="day", person_id=duty.person_id)
    rosters.assign(head, w.MONDAY, roster="autumn", day=day, part="night", person_id=head.person_id)
    assert rosters.now_on(duty, at("2026-09-22T10:00")) == [duty.name]
    assert rosters.now_on(duty, at("2026-09-22T23:00")) == [head.name]
    assert rosters.now_on(duty, at("2026-09-23T03:00")) == [head.name]  # the night goes on until the office opens
    assert rosters.now_on(duty, at("2026-09-23T10:00")) == []


@pytest.mark.parametrize(
    ("moment", "shift"),
    [("2026-09-22T08:59", ("21", "night")), ("2026-09-22T09:00", ("22", "day")), ("2026-09-22T17:30", ("22", "night"))],
)
def test_r4_03_a_shift_begins_when_the_office_opens_and_closes(moment, shift):
    day, part = rules.shift_at(dt.datetime.fromisoformat(moment), USUAL)
    assert (f"{day:%d}", part) == shift


def test_r4_03_being_there_round_the_clock_moves_no_limit(app, office):
    plain, season = office.file_case(app, w.MONDAY).case_id, office.file_case(app, at("2026-09-21T10:00")).case_id
    assert (
        clock(plain, "filing").due_at.astimezone(ZONE).time() == clock(season, "filing").due_at.astimezone(ZONE).time()
    )


def test_r4_03_every_visit_and_call_is_on_record_and_leads_to_its_complaint(app, office):
    duty = office.actor("duty")
    number = office.file_case(app).register_no
    rosters.took(duty, w.MONDAY, Call("call", "wages", "registered", w.MONDAY, number))
    rosters.took(duty, w.MONDAY, Call("visit", "", "explained", w.MONDAY))
    shown = rosters.calls(duty)
    assert [(call.kind, seen) for call, _, seen in shown] == [("visit", ""), ("call", number)]
    assert (
        refusal(rosters.took, office.actor("station"), w.MONDAY, Call("call", "", "explained", w.MONDAY)) == "not_yours"
    )


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (Call("fax", "", "explained", w.MONDAY), "kind"),
        (Call("call", "nothing", "explained", w.MONDAY), "category"),
        (Call("call", "", "lost", w.MONDAY), "outcome"),
        (Call("call", "", "registered", w.MONDAY), "register_no"),
        (Call("call", "", "registered", w.MONDAY, "东劳投〔2026〕9999号"), "register_no"),
        (Call("call", "", "explained", None), "at"),
        (Call("call", "", "explained", w.MONDAY + w.days(1)), "at"),
    ],
)
def test_r4_03_a_record_says_what_when_and_what_came_of_it(office, call, field):
    assert refusal(rosters.took, office.actor("duty"), w.MONDAY, call) == field


def test_the_number_of_a_case_that_one_is_kept_from_stays_out_of_the_list(app, office):
    duty, head = office.actor("duty"), office.actor("head")
    receipt = office.file_case(app)
    rosters.took(duty, w.MONDAY, Call("call", "", "registered", w.MONDAY, receipt.register_no))
    conflicts.name(receipt.case_id, head, w.MONDAY, Named((), [duty.person_id], "县局", "投诉的是值班接待员。"))
    assert [number for _, _, number in rosters.calls(duty)] == [""]
    again = Call("call", "", "registered", w.MONDAY, receipt.register_no)
    assert refusal(rosters.took, duty, w.MONDAY, again) == "register_no"


def test_the_public_reads_that_somebody_is_there_and_no_name(app, office, client):
    head, duty = office.actor("head"), office.actor("duty")
    day = dt.date(2026, 9, 22)
    rosters.assign(head, w.MONDAY, roster="autumn", day=day, part="day", person_id=duty.person_id)
    with clocks.frozen(at("2026-09-22T10:00").astimezone(dt.UTC)):
        page = client.get("/help").text
    assert "秋收期间" in page
    assert "24 小时有人值班" in page
    assert "值班接待员" in page
    assert duty.name not in page
    with clocks.frozen(w.MONDAY):
        assert "24 小时有人值班" not in client.get("/help").text


def test_the_calendar_may_not_know_a_year_yet(office):
    assert [one for one in spans(office, "2031-10-01", "2031-10-03") if one[0] == "festivals"] == []


DONE = dict(topic="投诉接待礼仪和保密", day=dt.date(2026, 9, 4), materials="课件存人事部，全部通过考核。")


@pytest.mark.parametrize("code", ["R16", "R19", "R9"])
def test_r16_05_r19_02_r9_02_a_training_is_on_record_with_who_was_there(app, db, code):
    world = rw.of(code)
    who = world.as_("intake")
    office_records.keep(who, w.MONDAY, Done("training", people=(who.person_id,), others="外请讲师一人", **DONE))
    [row], names = office_records.listed(who)
    assert (row.topic, row.people, names[row.people[0]]) == (DONE["topic"], [who.person_id], who.name)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"duty": "cooking"}, "duty"),
        ({"topic": " "}, "topic"),
        ({"day": None}, "day"),
        ({"day": dt.date(2026, 9, 8)}, "day"),
        ({"people": ()}, "people"),
        ({"people": (999999,)}, "people"),
    ],
)
def test_r16_05_a_training_says_what_when_and_who(app, db, change, field):
    world = rw.of("R16")
    who = world.as_("intake")
    done = {"duty": "training", "people": (who.person_id,), **DONE, **change}
    assert refusal(office_records.keep, who, w.MONDAY, Done(**done)) == field


def test_r19_02_a_unit_neither_keeps_nor_reads_the_offices_book(app, db):
    world = rw.of("R19")
    partner = world.actor("partner")
    done = Done("training", people=(partner.person_id,), **DONE)
    assert refusal(office_records.keep, partner, w.MONDAY, done) == "not_yours"
    assert refusal(office_records.listed, partner) == "not_yours"


def desk(app, username: str):
    client = app.test_client()
    client.send("/office/sign-in", username=username, password=w.PASSWORD)
    return client


def test_the_pages_of_duty_and_training_keep_what_was_typed(app):
    with app.app_context():
        duty = rw.of("R4").actor("duty").person_id
    with clocks.frozen(w.MONDAY):
        page = desk(app, "labour-head")
        assert "值班表" in page.get("/office/").text
        month = "/office/roster?m=2026-09"
        assert page.send(month, day="2026-09-08", part="day", person_id=str(duty)).status_code == 422
        assert page.send(month, day="2026-09-22", part="night", person_id=str(duty)).status_code == 303
        shown = html.fromstring(page.get(month).text)
        assert len(shown.xpath("//table//b")) == 1
        assert page.get("/office/roster/print?m=2026-09").status_code == 200
        assert page.get("/office/roster?m=nonsense").status_code == 200
        assert page.get("/office/roster?m=9999-99").status_code == 200
        bad = page.send("/office/duty-calls", kind="call", outcome="registered", at="2026-09-07T08:00")
        assert (bad.status_code, "请写明登记编号" in bad.text) == (422, True)
        assert (
            page.send("/office/duty-calls", kind="call", outcome="explained", at="2026-09-07T08:00").status_code == 303
        )
        assert "已当场解答" in page.get("/office/duty-calls").text


def test_the_page_of_trainings_lists_who_was_there(app):
    with app.app_context():
        place = rw.of("R16")
        who = place.as_("intake")
        username = username_of(who.person_id)
    with clocks.frozen(w.MONDAY):
        page = desk(app, username)
        assert page.send("/office/office-records", duty="training", topic="接待礼仪").status_code == 422
        fields = dict(duty="training", topic="接待礼仪", day="2026-09-04", people=str(who.person_id), others="讲师")
        assert page.send("/office/office-records", **fields).status_code == 303
        shown = page.get("/office/office-records").text
        assert f"{who.name}、讲师" in shown


def username_of(person_id: int) -> str:
    from shared.models.person import Person

    with work() as session:
        return session.get_one(Person, person_id).username


def test_only_rule_books_with_rosters_have_them():
    have = {code for code in regimes.codes() if regimes.parse(regimes.shipped(code)).rosters}
    assert have == {"R3", "R4"}
