"""编号: the sequences of a year, every number accounted for; and the sheet that goes on the original (R1.04, R6.04)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from backoffice import bp
from backoffice.fields import AtMost, Said, number
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do
from shared.services import numbers, queries_queue, reads
from shared.services.queries_case import case_view
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other


class GapForm(Form):
    """Why a number has no record."""

    series = HiddenField()
    n = StringField(_l("编号里的顺序号"), [Said(), AtMost(9)])
    reason = TextAreaField(_l("为什么没有记录"), [Said(), AtMost(500)])


@bp.route("/numbers", methods=["GET", "POST"])
def numbers_page() -> Response:
    """The sequences of a year; a missing number is explained here."""
    now, form, status = clock.now(), GapForm(), 200
    this_year = queries_queue.local_day(me(), now).year
    asked = number(request.args.get("year"))
    year = asked if 2000 <= asked <= this_year else this_year
    found = numbers.of_year(me(), year)
    may_explain = may_do(me(), "explain_number", at_home(me()))
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                said = {"series": form.series.data or "", "reason": form.reason.data or ""}
                numbers.explain(me(), now, year=year, n=number(form.n.data), **said)
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已经记下。"))
                return see_other("office.numbers_page", year=year)
    named = [(one, label("series", one.series)) for one in found if one.last or one.stretches]
    years = range(this_year, this_year - 6, -1)
    more: dict[str, Any] = {"named": named, "year": year, "years": years, "may_explain": may_explain}
    return page("backoffice/numbers.html", status=status, form=form, **more)


@bp.get("/case/<int(max=9007199254740991):case_id>/print/original")
def print_original(case_id: int) -> Response:
    """The sheet that lies on the original, with the one number of register and notice (R1.04)."""
    now = clock.now()
    view = case_view(case_id, me(), now)
    reads.note(me(), now)
    return page("print/original.html", view=view, case=view.case)
