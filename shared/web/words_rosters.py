"""The words about duty rosters and what duty officers write down."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

ROSTERS: dict[str, dict[str, Any]] = {
    "shift": {"day": _l("白班"), "night": _l("夜班")},
    "duty_kind": {"visit": _l("来访"), "call": _l("来电")},
    "duty_outcome": {
        "registered": _l("已登记为投诉"),
        "explained": _l("已当场解答"),
        "passed_on": _l("已告诉应当找哪个单位"),
    },
}
