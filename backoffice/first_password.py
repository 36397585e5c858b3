"""The link with which a person sets a password: once, within a day, without anybody else knowing it."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo

from backoffice import bp
from shared import clock
from shared.domain.errors import Refused
from shared.services import accounts
from shared.web import auth
from shared.web.factors import password_hint
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other


class FirstPasswordForm(Form):
    """Twice the new password."""

    new = PasswordField(_l("新密码"), filters=[])
    again = PasswordField(_l("再输一次新密码"), [EqualTo("new", message=_l("两次输入的新密码不一样。"))], filters=[])


@bp.route("/first/<token>", methods=["GET", "POST"])
def first_password(token: str) -> Response:
    """Sets the password; an unknown, an old and a spent link get the same page."""
    known = accounts.whose_link(token, clock.now())
    if known is None:
        return page("backoffice/first_password.html", status=404, form=None, known=None)
    form, status = FirstPasswordForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                accounts.set_password(token, form.new.data or "", auth.profile(), clock.now())
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("密码已设好，请登录。"))
                return see_other("office.sign_in")
    hint = password_hint(auth.profile(), strong=known[1])
    return page("backoffice/first_password.html", status=status, form=form, known=known, hint=hint, token=token)
