"""通知一览: every event with who is told, how and when, and how each text reads; notices our own program failed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from backoffice import bp
from backoffice.fields import number
from shared import clock
from shared.domain.notices import BY_CODE, NOBODY_TOLD, NOTICES, Audience, Notice
from shared.domain.visibility import need, need_sight
from shared.services import notice_acts, notice_texts, queries_notices
from shared.tasks import base_url
from shared.web import dates
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring, settings
from shared.web.words import LABELS
from shared.web.words_sending import reason_words


@dataclass(frozen=True, slots=True)
class Line:
    """One event and one notice that it owes, with everybody who gets it."""

    event: str
    notice: Notice
    audiences: list[str]


def lines() -> Iterator[Line]:
    """The table as people read it: those who get the same text stand together."""
    found: dict[tuple[str, str], Line] = {}
    for notice in NOTICES:
        line = found.setdefault((notice.event, notice.code), Line(notice.event, notice, []))
        line.audiences.append(label("audience", str(notice.audience)))
    yield from found.values()


def event_name(event: str) -> str:
    """What happens, in words: a step of a case or something that time brings."""
    return label("notice_event" if event in LABELS["notice_event"] else "event", event)


@bp.get("/admin/notices")
def notice_table() -> Response:
    """Every event: who is told of it, how and when; and those of which nobody is told, with the reason."""
    need_sight(me(), "notice_table")
    untold = [(event_name(event), label("untold", why)) for event, why in NOBODY_TOLD.items()]
    return page("backoffice/notice_table.html", lines=list(lines()), untold=untold, event_name=event_name)


@bp.get("/admin/notices/<code>")
def notice_example(code: str) -> Response:
    """How a notice reads, in Chinese and in English, with made-up facts."""
    need_sight(me(), "notice_table")
    if code not in BY_CODE:
        abort(404)
    today = clock.now().astimezone(dates.zone()).date()
    where, sign = base_url(settings()), settings().neutral_name
    texts = [(loc, notice_texts.example(me(), code, loc, where, sign, today)) for loc in ("zh", "en")]
    return page(
        "backoffice/notice_example.html",
        fragment="backoffice/_notice_example.html",
        texts=texts,
        code=code,
        to_citizen=BY_CODE[code].audience is Audience.CITIZEN,
    )


@bp.get("/admin/parked")
def parked() -> Response:
    """Notices that our own program could not write, for whoever keeps the machines: no case is named."""
    rows, following = queries_notices.parked(me(), number(request.args.get("after", "")))
    more = url_for("office.parked", after=following) if following else None
    return page("backoffice/parked.html", rows=rows, following=more, reason_words=reason_words)


@bp.post("/admin/parked/<int(max=9007199254740991):outbox_id>/again")
def parked_again(outbox_id: int) -> Response:
    """Tries a parked notice again."""
    need(me(), "retry_parked")
    notice_acts.retry(outbox_id, me(), clock.now())
    ring()
    flash_done(_("已放回待发，马上再发一次。"))
    return see_other("office.parked")
