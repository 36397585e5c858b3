"""A citizen's own data: what was agreed to, what can be asked for, what became of it."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from portal import bp
from portal.submit_forms import choices
from portal.track import mine, over
from shared import clock
from shared.domain.errors import Refused
from shared.services import consents, privacy_notices, privacy_requests, queries_privacy
from shared.services.queries_citizen import OwnCase
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring
from shared.web.words import LABELS

LONGEST = 1000


class AskForm(Form):
    """What is asked for, and what it is about."""

    kind = RadioField(_l("您的请求"), choices=choices(LABELS["privacy_kind"]), validate_choice=False)
    text = TextAreaField(_l("具体是哪些内容"), [Length(max=LONGEST, message=_l("最多 %(max)d 个字，请缩短一些。"))])


class ConsentForm(Form):
    """Nothing to fill in; the buttons say it."""


@bp.route("/case/privacy", methods=["GET", "POST"])
def case_privacy() -> Response:
    """Consents and requests of the own case; a new request."""
    found = mine()
    if found is None:
        return over()
    form, status = AskForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                kind, text = str(form.kind.data or ""), form.text.data or ""
                privacy_requests.ask(found.case.id, clock.now(), kind=kind, text=text)
            except Refused as error:
                status = refused(form, error)
            else:
                return _done(_("已经收到您的请求。"))
    return _page(found, form, status)


@bp.post("/case/privacy/consent")
def case_consent() -> Response:
    """Yes, no, or no longer, to one use of the own data."""
    found = mine()
    if found is None:
        return over()
    form, now = ConsentForm(), clock.now()
    number = request.form.get("consent", "")
    consent_id = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0
    said = request.form.get("said")
    try:
        if said == "withdraw":
            consents.withdraw(found.case.id, consent_id, now)
            return _done(_("已经撤回。以后不再这样使用您的信息。"))
        if said in {"yes", "no"}:
            consents.answer(found.case.id, consent_id, now, agreed=said == "yes")
            return _done(_("已经记下您的决定。"))
    except Refused as error:
        if error.code == "no_such_case":
            raise
        return _page(found, AskForm(formdata=None), refused(form, error), form)
    return see_other("portal.case_privacy")


def _done(words: str) -> Response:
    ring()
    flash_done(words)
    return see_other("portal.case_privacy")


def _page(found: OwnCase, form: AskForm, status: int, other: Form | None = None) -> Response:
    version = privacy_notices.read(found.institution.id)
    return page(
        "portal/my_data.html",
        status=status,
        form=form,
        said=other or form,
        own=found,
        mine=queries_privacy.of_case(found.case.id),
        notice=version.notice if version else None,
        most=LONGEST,
        quick_exit=True,
    )
