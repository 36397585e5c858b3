"""The words of the accountability ledger: states, steps, numbers that a sum is made of, what a story says of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

LEDGER: dict[str, dict[str, Any]] = {
    "penalty_state": {
        "proposed": _l("待核准"),
        "approved": _l("已核准，待通知"),
        "noticed": _l("已通知，待执行"),
        "paid": _l("已执行"),
        "appealed": _l("申诉中"),
        "declined": _lp("state", "不予核准"),
        "cancelled": _l("已撤销"),
    },
    "penalty_step": {
        "approve": _l("核准"),
        "decline": _l("不予核准"),
        "arrange": _l("安排分期"),
        "notify": _l("发出奖罚通知"),
        "pay": _l("登记收款"),
        "uphold": _l("维持"),
        "cancel": _l("撤销"),
    },
    "supervision_state": {
        "offered": _l("等您决定是否督办"),
        "raised": _l("等待说明"),
        "answered": _l("已有说明，待结论"),
        "founded": _l("属实"),
        "unfounded": _l("不属实"),
        "dropped": _l("不督办"),
    },
    "basis": {
        "loss": _l("损失金额（元）"),
        "all_points": _l("责任部门总基点数"),
        "own_points": _l("个人总基点数"),
        "base": _l("计算基数（元）"),
        "shops": _l("承办单位总数"),
        "recovered": _l("要扣回的金额（元）"),
        "amount": _l("金额（元）"),
        "bonus": _l("当月奖金（元）"),
        "rank": _l("名次"),
        "count": _l("投诉件数"),
    },
}
EVENTS: dict[str, Any] = {
    "finding_made": _l("认定责任"),
    "supervision_raised": _l("督办"),
    "supervision_answered": _l("被督办的单位说明情况"),
    "supervision_concluded": _l("督办有了结论"),
    "reported_outside": _l("按国家规定另行报告"),
    "penalty_proposed": _lp("event", "提出奖罚"),
    "penalty_agreed": _l("奖罚审批，同意"),
    "penalty_approved": _l("奖罚核准"),
    "penalty_declined": _l("奖罚没有核准"),
    "penalty_arranged": _l("安排分期"),
    "penalty_part_paid": _l("收到一笔罚款"),
    "penalty_appealed": _l("被处罚人申诉"),
    "penalty_upheld": _l("申诉后维持奖罚"),
}
"""What staff read in a case's story."""

REFUSED: dict[str, Any] = {
    "own_matter": _l("这件事和您本人或者您的单位有关，请由别人办理。"),
    "no_ground": _l("还没有制度要求的认定或者情形，不能按这一条提出。请先认定责任，写明理由。"),
    "fined_before": _l("按这一条已经对同一个对象提出过，不能重复。"),
    "bad_amount": _l("这个数不对，请核对后再填。"),
    "more_than_all": _l("个人的基点数不能多于部门的总基点数。"),
    "nothing_to_take": _l("按这个数，每月可以扣的太少，扣不完。请核对当月奖金。"),
    "no_plan": _l("制度规定了每月扣款的上限。请先按当月奖金安排分期，再发出通知。"),
    "no_appeal": _l("本机构的制度没有规定这一项可以申诉。"),
    "appealed_before": _l("这一项已经申诉过一次。"),
    "no_finding": _l("还没有认定责任。请先认定有没有主观过错，写明理由。"),
    "not_exposed": _l("还没有登记媒体报道。"),
    "not_served": _l("还没有登记被投诉方收到通知。"),
    "future_day": _l("这个日期还没有到。"),
    "before_receipt": _l("这个日期早于收到投诉的日期。"),
    "ranked_before": _l("这一年的排名已经提出过。"),
}
"""Why a rule of the ledger said no."""
REFUSED_WITH_FACTS: dict[str, Any] = {"bad_parts": _l("请填写 1 到 %(most)s 之间的期数。")}
MISSING: dict[str, Any] = {
    "code": _l("请选择认定结果。"),
    "person_id": _l("请选择是哪一位。"),
    "item": _l("请选择是哪一项。"),
    "rule": _l("请选择按哪一条。"),
    "first": _l("请选择日期。"),
    "bonus": _l("请填写当月奖金。"),
    "loss": _l("请填写损失金额。"),
    "happening": _l("请选择发生了什么。"),
    "misconduct": _l("请选择是哪一种情形。"),
}
