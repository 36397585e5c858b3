"""Out of the office: from when to when, who stands in; and whether ordinary notices come together in the morning."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.admin_people import role_name
from backoffice.fields import DayField, number, pick
from shared import clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES
from shared.services import absences
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.phrases import beside, listed


class AbsenceForm(Form):
    """Days away, and the deputy."""

    from_day = DayField(_l("从哪一天"))
    to_day = DayField(_l("到哪一天（含当天）"))
    deputy_id = pick(_l("由谁代办"), must=False)


@bp.route("/me/absence", methods=["GET", "POST"])
def absence() -> Response:
    """The person's own absence, and the choice about notices."""
    form, status = AbsenceForm(), 200
    if form.is_submitted():
        try:
            status = 200 if form.validate() else 422
            if status == 200:
                deputy = number(form.deputy_id.data)
                days = {"from_day": form.from_day.data, "to_day": form.to_day.data}
                absences.set_absence(me(), clock.now(), deputy_id=deputy, **days)
                flash_done(_("已登记。外出期间，通知发给代办人，回来后自动恢复。"))
                return see_other("office.absence")
        except Refused as error:
            status = refused(form, error)
    able = absences.candidates(me())
    form.deputy_id.choices = [(0, _("请选择")), *((c.id, _named(c)) for c in able)]
    return page(
        "backoffice/absence.html",
        status=status,
        form=form,
        current=absences.current(me(), clock.now()),
        able=able,
        at_once=absences.wants_at_once(me()),
        may=not me().roles & ADMIN_ROLES,
    )


def _named(one: absences.Candidate) -> str:
    left = listed(dict.fromkeys(role_name(code) for code in one.uncovered))
    return beside(one.name, _("不代：%(roles)s", roles=left) if left else "")


@bp.post("/me/absence/end")
def absence_end() -> Response:
    """Back earlier than planned."""
    absences.end(me(), clock.now())
    flash_done(_("已结束外出，通知和工作恢复给您。"))
    return see_other("office.absence")


@bp.post("/me/notices")
def my_notices() -> Response:
    """Ordinary notices one by one, or together in the morning."""
    absences.set_at_once(me(), request.form.get("at_once") == "on")
    flash_done(_("已保存。"))
    return see_other("office.absence")
