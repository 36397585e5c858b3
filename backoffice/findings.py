"""Whose fault it was: what has been found on a case so far, and the form for whoever finds it (R13.13, R24.03)."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, pick, radios, words
from backoffice.tries import tried
from shared.domain import ledger
from shared.domain.visibility import SEEN_BY
from shared.services import findings, queries_books
from shared.services.queries_books import CaseHead
from shared.web.auth import me
from shared.web.page import flash_done, page, see_other


class FindingForm(StepForm):
    """Whose fault it was, and why."""

    code = radios(_l("认定结果"))
    person_id = pick(_l("是哪一位"), must=False)
    unit_id = pick(_l("是哪个单位"), must=False)
    reason = words(_l("理由"), longest=2000, hint=_l("写明看过哪些材料，有没有主观过错。"))


@bp.route("/case/<int(max=9007199254740991):case_id>/findings", methods=["GET", "POST"])
def case_findings(case_id: int) -> Response:
    """What was found, and what may be found."""
    head, form = queries_books.case_head(case_id, me()), FindingForm()
    head.need(SEEN_BY["ledger"], "findings")
    may = bool(_finders(head) & head.held)
    fill_subjects(form)
    form.code.choices = [(one.code, one.name) for one in head.book.attributions]
    form.code.hints = {one.code: one.text for one in head.book.attributions if one.text}

    def do(now: dt.datetime) -> None:
        findings.find(
            case_id,
            me(),
            now,
            code=form.code.data or "",
            reason=form.reason.data or "",
            person_id=form.person_id.data or None,
            unit_id=form.unit_id.data or None,
            version=form.seen,
        )

    status = tried(form, do, lambda: queries_books.case_head(case_id, me()).case.version)
    if status == 303:
        flash_done(_("已记录认定结果。"))
        return see_other("office.case_findings", case_id=case_id)
    found = queries_books.findings_of(case_id)
    hold = {row.id for row in findings.holding(row for row, _name in found)}
    return page(
        "backoffice/case_findings.html",
        status=status,
        head=head,
        case=head.case,
        form=form,
        names={one.code: one.name for one in head.book.attributions},
        may=may,
        found=found,
        hold=hold,
    )


def fill_subjects(form: StepForm) -> None:
    """Whom it can be about, without the reader."""
    people, units = queries_books.whom(me())
    form["person_id"].choices = [(0, _("（不指定个人）")), *people]
    form["unit_id"].choices = [(0, _("（不指定单位）")), *units]


def _finders(head: CaseHead) -> frozenset[str]:
    codes = [one.code for one in head.book.attributions] or [""]
    return frozenset(str(role) for code in codes for role in ledger.finders(head.book, code))
