"""Made-up answers to a rule book's own fields, for the demo and for tests that walk through every rule book."""

from __future__ import annotations

import datetime as dt

from shared.domain import fields
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField

BY_CODE = {
    "reason": "交付的和合同约定的不一样。",
    "first_name": "周敏",
    "respondent_address": "东塘镇工业路 8 号",
    "complainant_unit": "东塘镇服装厂",
    "complainant_address": "东塘镇柳荫巷 12 号",
    "address": "临川湖县柳荫巷 12 号",
    "house": "3 栋 502",
    "patient": "柳小㛃",
    "ward": "内二科 12 床",
    "matter": "电梯",
    "responsible": "工程部 邹立",
    "number": "0000-8023 1177",
    "events": "上周五下午在大堂，值班保安和来访的人争吵，不让登记。",
    "witnesses": "前台值班员；大堂监控。",
    "signed_by_caller": "阮望舒",
    "told_to": "部门主管",
    "instruction": "三天内上门查看，查清原因后提出办法。",
    "agreed_with": "周敏",
    "referred_by": "消费者协会",
    "passed_by": "售后部",
}
LONG = "已经逐项核对，情况属实；责任人已经说明经过，今天起改正。"
BY_KIND = {"number": "2", "money": "260.00", "yes": fields.YES, "text": "已经登记", "signature": "阮望舒", "long": LONG}


def filled(
    book: Regime, *steps: str, channel: str = "", category: str = "", mode: str = "", day: dt.date | None = None
) -> dict[str, str]:
    """An answer to everything that these steps ask, by code."""
    wanted = fields.asked(book, *steps, channel=channel, category=category, mode=mode)
    return {one.code: answer(one, day or dt.date(2026, 9, 11)) for one in wanted}


def answer(one: InputField, day: dt.date) -> str:
    """A believable answer."""
    if one.kind == "choice":
        return one.choices[0]
    if one.kind == "date":
        return (day + dt.timedelta(days=3 * one.promises)).isoformat()
    if one.kind in ("text", "long"):
        return BY_CODE.get(one.code, BY_KIND[one.kind])
    return fields.NO if one.fact else BY_KIND.get(one.kind, "")
