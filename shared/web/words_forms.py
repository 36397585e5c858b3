"""Names on the rule book's forms for what the product knows of itself, and for what is filled in beside the steps."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

FORMS: dict[str, dict[str, Any]] = {
    "form_field": {
        "register_no": _l("登记编号"),
        "receipt_no": _l("受理编号"),
        "slip_no": _l("转办单编号"),
        "received_at": _l("收到时间"),
        "accepted_at": _l("受理时间"),
        "due_day": _l("办理期限"),
        "closed_at": _l("办结日期"),
        "channel": _l("来源"),
        "category": _l("类别"),
        "severity": _l("程度"),
        "taken_by": _l("登记人"),
        "accepted_by": _l("受理人"),
        "unit": _l("承办单位"),
        "section": _l("承办科室"),
        "signed_by": _l("签收专人"),
        "signed_at": _l("签收时间"),
        "points": _l("答复要点"),
        "solution": _l("解决办法"),
        "opinion": _l("处理意见"),
        "plan": _l("工作计划"),
        "reason": _l("理由"),
        "approved_by": _l("批准人"),
        "approved_at": _l("批准日期"),
        "answer": _l("办理结果"),
        "answered_at": _l("答复日期"),
        "answered_by": _l("答复人"),
        "means": _l("答复方式"),
        "signature": _l("签字"),
        "satisfaction": _l("满意度"),
        "files": _l("材料"),
        "seal": _l("盖章"),
        "printed_at": _l("打印日期"),
        "co_units": _l("协办单位"),
        "capa_no": _l("整改编号"),
        "amount": _l("金额"),
        "complainant": _l("投诉人"),
        "contact": _l("联系方式"),
        "respondent": _l("投诉对象"),
        "story": _l("投诉内容"),
        "wish": _l("投诉要求"),
        "promised_day": _l("预计反馈时间"),
    },
    "fill_step": {
        "survey": _l("现场勘查记录"),
        "visit": _lp("form", "回访记录"),
        "order_capa": _l("整改要求"),
        "report_capa": _lp("form", "整改情况"),
        "verify_capa": _l("整改验证"),
        "penalise": _l("处罚事实"),
        "mediate": _l("调解记录"),
        "report": _l("报告内容"),
    },
}
