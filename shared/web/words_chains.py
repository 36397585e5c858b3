"""The words for approvals, for the facts that rule books ask about, for ladders and named days."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

CHAINS: dict[str, dict[str, Any]] = {
    "subject": {
        "acceptance": _l("是否受理"),
        "refusal": _lp("subject", "不予受理"),
        "severity": _l("级别"),
        "transfer": _lp("subject", "转办"),
        "assignment": _lp("subject", "承办科室"),
        "reply": _lp("subject", "回复意见"),
        "opinion": _lp("subject", "处理意见"),
        "extension": _lp("subject", "延期"),
        "answer": _lp("subject", "答复"),
        "close": _lp("subject", "办结"),
        "return": _lp("subject", "退回"),
        "penalty": _l("处罚"),
        "appeal": _lp("subject", "申诉"),
        "capa": _lp("subject", "整改"),
        "plan": _l("应急预案"),
        "publication": _lp("subject", "公开"),
        "report": _l("调查报告"),
        "suggestion": _lp("subject", "建议"),
        "decision": _lp("subject", "处理决定"),
    },
    "approval_state": {"asked": _l("待批"), "through": _lp("state", "已同意"), "declined": _lp("state", "退回")},
    "verdict": {"yes": _lp("verdict", "同意"), "up": _l("报上一级决定"), "no": _lp("verdict", "不同意，退回")},
    "verdict_said": {"yes": _lp("said", "同意"), "up": _l("报上一级"), "no": _lp("said", "不同意")},
    "way": {
        "all": _l("逐级审批，每一级都要同意"),
        "any": _l("其中一位同意即可"),
        "up": _l("逐级上报：能决定的决定，不能决定的报上一级"),
    },
    "fact": {
        "households": _l("涉及户数"),
        "cost": _l("处理费用（元，含维修和赔付）"),
        "court": _l("已经进入司法程序"),
        "media": _l("已经被媒体报道"),
        "danger": _l("可能危及人身安全或者健康"),
        "public_effect": _l("涉及面广，或者社会影响不好"),
        "unsolvable": _l("本岗位不能处理"),
        "coordination": _l("需要统一协调，或者已经上升到上一级"),
        "major": _l("情节或者后果比较严重"),
        "unclear_duty": _l("责任难以明确"),
        "malicious": _l("恶意投诉"),
        "vip": _l("重点客户"),
        "repeat": _l("同一件事反复投诉"),
        "units": _l("涉及几个部门"),
        "own_cause": _l("客户自身原因"),
        "on_spot": _l("可以当场核实"),
        "repair": _l("是维修"),
        "invalid": _l("不是有效投诉"),
        "overdue": _lp("fact", "已经超过期限"),
        "days_since_handover": _l("交付后第几天"),
        "days_since_completion": _l("竣工验收后第几天"),
        "about_superior": _l("投诉的是自己的主管"),
        "accident": _l("重大过失或者事故"),
        "dissatisfied": _l("投诉人不满意"),
        "written": _l("书面投诉"),
        "special": _l("情况特殊"),
        "operations": _l("可能影响项目正常运营"),
    },
    "flag": {
        "danger": _l("危险，立即采取措施"),
        "external_report": _l("要向外部机关报告"),
        "malicious": _lp("flag", "恶意投诉"),
        "own_cause": _lp("flag", "客户自身原因"),
        "explain_and_help": _l("向客户解释并协助"),
        "repair": _l("按维修办理"),
        "invalid": _l("不作为有效投诉"),
    },
    "track": {"green": _l("绿色通道")},
    "plan": {
        "emergency": _l("启动应急预案"),
        "preventive": _l("研究办法，防止再次发生"),
        "yes": _l("定出措施、责任人和期限"),
    },
}
"""Codes of `domain.approvals`, of `vocabulary.FACTS` and of what triggers lead to."""

ACTIONS: dict[str, Any] = {
    "assess": _l("情况核定"),
    "lay_approval": _l("报批"),
    "agree_approval": _lp("action", "同意"),
    "pass_approval": _l("报上一级决定"),
    "decline_approval": _lp("action", "不同意，退回"),
    "report_up": _l("上报上一级"),
    "promise": _l("约定日期"),
}
EVENTS: dict[str, Any] = {
    "assessed": _lp("event", "情况核定"),
    "approval_laid": _lp("event", "报批"),
    "approval_given": _l("审批：同意"),
    "approval_passed": _l("审批：报上一级"),
    "approval_declined": _l("审批：不同意，退回"),
    "reported_up": _lp("event", "上报上一级"),
    "promised": _lp("event", "约定日期"),
}
NOTICES: dict[str, Any] = {
    "approval_asked": _l("有事项等您审批"),
    "approval_decided": _l("您报批的事项有了结果"),
    "reported_up": _lp("notice", "有投诉上报给您"),
    "grave_case": _l("有投诉需要您马上知道"),
}
REFUSALS: dict[str, Any] = {
    "needs_approval": _l("按制度，这一步要先经审批。请先办理“报批”；已经报批的，等审批同意后再办。"),
    "approval_open": _l("这件事已经报批，还在等审批。"),
    "superior_unnamed": _l("这件投诉针对来信人自己的上级。请先办理“登记回避”，写明是哪一位，再办这一步。"),
    "class_by_facts": _l("按“情况核定”记录的事实，级别不能低于制度的规定。事实有误的，请先重新核定。"),
    "bad_number": _l("请填写数字，例如 5 或者 10000.00。"),
    "promised_before": _l("日期已经约定过。要改日期，请办理“延期”。"),
    "top_of_ladder": _l("已经在最高一级，不能再上报。"),
}
MISSING: dict[str, Any] = {
    "subject": _l("请选择报批什么。"),
    "verdict": _l("请选择您的决定。"),
    "agreed": _l("制度规定新的日期要同来信人商定。请先联系，来信人同意后勾选。"),
    "day": _l("请选择日期。"),
    "measures": _l("请写明解决措施。"),
    "owner": _l("请写明由谁负责。"),
}
