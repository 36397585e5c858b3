"""Appointments at the door (上门服务): the office names a day, or agrees to the one that the complainant has named."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, radios, words
from shared import clock
from shared.domain import on_site
from shared.domain.errors import Refused
from shared.domain.on_site import HALVES
from shared.domain.visibility import DONE_BY
from shared.services import appointments
from shared.services.appointments import OVER, When
from shared.services.queries_case import case_view
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring


class AppointmentForm(StepForm):
    """A day, the half of it, what for."""

    day = DayField(_l("哪一天上门"), [Said()])
    half = radios(_l("上午还是下午"))
    purpose = words(_l("上门做什么"), must=False, longest=500, hint=_l("来信人会看到，不写地址。"))


@bp.route("/case/<int(max=9007199254740991):case_id>/appointments", methods=["GET", "POST"])
def case_appointments(case_id: int) -> Response:
    """What was proposed and agreed, and a form for the next day."""
    now = clock.now()
    view = case_view(case_id, me(), now)
    if not view.roles & DONE_BY["make_appointment"]:
        raise Refused("not_yours", action="make_appointment")
    form, status = AppointmentForm(), 200
    form.half.choices, form.half.row = [(half, label("half_day", half)) for half in HALVES], True
    act = request.form.get("act", "")
    if not form.is_submitted():
        form.version.data = str(view.case.version)
    elif act != "agree" and not form.validate():
        status = 422
    else:
        try:
            _done(case_id, form, act)
        except Refused as error:
            status = refused(form, error)
        else:
            ring()
            flash_done(_("已经告诉来信人。"))
            return see_other("office.case_appointments", case_id=case_id)
    rows = appointments.of_case(case_id, me())
    more: dict[str, Any] = {
        "on_offer": on_site.kept(view.regime) and view.case.state not in OVER,
        "key": on_site.is_key(view.regime, view.case.severity),
    }
    return page("backoffice/case_appointments.html", status=status, form=form, view=view, rows=rows, **more)


def _done(case_id: int, form: AppointmentForm, act: str) -> None:
    if act == "agree":
        appointments.agree(case_id, me(), clock.now())
    elif form.day.data is not None:
        when = When(form.day.data, form.half.data or "", form.purpose.data or "")
        appointments.propose(case_id, me(), clock.now(), when, version=form.seen)
