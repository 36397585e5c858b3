"""The words for what a citizen is shown of a case, and for the public figures."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from shared.web.words_privacy import TOLD

CITIZEN: dict[str, dict[str, Any]] = {
    "citizen_state": {
        "received": _l("已收到，正在决定是否受理"),
        "accepted": _l("已受理，正在转给承办单位"),
        "transferred": _l("已转办，等承办单位签收"),
        "handling": _l("正在办理"),
        "review": _l("处理意见正在报批"),
        "replied": _l("已有结果，正在准备答复"),
        "answered": _l("已答复，请您评价"),
        "reopened": _l("正在重新办理"),
        "refused": _l("没有受理"),
        "referred": _l("已转送负责的单位"),
        "withdrawn": _l("您已撤回"),
        "closed": _l("已办结"),
        "archived": _l("已办结并归档"),
    },
    "citizen_event": {
        "received": _l("我们收到了您反映的问题"),
        "accepted": _l("我们决定受理"),
        "refused": _l("我们没有受理，原因见上"),
        "referred": _l("我们转送给了负责的单位"),
        "question_asked": _l("我们请您补充"),
        "question_answered": _l("您回答了问题"),
        "question_lapsed": _l("补充期限已过，我们按现有情况继续办理"),
        "transferred": _l("转给了承办单位"),
        "signed": _l("承办单位已签收"),
        "return_granted": _l("不属于该单位职责，重新转办"),
        "slip_withdrawn": _l("收回转办，重新确定承办单位"),
        "defaulted": _l("被投诉方到期没有答复，我们按规则作出有利于您的处理"),
        "handler_barred": _l("按回避要求，换单位办理"),
        "reply_handed_in": _l("承办单位报送了办理结果"),
        "reply_rejected": _l("我们请承办单位继续办理"),
        "investigated": _l("已安排专人调查"),
        "opinion_approved": _l("处理意见已经批准"),
        "extended": _l("需要多一些时间，很抱歉让您久等"),
        "answered": _l("我们答复了您"),
        "answered_directly": _l("承办单位直接答复了您"),
        "rated": _l("您作了评价"),
        "visited": _l("我们回访了您"),
        "appointment_made": _l("我们和您约上门的时间"),
        "appointment_answered": _l("您答复了上门的时间"),
        "reopened": _l("开始重新办理"),
        "withdrawn": _l("您撤回了这件投诉"),
        "closed": _l("已办结"),
        "archived": _l("已归档"),
        "issue_published": _l("这类问题已经作为共性问题公告"),
        "due_moved": _l("放假安排公布，期限重新计算"),
        **TOLD,
    },
    "notify": {
        "none": _l("不通知"),
        "sms": _l("短信"),
        "sms_neutral": _l("短信，只说有一条新消息"),
        "email": _l("电子邮件"),
        "email_neutral": _l("电子邮件，只说有一条新消息"),
    },
    "figure_state": {
        "done": _l("已答复或者办结"),
        "refused": _lp("state", "不予受理"),
        "referred": _l("已转送"),
        "withdrawn": _l("已撤回"),
    },
}
