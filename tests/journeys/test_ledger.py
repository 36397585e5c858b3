"""Somebody is held to account: found, proposed, approved, told, objected to, decided, paid, each at an own desk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.journeys.staff import Staff
from tests.support import regime_world as rw

pytestmark = pytest.mark.e2e
WHY = "向客户承诺了超出权限的赔偿，公司赔了两万五千元。"
OBJECTION = "承诺前请示过主管，有聊天记录。"


@pytest.fixture
def company(app: Flask) -> Any:
    """A company under R3 with an answered complaint, and how its people sign in."""
    with app.app_context():
        world = rw.of("R3")
        case_id, name = world.answered(app), world.actor("dept").name
    return SimpleNamespace(case=case_id, colleague=name, usernames=world.usernames)


def test_a_penalty_is_approved_objected_to_upheld_and_paid_in_parts(company: Any, staff: Staff) -> None:
    staff.signs_in(company, "market")
    staff.goes_to(f"/office/case/{company.case}")
    staff.follows("责任认定")
    staff.chooses("员工失职或者越权承诺")
    staff.picks("是哪一位", company.colleague)
    staff.writes("理由", "查了聊天记录和赔偿单。")
    staff.presses("提交认定")
    staff.goes_to(f"/office/case/{company.case}/penalties")
    staff.follows("按这一条提出 失职或者越权承诺，赔偿公司损失")
    staff.picks("对哪一位", company.colleague)
    staff.writes("损失金额", "25000")
    staff.writes("事由", WHY)
    staff.presses("提出")
    staff.signs_in(company, "general")
    staff.goes_to("/office/ledger")
    staff.follows(company.colleague)
    staff.reads("10,000.00 × 20% + 15,000.00 × 10% = 3,500.00", "还没有决定")
    staff.presses("核准")
    staff.signs_in(company, "market")
    staff.goes_to("/office/ledger")
    staff.follows(company.colleague)
    staff.writes("分几期", "2")
    staff.presses("保存分期")
    staff.presses("发出奖罚通知")
    staff.signs_in(company, "dept")
    staff.follows("我的奖罚")
    staff.follows(company.colleague)
    staff.reads(WHY, "3,500.00", "1,750.00")
    staff.writes("您的意见", OBJECTION)
    staff.presses("提交申诉")
    staff.signs_in(company, "vice")
    staff.goes_to("/office/ledger?state=appealed")
    staff.follows(company.colleague)
    staff.reads(OBJECTION)
    staff.writes("意见", "记录里没有请示，维持。")
    staff.presses("维持")
    staff.signs_in(company, "market")
    staff.goes_to("/office/ledger")
    staff.follows(company.colleague)
    for _ in range(2):
        staff.presses("登记收到 1,750.00 元")
    staff.reads("已执行", "记录里没有请示，维持。")
