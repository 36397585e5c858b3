"""The words about emergency plans: states, events, notices."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

INCIDENTS: dict[str, dict[str, Any]] = {
    "incident_state": {"open": _l("处置中"), "ended": _l("已结束")},
    "statement_state": {
        "draft": _l("草稿"),
        "submitted": _l("待批准"),
        "returned": _lp("state", "退回修改"),
        "published": _l("已公布"),
    },
    "plan_state": {"submitted": _l("待批准"), "approved": _lp("state", "已批准"), "returned": _lp("state", "退回修改")},
}
EVENTS: dict[str, Any] = {
    "plan_started": _l("启动应急预案"),
    "plan_joined": _l("列入应急小组"),
    "plan_step_taken": _l("办完应急预案的一步"),
    "statement_submitted": _l("对外说明送审"),
    "plan_ended": _l("结束应急处置"),
}
"""What staff read in a case's story."""
