"""R10.01, R18.06: a complaint about the complainant's own superior waits until the superior is named."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared import clock as clocks
from shared.db import work
from shared.models.case import Case
from shared.services import answers, assessments, conflicts, decisions, investigations, slips, superior_guard
from shared.services.conflicts import Named
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, last, refusal

WHAT = {"respondent": "工程部主管", "story": rw.STORY}
CHOICE = 'name="f_about_superior"'


def sent(app, answer: str, **more) -> int:
    """A complaint that a citizen's browser files, with this answer about the superior."""
    with clocks.frozen(w.MONDAY):
        browser = app.test_client()
        found = browser.send("/submit/what?how=anonymous", **WHAT, f_about_superior=answer, **more)
        assert found.status_code == 303, found.text
        assert browser.send("/submit/check").status_code == 303
    with app.app_context(), work() as session:
        return session.scalars(select(Case.id).order_by(Case.id.desc())).first() or 0


def about_superior(app, company: rw.RegimeWorld, **more) -> int:
    case_id = company.accepted(app, channel="letter", **more)
    assessments.assess(case_id, company.actor("keeper"), w.MONDAY, found={"about_superior": True})
    return case_id


def test_r18_06_the_portal_asks_plainly_whether_it_is_about_the_own_superior(app):
    with app.app_context():
        rw.of("R18")
    with clocks.frozen(w.MONDAY):
        page = app.test_client().get("/submit/what?how=anonymous").text
    assert "您投诉的是自己的主管吗" in page
    assert page.count(CHOICE) == 2  # 是, 否


def test_r18_06_without_an_answer_the_form_comes_back(app):
    with app.app_context():
        rw.of("R18")
    with clocks.frozen(w.MONDAY):
        answer = app.test_client().send("/submit/what?how=anonymous", **WHAT)
    assert answer.status_code == 422


def test_r10_01_only_whoever_works_there_is_asked(app):
    with app.app_context():
        rw.of("R10")
    with clocks.frozen(w.MONDAY):
        browser = app.test_client()
        assert browser.send("/submit/what?how=anonymous", **WHAT, category="charges").status_code == 303
        assert browser.send("/submit/what?how=anonymous", **WHAT, category="staff").status_code == 422


@pytest.mark.parametrize(("code", "category"), [("R18", "treatment"), ("R10", "staff")])
def test_r10_01_r18_06_the_answer_holds_from_the_first_minute(app, code, category):
    with app.app_context():
        world = rw.of(code)
    case_id = sent(app, "yes", category=category)
    with app.app_context():
        assert last(case_id, "assessed")["found"] == {"about_superior": "yes"}
        call = dict(category=category, severity=world.book.default_severity or "")
        assert refusal(decisions.accept, case_id, world.as_("intake"), w.MONDAY, **call) == "superior_unnamed"


def test_r18_06_whoever_says_no_is_heard_like_everybody(app):
    with app.app_context():
        company = rw.of("R18")
    case_id = sent(app, "no", category="pay")
    with app.app_context():
        assert "assessed" not in kinds(case_id)
        decisions.accept(case_id, company.actor("keeper"), w.MONDAY, category="pay", severity="")


def test_r18_06_it_is_neither_refused_nor_handed_on_before_the_superior_is_named(app):
    with app.app_context():
        company = rw.of("R18")
    case_id = sent(app, "yes", category="treatment")
    with app.app_context():
        keeper = company.actor("keeper")
        why = dict(reason="同一件事。", basis="制度", redirect="劳动监察")
        no = dict(ground=company.book.refusal.grounds[0].code, **why)
        assert refusal(decisions.refuse, case_id, keeper, w.MONDAY, **no) == "superior_unnamed"
        conflicts.name(case_id, keeper, w.MONDAY, Named((), [company.actor("supervisor").person_id]))
        decisions.accept(case_id, keeper, w.MONDAY, category="treatment", severity="")


def test_r18_06_it_is_not_assigned_before_the_superior_is_named(app, db):
    company = rw.of("R18")
    case_id, keeper = about_superior(app, company), company.actor("keeper")
    call = investigations.assign, case_id, company.actor("management"), w.MONDAY
    assert refusal(*call, person_id=keeper.person_id) == "superior_unnamed"
    conflicts.name(case_id, keeper, w.MONDAY, Named((), [company.actor("hr").person_id]))
    assert refusal(*call, person_id=company.actor("hr").person_id) == "person_id"  # barred
    investigations.assign(*call[1:], person_id=keeper.person_id)


def test_r10_01_it_is_neither_transferred_nor_answered_before_the_superior_is_named(app, db):
    hospital = rw.of("R10")
    case_id, desk = hospital.accepted(app, category="staff"), hospital.as_("intake")
    assessments.assess(case_id, desk, w.MONDAY, found={"about_superior": True})
    call = dict(unit_id=hospital.unit(1), points="请查明", text=rw.STORY)
    assert refusal(slips.transfer, case_id, desk, w.MONDAY, **call) == "superior_unnamed"
    assert refusal(answers.answer_at_once, case_id, desk, w.MONDAY, rw.TOLD) == "superior_unnamed"
    conflicts.name(case_id, desk, w.MONDAY, Named((), [hospital.actor("dept_head").person_id]))
    slips.transfer(case_id, desk, w.MONDAY, fields={"issues": "一、排班。"}, **call)


def test_r18_06_a_person_who_finds_that_it_is_not_so_says_it_on_record(app, db):
    company = rw.of("R18")
    case_id, keeper = about_superior(app, company), company.actor("keeper")
    assessments.assess(case_id, keeper, w.MONDAY, found={})
    investigations.assign(case_id, company.actor("management"), w.MONDAY, person_id=keeper.person_id)
    assert last(case_id, "assessed")["recorded"]


def test_a_unit_learns_nothing_from_being_refused(app, db):
    hospital = rw.of("R10")
    case_id = hospital.signed(app)[0]
    assessments.assess(case_id, hospital.as_("intake"), w.MONDAY, found={"about_superior": True})
    with work() as session:
        case = session.get_one(Case, case_id)
        assert refusal(superior_guard.stop, session, case, hospital.book, "answer_directly") == "not_now"


def test_r18_06_the_page_says_so_and_leads_to_where_it_is_done(app):
    with app.app_context():
        company = rw.of("R18")
    case_id = sent(app, "yes", category="treatment")
    with clocks.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username="yuangong-keeper", password=w.PASSWORD)
        page = desk.get(f"/office/case/{case_id}").text
        assert "这件投诉针对来信人自己的上级" in page
        assert "来信提到" not in page  # one thing to do is said once
        steps = page.split('<nav class="quick"')[1].split("</nav>")[0]
        assert f"/office/case/{case_id}/accept" not in steps
        assert steps.index("name_respondents") < steps.index("add_note" if "add_note" in steps else "</a>")
        refused = desk.send(f"/office/case/{case_id}/accept", category="treatment")
        assert refused.status_code == 422
        assert "请先办理“登记回避”" in refused.text
    with app.app_context():
        boss = company.actor("supervisor").person_id
        conflicts.name(case_id, company.actor("keeper"), w.MONDAY, Named((), [boss]))
    with clocks.frozen(w.MONDAY):
        page = desk.get(f"/office/case/{case_id}").text
        assert "这件投诉针对来信人自己的上级" not in page
        assert f"/office/case/{case_id}/accept" in page
