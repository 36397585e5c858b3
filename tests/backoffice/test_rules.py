"""Blank means blank: nothing goes live before all is set, and a new value moves no running case."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from lxml import html

from shared.demo import small
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.regimes import blanks
from shared.services import queries_portal, queries_regimes, regime_settings
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, refusal

FIRST_DAY, FIRST_PRIZE = "limits.pay.first_day", "penalties.ranking.ranks.0"
TODAY = w.MONDAY.date()


@pytest.fixture
def raw(db, monkeypatch: pytest.MonkeyPatch) -> rw.RegimeWorld:
    """The chain of shops before anybody has set what the source leaves blank."""
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    return rw.of("R24")


def fill(place: rw.RegimeWorld, key: str, value: str, since: dt.date = TODAY, now: dt.datetime = w.MONDAY) -> None:
    actor = place.actor("system_admin")
    regime_settings.set_blank(actor, now, key=key, value=value, reason="会议决定。", since=since)


def in_use(place: rw.RegimeWorld) -> regimes.Regime:
    queries_portal.forget()
    [row] = queries_portal.institutions()
    return queries_portal.regime(row)


def test_nobody_can_turn_to_an_institution_with_a_blank(app: Flask, raw: rw.RegimeWorld) -> None:
    with pytest.raises(Refused, match="regime_incomplete"):
        raw.file_case(app)
    assert queries_portal.live() == []


def test_r24_05_r24_07_it_goes_live_when_the_last_blank_is_set(app: Flask, raw: rw.RegimeWorld) -> None:
    fill(raw, FIRST_DAY, "no")
    assert [b.key for b in in_use(raw).unset] == [FIRST_PRIZE]
    fill(raw, FIRST_PRIZE, "2000.00")
    assert in_use(raw).complete
    assert raw.file_case(app).register_no


def test_a_value_waits_for_its_day(app: Flask, raw: rw.RegimeWorld) -> None:
    fill(raw, FIRST_DAY, "no")
    fill(raw, FIRST_PRIZE, "2000.00", since=TODAY + w.days(1))
    assert not in_use(raw).complete
    assert regime_settings.take_effect(w.MONDAY) == 0
    assert regime_settings.take_effect(w.MONDAY + w.days(1)) == 1
    assert in_use(raw).complete


@pytest.mark.parametrize(("key", "value"), [(FIRST_DAY, "maybe"), (FIRST_PRIZE, "two thousand"), (FIRST_PRIZE, "2000")])
def test_a_value_that_does_not_fit_is_refused(raw: rw.RegimeWorld, key: str, value: str) -> None:
    assert refusal(fill, raw, key, value) == "value"


def test_a_value_needs_a_reason_a_coming_day_and_the_right_to_set_it(raw: rw.RegimeWorld) -> None:
    given = dict(key=FIRST_DAY, value="no", reason="会议决定。", since=TODAY)
    who = raw.actor("system_admin")
    for change in ({"reason": " "}, {"since": TODAY - w.days(1)}, {"since": None}):
        assert refusal(regime_settings.set_blank, who, w.MONDAY, **{**given, **change}) in change
    for role in ("region_desk", "manager", "auditor"):
        assert refusal(regime_settings.set_blank, raw.actor(role), w.MONDAY, **given) == "not_yours"
    assert refusal(regime_settings.set_blank, who, w.MONDAY, **{**given, "key": "limits.pay.value"}) == "no_such_case"


def test_a_running_case_keeps_the_version_it_was_opened_under(app: Flask, db) -> None:
    place = rw.of("R24")
    case_id, _ = place.signed(app)
    before, version = clock(case_id, "customer").due_day, w.case_of(case_id).regime_version_id
    fill(place, FIRST_DAY, "yes")
    assert (clock(case_id, "customer").due_day, w.case_of(case_id).regime_version_id) == (before, version)
    assert w.case_of(place.file_case(app).case_id).regime_version_id != version


def test_the_dry_run_says_which_last_day_moves(app: Flask, db) -> None:
    place = rw.of("R24")
    [move] = queries_regimes.dry_run(place.actor("region_head"), w.MONDAY, key=FIRST_DAY, value="yes", since=TODAY)
    assert (move.rule.id, move.old, move.new) == ("pay", dt.date(2026, 9, 10), dt.date(2026, 9, 9))
    money = dict(key=FIRST_PRIZE, value="1800.00", since=TODAY)
    assert queries_regimes.dry_run(place.actor("region_head"), w.MONDAY, **money) == []


def test_what_was_set_stays_set_when_the_shipped_text_is_renewed(app: Flask, db) -> None:
    place = rw.of("R24")
    fill(place, FIRST_PRIZE, "1800.00")
    assert regime_settings.renew("R24", w.MONDAY) == 1
    assert {s.key: s.value for s in in_use(place).settings} == {FIRST_DAY: False, FIRST_PRIZE: "1800.00"}


def test_settings_are_written_so_that_any_words_can_be_read_again() -> None:
    setting = regimes.Setting(key=FIRST_PRIZE, value="2000.00", reason='他说："好"\\n', since=TODAY)
    text = regimes.with_settings(regimes.shipped("R24"), [setting])
    assert regimes.of_text(text).settings[0].reason == setting.reason
    assert text.count(blanks.MARK) == regimes.with_settings(text, [setting]).count(blanks.MARK) == 1


def test_the_page_shows_blanks_what_moves_and_who_set_them(app: Flask, client, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        monkeypatch.setattr(small, "text_of", regimes.shipped)
        rw.of("R24")
    assert client.send("/office/sign-in", username="agency-region-head", password=w.PASSWORD).status_code == 303
    page = client.get(f"/office/rules?set={FIRST_DAY}").text
    assert "还有 2 处没有定下来" in page
    assert "处罚通知当日算不算第一天" in page
    given = dict(key=FIRST_DAY, value="yes", since="2099-01-05", reason="会议决定。")
    token = html.fromstring(page).xpath("//main//input[@name='csrf_token']/@value")[0]
    assert "从 2099年1月5日" in client.post("/office/rules", data={**given, "look": "1", "csrf_token": token}).text
    assert client.send(f"/office/rules?set={FIRST_DAY}", **given).status_code == 303
    assert "还没有到日期" in client.get("/office/rules").text
