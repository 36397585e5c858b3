"""我的账号: where somebody is signed in, and what the second factor is."""

from __future__ import annotations

from flask import Response, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, StringField

from backoffice import bp
from shared import clock, crypto
from shared.domain.errors import Refused
from shared.services import passkeys, second_factor, staff_sessions
from shared.web import auth
from shared.web.auth import me, step_up
from shared.web.factors import qr, site
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, settings


class AppForm(Form):
    """The first code of a new app."""

    code = StringField(_l("应用显示的 6 位数字"))


class PasskeyForm(Form):
    """A name for the key, and what the browser answered."""

    name = StringField(_l("给这把通行密钥起个名字"))
    answer = HiddenField()


@bp.get("/me/account")
def account() -> Response:
    """Sessions and second factor at a glance."""
    own = crypto.token_id(current_user.token)
    rows = staff_sessions.sessions_of(me())
    factors = second_factor.factors_of(me().person_id or 0)
    return page("backoffice/account.html", rows=rows, own=own, factors=factors, handle=staff_sessions.HANDLE)


@bp.post("/me/sessions/<handle>/end")
def session_end(handle: str) -> Response:
    """Ends one session of one's own."""
    if (ask := step_up(always=True, back=url_for("office.account"))) is not None:
        return ask
    staff_sessions.end_one(me(), handle, clock.now())
    flash_done(_("已退出那一处登录。"))
    return see_other("office.account")


@bp.post("/me/sessions/end-others")
def session_end_others() -> Response:
    """Ends every session of one's own but this one."""
    if (ask := step_up(always=True, back=url_for("office.account"))) is not None:
        return ask
    staff_sessions.end_others(me(), current_user.token, clock.now())
    flash_done(_("其他地方的登录都已退出。"))
    return see_other("office.account")


def second_factor_page() -> Response:
    """Setting up an app or a passkey."""
    return _shown(AppForm(), PasskeyForm(), 200)


@bp.post("/me/second-factor/app")
def second_factor_app() -> Response:
    """The app shows its first code: it is taken into use, and ten recovery codes are shown this once."""
    if (ask := step_up()) is not None:
        return ask
    form, now = AppForm(), clock.now()
    try:
        secret = str(session.get("app_secret", ""))
        if not secret or not form.validate():
            raise Refused("wrong_code", field="code")
        codes = second_factor.set_up_app(me(), secret, form.code.data or "", current_user.token, keys(), now)
    except Refused as error:
        status = refused(form, error)
        return _shown(form, PasskeyForm(), 429 if error.code == "wait" else status)
    auth.enter(staff_sessions.renew(current_user.token, now, strong=True))
    return page("backoffice/recovery_codes.html", codes=codes)


@bp.post("/me/second-factor/codes")
def recovery_codes() -> Response:
    """Ten new recovery codes, shown this once."""
    if (ask := step_up()) is not None:
        return ask
    if not current_user.strong:
        return see_other("office.second_factor")
    return page("backoffice/recovery_codes.html", codes=second_factor.new_codes(me(), keys(), clock.now()))


@bp.post("/me/second-factor/drop")
def second_factor_drop() -> Response:
    """Gives the app up, where a passkey stays or the installation asks for nothing."""
    if (ask := step_up()) is not None:
        return ask
    held = second_factor.factors_of(me().person_id or 0)
    _check_not_last(len(held.passkeys))
    second_factor.drop_app(me(), current_user.token, clock.now())
    return _after_drop(bool(held.passkeys))


@bp.post("/me/passkeys")
def passkey_add() -> Response:
    """Keeps a new passkey."""
    if (ask := step_up()) is not None:
        return ask
    form, now = PasskeyForm(), clock.now()
    try:
        if not form.validate():
            raise Refused("passkey_failed")
        asked = passkeys.challenge(keys(), current_user.token, "add", current_user.proved_at)
        name = form.name.data or _("通行密钥")
        passkeys.add(me(), site(), asked, form.answer.data or "", name, current_user.token, now)
    except Refused as error:
        return _shown(AppForm(), form, refused(form, error))
    auth.enter(staff_sessions.renew(current_user.token, now, strong=True))
    if not second_factor.factors_of(me().person_id or 0).codes_left:
        return page("backoffice/recovery_codes.html", codes=second_factor.new_codes(me(), keys(), now))
    flash_done(_("通行密钥已保存。"))
    return see_other("office.second_factor")


@bp.post("/me/passkeys/<int(max=2147483647):passkey_id>/drop")
def passkey_drop(passkey_id: int) -> Response:
    """Gives a passkey up, where another factor stays or the installation asks for none."""
    if (ask := step_up()) is not None:
        return ask
    held = second_factor.factors_of(me().person_id or 0)
    left = held.app or any(k.id != passkey_id for k in held.passkeys)
    _check_not_last(left)
    passkeys.drop(me(), passkey_id, current_user.token, clock.now())
    return _after_drop(left)


def _check_not_last(left: object) -> None:
    if not left and settings().staff_second_factor == "required":
        raise Refused("last_factor")


def _after_drop(left: bool) -> Response:
    auth.enter(staff_sessions.renew(current_user.token, clock.now(), strong=left))
    flash_done(_("已删除。") if left else _("双重验证已关闭，登录时只需要密码。"))
    return see_other("office.second_factor")


def _shown(app: AppForm, passkey: PasskeyForm, status: int) -> Response:
    worker = current_user.worker
    secret = str(session.get("app_secret", "")) or second_factor.new_secret()
    session["app_secret"] = secret
    asked = passkeys.challenge(keys(), current_user.token, "add", current_user.proved_at)
    app.code.data = ""
    return page(
        "backoffice/second_factor.html",
        status=status,
        app=app,
        passkey=passkey,
        factors=second_factor.factors_of(worker.person_id),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        picture=qr(second_factor.address(secret, worker.username)),
        options=passkeys.creation(site(), worker.person_id, worker.username, asked),
        owed=settings().staff_second_factor == "required" and not current_user.strong,
    )


bp.add_url_rule("/me/second-factor", "second_factor", second_factor_page, methods=["GET"])
