"""The words for what rule books count from beside the steps of a case, and for how days are counted."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

SPOKEN_OF: dict[str, Any] = {
    "form_filled": _l("填写表单"),
    "statement_taken": _l("听取投诉人陈述"),
    "consulted": _l("组织会商"),
    "survey_reported": _l("报送现场勘查报告"),
    "judged_by_date": _l("按日期判断"),
    "upper_reported": _l("向上级机关报告结果"),
    "sender_replied": _l("书面回复转来单位"),
    "settled_failed": _l("双方自行协商不成"),
    "surveyed": _l("现场查看"),
    "survey_failed": _l("现场查看后不能解决"),
    "found_unsolvable": _l("上一级也不能解决"),
    "unit_assigned": _l("确定施工单位"),
    "notice_served": _l("被投诉方收到通知"),
    "respondent_answered": _l("被投诉方答复"),
    "defaulted": _l("被投诉方到期没有答复"),
    "exposed": _l("媒体报道"),
    "clarified": _l("公开澄清"),
    "deemed_true": _l("到期没有澄清，视为属实"),
    "penalty_noticed": _l("发出处罚通知"),
    "penalty_paid": _l("缴清罚款"),
    "penalty_cancelled": _l("申诉成立，撤销奖罚"),
    "investigated_done": _l("调查结束"),
    "decided": _l("作出处理决定"),
    "filed_upward": _l("报区域处理"),
    "mediated": _l("调解结束"),
    "solved_by_staff": _l("受理人自行解决"),
}
"""Kinds in `vocabulary.SPOKEN_OF`."""

LIMITS: dict[str, dict[str, Any]] = {
    "day_reason": {
        "start_day": _l("开始当天，不计算"),
        "counted": _lp("day", "计算"),
        "weekend": _l("周末，不计算"),
        "holiday": _l("节假日，不计算"),
        "makeup": _l("调休上班，计算"),
        "paused": _l("等待补充，不计算"),
        "rolled": _l("最后一日是休息日，顺延"),
        "extended": _lp("state", "延期"),
        "fixed": _l("上级机关定下的日期"),
        "promised": _l("约定的日期"),
        "hours": _l("按小时计算"),
    },
}
