"""R4 举报投诉受理和处理制度（劳动保障监察）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html

from shared.demo import small
from shared.domain import regimes
from shared.services import answers, conflicts, decisions, identities, investigations, replies
from shared.services.conflicts import Named
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

WHO = {"mode": "named", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13900004444"}}
SECRET = ("柳小㛃", "13900004444", rw.STORY)


@pytest.fixture
def office(db) -> rw.RegimeWorld:
    return rw.of("R4")


def investigated(app, office, **more) -> int:
    case_id = office.accepted(app, **more)
    person = office.actor("inspector").person_id
    investigations.assign(case_id, office.actor("head"), w.MONDAY, person_id=person)
    return case_id


def asked(office, case_id: int) -> int:
    """The station is asked for something of which the informant knows nothing."""
    day = w.MONDAY.date() + w.days(4)
    wanted = dict(unit_id=office.unit(), wanted="请提供工地花名册。", due_day=day)
    return investigations.ask_evidence(case_id, office.actor("inspector"), w.MONDAY, **wanted)


def test_r4_01_the_number_to_call_is_public(office, client):
    page = client.get("/rules").text
    for said in ("举报电话", "0000-86110004", "公布举报电话"):
        assert said in page


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_r4_01_calls_and_visits_are_registered(app, office, channel):
    receipt = office.file_case(app, channel=channel)
    assert (w.case_of(receipt.case_id).channel, receipt.register_no) == (channel, "东劳投〔2026〕0001号")


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("春种期间", "4月5日至5月10日"),
        ("夏收期间", "6月1日至6月25日"),
        ("秋收期间", "9月20日至10月20日"),
        ("重大节日", ""),
    ],
)
def test_r4_03_somebody_is_on_duty_round_the_clock_in_the_seasons_that_were_set(office, client, name, period):
    tree = html.fromstring(client.get("/rules").text)
    said = {dt_.text_content().strip(): dt_.getnext().text_content() for dt_ in tree.xpath("//dl[@class='kv']/dt")}
    assert "24 小时值班" in said[f"{name} {period}".strip()]


def test_r4_03_r4_04_nothing_goes_live_before_seasons_and_limits_are_set(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    office = rw.of("R4")
    assert {b.key for b in office.book.unset} == {
        *(f"limits.{one}.value" for one in ("filing", "investigate")),
        *(f"rosters.{season}.{end}" for season in ("sowing", "summer", "autumn") for end in ("first", "last")),
    }
    assert refusal(office.file_case, app) == "regime_incomplete"


def test_r4_04_filing_follows_the_days_that_the_office_has_set(app, office):
    case_id = office.file_case(app, **WHO).case_id  # five working days here
    assert clock(case_id, "filing").due_day == dt.date(2026, 9, 14)
    office.accept(case_id, w.MONDAY + w.days(1))
    assert clock(case_id, "filing").stopped_at == w.MONDAY + w.days(1)
    assert clock(case_id, "investigate").started_at == w.MONDAY + w.days(1)


def test_r4_05_a_case_sent_down_carries_the_day_of_the_body_above(app, office):
    day = dt.date(2026, 9, 25)
    case_id = investigated(app, office, channel="upper", upper_body="县劳动保障监察大队", upper_due=day)
    assert (clock(case_id, "upper").due_day, w.case_of(case_id).upper_body) == (day, "县劳动保障监察大队")
    replies.submit_opinion(case_id, office.actor("inspector"), w.MONDAY, rw.SOLVED)
    replies.decide_opinion(case_id, office.actor("leader"), w.MONDAY, approved=True)
    assert clock(case_id, "upper").stopped_at is None
    answers.feed_back(case_id, office.actor("duty"), w.MONDAY, rw.TOLD)
    assert clock(case_id, "upper").stopped_at == w.MONDAY


def test_r4_06_who_is_asked_for_material_learns_neither_the_informant_nor_the_story(app, client):
    with app.app_context():
        office = rw.of("R4")
        case_id = investigated(app, office, **WHO)
        request = asked(office, case_id)
    client.signs_in("labour-station")
    page = client.get(f"/office/evidence/{request}").text
    assert "工地花名册" in page
    assert not any(word in page for word in SECRET)
    for path in ("", "/identity", "/print/register", "/print/archive", "/print/limits", "/similar"):
        assert client.get(f"/office/case/{case_id}{path}").status_code == 404


def test_r4_06_whoever_is_complained_about_is_kept_out_even_in_the_office_itself(app, client):
    with app.app_context():
        office = rw.of("R4")
        case_id = office.accepted(app, **WHO)
        about = Named(
            units=[], people=[office.actor("head").person_id], refer_to="县劳动保障监察大队", reason="应当回避"
        )
        conflicts.name(case_id, office.actor("duty"), w.MONDAY, about)
        number = w.case_of(case_id).register_no
    client.signs_in("labour-head")
    for path in ("", "/identity", "/print/register", "/print/archive"):
        assert client.get(f"/office/case/{case_id}{path}").status_code == 404
    for path in ("/office/", "/office/queue/all", "/office/queue/all?q=%E4%B8%A4%E6%AC%A1"):
        assert number not in client.get(path).text


def test_r4_06_a_station_can_neither_open_the_identity_nor_act_on_the_case(app, office):
    case_id = investigated(app, office, **WHO)
    asked(office, case_id)
    keys, station = app.extensions["huiyin"].keys, office.actor("station")
    opened = refusal(identities.open_identity, keys, case_id, station, w.MONDAY, reason="contact", token="")
    assert opened == "no_such_case"
    assert refusal(decisions.add_note, case_id, station, w.MONDAY, text="想看看是谁。") == "no_such_case"
