"""The second factor: asked for after the password, set up on a page of its own, shown anew before precious things."""

from __future__ import annotations

import datetime as dt

from flask import Response, request, session
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, PasswordField, StringField

from backoffice import bp
from backoffice.sign_in import way_back
from shared import clock
from shared.domain.errors import Refused
from shared.services import passkeys, second_factor, staff, staff_sessions
from shared.services.watching import watched
from shared.web import auth
from shared.web.auth import me
from shared.web.factors import site
from shared.web.forms import Form, refused
from shared.web.page import go_to, page, see_other
from shared.web.state import keys


class CodeForm(Form):
    """Six digits of the app or a recovery code; or what a passkey answered."""

    code = StringField(_l("验证码"))
    answer = HiddenField()
    next = HiddenField()


class PasswordAgainForm(Form):
    """The present password, from whoever has nothing else to show."""

    old = PasswordField(_l("现在的密码"), filters=[])
    next = HiddenField()


def back_to(wanted: str | None) -> Response:
    """The page of the office that was wanted, else the desk."""
    address = way_back(wanted)
    return go_to(address) if address else see_other("office.home")


@bp.route("/sign-in/second", methods=["GET", "POST"])
def sign_in_second() -> Response:
    """The second step of the sign-in; the session gets its token only now."""
    token, wanted = str(session.get("half", "")), str(session.get("wanted", ""))
    who = staff_sessions.waiting_for_factor(token, clock.now())
    if who is None:
        return see_other("office.sign_in")
    form, status = CodeForm(), 200
    if form.is_submitted():
        status = proved(form, who.id, token, "sign-in", None)
        if status == 303:
            most = auth.profile().sessions
            auth.enter(staff_sessions.renew(token, clock.now(), strong=True, by=shown(form), most=most))
            return back_to(wanted)
    asked = passkeys.request(site(), who.id, passkeys.challenge(keys(), token, "sign-in", None))
    return page("backoffice/sign_in_second.html", status=status, form=form, asked=asked)


@bp.route("/confirm", methods=["GET", "POST"])
def confirm() -> Response:
    """Proving anew who one is, before something precious is opened."""
    form, status, own_id = CodeForm(), 200, me().person_id or 0
    token, since = current_user.token, current_user.proved_at
    if not form.is_submitted():
        form.next.data = way_back(request.args.get("next")) or ""
    if not current_user.strong:
        return confirm_password()
    if form.is_submitted():
        status = proved(form, own_id, token, "confirm", since)
        if status == 303:
            auth.enter(staff_sessions.renew(token, clock.now(), strong=True, by=shown(form)))
            return back_to(form.next.data)
    asked = passkeys.request(site(), own_id, passkeys.challenge(keys(), token, "confirm", since))
    return page("backoffice/confirm.html", status=status, form=form, asked=asked)


def confirm_password() -> Response:
    """The same for whoever has a password alone: it is asked again."""
    form, status = PasswordAgainForm(), 200
    if not form.is_submitted():
        form.next.data = way_back(request.args.get("next")) or ""
    else:
        try:
            staff.prove(me().person_id or 0, form.old.data or "", keys(), clock.now(), auth.profile().lock)
        except Refused as error:
            status = refused(form, error)
            status = 429 if error.code == "wait" else status
        else:
            auth.enter(staff_sessions.renew(current_user.token, clock.now(), strong=False, by="password"))
            return back_to(form.next.data)
    return page("backoffice/confirm.html", status=status, form=form, asked=None)


def shown(form: CodeForm) -> str:
    """What was shown, for the record: a passkey or a code."""
    return "passkey" if form.answer.data else "code"


def proved(form: CodeForm, person_id: int, token: str, purpose: str, since: dt.datetime | None) -> int:
    """303 where the code or the passkey is right; else the status to answer with, and the words in the form."""
    now, answer = clock.now(), form.answer.data or ""
    if not form.validate():
        return 422
    try:
        with watched(now, "factor_failed", person_id, **{"with": shown(form)}):
            if answer:
                passkeys.show(person_id, site(), passkeys.challenge(keys(), token, purpose, since), answer, now)
            else:
                second_factor.check_code(person_id, form.code.data or "", keys(), now, auth.profile().lock)
    except Refused as error:
        status = refused(form, error)
        return 429 if error.code == "wait" else status
    return 303
