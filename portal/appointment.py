"""When somebody comes: the citizen agrees to the day that was named, or names another."""

from __future__ import annotations

import datetime as dt

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal import bp
from portal.respond import TOO_LONG
from portal.submit_forms import choices
from portal.track import mine, over
from shared import clock
from shared.domain.errors import Refused
from shared.domain.on_site import HALVES
from shared.domain.visibility import CITIZEN
from shared.services import appointments
from shared.services.appointments import When
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring
from shared.web.words import LABELS

LONGEST = 300


class AppointmentForm(Form):
    """A day and the half of it."""

    day = StringField(_l("哪一天方便"))
    half = RadioField(
        _l("上午还是下午"),
        choices=choices({half: LABELS["half_day"][half] for half in HALVES}),
        validate_choice=False,
    )
    purpose = TextAreaField(_l("想请我们看什么"), [Length(max=LONGEST, message=TOO_LONG)])


@bp.route("/case/appointment", methods=["GET", "POST"])
def case_appointment() -> Response:
    """The day that stands, a button to agree, a form for another."""
    found = mine()
    if found is None:
        return over()
    form, status = AppointmentForm(), 200
    if form.is_submitted():
        try:
            status = _done(found.case.id, form, request.form.get("act", ""))
        except Refused as error:
            status = refused(form, error)
        else:
            if status == 303:
                ring()
                flash_done(_("已经告诉我们了。"))
                return see_other("portal.case_appointment")
    standing = appointments.newest(found.case.id)
    more = {"own": found, "case": found.case, "standing": standing, "most": LONGEST}
    return page("portal/appointment.html", status=status, form=form, quick_exit=True, fragment=None, **more)


def _done(case_id: int, form: AppointmentForm, act: str) -> int:
    if act == "agree":
        appointments.agree(case_id, CITIZEN, clock.now())
        return 303
    if not form.validate():
        return 422
    try:
        day = dt.date.fromisoformat(str(form.day.data or "").strip())
    except ValueError:
        raise Refused("missing", field="day") from None
    when = When(day, form.half.data or "", form.purpose.data or "")
    appointments.propose_by_citizen(case_id, clock.now(), when)
    return 303
