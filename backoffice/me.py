"""My settings: shortcuts, light or dark, a new password."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import PasswordField
from wtforms.validators import EqualTo

from backoffice import bp
from shared import clock
from shared.domain.errors import Refused
from shared.services import staff
from shared.web import auth, locale
from shared.web.auth import me as actor
from shared.web.factors import password_hint
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, settings

YEAR = 365 * 24 * 60 * 60


class PasswordForm(Form):
    """The present password and twice the new one."""

    old = PasswordField(_l("现在的密码"), filters=[])
    new = PasswordField(_l("新密码"), filters=[])
    again = PasswordField(_l("再输一次新密码"), [EqualTo("new", message=_l("两次输入的新密码不一样。"))], filters=[])


@bp.route("/me", methods=["GET", "POST"])
def me() -> Response:
    """The settings page; a POST changes shortcuts and theme."""
    if request.method == "POST":
        staff.set_shortcuts(actor(), request.form.get("shortcuts") == "on")
        flash_done(_("已保存。"))
        response = see_other("office.me")
        theme = "dark" if request.form.get("theme") == "dark" else ""
        size = locale.display()["size"]
        response.set_cookie(
            locale.DISPLAY_COOKIE,
            f"{size}.{theme}",
            max_age=YEAR,
            secure=settings().cookie_secure,
            httponly=True,
            samesite="Lax",
        )
        return response
    return _shown(PasswordForm(), 200)


@bp.post("/me/password")
def password() -> Response:
    """Changes the password and ends every other session of the person."""
    form, status = PasswordForm(), 422
    if form.validate():
        try:
            token = staff.change_password(
                actor(),
                form.old.data or "",
                form.new.data or "",
                current_user.token,
                keys(),
                clock.now(),
                profile=auth.profile(),
                strong=current_user.strong,
            )
        except Refused as error:
            status = refused(form, error)
        else:
            auth.enter(token)
            flash_done(_("密码已更改，其他设备上的登录已经退出。"))
            return see_other("office.me")
    return _shown(form, status)


def _shown(form: PasswordForm, status: int) -> Response:
    worker, rules = current_user.worker, auth.profile()
    too_old = rules.too_old(worker.password_at, clock.now())
    hint = password_hint(rules, strong=current_user.strong)
    return page(
        "backoffice/me.html", status=status, form=form, shortcuts=worker.shortcuts, password_hint=hint, too_old=too_old
    )
