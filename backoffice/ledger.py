"""The accountability ledger of the institution: the list with its totals, one line and its steps, the paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, amount, number, words
from backoffice.tries import tried
from shared import clock
from shared.domain.errors import Refused
from shared.domain.ledger import PenaltyState
from shared.domain.lifecycle import ADMIN_ROLES
from shared.domain.visibility import need_sight
from shared.services import ledger, penalty_payments, queries_ledger, queries_work, rankings, staff_appeals
from shared.services.penalty_payments import Plan
from shared.services.queries_ledger import LineView
from shared.web import dates
from shared.web.auth import me
from shared.web.page import flash_done, page, see_other

YEAR = dt.timedelta(days=366)


class WordsForm(StepForm):
    """A decision in words; whether they are needed is the rule's to say."""

    comment = words(_l("意见"), must=False, longest=2000)


class CapForm(StepForm):
    """Parts under a month's cap (R13.15)."""

    bonus = amount(_l("当月奖金（元）"))
    first = DayField(_l("从哪个月开始扣"), [Said()])


class PartsForm(StepForm):
    """Parts that were agreed (R3.12)."""

    parts = IntegerField(_l("分几期"), [InputRequired(_l("请填写期数。"))])
    first = DayField(_l("第一期在哪天前"), [Said()])


@bp.get("/ledger")
def ledger_list() -> Response:
    """The ledger by state, unit and month, with what each state comes to."""
    need_sight(me(), "ledger")
    state, unit_id = request.args.get("state", ""), number(request.args.get("unit"))
    month, before = request.args.get("month", ""), number(request.args.get("before"))
    found = queries_ledger.page(me(), state=state, unit_id=unit_id, month=_month(month), before=before)
    return page(
        "backoffice/ledger.html",
        found=found,
        states=list(PenaltyState),
        units=queries_work.units_of(me()),
        asked={"state": state, "unit_id": unit_id},
        month=month if _month(month) else "",
        ranked=any(one.kind == "ranking" for one in queries_work.book(me()).penalties),
    )


def _month(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


@bp.route("/ledger/ranking", methods=["GET", "POST"])
def ledger_ranking() -> Response:
    """The year's complaints by unit, and the penalties of those at the top (R24.07)."""
    status, form = 200, StepForm()
    this_year = clock.now().astimezone(dates.zone()).year
    year = number(request.args.get("year")) or this_year
    found = rankings.of_year(me(), min(max(year, 2000), this_year))
    need_sight(me(), "ledger")
    if not found.may and form.is_submitted():
        raise Refused("not_yours", action="propose_penalty")
    if form.is_submitted():
        status = tried(form, lambda at: rankings.propose(me(), at, found.year), lambda: 0)
    if status == 303:
        flash_done(_("已提出，等待核准。"))
        return see_other("office.ledger_list")
    return page("backoffice/ranking.html", status=status, found=found, form=form, this_year=this_year)


@bp.get("/ledger/published")
def ledger_published() -> Response:
    """What is made known inside the organisation, for everybody who works there and nobody else (R13.16)."""
    if me().roles & ADMIN_ROLES:
        raise Refused("not_yours", action="published")
    return page("backoffice/published.html", found=queries_ledger.published(me(), clock.now() - YEAR))


@bp.get("/ledger/<int(max=9007199254740991):penalty_id>")
def penalty(penalty_id: int) -> Response:
    """One line: how the amount came about, who said yes, what is paid, what comes next."""
    return _page(queries_ledger.line(penalty_id, me()))


@bp.get("/ledger/<int(max=9007199254740991):penalty_id>/print")
def penalty_print(penalty_id: int) -> Response:
    """The notice on paper (奖罚通知单), once it has been given out."""
    view = queries_ledger.line(penalty_id, me())
    if view.entry.row.noticed_at is None:
        raise Refused("not_now", action="print", state=view.entry.row.state)
    return page("print/penalty.html", view=view, row=view.entry.row)


@bp.post("/ledger/<int(max=9007199254740991):penalty_id>/decide")
def penalty_decide(penalty_id: int) -> Response:
    """The level whose turn it is says yes or no."""
    no = request.form.get("decision") == "no"

    def do(form: WordsForm, now: dt.datetime) -> None:
        if no:
            ledger.decline(penalty_id, me(), now, comment=form.comment.data or "", version=form.seen)
        else:
            ledger.approve(penalty_id, me(), now, version=form.seen)

    return _step(penalty_id, "approve", WordsForm(), do, _("已不予核准。") if no else _("已核准。"))


@bp.post("/ledger/<int(max=9007199254740991):penalty_id>/arrange")
def penalty_arrange(penalty_id: int) -> Response:
    """The parts in which it is paid."""
    view = queries_ledger.line(penalty_id, me())
    form = _arranging(view)

    def do(form: CapForm | PartsForm, now: dt.datetime) -> None:
        first = form.first.data or now.date()
        plan = (
            Plan(first, bonus=form.bonus.data) if isinstance(form, CapForm) else Plan(first, parts=form.parts.data or 0)
        )
        penalty_payments.arrange(penalty_id, me(), now, plan, version=form.seen)

    return _step(penalty_id, "arrange", form, do, _("已安排分期。"))


@bp.post("/ledger/<int(max=9007199254740991):penalty_id>/notify")
def penalty_notify(penalty_id: int) -> Response:
    """Gives the notice out."""

    def do(form: StepForm, now: dt.datetime) -> None:
        penalty_payments.notify(penalty_id, me(), now, version=form.seen)

    return _step(penalty_id, "notify", StepForm(), do, _("已发出奖罚通知。"))


@bp.post("/ledger/<int(max=9007199254740991):penalty_id>/pay")
def penalty_pay(penalty_id: int) -> Response:
    """The next part came in."""

    def do(form: StepForm, now: dt.datetime) -> None:
        penalty_payments.pay(penalty_id, me(), now, version=form.seen)

    return _step(penalty_id, "pay", StepForm(), do, _("已登记。"))


@bp.post("/ledger/<int(max=9007199254740991):penalty_id>/appeal")
def penalty_appeal(penalty_id: int) -> Response:
    """The answer to whoever objected (R3.09)."""
    upheld = request.form.get("decision") != "cancel"

    def do(form: WordsForm, now: dt.datetime) -> None:
        staff_appeals.decide(penalty_id, me(), now, upheld=upheld, text=form.comment.data or "", version=form.seen)

    return _step(penalty_id, "uphold", WordsForm(), do, _("已答复申诉。"))


def _step(penalty_id: int, step: str, form: Any, do: Callable[[Any, dt.datetime], None], done: str) -> Response:
    view = queries_ledger.line(penalty_id, me())
    if not view.may[step]:
        raise Refused("not_yours", action=step)
    status = tried(form, lambda now: do(form, now), lambda: queries_ledger.line(penalty_id, me()).entry.row.version)
    if status == 303:
        flash_done(done)
        return see_other("office.penalty", penalty_id=penalty_id)
    return _page(queries_ledger.line(penalty_id, me()), status, form, step)


def _page(view: LineView, status: int = 200, form: StepForm | None = None, step: str = "") -> Response:
    """The line with a form for each step; the one that was refused keeps what was typed."""
    forms: dict[str, StepForm] = {"approve": WordsForm(formdata=None), "uphold": WordsForm(formdata=None)}
    forms |= {
        "arrange": _arranging(view, fresh=True),
        "notify": StepForm(formdata=None),
        "pay": StepForm(formdata=None),
    }
    for one in forms.values():
        one.version.data = str(view.entry.row.version)
    if form is not None:
        forms[step] = form
    return page("backoffice/penalty.html", status=status, view=view, row=view.entry.row, forms=forms, form=form)


def _arranging(view: LineView, *, fresh: bool = False) -> StepForm:
    kind = CapForm if view.entry.rule.cap_share is not None else PartsForm
    form = kind(formdata=None) if fresh else kind()
    if fresh:
        form.first.data = clock.now().astimezone(dates.zone()).date()
    return form
