"""The queue of the supervising office: filtered, sorted and paged by the address alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, request

from backoffice import bp
from backoffice.queue_rows import rows
from shared import clock
from shared.domain import lifecycle
from shared.domain.lifecycle import Route, State
from shared.domain.visibility import Actor, need_sight, roles_on
from shared.language import gettext as _
from shared.language import language
from shared.services import queries_queue, queries_work, reads
from shared.services.queries_queue import VIEWS, Asked
from shared.web.addresses import address
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page

LONGEST_NEEDLE = 60
FILTERS = ("category", "channel", "mode", "severity")


@bp.get("/queue")
@bp.get("/queue/<view>")
def queue(view: str = "open") -> Response:
    """A page of the queue; htmx asks for the list alone."""
    if view not in VIEWS:
        abort(404)
    actor, asked, now = me(), _asked(view), clock.now()
    need_sight(actor, "queue")
    found = queries_queue.page(actor, asked, now)
    return page(
        "backoffice/queue.html",
        fragment="backoffice/_queue_list.html",
        view=view,
        here=_address(view),
        title=title(view),
        asked=asked,
        rows=rows(found.cases, queries_work.book(actor), now, queries_work.calendar_now()),
        filters=_filters(actor, asked),
        previous=_link(view, "before", found.previous),
        next=_link(view, "after", found.next),
        filtered=bool(asked.words or asked.unit or any(getattr(asked, name) for name in FILTERS)),
    )


@bp.get("/queue/preview/<int(max=9007199254740991):case_id>")
def queue_preview(case_id: int) -> Response:
    """The pane beside the list: what it is, when it is due, what can be done next."""
    case = queries_queue.preview(me(), case_id)
    if case is None:
        abort(404)
    reads.note(me(), clock.now())
    book = queries_work.book(me())
    held = roles_on(me(), case.institution_id, [case.unit_id] if case.unit_id else [])
    return page(
        "backoffice/queue_preview.html",
        fragment="backoffice/_queue_preview.html",
        case=case,
        book=book,
        steps=lifecycle.next_steps(State(case.state), held, book.routes)[:4],
        now=clock.now(),
        calendar=queries_work.calendar_now(),
    )


def forget() -> None:
    """Drops what this process remembers; for tests that empty the tables."""
    _offered.cache_clear()


def title(view: str) -> str:
    """What a view is called."""
    return label("view", view) if view in {"open", "overdue", "today", "all"} else label("state", view)


def _filters(actor: Actor, asked: Asked) -> tuple[tuple[Any, ...], ...]:
    """What `_queue_filters.html` offers, and what is chosen of it."""
    version, units = queries_queue.place_of(actor).regime_version_id, queries_work.known_units(actor)
    return tuple((*one, getattr(asked, one[0])) for one in _offered(version, units, language().code))


@lru_cache(512)
def _offered(_version: int, units: tuple[tuple[int, str], ...], _language: str) -> tuple[tuple[Any, ...], ...]:
    """The lists of this rule book; one that has nothing to choose from is left out."""
    book = queries_work.book(me())
    kinds = tuple((c.code, c.name) for c in book.categories)
    channels = tuple((c, label("channel", c)) for c in book.channels)
    modes = tuple((m, label("mode", m)) for m in book.modes)
    given = units if Route.TRANSFER in book.routes else ()
    severities = tuple((s.code, s.name) for s in book.severities)
    orders = (("due", _("先到期的在前")), ("received", _("新收到的在前")))
    offered = (
        ("category", _("类别"), _("全部类别"), kinds),
        ("channel", _("渠道"), _("全部渠道"), channels),
        ("mode", _("提交方式"), _("全部方式"), modes),
        ("unit", _("承办单位"), _("全部单位"), given),
        ("severity", _("程度"), _("全部程度"), severities),
        ("sort", _("排序"), "", orders),
    )
    return tuple(one for one in offered if one[3])


def _asked(view: str, given: Mapping[str, str] | None = None) -> Asked:
    args = request.args.to_dict() if given is None else given
    unit, asked = args.get("unit", ""), args.get("sort")
    return Asked(
        view=view,
        sort=asked if asked in ("due", "received") else "received" if view == "all" else "due",
        words=args.get("q", "").replace("\x00", "").strip()[:LONGEST_NEEDLE],
        unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 10 else None,
        after=key_of(args.get("after")),
        before=key_of(args.get("before")),
        **{name: args.get(name, "")[:40].replace("\x00", "") for name in FILTERS},
    )


def key_of(text: str | None) -> tuple[dt.datetime, int] | None:
    """The key of a page's edge, as `_link` wrote it; anything else begins at the beginning."""
    moment, _, number = (text or "").partition("~")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    sound = at.tzinfo is not None and number.isascii() and number.isdigit() and len(number) < 19
    return (at, int(number)) if sound else None


def _link(view: str, side: str, key: tuple[dt.datetime, int] | None) -> str | None:
    if key is None:
        return None
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k not in {"after", "before"} and v}
    return f"{_address(view)}?{urlencode({**kept, side: f'{key[0].isoformat()}~{key[1]}'})}"


def _address(view: str) -> str:
    return f"{address('office.queue')}/{view}"
