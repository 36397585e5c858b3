"""Naming whom a complaint is about (回避), so that they, those below and those above have nothing to do with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from backoffice import bp
from backoffice.copies import WAYS, has_sound, left_out
from backoffice.fields import AtMost, StepForm, Ticks, number, words
from backoffice.steps import Act, offer
from shared.domain import conflicts as rules
from shared.domain.visibility import Actor
from shared.models.unit import OFFICE
from shared.services import conflicts
from shared.services.conflicts import Named
from shared.services.queries_case import CaseView
from shared.web.page import flash_done, see_other


class AboutForm(StepForm):
    """Units and people complained about; where the case goes when nobody is left."""

    units = Ticks(_l("被投诉的单位"), coerce=number, choices=[], validate_choice=False)
    people = Ticks(_l("被投诉的人员"), coerce=number, choices=[], validate_choice=False)
    refer_to = StringField(_l("报送的上级机关"), [AtMost(500)])
    reason = words(_l("报送的理由"), must=False, hint=_l("写给来信人看：为什么由上级机关办理。"))


def fill_about(form: AboutForm, view: CaseView) -> None:
    """Every unit and every member of staff; what is named already, or whom the complaint mentions."""
    people = conflicts.people_of(view.institution.id)
    units = {u.id: u.name for u in view.units.values() if u.active}
    form.units.choices, form.people.choices = list(units.items()), list(people.items())
    form.refer_to.description = _l("只有登记后本机构没有人可以办理时才要写。")
    if form.is_submitted():
        return
    named = [b for b in view.bars if b.named]
    text = view.case.respondent
    form.units.data = [b.unit_id for b in named if b.unit_id] or (not named and rules.named_in(text, units)) or []
    form.people.data = [b.person_id for b in named if b.person_id] or (not named and rules.named_in(text, people)) or []


def name_respondents(case_id: int, form: AboutForm, actor: Actor, now: dt.datetime) -> None:
    """Takes the names down; whoever is barred by them as well is sent away from the case."""
    named = Named(
        form.units.data or [], form.people.data or [], refer_to=form.refer_to.data or "", reason=form.reason.data or ""
    )
    if conflicts.name(case_id, actor, now, named, version=form.seen):
        flash_done(_("已登记。您也应当回避，这件投诉由别人办理。"))
        abort(see_other("office.home"))


offer(
    Act(
        "name_respondents",
        AboutForm,
        name_respondents,
        _l("登记来信投诉的单位和人员。他们和所属的上级、下级单位，从此看不到这件投诉，也不能办理。"),
        fill_about,
    )
)


@bp.app_context_processor
def said_of_it() -> dict[str, Any]:
    """What the pages of a case ask about the complained-about and about files."""
    return {
        "about_names": about_names,
        "about_guessed": about_guessed,
        "left_out": left_out,
        "has_sound": has_sound,
        "copy_ways": WAYS,
    }


def about_names(view: CaseView) -> list[str]:
    """The units and people that the complaint is about, as registered."""
    people = conflicts.people_of(view.institution.id) if any(b.person_id for b in view.bars) else {}
    named = [b for b in view.bars if b.named]
    return [view.unit_name(b.unit_id) if b.unit_id else people.get(b.person_id or 0, "") for b in named]


def about_guessed(view: CaseView) -> list[str]:
    """The units that the complaint mentions as what it is about: a hint, for the office decides."""
    units = {u.id: u.name for u in view.units.values() if u.kind != OFFICE and u.active}
    return [units[i] for i in rules.named_in(view.case.respondent, units)]
