"""A complaint about a unit or a person is none of theirs: nowhere offered, routed, shown, counted or told (R4.06)."""

from __future__ import annotations

import re

import pytest
from lxml import html
from sqlalchemy import select

from shared.crypto import Keys
from shared.db import reading, work
from shared.models.event import Event
from shared.models.outbox import OutboxRow
from shared.models.person import Grant
from shared.services import conflicts, identities, investigations, recipients, slips
from shared.services.conflicts import Named
from tests.support import rows
from tests.support import world as w
from tests.support.office import Office, link


def name(town: Office, case_id: int, by: str = "intake", **more: object) -> None:
    held = {"units": [], "people": [], **more}
    with town.app.app_context():
        conflicts.name(case_id, town.world.actor(by), w.MONDAY, Named(**held))


def deputy(town: Office, role: str) -> None:
    """A second person of that role, so that somebody is left."""
    with town.app.app_context():
        w._person(town.world, f"deputy_{role}", role, "office")


def person(town: Office, role: str) -> int:
    return town.world.actor(role).person_id


def test_the_office_names_whom_the_complaint_is_about_and_is_shown_a_guess(town: Office):
    case_id = town.made(w.accepted)
    at = f"/office/case/{case_id}"
    assert "来信提到：财政所" in town.see("intake", at)
    guessed = html.fromstring(town.see("intake", at + "/name_respondents")).xpath("//input[@name='units'][@checked]")
    assert [box.get("value") for box in guessed] == [str(town.world.unit["finance"])]
    town.press("intake", at + "/name_respondents")
    assert "被投诉、应当回避：财政所" in town.see("intake", at)
    assert town.made(lambda _app, _world: rows.kinds(case_id))[-1] == "respondents_named"


def test_a_barred_unit_is_no_choice_and_takes_no_slip(town: Office):
    case_id = town.made(w.accepted)
    name(town, case_id, units=[town.world.unit["budget"]])
    page = town.see("dispatcher", f"/office/case/{case_id}/transfer")
    shown = html.fromstring(page).xpath("//select[@name='unit_id']/option/text() | //input[@name='co_units']/@value")
    assert "财政所" not in shown
    assert str(town.world.unit["finance"]) not in shown
    with town.app.app_context():
        told = {"unit_id": town.world.unit["finance"], "points": "何时", "text": "公开栏"}
        args = case_id, town.world.actor("dispatcher"), w.MONDAY
        assert rows.refusal(slips.transfer, *args, **told) == "unit_id"


def test_where_no_unit_is_left_the_page_says_what_to_do(town: Office):
    case_id = town.made(w.accepted)
    name(town, case_id, units=[town.world.unit["finance"], town.world.unit["villages"]])
    assert "请报送上级机关办理" in town.see("dispatcher", f"/office/case/{case_id}/transfer")


@pytest.mark.parametrize("role", ["signer", "director", "handler", "unit_head"])
def test_a_slip_is_taken_from_a_unit_that_the_complaint_turns_out_to_be_about(town: Office, role: str):
    case_id, slip_id = town.made(w.signed)
    name(town, case_id, people=[person(town, "director")])
    case = town.made(lambda _app, _world: w.case_of(case_id))
    assert (case.state, case.unit_id) == ("accepted", None)
    for at in (f"/office/slip/{slip_id}", f"/office/slip/{slip_id}/print", f"/office/slip/{slip_id}/save_reply"):
        town.see(role, at, status=404)
    assert w_number(town, slip_id) not in town.see(role, "/office/")


def w_number(town: Office, slip_id: int) -> str:
    return str(town.made(lambda _app, _world: w.slip_of(slip_id)).number)


def everywhere(case_id: int) -> list[str]:
    at = f"/office/case/{case_id}"
    prints = [f"{at}/print/{paper}" for paper in ("register", "limits", "archive")]
    return [at, f"{at}/similar", f"{at}/identity", f"{at}/transfer", f"/office/queue/preview/{case_id}", *prints]


def test_a_clerk_of_the_office_finds_no_trace_of_a_complaint_about_him(town: Office):
    deputy(town, "dispatcher")
    other, case_id = town.made(w.accepted), town.made(w.accepted, story="转办人收了礼，一直压着我家的申请不办。")
    name(town, case_id, people=[person(town, "dispatcher")])
    number = town.made(lambda _app, _world: w.case_of(case_id)).register_no
    for at in everywhere(case_id):
        town.see("dispatcher", at, status=404)
    lists = [
        "/office/",
        "/office/queue/all",
        "/office/queue/accepted",
        "/office/queue/open?q=收了礼",
        "/office/clusters",
    ]
    for page in (town.see("dispatcher", at) for at in lists):
        assert number not in page
        assert "收了礼" not in html.fromstring(page).xpath("string(//main)")
    assert number not in town.see("dispatcher", f"/office/case/{other}/similar")
    assert counted(town, "dispatcher", "accepted") == 1
    assert counted(town, "chief", "accepted") == 2


def test_whoever_works_in_the_barred_unit_too_finds_the_complaint_in_no_list_and_no_count(town: Office):
    deputy(town, "dispatcher")
    case_id = town.made(w.accepted)
    with town.app.app_context(), work() as session:
        session.add(Grant(person_id=person(town, "dispatcher"), unit_id=town.world.unit["finance"], role="handler"))
    number = town.made(lambda _app, _world: w.case_of(case_id)).register_no
    assert number in town.see("dispatcher", "/office/queue/all")
    name(town, case_id, units=[town.world.unit["finance"]])
    for at in ("/office/queue/all", "/office/queue/accepted", "/office/"):
        assert number not in town.see("dispatcher", at)
    assert (counted(town, "dispatcher", "accepted"), counted(town, "chief", "accepted")) == (0, 1)


def counted(town: Office, role: str, view: str) -> int:
    link_ = html.fromstring(town.see(role, "/office/")).xpath(f"(//nav//a[@href='/office/queue/{view}'])[1]")[0]
    return int(re.findall(r"\d+", link_.text_content())[0])


def test_a_barred_person_acts_on_nothing(town: Office):
    case_id = town.made(w.accepted, mode="named", identity={"name": "柳小㛃"})
    name(town, case_id, people=[person(town, "chief")], refer_to="县监察局", reason="本办公室应当回避")
    with town.app.app_context():
        keys = town.app.extensions["huiyin"].keys
        args = keys, case_id, town.world.actor("intake"), w.MONDAY
        assert rows.refusal(identities.open_identity, *args, reason="contact", token="") == "no_such_case"


def test_a_file_of_the_case_is_none_of_a_barred_persons(town: Office):
    from tests.backoffice.test_copies import given

    case_id, known = given(town, "canary.jpg")
    name(town, case_id, people=[person(town, "archivist")])
    town.see("archivist", f"/office/file/{known['canary.jpg']}", status=404)


def test_no_answer_can_be_asked_for_again_as_unchanged(town: Office):
    """A browser that has kept a page from before is told 404, never 304: that would say that the case is there."""
    from tests.backoffice.test_copies import given

    case_id, known = given(town, "canary.jpg")
    file = f"/office/file/{known['canary.jpg']}"
    kept = {"If-None-Match": "*", "If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}
    desk = town.desk("archivist")
    for at in (file, f"/office/case/{case_id}", "/office/queue/all"):
        seen = desk.get(at, headers=kept)
        assert (seen.status_code, seen.headers.get("ETag"), seen.headers.get("Last-Modified")) == (200, None, None)
        assert "no-store" in seen.headers["Cache-Control"]
        seen.close()
    name(town, case_id, people=[person(town, "archivist")])
    assert {desk.get(at, headers=kept).status_code for at in (file, f"/office/case/{case_id}")} == {404}


def test_who_is_barred_is_told_nothing(town: Office):
    deputy(town, "dispatcher")
    case_id = town.made(w.accepted)
    name(town, case_id, people=[person(town, "dispatcher")])
    with town.app.app_context(), reading() as session:
        row = OutboxRow(institution_id=town.world.institution_id, case_id=case_id, notice="to_transfer", facts={})
        row.audience, row.created_at = "dispatcher", w.MONDAY
        keys: Keys = town.app.extensions["huiyin"].keys
        assert [r.person_id for r in recipients.recipients(session, keys, {}, row, w.MONDAY)] == [
            person(town, "deputy_dispatcher")
        ]


def test_when_nobody_is_left_the_case_is_handed_up_and_the_citizen_told(town: Office):
    case_id = town.made(w.accepted)
    at = f"/office/case/{case_id}/name_respondents"
    office = [str(town.world.unit["office"])]
    page = town.press("intake", at, status=422, units=office).text
    assert "请在下面写明报送到哪个上级机关" in page
    town.press("intake", at, units=office, refer_to="县监察局", reason="本办公室应当回避")
    assert town.made(lambda _app, _world: w.case_of(case_id)).state == "referred"
    for role in ("intake", "chief", "dispatcher"):
        town.see(role, f"/office/case/{case_id}", status=404)
    assert ("referred", "citizen") in town.made(lambda _app, _world: rows.owed(case_id))


def handed_up(town: Office, **named: object) -> int:
    case_id = town.made(w.accepted)
    name(town, case_id, refer_to="县监察局", reason="本办公室应当回避", **named)
    return case_id


def later(town: Office, days: int) -> int:
    with town.app.app_context():
        return conflicts.archive_unseen(w.MONDAY + w.days(days))


def test_an_archivist_who_is_not_barred_archives_what_was_handed_up(town: Office):
    case_id = handed_up(town, people=[person(town, "dispatcher")])
    assert later(town, 8) == 0
    assert "归档清单" in town.see("archivist", f"/office/case/{case_id}")
    town.press("archivist", f"/office/case/{case_id}/archive")
    assert town.made(lambda _app, _world: w.case_of(case_id)).state == "archived"


def test_what_nobody_may_open_is_archived_by_itself_with_its_papers_counted(town: Office):
    case_id = handed_up(town, units=[town.world.unit["office"]])
    town.see("archivist", f"/office/case/{case_id}", status=404)
    assert [later(town, days) for days in (6, 8, 9)] == [0, 1, 0]
    with town.app.app_context(), reading() as session:
        case = w.case_of(case_id)
        last = session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq.desc())).first()
        assert (case.state, last.kind, last.actor_role) == ("archived", "archived", "system")
        assert last.facts["papers"]["decisions"] == 2
    assert "卷内" in town.see("auditor", "/office/audit?kind=archived")


def test_only_the_chief_takes_a_name_away(town: Office):
    case_id = town.made(w.accepted)
    name(town, case_id, units=[town.world.unit["finance"]])
    args = case_id, town.world.actor("intake"), w.MONDAY, Named([], [])
    with town.app.app_context():
        assert rows.refusal(conflicts.name, *args) == "chief_lifts"
    name(town, case_id, by="chief")
    assert "被投诉、应当回避" not in town.see("intake", f"/office/case/{case_id}")


def test_an_investigator_complained_about_is_no_choice(county: Office):
    case_id = county.made(w.accepted)
    them = person(county, "investigator")
    at = f"/office/case/{case_id}/name_respondents"
    page = county.press("intake", at, status=422, units=[], people=[str(them)]).text
    assert "请在下面写明报送到哪个上级机关" in page
    with county.app.app_context(), work() as session:
        from shared.models.case_bar import CaseBar

        session.add(CaseBar(case_id=case_id, person_id=them, named=True, by_id=them, at=w.MONDAY))
    with county.app.app_context():
        args = case_id, county.world.actor("intake"), w.MONDAY
        assert rows.refusal(investigations.assign, *args, person_id=them) == "person_id"
    shown = html.fromstring(county.see("intake", f"/office/case/{case_id}/investigate"))
    assert str(them) not in shown.xpath("//select[@name='person_id']/option/@value")


def test_r5_09_the_investigated_unit_is_still_heard(county: Office):
    case_id = county.made(w.accepted)
    with county.app.app_context():
        who, now, unit = county.world.actor, w.MONDAY, county.world.unit["bureau"]
        investigations.assign(case_id, who("chief"), now, person_id=person(county, "investigator"))
        conflicts.name(case_id, who("intake"), now, Named([unit], []))
        asked = investigations.ask_evidence(
            case_id, who("investigator"), now, unit_id=unit, wanted="执法记录", due_day=now.date()
        )
    county.press("handler", f"/office/evidence/{asked}", given="已整理")
    county.see("handler", f"/office/case/{case_id}", status=404)


def test_a_helper_that_is_barred_is_done_without(town: Office):
    case_id, slip_id = town.made(w.signed)
    with town.app.app_context():
        now, unit = w.MONDAY, town.world.unit
        slips.assign_section(slip_id, town.world.actor("director"), now, section_id=unit["finance"])
        slips.ask_help(slip_id, town.world.actor("handler"), now, unit_id=unit["villages"], reason="需要核实")
    name(town, case_id, units=[town.world.unit["villages"]])
    town.see("other_handler", f"/office/slip/{slip_id}", status=404)
    assert link(town.see("handler", f"/office/slip/{slip_id}"), "/print")
