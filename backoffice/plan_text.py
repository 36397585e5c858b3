"""The emergency plan's text: what is in force, what was proposed, who approved it (R21.06)."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import words, yes_no
from shared import clock
from shared.domain import incidents as rules
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.handling import EmergencyPlan
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import plan_texts, queries_work
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other


class PlanForm(Form):
    """A new text."""

    text = words(_l("预案全文"), longest=20000)
    why = words(_l("改了什么，为什么"), longest=1000)


class PlanDecideForm(Form):
    """Yes or back."""

    decision = yes_no(_l("您的决定"), _l("批准"), _l("退回修改"))
    comment = words(_l("意见"), must=False, longest=1000)


@bp.route("/plan", methods=["GET", "POST"])
def plan() -> Response:
    """The text in force and its versions; a POST proposes a new one."""
    need_sight(me(), "incidents")
    form, status = PlanForm(), 200
    if form.is_submitted():
        need(me(), "propose_plan")
        status = 422
        if form.validate():
            try:
                plan_texts.propose(me(), clock.now(), text=form.text.data or "", why=form.why.data or "")
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已报请批准。批准以后才生效。"))
                return see_other("office.plan")
    return _shown(form, PlanDecideForm(formdata=None), status)


@bp.post("/plan/<int(max=2147483647):plan_id>")
def plan_decide(plan_id: int) -> Response:
    """Approves a text, or sends it back."""
    need(me(), "decide_plan")
    form = PlanDecideForm()
    status = 422
    if form.validate():
        try:
            approved, comment = form.decision.data == "yes", form.comment.data or ""
            plan_texts.decide(plan_id, me(), clock.now(), approved=approved, comment=comment)
        except Refused as error:
            if error.code == "no_such_case":
                raise
            status = refused(form, error)
        else:
            flash_done(_("已批准，从现在起生效。") if approved else _("已退回修改。"))
            return see_other("office.plan")
    return _shown(PlanForm(formdata=None), form, status)


def _shown(form: PlanForm, decide: PlanDecideForm, status: int) -> Response:
    book, versions = queries_work.book(me()), plan_texts.listed(me())
    in_force = next((row for row, _by, _who in versions if row.state == "approved"), None)
    waiting = next((row for row, _by, _who in versions if row.state == "submitted"), None)
    if form.text.data is None and not form.is_submitted():
        form.text.data = in_force.text if in_force else _own_words(book.emergency)
    may_decide = waiting is not None and waiting.drafted_by != me().person_id and _decides(book)
    return page(
        "backoffice/plan.html",
        status=status,
        book=book,
        form=form,
        decide=decide,
        versions=versions,
        in_force=in_force,
        waiting=waiting,
        may_propose=book.emergency is not None and waiting is None and may_do(me(), "propose_plan", at_home(me())),
        may_decide=may_decide,
    )


def _decides(book: Regime) -> bool:
    return book.emergency is not None and rules.approver_of(book, "plan") in me().roles


def _own_words(own: EmergencyPlan | None) -> str:
    """The rule book's own plan, to begin with."""
    return "\n".join([own.text, *(f"{n}. {step.name}" for n, step in enumerate(own.steps, 1))]) if own else ""
