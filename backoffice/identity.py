"""Who complained: shown for a reason and on record; for a confidential complaint only after a colleague agreed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from backoffice import bp
from backoffice.case_words import WHY
from backoffice.fields import StepForm, number, radios, words
from shared import clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.services import identities, unsealing
from shared.services.identities import MAY_OPEN, REASONS, Identity
from shared.services.queries_case import CaseView, case_view
from shared.web.auth import me, step_up
from shared.web.forms import refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, ring

MAY_COME = MAY_OPEN | {Role.GOV_LEADER}
"""Who may open, and who may agree that a colleague does."""


class IdentityForm(StepForm):
    """Why the complainant's name and contact are opened."""

    reason = radios(_l("为什么要查看"), [(code, WHY[code]) for code in REASONS])


class AskForm(IdentityForm):
    """The same in words that a colleague can judge."""

    reason = radios(_l("为什么要查看"), [(code, WHY[code]) for code in REASONS if code != "form"])
    because = words(_l("写给同事的理由"), longest=500, hint=_l("至少 10 个字。不用写来信人是谁。"))


@bp.route("/case/<int(max=9007199254740991):case_id>/identity", methods=["GET", "POST"])
def case_identity(case_id: int) -> Response:
    """The identity's page; which button is offered depends on how far the officer has come."""
    if (ask := step_up()) is not None:
        return ask
    now = clock.now()
    view = case_view(case_id, me(), now)
    if not view.roles & MAY_COME:
        raise Refused("not_yours", action="open_identity")
    if view.case.mode != "confidential" or not view.known:
        return _one_person(view, now)
    return _two_persons(view, now)


def _one_person(view: CaseView, now: dt.datetime) -> Response:
    form, status, opened = IdentityForm(), 200, None
    if form.is_submitted():
        try:
            status = 200 if form.validate() else 422
            if status == 200:
                opened = _look(view.case.id, form.reason.data or "", now)
        except Refused as error:
            status = refused(form, error)
    return _shown("backoffice/case_identity.html", view, form, status, opened)


def _two_persons(view: CaseView, now: dt.datetime) -> Response:
    form, status, opened = AskForm(), 200, None
    standing = unsealing.standing(view.case.id, me(), now)
    pressed = request.form.get("act", "") if form.is_submitted() else ""
    try:
        if pressed == "look" and standing.mine is not None:
            opened = _look(view.case.id, standing.mine.why, now)
            standing = unsealing.standing(view.case.id, me(), now)
        elif pressed:
            status = 200 if form.validate() else 422
            if status == 200:
                return _ask(view.case.id, form, now, urgent=pressed == "urgent")
    except Refused as error:
        status = refused(form, error)
    more = {"standing": standing, "why": WHY, "may_ask": bool(view.roles & MAY_OPEN)}
    more["may_hurry"] = unsealing.side_of(me()) == "intake"
    return _shown("backoffice/identity_ask.html", view, form, status, opened, **more)


@bp.post("/case/<int(max=9007199254740991):case_id>/identity/decide")
def case_identity_decide(case_id: int) -> Response:
    """A colleague agrees, or doesn't; the asker sees it on the same page."""
    if (ask := step_up()) is not None:
        return ask
    agreed = request.form.get("act") == "agree"
    which = number(request.form.get("request"))
    unsealing.decide(keys(), case_id, which, me(), clock.now(), agreed=agreed, token=current_user.token)
    ring()
    flash_done(_("已同意，同事现在可以查看。") if agreed else _("已告诉同事您不同意。"))
    return see_other("office.case_page", case_id=case_id)


def _ask(case_id: int, form: AskForm, now: dt.datetime, *, urgent: bool) -> Response:
    why, because = form.reason.data or "", form.because.data or ""
    unsealing.ask(case_id, me(), now, why=identities.URGENT if urgent else why, reason=because, urgent=urgent)
    ring()
    flash_done(_("警示已经发出，送到后即可查看。") if urgent else _("已申请，请等同事同意。"))
    return see_other("office.case_identity", case_id=case_id)


def _look(case_id: int, reason: str, now: dt.datetime) -> Identity:
    return identities.open_identity(keys(), case_id, me(), now, reason=reason, token=current_user.token)


def _shown(
    template: str, view: CaseView, form: IdentityForm, status: int, opened: Identity | None, **more: Any
) -> Response:
    names = {
        "name": _("姓名"),
        "phone": _("电话"),
        "email": _("电子邮件"),
        "person_name": _("当事人的姓名"),
        "person_phone": _("当事人的电话"),
        "relation": _("和当事人的关系"),
        "knows": _("当事人是否知情"),
        "hours": _("方便联系的时间"),
    }
    knows = {"yes": _("知情"), "no": _("不知情"), "unsure": _("不清楚")}
    told: dict[str, Any] = {
        "form": form,
        "view": view,
        "opened": opened,
        "names": names,
        "knows": knows,
        "now": clock.now(),
    }
    return page(template, status=status, officer=me().name, **told, **more)
