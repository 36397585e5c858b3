"""The words for the codes of reports: states, tables and their lines, how often, records."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

REPORTS: dict[str, dict[str, Any]] = {
    "report_state": {"due": _l("待填报"), "drafted": _l("已起草"), "submitted": _lp("report", "已报送")},
    "report_table": {
        "summary": _l("总的情况"),
        "category": _l("按类别"),
        "severity": _l("按轻重"),
        "channel": _l("按来源"),
        "unit": _l("按单位"),
        "category_unit": _l("按类别和单位"),
        "satisfaction": _l("满意度"),
        "touched": _l("有变动的投诉"),
        "attribution": _l("按认定"),
        "amount": _l("金额"),
    },
    "report_head": {
        "summary": _l("项目"),
        "category": _l("类别"),
        "severity": _l("等级"),
        "channel": _l("来源"),
        "unit": _l("单位"),
        "category_unit": _l("类别和单位"),
        "satisfaction": _l("评价"),
        "touched": _l("项目"),
        "attribution": _l("认定"),
    },
    "report_line": {
        "received": _l("收到投诉"),
        "not_complaints": _l("只登记、不作为投诉的"),
        "accepted": _lp("report", "受理"),
        "refused": _lp("report", "不予受理"),
        "referred": _lp("report", "转送外单位"),
        "withdrawn": _lp("report", "来信人撤回"),
        "answered": _lp("report", "答复"),
        "closed": _lp("report", "办结"),
        "reopened": _lp("report", "重新办理"),
        "met": _l("按期办理"),
        "late": _l("超过期限"),
        "touched": _l("这一天有变动的投诉"),
    },
    "report_item": {
        "responsible": _l("责任人"),
        "prevention": _l("防范措施"),
        "visit_opinion": _l("回访时提出的意见"),
        "reported": _l("报送的结果"),
        "reported_on": _l("报送的日期"),
        "attribution": _l("是否恶意"),
        "recovered": _l("挽回的损失"),
        "refunded": _l("退还的金额"),
    },
    "every": {
        "week": _l("每周"),
        "month": _l("每月"),
        "quarter": _l("每季度"),
        "half_year": _l("每半年"),
        "year": _l("每年"),
    },
    "record_kind": {"meeting": _l("会议纪要"), "campaign": _l("联合整治")},
}
