"""The words for what lies on a desk."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

HEAPS: dict[str, Any] = {
    "overdue": _l("已超期"),
    "today": _l("今天到期"),
    "accept": _l("等您决定是否受理"),
    "feed_back": _l("等您答复来信人"),
    "transfer": _l("等您转办"),
    "assign": _l("等您指定承办人"),
    "approve_opinion": _l("等您批准处理意见"),
    "approve_extension": _l("等您批准延期"),
    "approve_issue": _l("等您审批的共性问题"),
    "sign_transfer": _l("保密来信转办，等您签字"),
    "decide_approval": _l("等您审批"),
    "raised": _l("上报到您这一级"),
    "agree_identity": _l("同事申请查看来信人信息，等您决定"),
    "investigate": _l("您正在调查"),
    "close": _l("已经答复，等评价后办结"),
    "archive": _l("等您归档"),
    "coordinate": _l("等您协调退回和协办"),
    "sign": _l("等您签收"),
    "section": _l("等您确定承办科室"),
    "reply": _l("等您办理和回复"),
    "approve_reply": _l("等您审核回复"),
    "hand_in": _l("等您报送"),
    "help": _l("请您协办"),
    "give_evidence": _l("请您提供材料"),
    "make_report": _l("等您报送的报告"),
    "privacy": _l("等您答复的个人信息请求"),
    "improve": _l("等您整改和报告"),
    "verify_capa": _l("等您验证的整改"),
    "late_capa": _l("超过预定日期的整改"),
    "approve_penalty": _l("等您核准的奖罚"),
    "hear_penalty": _l("等您答复的员工申诉"),
    "tell_penalty": _l("已经核准，等您发出通知的奖罚"),
    "propose_penalty": _l("按制度应当奖罚，还没有提出"),
    "explain": _l("督办，等您说明情况"),
    "check_supervision": _l("等您处理的督办"),
    "tracked": _l("跟踪的投诉"),
    "unattended": _l("无人负责"),
    "notice_failed": _l("未送达通知"),
    "notice_held": _l("等您同意发出的通知"),
}
