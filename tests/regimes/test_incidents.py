"""R21 the emergency plan at work (W1.01: management steps in): start, team, steps, statement, end; its text."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared import clock as clocks
from shared.db import work
from shared.domain.incidents import Statement
from shared.models.incident import Incident, IncidentStep, PublicStatement
from shared.services import assessments, conflicts, incidents, plan_texts, queries_incidents, statements
from shared.services.conflicts import Named
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, owed, refusal

SAID = Statement("关于塔吊作业的说明", "夜间吊装已经停止，正在检查设备，结果随后公布。")
WHY = "钢筋从幼儿园上空经过，可能出人命，已经有记者到场。"


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R21")


@pytest.fixture
def keys(app):
    return app.extensions["huiyin"].keys


def started(app, estate, role: str = "service") -> int:
    case_id = estate.accepted(app, severity="major")
    incidents.start(case_id, estate.actor(role), w.MONDAY, why=WHY)
    return case_id


def step(case_id: int, estate, code: str, now: dt.datetime = w.MONDAY) -> None:
    incidents.take_step(case_id, estate.actor("director"), now, code=code, note="办好了。")


def times(case_id: int) -> dict[str, dt.datetime]:
    with work() as session:
        rows = select(IncidentStep).where(IncidentStep.case_id == case_id)
        return {row.code: row.at for row in session.scalars(rows)}


def test_r21_04_whoever_takes_it_in_starts_the_plan_at_once_and_the_group_is_told(app, estate):
    case_id = started(app, estate)
    assert kinds(case_id)[-1] == "plan_started"
    assert {("plan_started", "gov_leader"), ("plan_started", "office_chief")} <= owed(case_id)
    assert refusal(incidents.start, case_id, estate.actor("leader"), w.MONDAY, why=WHY) == "not_now"


@pytest.mark.parametrize("fact", ["operations", "public_effect"])
def test_r21_04_facts_that_may_harm_the_project_start_the_plan_by_themselves(app, estate, fact):
    case_id = estate.accepted(app)
    assessments.assess(case_id, estate.actor("service"), w.MONDAY, found={})
    assert "plan_started" not in kinds(case_id)
    assessments.assess(case_id, estate.actor("service"), w.MONDAY, found={fact: True})
    assessments.assess(case_id, estate.actor("director"), w.MONDAY, found={fact: True})
    assert kinds(case_id).count("plan_started") == 1
    assert ("plan_started", "gov_leader") in owed(case_id)


def test_r21_04_a_reason_is_on_record(app, estate):
    case_id = estate.accepted(app)
    assert refusal(incidents.start, case_id, estate.actor("service"), w.MONDAY, why=" ") == "why"
    assert refusal(incidents.start, case_id, estate.actor("member"), w.MONDAY, why=WHY) == "no_such_case"


def test_w1_01_the_management_itself_steps_in(app, estate):
    case_id = started(app, estate, "leader")
    incidents.join(case_id, estate.actor("vice"), w.MONDAY, group="group", person_id=estate.actor("leader").person_id)
    from tests.support.world import case_of

    found = queries_incidents.of_case(case_of(case_id))
    assert [group for group, _ in found.team] == ["group"]


def test_r21_05_every_step_has_its_time_and_who_took_it(app, estate):
    case_id = started(app, estate)
    step(case_id, estate, "report", w.MONDAY + dt.timedelta(minutes=4))
    step(case_id, estate, "scene", w.MONDAY + dt.timedelta(minutes=40))
    assert times(case_id) == {
        "report": w.MONDAY + dt.timedelta(minutes=4),
        "scene": w.MONDAY + dt.timedelta(minutes=40),
    }
    assert "reported_up" in kinds(case_id)  # what measures the report to the group ends with it
    call = dict(code="report", note="再报一次。")
    assert refusal(incidents.take_step, case_id, estate.actor("director"), w.MONDAY, **call) == "step_done"
    assert (
        refusal(incidents.take_step, case_id, estate.actor("director"), w.MONDAY, code="fly", note="x")
        == "no_such_case"
    )


def test_r21_05_the_statement_is_a_step_that_only_its_publication_takes(app, estate, keys):
    case_id = started(app, estate)
    with pytest.raises(Exception, match="no_such_case"):
        step(case_id, estate, "statement")
    statements.write(case_id, estate.actor("director"), w.MONDAY, keys, SAID, submit=True)
    assert refusal(statements.decide, case_id, estate.actor("director"), w.MONDAY, keys, approved=True) == "not_yours"
    statements.decide(case_id, estate.actor("leader"), w.MONDAY, keys, approved=True)
    assert "statement" in times(case_id)
    with work() as session:
        assert session.scalars(select(PublicStatement.title)).one() == SAID.title


def test_r21_05_nobody_approves_an_own_statement(app, estate, keys):
    case_id = started(app, estate)
    statements.write(case_id, estate.actor("leader"), w.MONDAY, keys, SAID, submit=True)
    assert refusal(statements.decide, case_id, estate.actor("leader"), w.MONDAY, keys, approved=True) == "own_draft"
    vice = estate.actor("vice")
    assert refusal(statements.decide, case_id, vice, w.MONDAY, keys, approved=False) == "comment"
    statements.decide(case_id, vice, w.MONDAY, keys, approved=False, comment="写明什么时候有结果。")
    statements.write(case_id, estate.actor("leader"), w.MONDAY, keys, SAID, submit=False)  # back with its writer


@pytest.mark.parametrize(
    ("text", "why"),
    [(f"业主说：{rw.STORY}", "overlap"), ("请拨打13900001234。", "personal"), ("张小满已经搬走。", "personal")],
)
def test_r21_05_a_statement_never_tells_who_complained_or_in_what_words(app, estate, keys, text, why):
    named = dict(mode="named", identity={"name": "张小满"}, contact={"phone": "13900009999"})
    case_id = estate.accepted(app, **named)
    incidents.start(case_id, estate.actor("service"), w.MONDAY, why=WHY)
    said = Statement("说明", text)
    if "张小满" in text:
        case_id = estate.accepted(app, **{**named, "story": f"{rw.STORY}我是张小满。"})
        incidents.start(case_id, estate.actor("service"), w.MONDAY, why=WHY)
    assert refusal(statements.write, case_id, estate.actor("director"), w.MONDAY, keys, said, submit=True) == why


def test_r21_05_it_ends_when_every_step_is_taken_and_a_review_is_written(app, estate, keys):
    case_id, leader = started(app, estate), estate.actor("leader")
    assert refusal(incidents.end, case_id, leader, w.MONDAY, review="没事了。") == "steps_open"
    for code in ("report", "scene", "coordinate", "watch"):
        step(case_id, estate, code)
    statements.write(case_id, estate.actor("director"), w.MONDAY, keys, SAID, submit=True)
    statements.decide(case_id, leader, w.MONDAY, keys, approved=True)
    assert refusal(incidents.end, case_id, leader, w.MONDAY, review="") == "review"
    assert refusal(incidents.end, case_id, estate.actor("service"), w.MONDAY, review="好") == "not_yours"
    incidents.end(case_id, leader, w.MONDAY + w.days(3), review="吊装改在白天，避开操场。")
    with work() as session:
        row = session.scalars(select(Incident)).one()
        assert (row.state, row.ended_at) == ("ended", w.MONDAY + w.days(3))
    assert kinds(case_id)[-1] == "plan_ended"


def test_who_is_complained_about_is_neither_in_the_team_nor_in_the_list(app, estate):
    case_id, vice = started(app, estate), estate.actor("director")
    conflicts.name(case_id, estate.actor("deputy"), w.MONDAY, Named([estate.unit(0)], []))
    barred = estate.as_("handler", 0)
    call = dict(group="scene", person_id=barred.person_id)
    assert refusal(incidents.join, case_id, vice, w.MONDAY, **call) == "person_id"
    assert [case.id for _, case in queries_incidents.listed(vice)] == [case_id]


def test_a_rule_book_without_a_plan_has_nothing_to_start(app, db):
    other = rw.of("R22")
    case_id = other.accepted(app)
    assert refusal(incidents.start, case_id, other.as_("intake"), w.MONDAY, why=WHY) == "no_plan"


def test_r21_06_a_new_text_is_in_force_when_the_head_of_the_group_has_approved_it(app, estate):
    vice, leader = estate.actor("vice"), estate.actor("leader")
    assert refusal(plan_texts.propose, estate.actor("service"), w.MONDAY, text="新的", why="改") == "not_yours"
    one = plan_texts.propose(vice, w.MONDAY, text="第一步，马上报告。", why="写清楚先后。")
    assert refusal(plan_texts.propose, leader, w.MONDAY, text="另一份", why="改") == "plan_waits"
    assert refusal(plan_texts.decide, one, vice, w.MONDAY, approved=True) == "own_draft"
    before = started(app, estate)
    plan_texts.decide(one, leader, w.MONDAY, approved=True)
    after = started(app, estate)
    with work() as session:
        plans = {row.case_id: row.plan_id for row in session.scalars(select(Incident))}
    assert plans == {before: None, after: one}  # each keeps the text that was in force when it began


def test_r21_06_what_is_sent_back_carries_a_comment_and_changes_nothing(app, estate):
    vice, leader = estate.actor("vice"), estate.actor("leader")
    one = plan_texts.propose(vice, w.MONDAY, text="第一步，马上报告。", why="写清楚先后。")
    assert refusal(plan_texts.decide, one, leader, w.MONDAY, approved=False) == "comment"
    plan_texts.decide(one, leader, w.MONDAY, approved=False, comment="缺现场监控。")
    with work() as session:
        assert incidents.in_force(session, estate.cast.institution_id) is None
    assert plan_texts.propose(vice, w.MONDAY, text="第二稿", why="补上现场监控。") != one


def signed_in(app, username: str):
    client = app.test_client()
    client.send("/office/sign-in", username=username, password=w.PASSWORD)
    return client


def test_the_pages_lead_from_the_start_to_the_public_statement(app, client):
    with app.app_context():
        estate = rw.of("R21")
        case_id = estate.accepted(app, severity="major")
    with clocks.frozen(w.MONDAY):
        service, leader = signed_in(app, "yinxing-service"), signed_in(app, "yinxing-leader")
        place = f"/office/case/{case_id}/incident"
        assert place in service.get(f"/office/case/{case_id}").text
        bad = post(service, place, "start", why="")
        assert (bad.status_code, "启动应急预案" in bad.text) == (422, True)
        assert post(service, place, "start", why=WHY).status_code == 303
        assert post(service, place, "take", taken="report", note="电话报告总经理。").status_code == 303
        assert post(service, place, "take", taken="nothing", note="x").status_code in (404, 422)
        assert post(service, place, "join", group="scene", person_id="1").status_code == 403
        lead = estate.actor("leader").person_id
        assert post(leader, place, "join", group="group", person_id=str(lead)).status_code == 303
        assert post(service, place, "submit", title=SAID.title, text=SAID.text, act="send").status_code == 303
        assert post(leader, place, "decide", decision="yes").status_code == 303
        assert SAID.title in client.get("/notices").text
        with app.app_context(), work() as session:
            number = session.scalars(select(PublicStatement.id)).one()
        assert SAID.text in client.get(f"/statements/{number}").text
        assert "电话报告总经理。" in leader.get(place).text
        assert "还没有办" in leader.get(place).text
        open_steps = post(leader, place, "end", review="结束。")
        assert (open_steps.status_code, "还有步骤没有办：应急处理小组到现场处理" in open_steps.text) == (422, True)
        assert post(leader, place, "withdraw").status_code == 303
        assert client.get(f"/statements/{number}").status_code == 404
        assert "处置中" in service.get("/office/incidents").text
        assert signed_in(app, "yinxing-member").get(place).status_code == 404


def test_r21_06_the_page_of_the_plan_keeps_every_version(app, client):
    with app.app_context():
        rw.of("R21")
    with clocks.frozen(w.MONDAY):
        vice, leader = signed_in(app, "yinxing-vice"), signed_in(app, "yinxing-leader")
        assert "立即报告领导小组" in vice.get("/office/plan").text
        assert post(vice, "/office/plan", "", text="新的预案全文", why="").status_code == 422
        assert post(vice, "/office/plan", "", text="新的预案全文", why="写清先后").status_code == 303
        from lxml import html

        action = html.fromstring(leader.get("/office/plan").text).xpath("//form[contains(@action, '/plan/')]/@action")[
            0
        ]
        assert post(leader, action, "", decision="yes").status_code == 303
        assert "第 1 版" in vice.get("/office/plan").text
        assert post(leader, "/office/plan/999", "", decision="yes").status_code == 404


def post(client, place: str, step: str, **fields):
    """Sends a form with its token."""
    from lxml import html

    page = html.fromstring(client.get(place if step or place.endswith("/plan") else "/office/plan").text)
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    return client.post(f"{place}/{step}" if step else place, data={"csrf_token": token, **fields})
