"""The list of views at the side of every staff page."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, request
from flask_login import current_user

from backoffice import bp
from backoffice.queue import title
from shared import clock
from shared.domain.lifecycle import ADMIN_ROLES, OFFICE_ROLES, Role, Route, State
from shared.domain.regimes import Regime
from shared.domain.visibility import at_home, may_see
from shared.language import gettext as _
from shared.services import queries_queue, queries_watch, queries_work, supervisions
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


@bp.context_processor
def side() -> dict[str, Any]:
    """`nav` and `me` for the staff layout."""
    if not current_user.is_authenticated or g.get("institution") is None:
        return {}
    book = queries_work.book(me())
    titles = {book.name_of("roles", h.post or h.role) or label("role", h.role): None for h in me().held}
    shortcuts = current_user.worker.shortcuts
    return {"nav": _placed(_groups(book)), "me": {"name": me().name, "titles": list(titles), "shortcuts": shortcuts}}


def _placed(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """A page that isn't in the list itself stands under the one whose address its own goes on from."""
    if any(link.current for _title, links in groups for link in links):
        return groups
    home = address("office.home")

    def place(link: Link) -> Link:
        below = link.url != home and request.path.startswith(f"{link.url}/")
        return link._replace(current="true") if below else link

    return tuple((title, tuple(place(link) for link in links)) for title, links in groups)


def _groups(book: Regime) -> tuple[Group, ...]:
    if me().roles & ADMIN_ROLES:
        return ((_("管理"), _admin_links()),)
    register = (_link(_("登记来电来信"), "office.intake", key="N"),) if Role.INTAKE in me().roles else ()
    groups: list[Group] = [("", (_link(_("我的工作"), "office.home", key="H"), *register))]
    if me().roles & OFFICE_ROLES:
        counts = queries_queue.beside(me(), clock.now())
        groups.append((_("要紧的"), tuple(_view(v, counts[v], hot=True) for v in queries_queue.PRESSING)))
        states = [s for s in HEAPS if s not in ONLY or ONLY[s] in book.routes]
        heaps = (_view("open"), *(_view(str(s), counts.get(f"state:{s}", 0)) for s in states))
        if Role.INTAKE in me().roles and (held := counts.get("held", 0)):
            heaps = (*heaps[:2], _link(_("内容重复的"), "office.held")._replace(shown=held, hot=True), *heaps[2:])
        ended = (_view(str(State.CLOSED)), _view(str(State.ARCHIVED)), _view("all"))
        groups += [(_("办理"), heaps), (_("已经办完"), ended)]
        groups += [(_("跟进"), _follow_links(book)), (_("本机构"), _house_links(book))]
        if own := _own_links(book):
            groups.append((_("和我有关"), own))
    elif own := (*_measures(book), *_own_links(book)):
        groups.append((_("和我有关"), own))
    return tuple(groups)


def _follow_links(book: Regime) -> tuple[Link, ...]:
    """What comes of complaints: asking after them, mending what is wrong, telling of it."""
    ledger = book.penalties and may_see(me(), "ledger", at_home(me()))
    kept: tuple[tuple[str, str, str], ...] = (("visits", _("回访"), "office.visits"),) if book.visits else ()
    kept += (("surveys", _("满意度调查"), "office.survey_list"),) if book.surveys else ()
    watches = supervisions.supervisors(book) & me().roles
    lines: tuple[Link, ...] = (_link(_("督办"), "office.supervision_list"),) if watches else ()
    lines += (_link(_("奖罚台账"), "office.ledger_list"),) if ledger else ()
    lines += (_link(_("应急处置"), "office.incidents_list"),) if book.emergency else ()
    lines += (_link(_("共性问题"), "office.clusters"),)
    lines += (_link(_("报告"), "office.reports"),) if book.reports else ()
    return (*_permitted((("undelivered", _("未送达通知"), "office.notices"), *kept)), *_measures(book), *lines)


def _house_links(book: Regime) -> tuple[Link, ...]:
    """What the institution keeps for itself."""
    privacy = (_link(_("个人信息"), "office.privacy"),) if me().roles & MAY_SEE else ()
    pages = (
        ("numbers", _("编号"), "office.numbers_page"),
        ("rules", _("规则"), "office.rules"),
        ("notice_table", _("通知一览"), "office.notice_table"),
    )
    return (*_kept_beside(book), _link(_("工作日历"), "office.calendar"), *privacy, *_permitted(pages))


def _measures(book: Regime) -> tuple[Link, ...]:
    """Corrective action, which everybody reads whose rule book knows it."""
    return (_link(_("整改"), "office.corrective"),) if book.capa is not None else ()


def _own_links(book: Regime) -> tuple[Link, ...]:
    """What concerns the reader's own work."""
    own = (_link(_("我的奖罚"), "office.my_penalties"), _link(_("奖罚公布"), "office.ledger_published"))
    asked = (_link(_("我的督办"), "office.my_supervisions"),) if book.supervision is not None else ()
    return (*asked, *(own if book.penalties else ()))


def _kept_beside(book: Regime) -> tuple[Link, ...]:
    """Books of the office that this rule book keeps."""
    found = (
        (book.rosters, _("值班表"), "office.roster"),
        ([one for one in book.rosters if one.keeps], _("来访来电记录"), "office.duty_calls"),
        (book.duties, _("履职记录"), "office.office_record"),
    )
    return tuple(_link(words, endpoint) for kept, words, endpoint in found if kept)


def _admin_links() -> tuple[Link, ...]:
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
    alarms = len(queries_watch.alarms(me(), clock.now())) if may_see(me(), "security_record", at_home(me())) else 0
    return tuple(
        link._replace(shown=alarms, hot=True) if alarms and link.url == address("office.security_record") else link
        for link in _permitted(pages)
    )


def _permitted(pages: tuple[tuple[str, str, str], ...]) -> tuple[Link, ...]:
    return tuple(_link(words, endpoint) for what, words, endpoint in pages if may_see(me(), what, at_home(me())))


def _link(label: str, endpoint: str, *, key: str = "") -> Link:
    return Link(address(endpoint), label, "page" if request.endpoint == endpoint else "", key)


def _view(view: str, count: int | None = None, *, hot: bool = False) -> Link:
    here = request.endpoint == "office.queue" and (request.view_args or {}).get("view", "open") == view
    shown = None if count is None else "1000+" if count >= queries_queue.COUNTED else count
    return Link(f"{address('office.queue')}/{view}", title(view), "page" if here else "", shown=shown, hot=hot)
