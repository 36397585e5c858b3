"""The list of views at the side of every staff page."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_login import current_user

from backoffice import bp
from backoffice.queue import title
from shared import clock
from shared.domain.lifecycle import ADMIN_ROLES, OFFICE_ROLES, Role, Route, State
from shared.domain.regimes import Regime
from shared.domain.visibility import at_home, may_see
from shared.services import queries_queue, queries_watch, queries_work
from shared.services.queries_privacy import MAY_SEE
from shared.web.addresses import address
from shared.web.auth import me
from shared.web.labels import label

HEAPS = (
    State.RECEIVED,
    State.ACCEPTED,
    State.REOPENED,
    State.TRANSFERRED,
    State.HANDLING,
    State.REVIEW,
    State.REPLIED,
    State.ANSWERED,
)
ONLY = {State.TRANSFERRED: Route.TRANSFER, State.REVIEW: Route.INVESTIGATE}


@bp.context_processor
def side() -> dict[str, Any]:
    """`nav` and `me` for the staff layout."""
    if not current_user.is_authenticated or g.get("institution") is None:
        return {}
    book = queries_work.book(me())
    titles = {book.name_of("roles", h.role) or label("role", h.role): None for h in me().held}
    shortcuts = current_user.worker.shortcuts
    return {"nav": _groups(book), "me": {"name": me().name, "titles": list(titles), "shortcuts": shortcuts}}


def _groups(book: Regime) -> list[dict[str, Any]]:
    if me().roles & ADMIN_ROLES:
        return [{"title": _("管理"), "links": _admin_links()}]
    groups = [{"title": "", "links": [_link(_("我的工作"), "office.home", key="H")]}]
    if me().roles & OFFICE_ROLES:
        counts = queries_queue.beside(me(), clock.now())
        pressing = [_view(v, counts[v], hot=True) for v in queries_queue.PRESSING]
        groups.append({"title": _("要紧的"), "links": pressing})
        states = [s for s in HEAPS if s not in ONLY or ONLY[s] in book.routes]
        links = [_view("open"), *(_view(str(s), counts.get(f"state:{s}", 0)) for s in states)]
        ended = [_view(str(State.CLOSED)), _view(str(State.ARCHIVED)), _view("all")]
        groups += [{"title": _("办理"), "links": links}, {"title": _("已经办完"), "links": ended}]
        more = [_link(_("共性问题"), "office.clusters"), _link(_("工作日历"), "office.calendar")]
        if me().roles & MAY_SEE:
            more.append(_link(_("个人信息"), "office.privacy"))
        if Role.INTAKE in me().roles and (held := counts.get("held", 0)):
            links.insert(2, _link(_("内容重复的"), "office.held") | {"count": held, "hot": True})
        if Role.INTAKE in me().roles:
            more.insert(0, _link(_("登记来电来信"), "office.intake", key="N"))
        groups.append({"title": _("其他"), "links": more})
    return groups


def _admin_links() -> list[dict[str, Any]]:
    """Nothing of a case is counted or named here: administrators see none."""
    pages = (
        ("accounts", _("账号和岗位"), "office.people"),
        ("units", _("单位"), "office.units"),
        ("admin_acts", _("管理记录"), "office.acts"),
        ("audit", _("审计"), "office.audit"),
        ("security_record", _("安全记录"), "office.security_record"),
    )
    links = [_link(words, endpoint) for what, words, endpoint in pages if may_see(me(), what, at_home(me()))]
    for link in links:
        if link["url"] == address("office.security_record") and (alarms := queries_watch.alarms(me(), clock.now())):
            link |= {"count": len(alarms), "hot": True}
    return links


def _link(label: str, endpoint: str, *, key: str = "") -> dict[str, Any]:
    return {"url": address(endpoint), "label": label, "current": request.endpoint == endpoint, "key": key}


def _view(view: str, count: int | None = None, *, hot: bool = False) -> dict[str, Any]:
    here = request.endpoint == "office.queue" and (request.view_args or {}).get("view", "open") == view
    shown = None if count is None else "1000+" if count >= queries_queue.COUNTED else count
    url = f"{address('office.queue')}/{view}"
    return {"url": url, "label": title(view), "count": shown, "hot": hot, "current": here, "key": ""}
