"""The words for the answer and what comes after it: ratings, return visits, surveys, and why a rule said no to one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

EVENTS: dict[str, Any] = {
    "visited": _lp("event", "回访"),
    "visit_missed": _l("回访没有联系上"),
    "appointment_made": _l("约上门时间"),
    "appointment_answered": _l("来信人答复上门时间"),
}
ACTIONS: dict[str, Any] = {
    "visit": _l("登记回访"),
    "miss_visit": _l("记下没有联系上"),
}
FOLLOW_UP: dict[str, dict[str, Any]] = {
    "level": {
        "very_good": _l("非常满意"),
        "good": _l("满意"),
        "fair": _l("基本满意"),
        "bad": _l("不满意"),
        "very_bad": _l("非常不满意"),
        "unsure": _l("说不好"),
    },
    "means": {
        "online": _l("网上"),
        "email": _l("电子邮件"),
        "letter": _l("书面"),
        "phone": _l("电话"),
        "face": _l("当面"),
    },
    "half_day": {"am": _l("上午"), "pm": _l("下午")},
    "appointment_state": {"proposed": _l("等对方答复"), "agreed": _l("已约好"), "replaced": _l("已换别的时间")},
    "visit_way": {
        "phone": _l("电话回访"),
        "form": _l("发放调查表"),
        "face": _l("上门征询"),
        "key": _l("重点客户上门服务"),
        "online": _l("来信人网上评价"),
    },
    "visit_state": {
        "owed": _l("待回访"),
        "done": _l("已回访"),
        "missed": _l("没有联系上"),
        "moot": _l("已经重新办理，不用回访"),
    },
}
REFUSALS: dict[str, Any] = {
    "no_visits": _l("本机构的制度没有回访。"),
    "visited_before": _l("这一次办理已经回访过了。"),
    "not_published": _l("这件不逐件公开：要求公开的渠道来的、已经答复的、没有要求保密的才公开。"),
    "not_on_site": _l("本机构的制度没有上门服务。"),
    "no_surveys": _l("请从列表中选择一种调查。"),
    "survey_over": _l("现在不在这次调查的时间里。"),
    "survey_full": _l("今天收到的已经很多，请明天再来。"),
    "form_old": _l("这一页打开太久了，请刷新后再提交。"),
    "not_content": _l("制度要求办到来信人满意为止。来信人不满意，请重新办理。"),
    "visit_owed": _l("制度要求回访，这件还没有回访。请先回访，再归档。"),
}
MISSING: dict[str, Any] = {
    "visit_way": _l("请选择怎样回访的。"),
    "half": _l("请选择上午还是下午。"),
    "items": _l("请至少给一项打分。"),
    "code": _l("请选择哪一种调查。"),
    "title": _l("请填写名称。"),
    "first_day": _l("请选择从哪一天开始。"),
    "last_day": _l("请选择到哪一天结束。"),
    "why_means": _l("换一种方式答复的，请写明理由。"),
    "still": _l("请选择问题是不是还在。"),
}
