"""The list of views at the side of every staff page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from flask import g, request
from flask_login import current_user

from backoffice import bp, queue
from backoffice.queue import title
from shared import clock
from shared.domain.lifecycle import ADMIN_ROLES, OFFICE_ROLES, Role, Route, State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, at_home, may_see
from shared.language import gettext as _
from shared.language import language
from shared.services import queries_portal, queries_queue, queries_watch, queries_work, supervisions
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


class Link(NamedTuple):
    """A line of the list: where it leads, what it is called, how many stand behind it.

    `current` says for aria-current whether it is this very page or one that this page belongs to.
    """

    url: str
    label: str
    current: str
    key: str = ""
    shown: int | str | None = None
    hot: bool = False


Group = tuple[str, tuple[Link, ...]]


class Seen(NamedTuple):
    """All that the list follows from; `version` is the number of the rule book's version."""

    actor: Actor
    version: int
    language: str
    root: str
    endpoint: str
    view: str
    """Of the queue, where that is open."""
    counts: tuple[tuple[str, int], ...]


@bp.context_processor
def side() -> dict[str, Any]:
    """`nav` and `me` for the staff layout."""
    place = g.get("institution")
    if place is None or not current_user.is_authenticated:
        return {}
    actor, book = me(), queries_portal.regime(place)
    titles = {book.name_of("roles", h.post or h.role) or label("role", h.role): None for h in actor.held}
    shortcuts = current_user.worker.shortcuts
    endpoint, view = request.endpoint or "", ""
    if endpoint == "office.queue":
        view = (request.view_args or {}).get("view", "open")
    seen = Seen(actor, place.regime_version_id, language().code, request.script_root, endpoint, view, _counts(actor))
    return {"nav": _placed(_groups(seen)), "me": {"name": actor.name, "titles": list(titles), "shortcuts": shortcuts}}


def _counts(actor: Actor) -> tuple[tuple[str, int], ...]:
    """How many stand behind the lines that say so: `queries_queue.beside`, or `alarms` for who watches."""
    if actor.roles & OFFICE_ROLES:
        return tuple(sorted(queries_queue.beside(actor, clock.now()).items()))
    if may_see(actor, "security_record", at_home(actor)):
        return (("alarms", len(queries_watch.alarms(actor, clock.now()))),)
    return ()


def _placed(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """A page that isn't in the list itself stands under the one whose address its own goes on from."""
    if any(link.current for _title, links in groups for link in links):
        return groups
    home = address("office.home")

    def place(link: Link) -> Link:
        below = link.url != home and request.path.startswith(f"{link.url}/")
        return link._replace(current="true") if below else link

    return tuple((title, tuple(place(link) for link in links)) for title, links in groups)


@lru_cache(512)
def _groups(seen: Seen) -> tuple[Group, ...]:
    """The list; many people's is the same from page to page."""
    actor, book, counts = seen.actor, queries_work.book(seen.actor), dict(seen.counts)
    if actor.roles & ADMIN_ROLES:
        return ((_("管理"), _admin_links(seen, counts.get("alarms", 0))),)
    takes_in = Role.INTAKE in actor.roles
    register = (_link(seen, _("登记来电来信"), "office.intake", key="N"),) if takes_in else ()
    groups: list[Group] = [("", (_link(seen, _("我的工作"), "office.home", key="H"), *register))]
    if actor.roles & OFFICE_ROLES:
        pressing = tuple(_view(seen, v, counts[v], hot=True) for v in queries_queue.PRESSING)
        states = [s for s in HEAPS if s not in ONLY or ONLY[s] in book.routes]
        heaps = (_view(seen, "open"), *(_view(seen, str(s), counts.get(f"state:{s}", 0)) for s in states))
        if takes_in and (held := counts.get("held", 0)):
            same = _link(seen, _("内容重复的"), "office.held")._replace(shown=held, hot=True)
            heaps = (*heaps[:2], same, *heaps[2:])
        ended = tuple(_view(seen, v) for v in (str(State.CLOSED), str(State.ARCHIVED), "all"))
        groups += [(_("要紧的"), pressing), (_("办理"), heaps), (_("已经办完"), ended)]
        groups += [(_("跟进"), _follow_links(seen, book)), (_("本机构"), _house_links(seen, book))]
        if own := _own_links(seen, book):
            groups.append((_("和我有关"), own))
    elif own := (*_measures(seen, book), *_own_links(seen, book)):
        groups.append((_("和我有关"), own))
    return tuple(groups)


def forget() -> None:
    """Drops what this process remembers; for tests that empty the tables."""
    _groups.cache_clear()
    queue.forget()


def _follow_links(seen: Seen, book: Regime) -> tuple[Link, ...]:
    """What comes of complaints: asking after them, mending what is wrong, telling of it."""
    ledger = book.penalties and may_see(seen.actor, "ledger", at_home(seen.actor))
    watches = supervisions.supervisors(book) & seen.actor.roles
    kept = (
        (book.visits, "visits", _("回访"), "office.visits"),
        (book.surveys, "surveys", _("满意度调查"), "office.survey_list"),
    )
    lines = (
        (watches, _("督办"), "office.supervision_list"),
        (ledger, _("奖罚台账"), "office.ledger_list"),
        (book.emergency, _("应急处置"), "office.incidents_list"),
        (True, _("共性问题"), "office.clusters"),
        (book.reports, _("报告"), "office.reports"),
    )
    asked = tuple((what, words, endpoint) for known, what, words, endpoint in kept if known)
    told = _permitted(seen, (("undelivered", _("未送达通知"), "office.notices"), *asked))
    return (*told, *_measures(seen, book), *_known(seen, lines))


def _house_links(seen: Seen, book: Regime) -> tuple[Link, ...]:
    """What the institution keeps for itself."""
    kept = (
        (book.rosters, _("值班表"), "office.roster"),
        ([one for one in book.rosters if one.keeps], _("来访来电记录"), "office.duty_calls"),
        (book.duties, _("履职记录"), "office.office_record"),
        (True, _("工作日历"), "office.calendar"),
        (seen.actor.roles & MAY_SEE, _("个人信息"), "office.privacy"),
    )
    pages = (
        ("numbers", _("编号"), "office.numbers_page"),
        ("rules", _("规则"), "office.rules"),
        ("notice_table", _("通知一览"), "office.notice_table"),
    )
    return (*_known(seen, kept), *_permitted(seen, pages))


def _measures(seen: Seen, book: Regime) -> tuple[Link, ...]:
    """Corrective action, which everybody reads whose rule book knows it."""
    return _known(seen, ((book.capa is not None, _("整改"), "office.corrective"),))


def _own_links(seen: Seen, book: Regime) -> tuple[Link, ...]:
    """What concerns the reader's own work."""
    lines = (
        (book.supervision is not None, _("我的督办"), "office.my_supervisions"),
        (book.penalties, _("我的奖罚"), "office.my_penalties"),
        (book.penalties, _("奖罚公布"), "office.ledger_published"),
    )
    return _known(seen, lines)


def _admin_links(seen: Seen, alarms: int) -> tuple[Link, ...]:
    """Nothing of a case is counted or named here: administrators see none."""
    pages = (
        ("accounts", _("账号和岗位"), "office.people"),
        ("units", _("单位"), "office.units"),
        ("rules", _("规则"), "office.rules"),
        ("sms_templates", _("短信模板"), "office.sms_templates"),
        ("notice_table", _("通知一览"), "office.notice_table"),
        ("parked", _("待检查的通知"), "office.parked"),
        ("admin_acts", _("管理记录"), "office.acts"),
        ("audit", _("审计"), "office.audit"),
        ("security_record", _("安全记录"), "office.security_record"),
    )
    return tuple(
        link._replace(shown=alarms, hot=True) if alarms and link.url == address("office.security_record") else link
        for link in _permitted(seen, pages)
    )


def _permitted(seen: Seen, pages: tuple[tuple[str, str, str], ...]) -> tuple[Link, ...]:
    actor = seen.actor
    return tuple(_link(seen, words, where) for what, words, where in pages if may_see(actor, what, at_home(actor)))


def _known(seen: Seen, pages: tuple[tuple[object, str, str], ...]) -> tuple[Link, ...]:
    """Those that this rule book and this reader have."""
    return tuple(_link(seen, words, endpoint) for known, words, endpoint in pages if known)


def _link(seen: Seen, label: str, endpoint: str, *, key: str = "") -> Link:
    return Link(address(endpoint), label, "page" if seen.endpoint == endpoint else "", key)


def _view(seen: Seen, view: str, count: int | None = None, *, hot: bool = False) -> Link:
    shown = None if count is None else "1000+" if count >= queries_queue.COUNTED else count
    current = "page" if seen.view == view else ""
    return Link(f"{address('office.queue')}/{view}", title(view), current, shown=shown, hot=hot)
