"""Supervision and what comes about outside, in the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from shared import clock
from shared.db import reading
from shared.models.supervision import Supervision
from shared.services import sweeps
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.office import Office
from tests.support.rows import kinds


class House(Office):
    """An institution under one rule book, with a case in a unit's hands and a desk for everybody."""

    def __init__(self, app: Flask, code: str, **more: object) -> None:
        super().__init__(app, lambda: rw.of(code))
        with app.app_context():
            self.case, _ = self.world.signed(app, **more)

    def act(self, role: str, page: str, status: int = 303, form: int = 0, **fields: object) -> str:
        client = self.desk(role)
        chosen = html.fromstring(client.get(page).text).xpath("//main//form[@method='post']")[form]
        held = {name: value for name, value in chosen.form_values() if name not in fields}
        answer = client.post(chosen.get("action"), data=held | fields)
        assert answer.status_code == status, answer.text
        return str(answer.text)


@pytest.fixture
def developer(app: Flask) -> Iterator[House]:
    with clock.frozen(w.MONDAY):
        yield House(app, "R22")


@pytest.fixture
def agency(app: Flask) -> Iterator[House]:
    with clock.frozen(w.MONDAY):
        yield House(app, "R24", severity="shops", category="between")


def number(house: House) -> int:
    with house.app.app_context(), reading() as session:
        return session.scalars(select(Supervision.id)).one()


def test_a_supervision_is_raised_explained_and_concluded(developer: House):
    page = f"/office/case/{developer.case}/supervisions"
    order = dict(misconduct="delay", wanted="请说明为什么没有上门。", unit_id=developer.world.unit())
    developer.act("inspector", page, 422, **order, due_day="2026-09-31")
    developer.act("inspector", page, 422, **order, due_day="2026-09-01")
    developer.act("inspector", page, **order, due_day="2026-09-10")
    one, own = f"/office/supervisions/{number(developer)}", f"/office/me/supervisions/{number(developer)}"
    seen = developer.see("dept_head", own)
    assert "请说明为什么没有上门" in seen
    assert rw.STORY not in seen
    assert f"/office/case/{developer.case}" not in seen
    developer.see("dept", own, 404)
    developer.act("inspector", one, 409, act="founded", text="属实。")
    developer.act("dept_head", own, text="零件缺货，明天上门。")
    assert "零件缺货" in developer.see("inspector", one)
    developer.act("inspector", one, 422, act="founded", text="")
    developer.act("inspector", one, act="founded", text="约谈负责人。")
    assert "约谈负责人" in developer.see("dept_head", own)
    assert "无正当理由拖延不办" in developer.see("inspector", "/office/supervisions?state=founded")


def test_what_the_sweep_offers_is_taken_up_or_dropped(developer: House):
    with developer.app.app_context():
        sweeps.watch_clocks(w.MONDAY + w.days(9))
    assert "无正当理由拖延不办" in developer.see("inspector", "/office/supervisions?state=offered")
    page = f"/office/supervisions/{number(developer)}"
    developer.act("inspector", page, 422, form=1, act="drop", text="")
    developer.act("inspector", page, form=1, act="drop", text="已经约好上门的时间。")
    assert "已经约好上门的时间" in developer.see("inspector", page)


def test_only_the_supervising_role_opens_the_list(developer: House):
    for role in ("receiver", "leader", "dept_head"):
        developer.see(role, "/office/supervisions", 403)
    assert "发出督办" not in developer.see("leader", f"/office/case/{developer.case}/supervisions")


def test_what_came_about_outside_starts_its_limit(agency: House):
    page = f"/office/case/{agency.case}/happenings"
    said = dict(happening="notice_served", text="挂号信回执。")
    agency.act("region_desk", page, 422, **said, day="2026-09-08")
    agency.act("region_desk", page, 422, happening="surveyed", text="看过。", day="2026-09-07")
    agency.act("region_desk", page, **said, day="2026-09-07")
    assert "被投诉方答复" in agency.see("region_desk", page)
    with agency.app.app_context():
        assert kinds(agency.case)[-1] == "notice_served"
    assert f"{page}" in agency.see("region_desk", f"/office/case/{agency.case}")
    agency.see("manager", page, 404)
