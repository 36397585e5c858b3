"""One complaint the whole way under every rule book, through the pages, in that rule book's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from shared import clock
from shared.db import work
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, Route
from shared.domain.visibility import Actor
from shared.models.approval import Approval
from shared.models.case import Case
from shared.models.person import Person
from shared.models.slip import Slip
from shared.services import queries_approvals
from tests.journeys.citizen import Citizen
from tests.journeys.form import fill
from tests.journeys.staff import Staff
from tests.support import regime_world, samples
from tests.support.regime_world import RegimeWorld
from tests.support.runs import divided
from tests.support.world import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])]
CODES = divided([code for code in regimes.codes() if code not in {"R2", "R5"}])  # these two have a way of their own
STORY = "我在这里说了两次，都没有人处理，希望你们看一看，告诉我怎么办。"
ANSWER = "已经查明并改正，今后每周检查一次，谢谢您告诉我们。"


class Desk:
    """The desk of one institution, at which its people sit down one after the other."""

    def __init__(self, staff: Staff, world: RegimeWorld, app: Flask) -> None:
        self.staff, self.world, self.app, self.sits = staff, world, app, 0

    def sit(self, role: Role, unit: str = "", but: int = 0) -> None:
        """Whoever holds the role sits down; `but` is somebody who may not."""
        self.take_seat(next(a for a in self.world.cast.everybody(role, unit) if a.person_id != but))
        titles = self.staff.page.locator(".side .mark").inner_text()
        own = {r.name for r in self.world.book.roles if role in r.roles}
        assert any(name in titles for name in own), f"{titles} names none of {own}"

    def take_seat(self, who: Actor) -> None:
        """This very person signs in, unless they sit there."""
        if who.person_id == self.sits:
            return
        with self.app.app_context(), work() as session:
            username = session.get_one(Person, who.person_id).username
        if self.sits:
            self.staff.presses("退出登录")
        else:
            self.staff.goes_to("/office/")
        self.staff.writes("用户名", username)
        self.staff.writes("密码", PASSWORD)
        self.staff.presses("登录")
        self.sits = who.person_id or 0

    def steps(self, page: str, step: str, **said: str) -> None:
        """From the page of the case or slip to the step's own page, filled in and sent."""
        if not self.staff.page.url.endswith(page):
            self.staff.goes_to(page)
        with self.staff.leads_on():
            self.staff.page.locator(f"main a[href*='/{step}']").first.click()
        fill(self.staff.page, **said)
        with self.staff.leads_on():
            self.staff.page.locator("main form[method=post] .acts button").first.click()
        wrong = self.staff.page.locator(".errsum")
        assert not wrong.count(), f"{page} {step}: {wrong.inner_text()}"


def comes_in(desk: Desk, citizen: Citizen, photo: Path) -> tuple[str, ...]:
    """The citizen files it where the rule book knows that way; else the office writes down a call or a letter."""
    book = desk.world.book
    if "web" in book.channels:
        how = "匿名" if "anonymous" in book.modes else "实名"
        citizen.begins(how)
        while citizen.page.get_by_role("button", name="继续", exact=True).count():
            before = citizen.heading
            said = {"反映的单位": "承办的人", "发生了什么": STORY, "您的姓名": "吴芳", "您投诉的是自己的主管吗": "否"}
            fill(citizen.page, **said)
            citizen.presses("继续")
            if "请先上传材料" in citizen.page.inner_text("main"):  # R14.01: evidence goes along
                citizen.adds_files(photo)
                expect(citizen.page.locator("#file-list")).to_contain_text(photo.name)
                citizen.presses("继续")
            wrong = citizen.page.locator(".errsum")
            assert citizen.heading != before, wrong.inner_text() if wrong.count() else before
        citizen.presses("提交")
        return citizen.receipt()
    desk.sit(Role.INTAKE)
    desk.staff.goes_to("/office/intake")
    named = {} if "anonymous" in book.modes else {"来信人姓名": "吴芳"}
    fill(desk.staff.page, 反映的单位或地点="承办的人", 发生了什么=STORY, **named)
    with desk.staff.leads_on():
        desk.staff.page.locator("main form[method=post] .acts button").first.click()
    wrong = desk.staff.page.locator(".errsum")
    assert not wrong.count(), wrong.inner_text()
    return ()


def agreed_to(desk: Desk, case: int) -> None:
    """What the rule book wants approved before the next step is laid before whoever decides, level by level."""
    page = f"/office/case/{case}"
    while (owed := _owed(desk, case)) or _asked(desk, case):
        if owed and not _asked(desk, case):
            desk.sit(Role.INTAKE)
            desk.steps(page, "lay_approval")
            continue
        approval = _asked(desk, case)
        desk.take_seat(_decider(desk, approval))
        desk.staff.goes_to(f"/office/approval/{approval}")
        fill(desk.staff.page, 您的决定="同意")
        with desk.staff.leads_on():
            desk.staff.page.locator("main form[method=post] .acts button").first.click()


def _owed(desk: Desk, case: int) -> bool:
    """Whether the case page says that something has to be laid first."""
    desk.sit(Role.INTAKE)
    desk.staff.goes_to(f"/office/case/{case}")
    return "按制度要先报批" in desk.staff.page.locator("main").inner_text()


def _asked(desk: Desk, case: int) -> int:
    with desk.app.app_context(), work() as session:
        return session.scalar(select(Approval.id).where(Approval.case_id == case, Approval.state == "asked")) or 0


def _decider(desk: Desk, approval: int) -> Actor:
    with desk.app.app_context():
        for actor in desk.world.cast.actors.values():
            try:
                if queries_approvals.approval_view(approval, actor, clock.now()).verdicts:
                    return actor
            except Refused:
                continue
    raise LookupError("nobody can decide it")


def accepted(desk: Desk, case: int) -> None:
    agreed_to(desk, case)
    desk.sit(Role.INTAKE)
    desk.steps(f"/office/case/{case}", "accept")


def dealt_with_by_a_unit(desk: Desk, case: int) -> None:
    agreed_to(desk, case)
    desk.sit(Role.DISPATCHER)
    desk.steps(f"/office/case/{case}", "transfer", 需要答复的要点="请逐项查明，说明处理意见。")
    with desk.app.app_context(), work() as session:
        slip_id, unit_id = session.execute(select(Slip.id, Slip.unit_id)).one()
    unit = next(key for key, number in desk.world.cast.units.items() if number == unit_id)
    page = f"/office/slip/{slip_id}"
    desk.sit(Role.SIGNER, unit)
    desk.staff.goes_to(page)
    assert re.search(re.escape(desk.world.book.sample.units[int(unit[1:])]), desk.staff.page.inner_text("main"))
    desk.steps(page, "sign")
    desk.sit(Role.DIRECTOR, unit)
    desk.steps(page, "assign_section")
    desk.sit(Role.HANDLER, unit)
    writer = desk.sits
    desk.steps(page, "save_reply", 回复意见=ANSWER)
    desk.sit(Role.UNIT_HEAD, unit, but=writer)
    desk.steps(page, "approve_reply")
    desk.sit(Role.SIGNER, unit)
    desk.steps(page, "hand_in")


def investigated(desk: Desk, case: int) -> None:
    page, investigator = f"/office/case/{case}", desk.world.as_("investigator")
    agreed_to(desk, case)
    desk.sit(Role.INTAKE)
    desk.steps(page, "investigate", 承办人=investigator.name)
    desk.take_seat(investigator)
    desk.steps(page, "submit_opinion", 处理意见=ANSWER)
    desk.sit(Role.GOV_LEADER, but=investigator.person_id or 0)
    desk.steps(page, "approve_opinion")


def answered_and_ended(desk: Desk, case: int) -> None:
    page = f"/office/case/{case}"
    agreed_to(desk, case)
    desk.sit(Role.INTAKE)
    desk.steps(page, "feed_back", 答复内容=ANSWER)
    if "发出" in desk.staff.page.inner_text("main .acts"):
        desk.staff.presses("发出")
    desk.staff.goes_to(page)
    if desk.staff.page.locator("main a[href*='/rate']").count():  # nobody rated it online: asked on the phone
        desk.steps(page, "rate")
    agreed_to(desk, case)
    desk.sit(Role.INTAKE)
    desk.steps(page, "close")
    desk.sit(Role.ARCHIVIST)
    desk.steps(page, "archive")


def the_case(app: Flask) -> int:
    with app.app_context(), work() as session:
        return session.scalars(select(Case.id)).one()


@pytest.mark.parametrize("code", CODES)
def test_a_complaint_goes_the_whole_way_in_the_rule_book_s_own_words(
    app: Flask, citizen: Citizen, staff: Staff, code: str, tmp_path: Path
) -> None:
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(samples.jpeg())
    with app.app_context():
        world = regime_world.of(code)
    desk = Desk(staff, world, app)
    receipt = comes_in(desk, citizen, photo)
    case = the_case(app)
    accepted(desk, case)
    if Route.TRANSFER in world.book.routes:
        dealt_with_by_a_unit(desk, case)
    else:
        investigated(desk, case)
    answered_and_ended(desk, case)
    if receipt:
        citizen.tracks(*receipt)
        citizen.reads(ANSWER)
    with app.app_context(), work() as session:
        assert session.get_one(Case, case).state == "archived"
