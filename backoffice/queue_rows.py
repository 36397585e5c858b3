"""The rows of the queue, made ready for its page: the most opened page of all, with more words than any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

from shared.domain.calendar import Calendar
from shared.domain.regimes import Regime
from shared.language import gettext as _
from shared.web import dates
from shared.web.dates import DueMark, Here
from shared.web.kept import REMEMBERED, filled
from shared.web.labels import label

LONGEST_CATEGORY = 10


class QueueRow(NamedTuple):
    """A case as the queue shows it, but for the words of whoever complained."""

    id: int
    register_no: str
    due: DueMark | None
    about: str
    state: str
    state_name: str
    waiting: str
    category: str
    whole_category: str
    """Where the row has no room for it."""
    unit: str


class Facts(NamedTuple):
    """A row of `queries_queue.SHOWN` but for its words."""

    id: int
    register_no: str
    state: str
    is_open: bool
    channel: str
    mode: str
    category: str | None
    received_at: dt.datetime
    due_at: dt.datetime
    due_provisional: bool
    paused: bool
    waiting: bool
    unit: str | None


def rows(cases: Iterable[Any], book: Regime, now: dt.datetime, calendar: Calendar) -> Markup:
    """The rows of `queries_queue.page`, each with its words; what rows share is worked out once."""
    here, categories = dates.here(), {c.code: c.name for c in book.categories}
    read_at = here.zone, here.today, here.chinese
    marks: dict[tuple[object, ...], DueMark | None] = {}
    found = []
    for case in cases:
        same = (case.is_open, case.paused, case.due_at, case.due_provisional)
        if same not in marks:
            marks[same] = dates.due_mark(case, now, calendar)
        found.append((_row(case[:-1], marks[same], categories.get(case.category or "", ""), *read_at), case.summary))
    return filled("backoffice/_queue_row.html", found)


@lru_cache(REMEMBERED)
def _row(
    facts: tuple[Any, ...], due: DueMark | None, category: str, zone: ZoneInfo, today: dt.date, chinese: bool
) -> QueueRow:
    """A row, in the language and on the day of the page."""
    case, here = Facts(*facts), Here(zone, dt.datetime.combine(today, dt.time(), zone), chinese)
    long = len(category) > LONGEST_CATEGORY
    came = f"{label('channel', case.channel)} · {label('mode', case.mode)} · {here.day(case.received_at)}"
    return QueueRow(
        id=case.id,
        register_no=case.register_no,
        due=due,
        about=f"{case.register_no} · {came}",
        state=case.state,
        state_name=label("state", case.state),
        waiting=_("等来信人补充") if case.waiting else "",
        category=category[: LONGEST_CATEGORY - 1] + "…" if long else category,
        whole_category=category if long else "",
        unit=case.unit or "",
    )
