"""The words for the answer and what comes after it: ratings, return visits, surveys, and why a rule said no to one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

EVENTS: dict[str, Any] = {
    "visited": _lp("event", "回访"),
    "visit_missed": _l("回访没有联系上"),
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
    "means": {"online": _l("网上"), "letter": _l("书面"), "phone": _l("电话"), "face": _l("当面")},
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
    "visit_owed": _l("制度要求回访，这件还没有回访。请先回访，再归档。"),
}
MISSING: dict[str, Any] = {
    "visit_way": _l("请选择怎样回访的。"),
    "still": _l("请选择问题是不是还在。"),
}
