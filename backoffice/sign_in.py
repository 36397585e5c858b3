"""Signing in and out: one message for every failure, and back to the page that was wanted."""

from __future__ import annotations

from flask import Response, request, session
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, PasswordField, StringField

from backoffice import bp
from shared import clock
from shared.demo.cast import PASSWORD
from shared.domain.errors import Refused
from shared.services import queries_demo, staff
from shared.web import auth
from shared.web.forms import Form
from shared.web.labels import refusal
from shared.web.page import go_to, page, see_other
from shared.web.state import keys, settings


class SignInForm(Form):
    """Name and password; the second factor will be asked for on a page of its own."""

    username = StringField(_l("用户名"))
    password = PasswordField(_l("密码"), filters=[])
    next = HiddenField()


def way_back(asked: str | None) -> str | None:
    """The page that was wanted, if it is one of the office: never another host."""
    if not asked or not asked.startswith("/office/") or asked.startswith("//") or "\\" in asked or len(asked) > 500:
        return None
    return asked if all(c.isprintable() for c in asked) else None


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The sign-in page; in demo mode it lists who can be tried."""
    form, status = SignInForm(), 200
    if request.method == "GET":
        form.next.data = way_back(request.args.get("next")) or ""
    elif form.validate():
        try:
            token = staff.open_session(
                form.username.data or "", form.password.data or "", keys(), clock.now(), auth.profile()
            )
        except Refused as error:
            form.form_errors.append(refusal(error))
            status = 429 if error.code == "wait" else 422
        else:
            auth.enter(token)
            if not current_user.is_authenticated:
                session["half"], session["wanted"] = token, way_back(form.next.data) or ""
                return see_other("office.sign_in_second")  # the second factor is still to come
            wanted = way_back(form.next.data)
            return go_to(wanted) if wanted else see_other("office.home")
    return page("backoffice/sign_in.html", status=status, form=form, places=_demo(), demo_password=PASSWORD)


def _demo() -> dict[str, list[queries_demo.DemoPerson]]:
    """Who can be tried in a demo, by institution, the oldest first."""
    places: dict[str, list[queries_demo.DemoPerson]] = {}
    for one in queries_demo.demo_people() if settings().demo else []:
        places.setdefault(one.place, []).append(one)
    return places


@bp.post("/sign-out")
def sign_out() -> Response:
    """Ends the session and empties the browser of what it showed."""
    auth.leave()
    response = see_other("office.sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
