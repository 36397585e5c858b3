"""Several cases of the queue at once: their register forms on paper, and acceptance, each with its own class."""

from __future__ import annotations

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice import bp
from backoffice.fields import number
from backoffice.triage import came_from
from shared import clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State
from shared.domain.visibility import need_sight
from shared.models.case import Case
from shared.services import decisions, held_notices, queries_queue, queries_work
from shared.services.holding import BULK, holding
from shared.services.queries_case import case_view
from shared.web.auth import me
from shared.web.labels import refusal
from shared.web.page import flash_done, page, see_other
from shared.web.phrases import listed, named
from shared.web.state import ring, settings

MOST = 50
DECIDED = frozenset({"accepted", "refused", "referred"})


@bp.app_template_global()
def may_accept() -> bool:
    """Whether the reader takes cases in (R2.03)."""
    return Role.INTAKE in me().roles


def chosen() -> list[int]:
    """The ticked cases, each once; more than a page of the queue holds was never ticked by hand."""
    found = dict.fromkeys(number(text) for text in request.values.getlist("case"))
    if len(found) > MOST:
        abort(400)
    return [case_id for case_id in found if case_id]


def nothing_chosen() -> Response:
    flash(_("还没有选中投诉。请先在每件前面打勾。"), "warn")
    return _back()


def _back() -> Response:
    place = came_from()
    return see_other("office.queue", view=place.view if place else "received", **(place.args if place else {}))


@bp.get("/bulk/registers")
def bulk_registers() -> Response:
    """The register forms of several cases in one go, one sheet each; who complained stays sealed (R2.03, R5.04)."""
    need_sight(me(), "queue")
    ids, now = chosen(), clock.now()
    if not ids:
        return nothing_chosen()
    views = [case_view(case_id, me(), now) for case_id in ids]
    sheets = [
        render_template(
            "print/register.html",
            layout="print/sheet.html",
            view=view,
            case=view.case,
            opened=None,
            may_open=False,
            decision=next((d for d in view.of("decision") if d.code in DECIDED), None),
        )
        for view in views
    ]
    return page("print/registers.html", sheets=[Markup(s) for s in sheets])  # noqa: S704  our own template  # nosec B704


@bp.route("/bulk/accept", methods=["GET", "POST"])
def bulk_accept() -> Response:
    """Accepts several cases, each with the class chosen for it; what cannot be accepted is named with the reason."""
    if not may_accept():
        raise Refused("not_yours", action="accept")
    ids = chosen()
    if not ids:
        return nothing_chosen()
    found = [case for case in (queries_queue.preview(me(), case_id) for case_id in ids) if case is not None]
    if not found:
        abort(404)
    waiting = [case for case in found if case.state == State.RECEIVED]
    status = 200
    if request.method == "POST":
        classed = [case for case in found if request.form.get(f"category-{case.id}")]
        if classed:
            _accept(classed)
            return _back()
        status = 422
    book = queries_work.book(me())
    passed = [case for case in found if case not in waiting]
    return page("backoffice/bulk_accept.html", status=status, cases=waiting, passed=passed, book=book)


def _accept(cases: list[Case]) -> None:
    """Each in its own transaction, so that one that fails keeps no other back."""
    done, left, now = [], [], clock.now()
    reason = BULK if held_notices.is_bulk([case.id for case in cases], settings().sms.sms_bulk_from) else ""
    for case in cases:
        category, severity = (request.form.get(f"{name}-{case.id}", "") for name in ("category", "severity"))
        seen = number(request.form.get(f"version-{case.id}"))
        try:
            with holding(reason):
                decisions.accept(case.id, me(), now, category=category, severity=severity, fields={}, version=seen)
        except Refused as error:
            left.append(named(case.register_no, refusal(error)))
        else:
            done.append(case.register_no)
    if done:
        ring()
        flash_done(_("已受理 %(n)s 件：%(which)s。", n=len(done), which=listed(done)))
        if reason:
            flash(_("要通知的来信人较多，短信和邮件等负责人同意后再发出。"), "warn")
    if left:
        flash(_("%(n)s 件没有受理。%(which)s", n=len(left), which=" ".join(left)), "warn")
