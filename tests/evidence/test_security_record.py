"""Who signs in, fails, is refused or leaves stays on record; a burst of it stands out (ASVS 16.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from shared import clock
from shared.db import db, work
from shared.domain.passwords import MLPS3, NIST
from shared.models.outbox import OutboxRow
from shared.models.security_record import SecurityRecord
from shared.senders.render import render_email
from shared.services import reads, recipients, sweeps, watching
from tests.support import world as w
from tests.support.office import Office, enrol, open_office

PAGE, SIGN_IN = "/office/security-record", "/office/sign-in"
WRONG = "not the password at all"


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, w.township) as office:
        yield office


def kept(town: Office) -> list[tuple[str, int | None]]:
    """Kind and person of every line, the oldest first."""
    with town.app.app_context(), work() as session:
        rows = session.execute(select(SecurityRecord.kind, SecurityRecord.person_id).order_by(SecurityRecord.id))
        return [(kind, who) for kind, who in rows]


def fail(town: Office, name: str, times: int = 1) -> None:
    for _ in range(times):
        town.app.test_client().send(SIGN_IN, username=name, password=WRONG)


def test_sign_ins_good_and_failed_and_their_end_are_on_record(town: Office):
    who = town.world.actor("intake").person_id
    fail(town, town.world.usernames["intake"])
    town.desk("intake").send("/office/", form="//form[contains(@action, 'sign-out')]")
    assert kept(town) == [("sign_in_failed", who), ("sign_in", who), ("session_ended", who)]


def test_a_name_that_nobody_has_is_kept_as_a_mark_alone(town: Office):
    fail(town, "MyRealPassw0rd")
    fail(town, "myrealpassw0rd")
    with town.app.app_context(), work() as session:
        rows = session.scalars(select(SecurityRecord)).all()
        assert len({row.typed for row in rows}) == 1
        assert len(rows[0].typed) == 64
        assert [(r.institution_id, r.person_id, r.facts) for r in rows] == [(None, None, {})] * 2
    assert "myrealpassw0rd" not in town.see("auditor", PAGE).casefold()


def test_a_wrong_second_factor_is_on_record_and_so_is_the_right_one(town: Office):
    _secret, codes = enrol(town, "intake")
    client = town.app.test_client()
    client.send(SIGN_IN, username=town.world.usernames["intake"], password=w.PASSWORD)
    for code in ("000000", codes[0]):
        client.send("/office/sign-in/second", form="//form[.//input[@name='code']]", code=code)
    assert [kind for kind, _ in kept(town)] == ["sign_in", "password_right", "factor_failed", "sign_in"]


def test_tries_that_come_too_soon_are_one_line_a_minute(town: Office):
    fail(town, town.world.usernames["chief"], times=12)
    assert [kind for kind, _ in kept(town)].count("waited") == 1


def test_what_is_refused_is_on_record_without_the_number_of_a_case(town: Office):
    case_id = town.made(w.accepted)
    town.see("intake", "/office/admin/people", status=403)
    town.see("auditor", f"/office/case/{case_id}", status=404)
    with town.app.app_context(), work() as session:
        lines = session.scalars(select(SecurityRecord).where(SecurityRecord.kind == "refused")).all()
        facts = [row.facts for row in lines]
    assert facts[0] == {"page": "office.people", "act": "accounts", "code": "not_yours"}
    assert (facts[1]["page"], facts[1]["code"]) == ("office.case_page", "no_such_case")


def test_a_session_left_idle_ends_on_record(town: Office):
    town.desk("intake")
    with town.app.app_context():
        sweeps.end_sessions(w.MONDAY + dt.timedelta(minutes=31), 30)
    assert [kind for kind, _ in kept(town)] == ["sign_in", "session_ended"]


@pytest.mark.parametrize("role", ["auditor", "security_admin"])
def test_a_burst_of_failures_on_one_account_alarms(town: Office, role: str):
    name = town.world.usernames["chief"]
    for n in range(9):  # with the waits between them
        with clock.frozen(w.MONDAY + dt.timedelta(hours=n // 3, minutes=20 * n)):
            fail(town, name)
    assert "请了解情况" not in town.see(role, PAGE)
    with clock.frozen(w.MONDAY + dt.timedelta(hours=6)):
        fail(town, name)
    town.desks.clear()
    with clock.frozen(w.MONDAY + dt.timedelta(hours=7)):
        page = town.see(role, PAGE)
        assert "请了解情况" in page
        assert town.world.actor("chief").name in page.split("请了解情况")[1].split("</div>")[0]
        assert 'class="hot"' in town.see(role, "/office/me")


def test_a_burst_of_refusals_alarms(town: Office):
    for _ in range(10):
        town.see("signer", "/office/queue", status=403)
    assert "要看、要办没有权限的事" in town.see("auditor", PAGE).split("最近 7 天")[1].split("</div>")[0]


def test_one_guess_at_each_of_many_accounts_alarms_too(town: Office):
    with town.app.app_context(), work() as session:
        row = {"at": w.MONDAY, "kind": "sign_in_failed", "typed": "", "facts": {}}
        session.execute(insert(SecurityRecord), [row | {"institution_id": None, "person_id": None}] * 50)
    assert "很多账号" in town.see("auditor", PAGE)


def test_a_script_that_reads_case_after_case_is_noticed_and_learns_no_name(town: Office, monkeypatch):
    monkeypatch.setattr(reads, "UNUSUAL", 12)
    told = {"mode": "named", "identity": {"name": "金丝雀"}, "contact": {"phone": "13900001234"}}
    numbers = [town.made(w.accepted, **told) for _ in range(6)]
    places = ("case/{}", "queue/preview/{}", "case/{}/print/register", "case/{}/identity")
    pages = "".join(town.see("intake", "/office/" + place.format(n)) for n in numbers for place in places)
    assert "金丝雀" not in pages
    assert "13900001234" not in pages
    assert [kind for kind, _ in kept(town)].count("many_reads") == 1
    assert "一天打开了很多投诉" in town.see("security_admin", PAGE).split("最近 7 天")[1].split("</div>")[0]


def test_the_record_is_searched_by_person_kind_and_day(town: Office):
    fail(town, town.world.usernames["intake"])
    fail(town, "nobody-at-all")
    town.desk("auditor")
    who = town.world.actor("intake").person_id
    asked = {f"who={who}": 1, "who=nobody": 1, "kind=sign_in": 1, "until=2026-09-06": 0, "since=2026-09-07": 3}
    asked |= {"kind=x&who=%00&since=z&before=9x": 3}
    assert {query: town.see("auditor", f"{PAGE}?{query}").count("<time") for query in asked} == asked


def test_it_is_for_the_auditor_and_the_security_administrator(town: Office):
    for role in ("intake", "chief", "signer", "system_admin"):
        town.see(role, PAGE, status=403)


def test_another_institutions_lines_stay_its_own(town: Office):
    with town.app.app_context():
        other = w.county()
    fail(town, other.usernames["chief"])
    assert town.see("auditor", PAGE).count("<time") == 1  # the auditor's own sign-in


def line(at: dt.datetime) -> None:
    watching.noted(at, "sign_in", None)


@pytest.mark.parametrize("verb", ["update security_record set kind = 'x'", "delete from security_record"])
def test_nobody_changes_a_line_nor_deletes_one_before_half_a_year(app: Flask, verb: str):
    with app.app_context():
        line(dt.datetime.now(dt.UTC))
        with pytest.raises(DatabaseError, match="kept as it is"), db.engine.begin() as connection:
            connection.execute(text(verb))


@pytest.mark.parametrize(("profile", "left"), [(NIST, 1), (MLPS3, 2)])
def test_lines_go_when_the_profile_says_so(app: Flask, profile, left: int):
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        for days in (10, 200, 400):
            line(now - dt.timedelta(days=days))
        watching.forget(now, profile)
        with work() as session:
            assert len(session.scalars(select(SecurityRecord.id)).all()) == left


def letters(town: Office) -> list[str]:
    """For whom an alarm is in the outbox; it says nothing of anybody."""
    with town.app.app_context(), work() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.notice == "security_alarm").order_by(OutboxRow.id))
        return [row.audience for row in rows if (row.facts, row.case_id) == ({}, None)]


def lines(town: Office, role: str, kind: str, times: int, now: dt.datetime = w.MONDAY) -> None:
    with town.app.app_context():
        for _ in range(times):
            watching.noted(now, kind, town.world.actor(role).person_id)


@pytest.mark.parametrize("kind", ["sign_in_failed", "refused"])
def test_an_alarm_is_told_by_letter_once_a_day_for_each_account(town: Office, kind: str):
    lines(town, "intake", kind, 9)
    assert letters(town) == []
    lines(town, "intake", kind, 3)
    assert letters(town) == ["auditor", "security_admin"]
    lines(town, "chief", kind, 10)
    assert len(letters(town)) == 4
    lines(town, "intake", kind, 10, w.MONDAY + dt.timedelta(days=1))
    assert len(letters(town)) == 6


def test_reading_in_bulk_and_guesses_all_over_are_told_by_letter(town: Office):
    lines(town, "intake", "many_reads", 1)
    assert len(letters(town)) == 2
    with town.app.app_context():
        for n in range(50):
            watching.noted(w.MONDAY, "sign_in_failed", None, typed=f"{n:064}")
    assert len(letters(town)) == 4


def test_the_letter_reaches_both_and_names_nobody(town: Office):
    lines(town, "intake", "refused", 10)
    with town.app.app_context(), work() as session:
        keys = town.app.extensions["huiyin"].keys
        rows = session.scalars(select(OutboxRow).where(OutboxRow.notice == "security_alarm")).all()
        found = [one for row in rows for one in recipients.recipients(session, keys, {}, row, w.MONDAY)]
        known = recipients.facts(session, rows[0], "https://h.example", "zh")
        subject, body, _ = render_email("security_alarm", "zh", known)
    assert {one.person_id for one in found} == {town.world.actor(r).person_id for r in ("auditor", "security_admin")}
    assert not any(one.later for one in found)
    assert "安全记录" in subject + body
    assert town.world.actor("intake").name not in subject + body
