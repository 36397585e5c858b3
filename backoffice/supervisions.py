"""督办 (R22.02): the list, the form on a case, what the sweep offers, the conclusion; and the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, pick, radios, words
from backoffice.findings import fill_subjects
from backoffice.tries import tried
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.visibility import SEEN_BY
from shared.services import queries_books, queries_supervisions, queries_work, supervisions
from shared.services.queries_supervisions import Entry
from shared.services.supervisions import Order
from shared.web.auth import me
from shared.web.page import flash_done, page, see_other


class OrderForm(StepForm):
    """Who is to explain what by when."""

    EMPTY: ClassVar[dict[str, Any]] = {"wanted": _l("请写明要说明什么、要办什么。")}

    misconduct = radios(_l("什么情形"))
    unit_id = pick(_l("督办哪个单位"), must=False)
    person_id = pick(_l("督办哪一位"), must=False)
    wanted = words(_l("要说明什么、要办什么"), longest=2000, hint=_l("被督办的单位会看到这段话，不要写来信人的情况。"))
    due_day = DayField(_l("请在哪天前答复"), [Said()])


class TextForm(StepForm):
    """A text and nothing else."""

    text = words(_l("内容"), longest=3000)


@bp.get("/supervisions")
def supervision_list() -> Response:
    """Everything under supervision, and what the sweep offers."""
    _need(queries_work.book(me()))
    state = request.args.get("state", "")
    found = queries_supervisions.listed(me(), state)
    return page("backoffice/supervisions.html", found=found, state=state, states=queries_supervisions.STATES)


@bp.route("/case/<int(max=9007199254740991):case_id>/supervisions", methods=["GET", "POST"])
def case_supervisions(case_id: int) -> Response:
    """Those of a case, and the form to raise one."""
    head, form = queries_books.case_head(case_id, me()), OrderForm()
    head.need(SEEN_BY["ledger"], "supervise")
    _fill(form, head.book)
    may = bool(supervisions.supervisors(head.book) & head.held)

    def do(now: dt.datetime) -> None:
        supervisions.raise_(case_id, me(), now, _order(form), version=form.seen)

    status = tried(form, do, lambda: queries_books.case_head(case_id, me()).case.version)
    if status == 303:
        flash_done(_("已发出督办。"))
        return see_other("office.case_supervisions", case_id=case_id)
    found = queries_supervisions.of_case(case_id, me())
    context: dict[str, Any] = {"case": head.case, "found": found, "may": may, "rule": head.book.supervision}
    return page("backoffice/case_supervisions.html", status=status, form=form, **context)


@bp.route("/supervisions/<int(max=9007199254740991):supervision_id>", methods=["GET", "POST"])
def supervision(supervision_id: int) -> Response:
    """One of them; the supervising role takes it up, drops it, or concludes."""
    found = queries_supervisions.one(supervision_id, me())
    _need(found.book)
    act = request.form.get("act", "")
    confirming = found.row.state == "offered" and act not in {"drop"}
    form: Any = OrderForm() if confirming else TextForm()
    if confirming:
        _fill(form, found.book)
        _suggest(form, found)

    def do(now: dt.datetime) -> None:
        if confirming:
            supervisions.confirm(supervision_id, me(), now, _order(form), version=form.seen)
        elif act == "drop":
            supervisions.drop(supervision_id, me(), now, text=form.text.data or "", version=form.seen)
        else:
            founded, text = act == "founded", form.text.data or ""
            supervisions.conclude(supervision_id, me(), now, founded=founded, text=text, version=form.seen)

    status = tried(form, do, lambda: queries_supervisions.one(supervision_id, me()).row.version)
    if status == 303:
        flash_done(_("已记录。"))
        return see_other("office.supervision", supervision_id=supervision_id)
    dropping = TextForm(formdata=None)
    dropping.version.data = str(found.row.version)
    context: dict[str, Any] = {"confirming": confirming, "dropping": dropping, "fines": bool(found.book.penalties)}
    return page("backoffice/supervision.html", status=status, one=found, row=found.row, form=form, **context)


@bp.get("/me/supervisions")
def my_supervisions() -> Response:
    """What the reader has to explain."""
    return page("backoffice/my_supervisions.html", found=queries_supervisions.mine(me()))


@bp.route("/me/supervisions/<int(max=9007199254740991):supervision_id>", methods=["GET", "POST"])
def my_supervision(supervision_id: int) -> Response:
    """One of them, and the answer; nothing of the case but the unit's own slips."""
    form = TextForm()

    def do(now: dt.datetime) -> None:
        supervisions.answer(supervision_id, me(), now, text=form.text.data or "", version=form.seen)

    found, slips = queries_supervisions.own(supervision_id, me())
    status = tried(form, do, lambda: queries_supervisions.own(supervision_id, me())[0].row.version)
    if status == 303:
        flash_done(_("已提交说明。"))
        return see_other("office.my_supervision", supervision_id=supervision_id)
    return page("backoffice/my_supervision.html", status=status, one=found, row=found.row, slips=slips, form=form)


def _need(book: Regime) -> None:
    if not supervisions.supervisors(book) & me().roles:
        raise Refused("not_yours", action="supervise")


def _fill(form: OrderForm, book: Regime) -> None:
    fill_subjects(form)
    form.misconduct.choices = [(one.code, one.name) for one in book.supervision.misconducts] if book.supervision else []


def _suggest(form: OrderForm, found: Entry) -> None:
    if not form.is_submitted():
        form.misconduct.data, form.unit_id.data = found.row.misconduct, found.row.unit_id or 0


def _order(form: OrderForm) -> Order:
    return Order(
        misconduct=form.misconduct.data or "",
        wanted=form.wanted.data or "",
        due_day=form.due_day.data or dt.date.min,
        unit_id=form.unit_id.data or None,
        person_id=form.person_id.data or None,
    )
