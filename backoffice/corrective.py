"""整改: the list of the office and of a unit, one action, what is ordered because of a case, and their papers."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from backoffice import bp
from backoffice.fields import number
from shared import clock
from shared.domain import capa
from shared.domain.capa import ActionState
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.records import Form
from shared.services import queries_corrective, queries_queue, queries_work
from shared.services.queries_corrective import VIEWS, ActionView, Asked
from shared.web import dates
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page

LONGEST_NEEDLE = 60


@bp.app_template_global()
def action_state(action: Any, book: Regime) -> tuple[str, str]:
    """The state in words, and its colour; done is the end where the rule book asks for no verification."""
    code = action.state
    if code == ActionState.DONE and not capa.verifiers(book):
        code = "finished"
    tone = {"planned": "warn", "done": "info", "verified": "ok", "finished": "ok"}.get(code, "plain")
    return label("action_state", code), tone


@bp.get("/corrective")
def corrective() -> Response:
    """What is to be put right: open, late, by unit, by kind, found by its words."""
    now, book, asked = clock.now(), queries_work.book(me()), _asked()
    rows, older = queries_corrective.listed(me(), asked, now)
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "before" and v}
    return page(
        "backoffice/corrective.html",
        rows=rows,
        asked=asked,
        book=book,
        views=[(v, label("action_view", v)) for v in VIEWS],
        kinds=[(str(k), label("action_kind", k)) for k in capa.kinds(book)],
        units=[(u.id, u.name) for u in queries_corrective.units_at(me())] if me().in_office else [],
        may_order=bool(me().roles & capa.orderers(book)) and bool(capa.kinds(book, alone=True)),
        today=queries_queue.local_day(me(), now),
        following=url_for("office.corrective", **(kept | {"before": older})) if older else None,
        filtered=any(request.args.get(name) for name in ("kind", "unit", "q")),
    )


def _asked() -> Asked:
    args = request.args
    view = args.get("view", "open")
    return Asked(
        view=view if view in VIEWS else "open",
        kind=args.get("kind", "")[:40].replace("\x00", ""),
        unit=number(args.get("unit")) or None,
        words=args.get("q", "").replace("\x00", "").strip()[:LONGEST_NEEDLE],
        before=number(args.get("before")) or None,
    )


@bp.get("/corrective/<int(max=9007199254740991):action_id>")
def action_page(action_id: int) -> Response:
    """One action: what is wanted, by when, what was reported, what was found."""
    view = queries_corrective.action_view(action_id, me(), clock.now())
    return page("backoffice/corrective_action.html", view=view, action=view.action, paper=papers(view))


def papers(view: ActionView) -> list[tuple[str, str]]:
    """Code and name of the papers that can be printed of it."""
    found = [("order", name_of(capa.order_form(view.regime), _("整改单")))]
    done = capa.report_form(view.regime)
    return [*found, ("report", name_of(done, _("整改报告")))] if view.last else found


def name_of(form: Form | None, usual: str) -> str:
    """What the paper is called; the notice of a case has its own page."""
    return form.name if form is not None and form.step in {"order_capa", "report_capa"} else usual


@bp.get("/corrective/<int(max=9007199254740991):action_id>/print/<paper>")
def print_action(action_id: int, paper: str) -> Response:
    """The order or the report as the rule book's own form, with its number and the case's (R10.12, R26.06)."""
    view = queries_corrective.action_view(action_id, me(), clock.now())
    names = dict(papers(view))
    if paper not in names:
        raise Refused("no_such_case")
    form = capa.order_form(view.regime) if paper == "order" else capa.report_form(view.regime)
    form = form if form is not None and form.step in {"order_capa", "report_capa"} else None
    rows = _lines(view, form, paper)
    signs = [view.regime.name_of("roles", role) for role in form.signs] if form else []
    more: dict[str, Any] = {"mark": form.mark if form else "", "seal": bool(form and form.seal)}
    return page("print/action.html", view=view, action=view.action, name=names[paper], rows=rows, signs=signs, **more)


def _lines(view: ActionView, form: Form | None, paper: str) -> list[tuple[str, str]]:
    """The lines of the paper, in the form's order; all that is known where the rule book has no form of its own."""
    usual = ["unit", "due_day", "order_capa"] + (["report_capa", "verified"] if paper == "report" else [])
    codes = list(form.fields) if form else usual
    if paper == "report" and not {"report_capa", "improved", "prevention"} & set(codes):
        codes.insert(-1 if "verified" in codes else len(codes), "report_capa")
    if "unit" not in codes:  # a paper says to whom it goes
        codes.insert(0, "unit")
    shown = [_line(view, code) for code in codes if code not in {"capa_no", "register_no"}]
    return list(dict.fromkeys(shown))


def _line(view: ActionView, code: str) -> tuple[str, str]:
    action, book, last = view.action, view.regime, view.last
    said = next((f for f in book.fields if f.code == code), None)
    known: dict[str, tuple[str, str]] = {
        "unit": (_("责任单位"), view.unit.name),
        "due_day": (_("预定完成日期"), dates.day(action.planned_day)),
        "verified": (_("验证意见"), last.comment if last else ""),
        capa.PEOPLE: (_("参加的部门和人"), action.participants),
    }
    name = said.name if said is not None else ""
    if code in known:
        return name or known[code][0], known[code][1]
    if code == "report_capa" or (said is not None and said.step in {"report_capa", "verify_capa"}):
        return name or _("整改情况"), last.text if last else ""
    return name or capa.asked(book, "order_capa", _("要求")), action.text


from backoffice import corrective_steps  # noqa: E402, F401  # it offers the steps
