"""A case's result for the platform by which it came (R9.06): written by one person, published by another."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, words
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do
from shared.services import published_results
from shared.services.queries_case import case_view
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys


class ResultForm(StepForm):
    """What everybody will read."""

    EMPTY: ClassVar[dict[str, Any]] = {"problem": _l("请写明反映的问题。"), "result": _l("请写明处理结果。")}

    problem = words(_l("反映的问题"), longest=1000, hint=_l("用自己的话写，不照抄来信。时间写到月份，地点写大一级。"))
    result = words(_l("处理结果"), longest=2000, hint=_l("查明了什么、怎样处理的。不写能认出来信人的内容。"))


@bp.route("/case/<int(max=9007199254740991):case_id>/publication", methods=["GET", "POST"])
def case_publication(case_id: int) -> Response:
    """Writes it, or as the second person publishes it or takes it down."""
    view, now = case_view(case_id, me(), clock.now()), clock.now()
    form, status, row = ResultForm(), 200, published_results.of_case(case_id, me())
    may_write = may_do(me(), "draft_issue", at_home(me()))
    may_decide = may_do(me(), "decide_issue", at_home(me()))
    if form.is_submitted() and not (may_write or may_decide):
        raise Refused("not_yours", action="draft_issue")
    act = request.form.get("act", "")
    if form.is_submitted() and (act in {"publish", "withdraw"} or form.validate()):
        try:
            _done(case_id, form, act)
        except Refused as error:
            status = refused(form, error)
        else:
            flash_done(_("已经公开。") if act == "publish" else _("已经记下。"))
            return see_other("office.case_publication", case_id=case_id)
    elif form.is_submitted():
        status = 422
    elif row is not None:
        form.problem.data, form.result.data = row.problem, row.result
    told = published_results.may_be_told(view.regime, view.case)
    own = row is not None and row.drafted_by == me().person_id
    more: dict[str, Any] = {"may_write": may_write, "may_decide": may_decide and not own, "told": told, "now": now}
    return page("backoffice/case_publication.html", status=status, form=form, view=view, row=row, **more)


def _done(case_id: int, form: ResultForm, act: str) -> None:
    if act in {"publish", "withdraw"}:
        published_results.decide(case_id, me(), clock.now(), keys(), publish=act == "publish")
        return
    said = {"problem": form.problem.data or "", "result": form.result.data or ""}
    published_results.write(case_id, me(), clock.now(), keys(), **said)
