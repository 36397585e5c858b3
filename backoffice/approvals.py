"""What waits for approval: the page of one request, and all requests on a case."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, radios, words
from shared import clock
from shared.domain.errors import Refused
from shared.services import approvals, queries_approvals
from shared.services.queries_approvals import ApprovalView
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring


class VerdictForm(StepForm):
    """What one level says."""

    verdict = radios(_l("您的决定"))
    comment = words(_l("意见"), must=False, hint=_l("报上一级或者不同意的，请写明理由。"))


@bp.route("/approval/<int(max=9007199254740991):approval_id>", methods=["GET", "POST"])
def approval(approval_id: int) -> Response:
    """What is asked, level by level; whoever comes next decides here."""
    view, form, status = queries_approvals.approval_view(approval_id, me(), clock.now()), VerdictForm(), 200
    form.verdict.choices = [(str(v), label("verdict", v)) for v in view.verdicts]
    if form.is_submitted():
        status = 422 if view.verdicts and not form.validate() else _decide(approval_id, form)
        if status == 303:
            flash_done(_("已提交决定。"))
            return see_other("office.approval", approval_id=approval_id)
        view = queries_approvals.approval_view(approval_id, me(), clock.now())
    return page("backoffice/approval.html", status=status, form=form, view=view)


def _decide(approval_id: int, form: VerdictForm) -> int:
    said = {"verdict": form.verdict.data or "", "comment": form.comment.data or ""}
    try:
        approvals.decide(approval_id, me(), clock.now(), **said)
    except Refused as error:
        return refused(form, error)
    ring()
    return 303


@bp.get("/case/<int(max=9007199254740991):case_id>/approvals")
def case_approvals(case_id: int) -> Response:
    """Everything that was laid for approval on a case."""
    case, rows = queries_approvals.of_case(case_id, me())
    return page("backoffice/case_approvals.html", case=case, rows=rows)


@bp.app_template_global()
def approval_words(view: ApprovalView) -> dict[str, str]:
    """Subject, way and standing of a request in words."""
    return {
        "subject": label("subject", view.row.subject),
        "way": label("way", view.row.way) if len(view.steps) > 1 else "",
        "stands": label("approval_state", view.row.state),
    }
