"""Issuing a transfer slip (R2.09): the office's own copy of the words, checked against the original."""

from __future__ import annotations

import datetime as dt

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.copies import CopyForm, fill_copy, looked_at, made_anew
from backoffice.fields import Ticks, number, pick
from backoffice.steps import ACTS, Act, form_of, offer
from shared import clock
from shared.domain import follow_up
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.services import slips
from shared.services.queries_case import CaseView, case_view, handling
from shared.web.auth import me
from shared.web.page import see_other
from shared.web.rule_fields import answers_of
from shared.web.state import ring_copies


class TransferForm(CopyForm):
    """The slip: lead unit, helpers, and the copy that the unit may read."""

    unit_id = pick(_l("牵头单位"))
    co_units = Ticks(_l("协办单位"), coerce=number, choices=[], validate_choice=False)


def fill_transfer(form: TransferForm, view: CaseView) -> None:
    """The units that the complaint isn't about; the copy, by the words of a former slip where there is one.

    A confidential case goes out by two: its page is another one.
    """
    if view.case.mode == "confidential" and (request.view_args or {}).get("step") == "transfer":
        abort(see_other("office.case_step", case_id=view.case.id, step="ask_transfer", queue=request.args.get("queue")))
    units = [(u.id, u.name) for u in handling(view.units, view.barred_units)]
    form.unit_id.choices = [(0, _("请选择")), *units]
    form.co_units.choices = units
    former = view.slips[-1] if view.slips else None
    rule = follow_up.visit_rule(view.regime)
    if former and rule and rule.same_unit and view.case.round > 1 and former.unit_id in dict(units):
        form.unit_id.description = _("回访发现问题还在的，按制度仍由原来的部门办理。")
        if not form.is_submitted():
            form.unit_id.data = former.unit_id  # R7.05
    fill_copy(form, view, text=former.text if former else None, points=former.points if former else None)


def transfer(case_id: int, form: TransferForm, actor: Actor, now: dt.datetime) -> None:
    """Issues the slip with the copy as it was confirmed."""
    if not form.unit_id.data:
        raise Refused("no_such_unit", field="unit_id")
    looked_at(form)
    slips.transfer(
        case_id,
        actor,
        now,
        unit_id=form.unit_id.data,
        co_units=form.co_units.data or [],
        fields=answers_of(form),
        **form.confirmed_copy(),
    )
    ring_copies()


offer(
    Act(
        "transfer",
        TransferForm,
        transfer,
        _l("转办单只写办理需要的内容，不写来信人是谁。"),
        fill_transfer,
        "backoffice/case_transfer.html",
        asks=("transfer",),
    )
)


@bp.post("/case/<int(max=9007199254740991):case_id>/transfer/copy")
def transfer_copy(case_id: int) -> Response:
    """The same page with the copy made by the new choice; htmx takes the copy alone."""
    view = case_view(case_id, me(), clock.now())
    view.check("transfer")
    form = form_of(ACTS["transfer"], view)
    fill_transfer(form, view)
    return made_anew("backoffice/case_transfer.html", form, view=view, act=ACTS["transfer"])
