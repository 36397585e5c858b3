"""Personal data in the office: requests to answer, consents to ask for, legal holds, what is erased and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import Optional

from backoffice import bp
from backoffice.fields import AtMost, StepForm, Ticks, words, yes_no
from shared import clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, State
from shared.domain.privacy import PARTS
from shared.services import consents, holds, privacy_notices, privacy_requests, queries_privacy
from shared.services.privacy_requests import Correction
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_privacy import MAY_SEE
from shared.web import dates
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, ring, store


class AskForm(StepForm):
    """To which body the citizen is asked to be made known."""

    body = words(_l("哪个单位"), longest=200, hint=_l("写全称。来信人只同意提供给这一个单位。"))


class HoldForm(StepForm):
    """Why a hold is set or lifted."""

    reason = words(_l("理由"), longest=1000, hint=_l("例如正在行政复议或者诉讼，写明案号。"))


class DecideForm(StepForm):
    """The answer to a request."""

    decision = yes_no(_l("您的决定"), _l("照办"), _l("不能照办"))
    name = StringField(_l("更正后的姓名"), [Optional(), AtMost(200)], description=_l("只填要更正的，别的保持不变。"))
    phone = StringField(_l("更正后的电话"), [Optional(), AtMost(60)])
    email = StringField(_l("更正后的电子邮箱"), [Optional(), AtMost(200)])
    parts = Ticks(_l("清除哪些（只在删除时选）"), choices=[], validate_choice=False)
    reason = words(_l("给来信人的答复"), longest=2000, hint=_l("来信人会看到。写明做了什么，或者为什么不能照办。"))


@bp.get("/privacy")
def privacy() -> Response:
    """Requests that wait, holds that stand, what is due for erasure, certificates."""
    now = clock.now()
    today = now.astimezone(dates.zone()).date()
    may_decide = bool(me().roles & privacy_requests.DECIDERS)
    return page("backoffice/privacy.html", desk=queries_privacy.desk(me(), now), today=today, may_decide=may_decide)


@bp.get("/privacy/certificate/<int(max=2147483647):certificate_id>")
def certificate(certificate_id: int) -> Response:
    """The certificate of an erasure, for the archive."""
    return page("print/certificate.html", paper=queries_privacy.paper(certificate_id, me()))


@bp.get("/case/<int(max=9007199254740991):case_id>/privacy")
def case_privacy(case_id: int) -> Response:
    """The privacy file of a case."""
    return _page(_seen(case_id))


@bp.route("/case/<int(max=9007199254740991):case_id>/privacy/hold", methods=["GET", "POST"])
def case_hold(case_id: int) -> Response:
    """Sets or lifts a legal hold."""
    form, view = HoldForm(), _seen(case_id, holds.MAY_HOLD)

    def do(now: dt.datetime) -> str:
        standing = queries_privacy.of_case(case_id).held is not None
        act = holds.lift if standing else holds.set_hold
        act(case_id, me(), now, reason=form.reason.data or "", version=form.seen)
        return str(_("已经解除保全。") if standing else _("已经设置保全。"))

    return _act(view, form, "backoffice/privacy_hold.html", do)


@bp.route("/case/<int(max=9007199254740991):case_id>/privacy/consent", methods=["GET", "POST"])
def case_ask_consent(case_id: int) -> Response:
    """Asks the citizen whether the identity may go to another body (art. 23)."""
    form, view = AskForm(), _seen(case_id, frozenset({Role.INTAKE}))

    def do(now: dt.datetime) -> str:
        consents.ask(case_id, me(), now, recipient=form.body.data or "", version=form.seen)
        return str(_("已经征求来信人的意见，来信人在查询页上答复。"))

    return _act(view, form, "backoffice/privacy_ask.html", do)


@bp.route(
    "/case/<int(max=9007199254740991):case_id>/privacy/request/<int(max=9007199254740991):request_id>",
    methods=["GET", "POST"],
)
def case_decide_request(case_id: int, request_id: int) -> Response:
    """Answers a request to copy, correct or erase."""
    form, view = DecideForm(), _seen(case_id, privacy_requests.DECIDERS)
    asked = next((r for r in queries_privacy.of_case(case_id).requests if r.id == request_id), None)
    if asked is None:
        raise Refused("no_such_case")
    form.parts.choices = [(part, label("part", part)) for part in PARTS]
    if asked.kind != "erase":
        del form.parts
    if asked.kind != "correct" or not view.known:
        for name in privacy_requests.CORRECTED:
            del form[name]

    def do(now: dt.datetime) -> str:
        parts = form.parts.data or [] if "parts" in form else []
        granted = form.decision.data == "yes"
        reason, seen = form.reason.data or "", form.seen
        changes = {name: form[name].data or "" for name in privacy_requests.CORRECTED if name in form}
        correction = Correction(changes, keys(), current_user.token)
        privacy_requests.decide(
            request_id,
            me(),
            now,
            store(),
            granted=granted,
            reason=reason,
            parts=parts,
            correction=correction,
            version=seen,
        )
        return str(_("已经答复来信人。"))

    return _act(view, form, "backoffice/privacy_decide.html", do, asked=asked)


def _seen(case_id: int, need: frozenset[Role] = MAY_SEE) -> CaseView:
    view = case_view(case_id, me(), clock.now())
    if not view.roles & need:
        raise Refused("not_yours", action="privacy")
    return view


def _act(view: CaseView, form: StepForm, template: str, do: Callable[[dt.datetime], str], **more: Any) -> Response:
    status = 200
    if not form.is_submitted():
        form.version.data = str(view.case.version)
    else:
        status = 422
        if form.validate():
            try:
                done = do(clock.now())
            except Refused as error:
                status = refused(form, error)
                if error.code == "stale":  # the newest state stands on the page now; the words stay
                    form.version.data = str(case_view(view.case.id, me(), clock.now()).case.version)
            else:
                ring()
                flash_done(done)
                return see_other("office.case_privacy", case_id=view.case.id)
    file = queries_privacy.of_case(view.case.id)
    return page(template, status=status, form=form, view=view, file=file, **more)


def _page(view: CaseView) -> Response:
    file = queries_privacy.of_case(view.case.id)
    version = privacy_notices.read(view.case.institution_id)
    return page(
        "backoffice/privacy_case.html",
        view=view,
        file=file,
        notice=version.notice if version else None,
        may_hold=bool(view.roles & holds.MAY_HOLD),
        may_ask=Role.INTAKE in view.roles and view.known and view.case.state == State.RECEIVED,
        may_decide=bool(view.roles & privacy_requests.DECIDERS),
    )
