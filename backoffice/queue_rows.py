"""The rows of the queue, made ready for its page: the most opened page of all, with more words than any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from markupsafe import Markup

from shared.domain.calendar import Calendar
from shared.domain.regimes import Regime
from shared.language import gettext as _
from shared.web import dates
from shared.web.dates import DueMark
from shared.web.kept import filled
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


def rows(cases: Iterable[Any], book: Regime, now: dt.datetime, calendar: Calendar) -> Markup:
    """The rows of `queries_queue.page`, each with its words; what rows share is worked out once."""
    cases, here, waiting = list(cases), dates.here(), _("等来信人补充")
    channels, modes, states = (
        {code: label(kind, code) for code in {getattr(case, kind) for case in cases}}
        for kind in ("channel", "mode", "state")
    )
    categories = {c.code: c.name for c in book.categories}
    marks: dict[tuple[object, ...], DueMark | None] = {}
    found = []
    for case in cases:
        same = (case.is_open, case.paused, case.due_at, case.due_provisional)
        if same not in marks:
            marks[same] = dates.due_mark(case, now, calendar)
        category = categories.get(case.category or "", "")
        long = len(category) > LONGEST_CATEGORY
        row = QueueRow(
            id=case.id,
            register_no=case.register_no,
            due=marks[same],
            about=f"{case.register_no} · {channels[case.channel]} · {modes[case.mode]} · {here.day(case.received_at)}",
            state=case.state,
            state_name=states[case.state],
            waiting=waiting if case.waiting else "",
            category=category[: LONGEST_CATEGORY - 1] + "…" if long else category,
            whole_category=category if long else "",
            unit=case.unit or "",
        )
        found.append((row, case.summary))
    return filled("backoffice/_queue_row.html", found)
