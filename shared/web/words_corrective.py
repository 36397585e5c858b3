"""The words for corrective and preventive action, and for what came of a case."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

CORRECTIVE: dict[str, dict[str, Any]] = {
    "action_kind": {
        "remedial": _l("补救措施"),
        "corrective": _l("纠正措施"),
        "preventive": _l("预防措施"),
        "rectification": _l("整改意见"),
        "suggestion": _l("改进建议"),
    },
    "action_state": {
        "planned": _l("待整改"),
        "done": _l("待验证"),
        "finished": _l("已完成"),
        "verified": _l("已验证"),
        "cancelled": _l("已撤销"),
    },
    "action_step": {
        "report": _l("报送整改报告"),
        "verify": _l("验证整改"),
        "reopen": _l("要求重新整改"),
        "cancel": _l("撤销"),
    },
    "series": {"register": _l("登记编号"), "slip": _l("转办单编号"), "action": _l("整改编号")},
    "number_fate": {
        "kept": _l("有记录"),
        "erased": _l("内容已清除，编号保留"),
        "explained": _l("没有记录，已说明"),
        "missing": _l("没有记录"),
    },
    "action_view": {
        "open": _l("没有完成的"),
        "late": _l("超过预定日期的"),
        "done": _l("已经报告的"),
        "ended": _l("已经结束的"),
        "all": _l("全部整改"),
    },
}
EVENTS: dict[str, Any] = {
    "capa_ordered": _l("发出整改意见"),
    "capa_partly": _l("完成一项整改"),
    "capa_reported": _lp("event", "报送整改报告"),
    "capa_verified": _l("验收整改"),
    "capa_cancelled": _l("撤销整改意见"),
    "result_recorded": _l("记录办理结论"),
}
"""What staff read in a case's story."""
