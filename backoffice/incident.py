"""应急处置: starting the plan from a case, its checklist and team, the statement, its end; the list of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from backoffice import bp
from backoffice.fields import AtMost, Said, number, pick, radios, words, yes_no
from shared import clock
from shared.domain import incidents as rules
from shared.domain.errors import Refused
from shared.domain.incidents import Statement
from shared.domain.visibility import DONE_BY
from shared.services import incidents, queries_incidents, queries_work, statements
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_incidents import IncidentView
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, ring


class StartForm(Form):
    """Why the plan is started."""

    why = words(_l("为什么启动"), longest=1000, hint=_l("写明可能影响什么、有什么不良影响。领导小组马上收到通知。"))


class JoinForm(Form):
    """Who joins which group."""

    group = radios(_l("哪个小组"))
    person_id = pick(_l("谁"))


class TakeForm(Form):
    """A step that was taken."""

    taken = radios(_l("办完的一步"))
    note = words(_l("怎样办的"), longest=2000, hint=_l("时间由系统记下，是现在。"))


class StatementForm(Form):
    """What the public will read."""

    title = StringField(_l("标题"), [Said(), AtMost(60)])
    text = words(_l("对外说明"), longest=3000, hint=_l("只写事情和措施，不写任何人的姓名、电话，不照抄来信的句子。"))


class DecideForm(Form):
    """The approver's word about it."""

    decision = yes_no(_l("您的决定"), _l("同意，马上公布"), _l("退回修改"))
    comment = words(_l("意见"), must=False, longest=1000)


class EndForm(Form):
    """What is to be learnt."""

    review = words(_l("总结"), longest=5000, hint=_l("起因、处置的经过、效果，今后怎样防止。"))


Do = Callable[[int, Any, dt.datetime], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done on the page: its form, the verb, what is said then."""

    form: type[Form]
    do: Do
    done: Any
    right: str


def _start(case_id: int, form: Any, now: dt.datetime) -> None:
    incidents.start(case_id, me(), now, why=form.why.data or "")


def _join(case_id: int, form: Any, now: dt.datetime) -> None:
    incidents.join(case_id, me(), now, group=form.group.data or "", person_id=number(form.person_id.data))


def _take(case_id: int, form: Any, now: dt.datetime) -> None:
    incidents.take_step(case_id, me(), now, code=form.taken.data or "", note=form.note.data or "")


def _say(case_id: int, form: Any, now: dt.datetime) -> None:
    said = Statement(form.title.data or "", form.text.data or "")
    statements.write(case_id, me(), now, keys(), said, submit=request.form.get("act") != "draft")


def _decide(case_id: int, form: Any, now: dt.datetime) -> None:
    approved, comment = form.decision.data == "yes", form.comment.data or ""
    statements.decide(case_id, me(), now, keys(), approved=approved, comment=comment)


def _withdraw(case_id: int, _form: Any, now: dt.datetime) -> None:
    statements.withdraw(case_id, me(), now)


def _end(case_id: int, form: Any, now: dt.datetime) -> None:
    incidents.end(case_id, me(), now, review=form.review.data or "")


ACTS: dict[str, Act] = {
    "start": Act(StartForm, _start, _l("已启动应急预案，领导小组已收到通知。"), "run_plan"),
    "join": Act(JoinForm, _join, _l("已列入小组。"), "lead_plan"),
    "take": Act(TakeForm, _take, _l("已记下，时间也已记下。"), "run_plan"),
    "submit": Act(StatementForm, _say, _l("对外说明已记下；送审的，同意以后公布。"), "run_plan"),
    "decide": Act(DecideForm, _decide, _l("您的决定已记下。"), "lead_plan"),
    "withdraw": Act(Form, _withdraw, _l("对外说明已撤下。"), "lead_plan"),
    "end": Act(EndForm, _end, _l("应急处置已结束。"), "lead_plan"),
}


@bp.get("/case/<int(max=9007199254740991):case_id>/incident")
def incident(case_id: int) -> Response:
    """The plan at work for a case, or the button that starts it."""
    return _shown(case_view(case_id, me(), clock.now()), {}, 200)


@bp.post("/case/<int(max=9007199254740991):case_id>/incident/<step>")
def incident_step(case_id: int, step: str) -> Response:
    """Does one thing; what was typed stays where it can't be done."""
    view, act = case_view(case_id, me(), clock.now()), ACTS.get(step)
    if act is None:
        raise Refused("no_such_case")
    if not DONE_BY[act.right] & view.roles:
        raise Refused("not_yours", action=act.right)
    rules.plan_of(view.regime)
    form = _filled(act.form(), view, queries_incidents.of_case(view.case))
    if not form.validate():
        return _shown(view, {step: form}, 422)
    try:
        act.do(case_id, form, clock.now())
    except Refused as error:
        return _shown(view, {step: form}, refused(form, error))
    ring()
    flash_done(str(act.done))
    return see_other("office.incident", case_id=case_id)


@bp.get("/incidents")
def incidents_list() -> Response:
    """Every incident of the office."""
    return page("backoffice/incidents.html", rows=queries_incidents.listed(me()), book=queries_work.book(me()))


def _filled(form: Form, view: CaseView, found: IncidentView) -> Form:
    """A form with its choices; the statement as it was written last."""
    plan = rules.plan_of(view.regime)
    if isinstance(form, JoinForm):
        form.group.choices = [(group.code, group.name) for group in plan.team]
        form.person_id.choices = [(0, _("请选择")), *found.staff.items()]
    if isinstance(form, TakeForm):
        by_itself = {rules.STATEMENT} if plan.statement else set()
        left = [step for step in plan.steps if step.code not in {*found.steps, *by_itself}]
        form.taken.choices = [(step.code, step.name) for step in left]
    if isinstance(form, StatementForm) and not form.is_submitted() and found.row is not None:
        form.title.data, form.text.data = found.row.title, found.row.statement
    return form


def _shown(view: CaseView, bound: dict[str, Form], status: int) -> Response:
    found, plan = queries_incidents.of_case(view.case), view.regime.emergency
    row, may = found.row, {right: bool(DONE_BY[right] & view.roles) for right in ("run_plan", "lead_plan")}
    forms: dict[str, Form] = {}
    if plan is not None and not (row is not None and row.state == "ended"):
        wanted = _wanted(view, found, may)
        forms = {step: bound.get(step) or _filled(ACTS[step].form(formdata=None), view, found) for step in wanted}
    failed = next(iter(bound.values()), None)
    return page(
        "backoffice/incident.html",
        status=status,
        view=view,
        case=view.case,
        plan=plan,
        found=found,
        forms=forms,
        failed=failed,
    )


def _wanted(view: CaseView, found: IncidentView, may: dict[str, bool]) -> list[str]:
    """The forms to offer: those that the reader may send now."""
    row = found.row
    if row is None:
        return ["start"] if may["run_plan"] and view.case.is_open else []
    plan = rules.plan_of(view.regime)
    decider = rules.approver_of(view.regime, "statement") in view.roles and row.written_by != me().person_id
    left = [
        s.code for s in plan.steps if s.code not in found.steps and not (s.code == rules.STATEMENT and plan.statement)
    ]
    offers = {
        "join": may["lead_plan"],
        "take": may["run_plan"] and bool(left),
        "submit": plan.statement and may["run_plan"] and row.statement_state in rules.WRITES,
        "decide": row.statement_state == "submitted" and decider,
        "withdraw": may["lead_plan"] and row.statement_state == "published",
        "end": may["lead_plan"],
    }
    return [step for step, offered in offers.items() if offered]
