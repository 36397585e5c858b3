"""A flood of equal texts: nothing acknowledged is lost, the desk isn't swamped, a person lets them through."""

from __future__ import annotations

import datetime as dt

from shared import clock
from shared.db import work
from shared.domain.repeats import PASS, REMEMBERED
from shared.models.case import Case
from shared.services import erasing, repeats, tracking
from tests.support import world as w
from tests.support.office import Office

RECEIVED, HELD = "/office/queue/received", "/office/held"
OTHER = "河边的垃圾堆了一个多月，天热起来气味很大，打过两次电话都没有人来收。"


def flood(town: Office, number: int = PASS + 4, **more: object) -> list:
    with town.app.app_context():
        made = [town.world.file_case(town.app, story=f"{w.STORY}（第{n}次）", **more) for n in range(number)]
        repeats.sweep(clock.now())
        return made


def listed(town: Office, address: str) -> int:
    return town.see("intake", address).count('name="case"')


def test_the_first_ten_pass_and_the_rest_wait_in_a_list_of_their_own(town: Office):
    flood(town)
    town.made(lambda app, world: world.file_case(app, story=OTHER))
    assert (listed(town, RECEIVED), listed(town, HELD)) == (PASS + 1, 4)
    assert "内容重复的" in town.see("intake", "/office/")


def test_each_of_them_has_its_receipt_and_its_limits_run(county: Office):
    last = flood(county)[-1]
    with county.app.app_context():
        assert tracking.enter(county.app.extensions["huiyin"].keys, last.receipt_no, last.code, w.MONDAY)
        due = w.case_of(last.case_id).due_at
    with clock.frozen(due + dt.timedelta(minutes=1)):
        assert f"/case/{last.case_id}" in county.see("intake", "/office/queue/overdue?sort=received")


def test_those_ticked_go_back_and_stay_there(town: Office):
    ids = [one.case_id for one in flood(town)][-4:]
    town.press("intake", HELD, case=[str(ids[0]), str(ids[1])], act="some")
    assert (listed(town, RECEIVED), listed(town, HELD)) == (PASS + 2, 2)
    with town.app.app_context():
        assert repeats.sweep(w.MONDAY) == 0


def test_all_go_back_together(town: Office):
    flood(town)
    town.press("intake", HELD, act="all")
    assert (listed(town, RECEIVED), listed(town, HELD)) == (PASS + 4, 0)


def test_nothing_is_ticked_nothing_happens(town: Office):
    flood(town)
    town.press("intake", HELD, act="some")
    assert listed(town, HELD) == 4


def test_what_is_set_aside_can_be_accepted_as_it_is(town: Office):
    last = flood(town)[-1].case_id
    town.press("intake", f"/office/case/{last}/accept", category="content", severity="general")
    assert f"/case/{last}" in town.see("intake", "/office/queue/accepted")
    assert listed(town, HELD) == 3


def test_it_is_for_the_intake_alone_and_for_its_own_institution(town: Office):
    flood(town)
    for role in ("dispatcher", "chief", "signer", "auditor"):
        town.see(role, HELD, status=403)
    with town.app.app_context():
        other = w.county()
        assert repeats.listed(other.actor("intake")) == ([], 0)
        assert repeats.release(other.actor("intake"), None) == 0


def test_what_staff_write_down_is_never_set_aside(town: Office):
    with town.app.app_context():
        clerk = town.world.actor("intake")
        from shared.services import intake

        complaint = intake.Complaint("anonymous", w.STORY, "财政所", channel="phone")
        for _ in range(PASS + 2):
            intake.file(town.app.extensions["huiyin"].keys, town.world.institution_id, complaint, w.MONDAY, actor=clerk)
        assert repeats.sweep(w.MONDAY) == 0


def test_marks_are_forgotten_after_three_days_and_with_the_words(town: Office, tmp_path):
    last = flood(town)[-1].case_id
    with town.app.app_context():
        assert w.case_of(last).text_mark
        repeats.sweep(w.MONDAY + REMEMBERED + dt.timedelta(seconds=1))
        with work() as session:
            assert session.query(Case).filter(Case.text_mark != "").count() == 0
        assert "text_mark" in erasing.OF_CASE


def test_the_list_and_its_neighbours_cost_few_statements(town: Office, count_sql):
    flood(town)
    town.see("intake", HELD)
    with count_sql() as sent:
        town.see("intake", HELD)
    assert len(sent) <= 6, sent
