"""Ordering, reporting, verifying and taking back: one page for each step of an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, StepForm, pick, radios, words, yes_no
from shared import clock
from shared.domain import capa
from shared.domain.capa import Kind
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.visibility import DONE_BY
from shared.services import corrective, corrective_orders, queries_corrective, queries_work
from shared.services.corrective_orders import Order
from shared.services.queries_corrective import ActionView
from shared.services.queries_slip import slip_view
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring

NOT_ABOUT = _l("责任单位会看到这段话，不要写来信人的情况。")


class OrderForm(StepForm):
    """What is to be put right or prevented."""

    EMPTY: ClassVar[dict[str, Any]] = {"title": _l("请写一个题目。")}

    action_kind = radios(_l("种类"))
    unit_id = pick(_l("责任单位"))
    title = StringField(_l("题目"), [Said(), AtMost(60)])
    text = words(_l("要求"), hint=NOT_ABOUT)
    participants = words(_l("参加的部门和人"), must=False)
    owner = StringField(_l("责任人"), [Optional(), AtMost(60)])
    planned_day = DayField(_l("预定完成日期"), [Optional()])

    def order(self) -> Order:
        """What the form orders."""
        return Order(
            kind=self.action_kind.data or "",
            unit_id=self.unit_id.data or 0,
            title=self.title.data or "",
            text=self.text.data or "",
            planned_day=self.planned_day.data,
            owner=self.owner.data or "",
            participants=(self.participants.data or "") if "participants" in self else "",
        )


class ReportForm(StepForm):
    """What was done."""

    done_day = DayField(_l("完成日期"), [Said()])
    text = words(_l("整改情况"), hint=_l("写明做了什么、怎样防止再发生。"))


class VerifyForm(StepForm):
    """Whether it works."""

    decision = yes_no(_l("您的结论"), _l("有效，整改结束"), _l("没有达到要求，重新整改"))
    comment = words(_l("意见"), must=False, hint=_l("重新整改的，请写明还要做什么。"))
    planned_day = DayField(_l("新的预定完成日期"), [Optional()], description=_l("只在重新整改时填。"))


class CancelForm(StepForm):
    """Why it is taken back."""

    reason = words(_l("撤销的理由"), hint=_l("编号保留，不再使用。"))


def filled(form: OrderForm, book: Regime, kinds: list[Kind], units: list[tuple[int, str]]) -> OrderForm:
    """The form in the rule book's words, with what may be chosen under it."""
    form.action_kind.choices = [(str(k), label("action_kind", k)) for k in kinds]
    form.unit_id.choices = [(0, _("请选择")), *units]
    form.text.label.text = capa.asked(book, "order_capa") or form.text.label.text
    form.participants.label.text = capa.people_asked(book) or form.participants.label.text
    if not any(capa.needs_people(book, k) for k in kinds):
        del form.participants
    if len(kinds) == 1 and not form.is_submitted():
        form.action_kind.data = str(kinds[0])
    if not any(capa.needs_day(book, k) for k in kinds):
        form.planned_day.description = _l("可以不填。填了以后，到期没有报告会提醒。")
    return form


@bp.get("/case/<int(max=9007199254740991):case_id>/corrective")
def case_corrective(case_id: int) -> Response:
    """What is put right because of a case."""
    view = queries_corrective.of_case(case_id, me(), clock.now())
    return page("backoffice/corrective_case.html", view=view, case=view.case)


@bp.route("/case/<int(max=9007199254740991):case_id>/corrective/new", methods=["GET", "POST"])
def case_corrective_new(case_id: int) -> Response:
    """Orders something because of a case (R1.06, R10.12)."""
    view = queries_corrective.of_case(case_id, me(), clock.now())
    capa_rule(view.regime)
    if not view.may_order:
        raise Refused("not_now", action="order_capa", state=view.case.state)
    form = filled(OrderForm(), view.regime, capa.kinds(view.regime), [(u.id, u.name) for u in view.units])
    if not form.is_submitted():
        form.version.data = str(view.case.version)

    def do(now: dt.datetime) -> int:
        return corrective_orders.order_for_case(case_id, me(), now, form.order(), version=form.seen)

    return _order(form, do, back=("office.case_corrective", {"case_id": case_id}), about=view.case.register_no)


@bp.route("/corrective/new", methods=["GET", "POST"])
def corrective_new() -> Response:
    """Orders something that no single complaint asks for (R7.07, R12.12, R15.10)."""
    book = queries_work.book(me())
    capa_rule(book)
    units = [(u.id, u.name) for u in queries_corrective.units_at(me())]
    form = filled(OrderForm(), book, capa.kinds(book, alone=True), units)
    back: tuple[str, dict[str, Any]] = ("office.corrective", {})
    return _order(form, lambda now: corrective_orders.order_alone(me(), now, form.order()), back=back)


@bp.route("/slip/<int(max=9007199254740991):slip_id>/measure", methods=["GET", "POST"])
def slip_measure(slip_id: int) -> Response:
    """A unit plans a measure in the case that it handles (R1.06)."""
    view = slip_view(slip_id, me())
    if not view.roles & DONE_BY["plan_measure"]:
        raise Refused("not_yours", action="plan_measure")
    kinds = capa.kinds(view.regime, by_unit=True)
    if not kinds or view.slip.state != "signed":
        raise Refused("not_now", action="plan_measure", state=view.slip.state)
    form = filled(OrderForm(), view.regime, kinds, [(u.id, u.name) for u in view.sections()])
    form.text.description = ""
    if not form.is_submitted():
        form.unit_id.data = view.slip.unit_id

    def do(now: dt.datetime) -> int:
        return corrective_orders.plan_own(slip_id, me(), now, form.order())

    return _order(form, do, back=("office.slip_page", {"slip_id": slip_id}), about=view.slip.number)


def capa_rule(book: Regime) -> None:
    """Refuses whoever orders nothing under the rule book, and where it has no such table."""
    if not me().roles & capa.orderers(book):
        raise Refused("not_yours", action="order_capa")
    capa.rule(book)


def _order(
    form: OrderForm, do: Callable[[dt.datetime], int], *, back: tuple[str, dict[str, Any]], about: str = ""
) -> Response:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                made = do(clock.now())
            except Refused as error:
                status = refused(form, error)
            else:
                ring()
                flash_done(_("已经发出。"))
                return see_other("office.action_page", action_id=made)
    return page("backoffice/corrective_order.html", status=status, form=form, back=back, about=about)


def _report(action_id: int, form: ReportForm, now: dt.datetime) -> None:
    day = form.done_day.data or now.date()
    corrective.report(action_id, me(), now, text=form.text.data or "", done_day=day, version=form.seen)


def _verify(action_id: int, form: VerifyForm, now: dt.datetime) -> None:
    said = {"effective": form.decision.data == "yes", "comment": form.comment.data or ""}
    corrective.verify(action_id, me(), now, **said, planned_day=form.planned_day.data, version=form.seen)


def _cancel(action_id: int, form: CancelForm, now: dt.datetime) -> None:
    corrective.cancel(action_id, me(), now, reason=form.reason.data or "", version=form.seen)


STEPS: dict[str, tuple[type[StepForm], Callable[[int, Any, dt.datetime], None], tuple[str, ...]]] = {
    "report": (ReportForm, _report, ("report",)),
    "verify": (VerifyForm, _verify, ("verify", "reopen")),
    "cancel": (CancelForm, _cancel, ("cancel",)),
}
"""The form of each step, what it does, and the steps of the table that it takes."""


@bp.route("/corrective/<int(max=9007199254740991):action_id>/report", methods=["GET", "POST"])
def action_report(action_id: int) -> Response:
    """The unit reports what it has done (R10.12)."""
    return _step(action_id, "report")


@bp.route("/corrective/<int(max=9007199254740991):action_id>/verify", methods=["GET", "POST"])
def action_verify(action_id: int) -> Response:
    """Whoever judges it says whether it works (R15.10, R26.07)."""
    return _step(action_id, "verify")


@bp.route("/corrective/<int(max=9007199254740991):action_id>/cancel", methods=["GET", "POST"])
def action_cancel(action_id: int) -> Response:
    """Whoever orders takes it back."""
    return _step(action_id, "cancel")


def _step(action_id: int, step: str) -> Response:
    view, status = queries_corrective.action_view(action_id, me(), clock.now()), 200
    kind, do, taken = STEPS[step]
    _lawful(view, taken)
    form = _worded(kind(), view)
    if not form.is_submitted():
        form.version.data = str(view.action.version)
    else:
        status = 422
        if form.validate():
            try:
                do(action_id, form, clock.now())
            except Refused as error:
                status = refused(form, error)
                view = queries_corrective.action_view(action_id, me(), clock.now())
            else:
                ring()
                flash_done(_("已办理：%(step)s。", step=label("action_step", step)))
                return see_other("office.action_page", action_id=action_id)
    return page("backoffice/corrective_step.html", status=status, form=form, view=view, action=view.action, step=step)


def _lawful(view: ActionView, taken: tuple[str, ...]) -> None:
    """Raises Refused('not_now') or Refused('not_yours') where none of the steps is lawful."""
    if not set(taken) & set(view.steps):
        state, in_office = capa.ActionState(view.action.state), view.unit.kind == "office"
        capa.check(taken[-1], state, view.roles, view.regime, in_office=in_office)


def _worded(form: StepForm, view: ActionView) -> StepForm:
    if isinstance(form, ReportForm):
        form.text.label.text = capa.asked(view.regime, "report_capa") or form.text.label.text
        if not form.is_submitted():
            form.done_day.data = view.today
    if isinstance(form, VerifyForm):
        form.comment.label.text = capa.asked(view.regime, "verify_capa") or form.comment.label.text
        if "verify" not in view.steps:
            form.decision.choices = [("no", _("没有达到要求，重新整改"))]
    return form
