"""Issuing a transfer slip (R2.09): the office's own copy of the words, checked against the original."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.fields import StepForm, Ticks, number, pick, words
from backoffice.steps import Act, offer
from shared.domain.errors import Refused
from shared.domain.redaction import mask_obvious
from shared.domain.visibility import Actor
from shared.services import case_files, identities, slips
from shared.services.queries_case import CaseView, handling
from shared.web.state import keys


class TransferForm(StepForm):
    """The slip: lead unit, helpers, points to answer, the text and the files that the unit may read."""

    unit_id = pick(_l("牵头单位"))
    co_units = Ticks(_l("协办单位"), coerce=number, choices=[], validate_choice=False)
    points = words(_l("需要答复的要点"), longest=2000)
    text = words(
        _l("给承办单位看的内容"), hint=_l("已隐去号码和来信人的姓名。请对照原文，隐去其余会暴露来信人的内容。")
    )
    files = Ticks(_l("转给承办单位的材料"), coerce=number, choices=[], validate_choice=False)


def fill_transfer(form: TransferForm, view: CaseView) -> None:
    """The units and files to choose from; the text with what can be masked by itself masked."""
    units = [(u.id, u.name) for u in handling(view.units)]
    form.unit_id.choices = [(0, _("请选择")), *units]
    form.co_units.choices = units
    form.files.choices = [(f.id, f.name) for f in view.files if f.origin != "unit"]
    if not form.is_submitted():
        former = view.slips[-1] if view.slips else None
        form.points.data = former.points if former else masked(view, view.case.wish)
        form.text.data = former.text if former else masked(view, view.case.story)


def masked(view: CaseView, text: str) -> str:
    """The complainant's words without numbers and the complainant's names (R5.11); a person checks the rest."""
    return mask_obvious(text, identities.names_to_hide(keys(), view.case.id))


def transfer(case_id: int, form: TransferForm, actor: Actor, now: dt.datetime) -> None:
    """Passes the chosen files on, then issues the slip."""
    if not form.unit_id.data:
        raise Refused("no_such_unit", field="unit_id")
    case_files.pass_on(case_id, actor, form.files.data or [])
    slips.transfer(
        case_id,
        actor,
        now,
        unit_id=form.unit_id.data,
        points=form.points.data or "",
        text=form.text.data or "",
        co_units=form.co_units.data or [],
        version=form.seen,
    )


offer(
    Act(
        "transfer",
        TransferForm,
        transfer,
        _l("转办单只写办理需要的内容，不写来信人是谁。"),
        fill_transfer,
        "backoffice/case_transfer.html",
    )
)
