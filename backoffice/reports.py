"""报告: what is owed and by when, one report with its figures, the cases behind each of them."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from backoffice import bp, report_tables
from backoffice.fields import AtMost, DayField, Said, StepForm, number, radios, words
from backoffice.queue import key_of
from shared import clock
from shared.domain.errors import Refused
from shared.domain.periods import Period
from shared.domain.reports import by_person
from shared.domain.visibility import at_home, may_do
from shared.services import queries_queue, queries_reports, queries_work, report_calendar
from shared.services import reports as verbs
from shared.services.queries_reports import View
from shared.services.report_counts import TABLES, left_over
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring

REPORT = "/reports/<int(max=2147483647):report_id>"
LONGEST_KEY = 80
LAST_ROW = 2**31 - 1


class BeginForm(Form):
    """A report that no calendar calls for."""

    EMPTY: ClassVar[dict[str, Any]] = {"code": _l("请选择报告。")}

    code = SelectField(_l("哪一份报告"), [Said()], choices=[], validate_choice=False)
    period_from = DayField(_l("从哪一天"), [Said()])
    period_to = DayField(_l("到哪一天"), [Said()])
    due_day = DayField(_l("什么时候报送"), [Said()])


class ReportForm(StepForm):
    """What a person adds to the figures."""

    remarks = TextAreaField(_l("分析和结论"), [Optional(), AtMost(5000)])


class RecordForm(Form):
    """A meeting or a joint campaign."""

    EMPTY: ClassVar[dict[str, Any]] = {"kind": _l("请选择是会议纪要还是联合整治。")}

    kind = radios(_l("是什么"), [("meeting", _l("会议纪要")), ("campaign", _l("联合整治"))])
    day = DayField(_l("日期"), [Said()])
    until = DayField(_l("到哪一天"), [Optional()])
    takers = words(_l("参加的部门"), longest=500)
    conclusions = words(_l("结论"))


@bp.get("/reports")
def reports() -> Response:
    """What is owed, soonest first, and what was handed in."""
    before = min(number(request.args.get("before")), LAST_ROW) or None
    return page(
        "backoffice/reports.html",
        found=queries_reports.listed(me(), clock.now(), before),
        period=report_tables.period_name,
        now=clock.now(),
        may_set=may_do(me(), "set_reports", at_home(me())),
        before=before,
    )


@bp.route("/reports/new", methods=["GET", "POST"])
def report_new() -> Response:
    """Begins one that an event or a decision calls for."""
    found = queries_reports.listed(me(), clock.now())
    if not found.by_hand:
        raise Refused("not_yours", action="make_report")
    form, status = BeginForm(), 200
    form.code.choices = [(one.code, one.name) for one in found.by_hand]
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _begun(form)
            except Refused as error:
                status = refused(form, error)
    return page("backoffice/report_new.html", status=status, form=form)


def _begun(form: BeginForm) -> Response:
    first, last, due = form.period_from.data, form.period_to.data, form.due_day.data
    if first is None or last is None or due is None:
        raise Refused("missing", field="period_from")
    code = str(form.code.data or "")
    made = report_calendar.begin(me(), clock.now(), code=code, told=Period(first, last), due_day=due)
    flash_done(_("报告已经建好，请起草。"))
    return see_other("office.report", report_id=made)


@bp.route(REPORT, methods=["GET", "POST"])
def report(report_id: int) -> Response:
    """One report; a POST works its figures out anew, or hands it in."""
    form, status = ReportForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _kept(report_id, form)
            except Refused as error:
                if error.code == "no_such_case":
                    raise
                status = refused(form, error)
    return _shown(queries_reports.view(report_id, me()), form, status)


def _kept(report_id: int, form: ReportForm) -> Response:
    handed_in = request.form.get("act") == "submit"
    given = {key[6:]: text[:40] for key, text in request.form.items() if key.startswith("input-")}
    act = verbs.submit if handed_in else verbs.draft
    act(report_id, me(), clock.now(), remarks=form.remarks.data or "", inputs=given, version=form.seen)
    flash_done(_("报告已报送。") if handed_in else _("数字已经算好，您写的内容也保存了。"))
    if handed_in:
        ring()
    return see_other("office.report", report_id=report_id)


def _shown(view: View, form: ReportForm, status: int) -> Response:
    row = view.row
    if not form.is_submitted():
        form.remarks.data = row.remarks
    form.version.data = str(row.version)
    asked = [name for rate in row.figures.get("rates", []) for name in rate["asks"]]
    return page(
        "backoffice/report.html",
        status=status,
        view=view,
        row=row,
        form=form,
        title=report_tables.title(view),
        tables=report_tables.tables(view) if row.state != "due" else [],
        measures=report_tables.measures(view),
        hot=report_tables.hot(view),
        tree=report_tables.tree(view),
        corrections=report_tables.corrections(view),
        asked=list(dict.fromkeys(asked)),
        given={**row.inputs, **{k[6:]: v for k, v in request.form.items() if k.startswith("input-")}},
        by_person=by_person(view.report),
        left_over_names=[label("report_item", one) for one in left_over(view.report)],
        late=row.state != "submitted" and row.due_day < queries_queue.local_day(me(), clock.now()),
    )


@bp.get(f"{REPORT}/cases")
def report_cases(report_id: int) -> Response:
    """The cases behind one figure, as they stand today."""
    table, key = request.args.get("table", "summary"), request.args.get("key", "*")[:LONGEST_KEY].replace("\x00", "")
    if table not in TABLES:
        abort(404)
    view = queries_reports.view(report_id, me())
    rows, more = queries_reports.behind(view, me(), table, key, key_of(request.args.get("after")))
    last = rows[-1] if more and rows else None
    after = f"{last.received_at.isoformat()}~{last.id}" if last else ""
    whole = key == "*"
    return page(
        "backoffice/report_cases.html",
        view=view,
        title=report_tables.title(view),
        name="" if whole else report_tables.line_name(view, table, key),
        table=table,
        rows=rows,
        now=view.now().get(f"{table}/{key}", 0),
        frozen=view.frozen().get(f"{table}/{key}", 0),
        whole=whole,
        next=url_for("office.report_cases", report_id=report_id, table=table, key=key, after=after) if after else None,
        book=queries_work.book(me()),
    )


@bp.route(f"{REPORT}/record", methods=["GET", "POST"])
def report_record(report_id: int) -> Response:
    """Adds the minutes of a meeting (R20.09) or a joint campaign (W3.01)."""
    view = queries_reports.view(report_id, me())
    if not view.may_make:
        raise Refused("not_yours", action="make_report")
    form, status = RecordForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                verbs.add_record(
                    report_id,
                    me(),
                    clock.now(),
                    kind=str(form.kind.data or ""),
                    day=form.day.data,
                    until=form.until.data,
                    takers=form.takers.data or "",
                    conclusions=form.conclusions.data or "",
                )
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已保存。"))
                return see_other("office.report", report_id=report_id)
    return page("backoffice/report_record.html", status=status, form=form, view=view, title=report_tables.title(view))
