"""The records beside a case (情况记录): statements, surveys, consultations, reports; one page for all kinds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import Optional

from backoffice import bp
from backoffice.fields import AtMost, DayField, StepForm, Ticks, number, radios, words
from backoffice.uploads import taken_in
from shared import clock
from shared.domain import case_records as rules
from shared.domain.case_records import KINDS, Entry
from shared.domain.errors import Refused
from shared.domain.regimes.handling import RecordRule
from shared.services import case_records
from shared.services.queries_case import CaseView, case_view
from shared.web import dates
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring
from shared.web.words_records import RECORDS

WHEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
NAMED = {"text": "record_text", "partner": "record_partner", "day": "record_day", "at": "record_at"}
"""Fields and the list in which their name for this kind stands."""


class RecordForm(StepForm):
    """One record; what a kind doesn't hold is taken out."""

    result = radios(_l("结果"), must=False)
    units: Any = Ticks(_l("参加的单位"), choices=[], coerce=number, validate_choice=False)
    partner = StringField(_l("谁"), [Optional(), AtMost(200)])
    text = words(_l("内容"), must=False)
    day = DayField(_l("日期"), [Optional()])
    at = DateTimeLocalField(_l("时间"), [Optional()], format=WHEN)
    files = MultipleFileField(_l("附件"))


@bp.get("/case/<int(max=9007199254740991):case_id>/records")
def records(case_id: int) -> Response:
    """What was kept beside the case, and what its rules still call for."""
    view = case_view(case_id, me(), clock.now())
    book = case_records.book_of(view.case, view.regime)
    names: dict[str, str] = {rule.kind: rule.name for rule in view.regime.records}
    return page(
        "backoffice/records.html",
        view=view,
        book=book,
        names={kind: names.get(kind) or label("record", kind) for kind in KINDS},
        offered=case_records.offered(view.regime, view.case, view.roles),
        judged=lambda code: view.regime.name_of("categories", code) or view.regime.name_of("roles", code) or code,
    )


@bp.route("/case/<int(max=9007199254740991):case_id>/records/<kind>", methods=["GET", "POST"])
def record(case_id: int, kind: str) -> Response:
    """Keeps one record."""
    view = case_view(case_id, me(), clock.now())
    rule = rules.rule_of(view.regime, kind, view.case.channel)
    if not KINDS[kind].roles & view.roles:
        raise Refused("not_yours", action="keep_record")
    form, status = _form(view, rule), 200
    if not form.is_submitted():
        form.version.data = str(view.case.version)
        form.at.data = clock.now().astimezone(dates.zone()) if form.at is not None else None
    else:
        status = 422
        if form.validate():
            try:
                kept = taken_in(form.files.data) if form.files is not None else []
                case_records.keep(case_id, me(), clock.now(), _entry(form, kind), kept, version=form.seen)
            except Refused as error:
                status = refused(form, error)
                if error.code == "stale":
                    form.version.data = str(case_view(case_id, me(), clock.now()).case.version)
            else:
                ring()
                flash_done(_("已经记下：%(name)s。", name=rule.name or label("record", kind)))
                return see_other("office.records", case_id=case_id)
    name = rule.name or label("record", kind)
    return page("backoffice/record.html", status=status, form=form, view=view, kind=kind, name=name)


@bp.get("/case/<int(max=9007199254740991):case_id>/records/<int(max=9007199254740991):record_id>/print")
def record_print(case_id: int, record_id: int) -> Response:
    """One record on paper with its photos (R15.05: 现场勘查报告)."""
    view = case_view(case_id, me(), clock.now())
    book = case_records.book_of(view.case, view.regime)
    found = next((one for one in book.shown if one.row.id == record_id), None)
    if found is None:
        raise Refused("no_such_case")
    names: dict[str, str] = {rule.kind: rule.name for rule in view.regime.records}
    name = names.get(found.row.kind) or label("record", found.row.kind)
    return page("print/record.html", view=view, case=view.case, one=found, name=name)


def _form(view: CaseView, rule: RecordRule) -> RecordForm:
    """The form of one kind, its fields by the names that this kind gives them."""
    form, kind = RecordForm(), KINDS[rule.kind]
    results = [code for code in kind.results if code]
    form.result.choices = [(code, label("record_result", code)) for code in results]
    if rule.kind == "statement":
        form.result.label.text = _("谁的陈述")
    if not results:
        del form.result
    for name in ("units", "partner", "text", "day", "at", "files"):
        if name not in kind.fields:
            del form[name]
        else:
            form[name].flags.optional = name not in kind.needs
    if form.units is not None:
        form.units.choices = list(case_records.book_of(view.case, view.regime).units.items())
    for name, table in {**NAMED, "files": "record_files"}.items():
        if name in form and rule.kind in RECORDS[table]:
            form[name].label.text = label(table, rule.kind)
    return form


def _entry(form: RecordForm, kind: str) -> Entry:
    def said(name: str) -> Any:
        return form[name].data if name in form else None

    typed: dt.datetime | None = said("at")
    return Entry(
        kind,
        result=said("result") or "",
        text=said("text") or "",
        partner=said("partner") or "",
        units=tuple(n for n in said("units") or () if n),
        day=said("day"),
        at=typed.replace(tzinfo=dates.zone()).astimezone(dt.UTC) if typed else None,
    )
