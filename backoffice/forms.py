"""The forms of a case (表单): what stands in them, what is still to be filled in, on paper, as PDF and as DOCX."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from backoffice import bp, form_sheets
from backoffice.bulk import chosen, nothing_chosen
from backoffice.fields import StepForm
from backoffice.form_sheets import Sheet
from shared import clock, files
from shared.domain import fields, forms
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from shared.domain.regimes.records import Form as PaperForm
from shared.domain.regimes.vocabulary import LATER_STEPS
from shared.domain.visibility import DONE_BY, need_sight
from shared.papers.docx import docx
from shared.services import case_fields, identities, issued_papers, queries_work, reads
from shared.services.identities import Identity
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_slip import slip_view
from shared.web.addresses import address
from shared.web.auth import me, step_up
from shared.web.forms import refused
from shared.web.page import flash_done, page, see_other
from shared.web.rule_fields import answers_of, asking, start
from shared.web.state import keys

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CASE = "/case/<int(max=9007199254740991):case_id>/forms"


def _found(book: Regime, code: str, *, slip: bool) -> PaperForm:
    form = forms.form_of(book, code)
    if form is None or forms.of_slip(form) != slip or forms.of_many(form):
        raise Refused("no_such_case")
    return form


@bp.get(CASE)
def case_forms(case_id: int) -> Response:
    """Every form of the case, what was issued, and what is still to be filled in."""
    view = case_view(case_id, me(), clock.now())
    steps = [one for one in sorted(LATER_STEPS) if _asked(view, one)]
    return page(
        "backoffice/case_forms.html",
        view=view,
        forms=forms.of_case(view.regime),
        slip_forms=forms.of_slips(view.regime),
        slips=[s for s in view.slips if s.state not in issued_papers.GONE],
        steps=[(one, all(f.code in view.filled for f in _asked(view, one))) for one in steps],
        issued=issued_papers.of_case(case_id),
        may_open=view.known and bool(view.roles & identities.MAY_OPEN),
    )


@bp.route(f"{CASE}/<form>", methods=["GET", "POST"])
def case_form(case_id: int, form: str) -> Response:
    """One form: to look at, or issued with its number and code; who complained only where it is opened for it."""
    view, opened = case_view(case_id, me(), clock.now()), None
    found = _found(view.regime, form, slip=False)
    reads.note(me(), clock.now())
    if request.method == "GET":
        return _shown([form_sheets.of_case(view, found)], address("office.case_forms", case_id=case_id))
    if request.form.get("identity"):
        if (ask := step_up()) is not None:
            return ask
        opened = identities.open_identity(keys(), case_id, me(), clock.now(), reason="form", token=current_user.token)
    return _sent([_issued(view, found, opened)], request.form.get("as", ""))


@bp.route("/slip/<int(max=9007199254740991):slip_id>/forms/<slip_paper>", methods=["GET", "POST"])
def slip_form(slip_id: int, slip_paper: str) -> Response:
    """A form that lies with the unit, by whoever reads the slip."""
    view = slip_view(slip_id, me())
    found = _found(view.regime, slip_paper, slip=True)
    sheet = form_sheets.of_slip(view, found)
    if request.method == "GET":
        return _shown([sheet], address("office.slip_page", slip_id=slip_id))
    case_id, number = view.slip.case_id, sheet.number
    row = issued_papers.issue(keys(), case_id, found, sheet.facts, me(), clock.now(), slip_id=slip_id, number=number)
    return _sent([form_sheets.issued(sheet, row)], request.form.get("as", ""))


@bp.route("/bulk/forms", methods=["GET", "POST"])
def bulk_forms() -> Response:
    """One form of several cases in one file; who complained stays a blank line."""
    need_sight(me(), "queue")
    ids, now = chosen(), clock.now()
    if not ids:
        return nothing_chosen()
    book = queries_work.book(me())
    if request.method == "GET":
        return page("backoffice/bulk_forms.html", forms=forms.of_case(book), cases=ids)
    found = _found(book, request.form.get("form", ""), slip=False)
    views = [case_view(case_id, me(), now) for case_id in ids]
    same = [view for view in views if forms.form_of(view.regime, found.code)]
    return _sent([_issued(view, found, None) for view in same], request.form.get("as", ""))


def _issued(view: CaseView, found: PaperForm, opened: Identity | None) -> Sheet:
    sheet = form_sheets.of_case(view, found, opened)
    row = issued_papers.issue(keys(), view.case.id, found, sheet.facts, me(), clock.now(), number=sheet.number)
    return form_sheets.issued(sheet, row)


def _shown(sheets: list[Sheet], back: str = "") -> Response:
    return page("print/form.html", sheets=sheets, words=form_sheets.words(), back=back)


def _sent(sheets: list[Sheet], way: str) -> Response:
    if way not in ("pdf", "docx"):
        return _shown(sheets)
    name = sheets[0].title + (f" {sheets[0].number}" if len(sheets) == 1 else "")
    if way == "pdf":
        body, media = form_sheets.as_pdf(sheets), PDF
    else:
        layout, told = "form_official" if sheets[0].official else "form", [asdict(one) for one in sheets]
        for one in told:
            one["link"] = f"{one['address']}?code={one['code']}"
        body, media = docx(layout, {"words": form_sheets.words(), "sheets": told}), DOCX
    response = Response(body, headers=files.download_headers(f"{name}.{way}", media))
    response.cache_control.no_store = True
    return response


def _asked(view: CaseView, step: str) -> list[InputField]:
    case = view.case
    wanted = fields.asked(view.regime, step, channel=case.channel, category=case.category, mode=case.mode)
    return [one for one in wanted if not fields.of_person(one)]


@bp.route("/case/<int(max=9007199254740991):case_id>/fill/<beside>", methods=["GET", "POST"])
def case_fill(case_id: int, beside: str) -> Response:
    """What a form wants besides the steps of the case: the report of an investigation, a survey (R13.08)."""
    view, status = case_view(case_id, me(), clock.now()), 200
    if not DONE_BY["fill_form"] & view.roles:
        raise Refused("not_yours", action="fill_form")
    wanted = _asked(view, beside) if beside in LATER_STEPS else []
    if not wanted:
        return see_other("office.case_forms", case_id=case_id)
    form = asking(StepForm, view.regime, wanted)()
    if not form.is_submitted():
        start(form, view.begun)
        form.version.data = str(view.case.version)
        return page("backoffice/case_fill.html", form=form, view=view, step=beside)
    status = 422
    if form.validate():
        try:
            case_fields.fill(case_id, me(), clock.now(), beside, answers_of(form), version=form.seen)
        except Refused as error:
            status = refused(form, error)
        else:
            flash_done(_("已经保存。"))
            return see_other("office.case_forms", case_id=case_id)
    return page("backoffice/case_fill.html", status=status, form=form, view=view, step=beside)
