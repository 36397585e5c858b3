"""Who is signed in at the back office; everything there is denied until somebody is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from shared import breached, clock
from shared.domain.errors import Refused
from shared.domain.passwords import PROFILES, Profile
from shared.domain.visibility import Actor
from shared.domain.watching import REFUSED_CODES
from shared.services import queries_portal, staff, watching
from shared.services.staff import StaffMember
from shared.web.page import see_other, wants_fragment
from shared.web.state import settings

OPEN_ENDPOINTS = frozenset({"office.sign_in", "office.sign_in_second", "office.first_password", "static"})
OWING_ENDPOINTS = frozenset(
    {"office.second_factor", "office.second_factor_app", "office.passkey_add", "office.me", "office.password"}
    | {"office.sign_out", "office.confirm"}
)
"""What opens before a second factor that is asked for is set up, or a password that is too old is changed."""


class SignedIn(UserMixin):
    """A person of staff and the session it works in."""

    def __init__(self, worker: StaffMember, token: str) -> None:
        self.worker, self.token = worker, token
        self.strong, self.proved_at = worker.strong, worker.proved_at
        self.actor = worker.actor

    def get_id(self) -> str:
        """The session's token, not the person's number: a session can be revoked."""
        return self.token


def me() -> Actor:
    """The signed-in person as the rules know it."""
    actor: Actor = current_user.actor
    return actor


def enter(token: str) -> None:
    """Begins to use a staff session that `services.staff.open_session` has made."""
    session.clear()
    found = staff.session_of(token, clock.now(), settings().staff_idle_minutes)
    if found is not None:
        login_user(SignedIn(found, token))


def leave() -> None:
    """Ends the staff session, here and in the database."""
    if current_user.is_authenticated:
        staff.close_session(current_user.token, clock.now())
    logout_user()
    session.clear()


def note_refusal(error: Refused) -> None:
    """Keeps on record that staff were refused what isn't theirs: the page's name and the act, no number of a case."""
    if error.code in REFUSED_CODES and request.blueprint == "office" and current_user.is_authenticated:
        act = str(error.facts.get("action", ""))
        who, where = current_user.worker.person_id, request.endpoint
        watching.noted(clock.now(), "refused", who, page=where, act=act, code=error.code)


def without_database() -> None:
    """From here on this request is nobody's: its answer is made without asking the database."""
    g.away = True
    g.pop("_login_user", None)


def refuse_strangers() -> Response | None:
    """Default-deny: without a session every page but the sign-in leads to it, keeping the way back."""
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    if current_user.is_authenticated:
        g.institution = queries_portal.institution(current_user.actor.institution_id)
        return _owes()
    if wants_fragment():
        response = Response(status=401)
        response.headers["HX-Redirect"] = "/office/sign-in"
        return response
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return see_other("office.sign_in", **({"next": here} if here else {}))


def profile() -> Profile:
    """The password rules of this installation."""
    kept = settings().breached_passwords
    found = PROFILES[settings().password_profile]
    return replace(found, leaked=partial(breached.holds, kept)) if kept else found


def step_up(minutes: int = 15, *, always: bool = False, back: str = "") -> Response | None:
    """Before something precious is opened: the way to prove anew who one is, or None where that was done just now.

    Whoever has no second factor has nothing more to show than at the sign-in, so nothing is asked, or with `always`
    the password again. Use it first in a view: `if (ask := step_up()) is not None: return ask`; the way back is
    `back`, or the page of the same path.
    """
    asked = current_user.strong or always
    if not asked or clock.now() - current_user.proved_at <= dt.timedelta(minutes=minutes):
        return None
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return see_other("office.confirm", next=back or here)


def _owes() -> Response | None:
    """Where somebody must go first: to set up the second factor, or to change a password that is too old."""
    if request.endpoint in OWING_ENDPOINTS:
        return None
    if settings().staff_second_factor == "required" and not current_user.strong:
        return see_other("office.second_factor")
    if profile().too_old(current_user.worker.password_at, clock.now()):
        return see_other("office.me")
    return None


def init(app: Flask) -> None:
    """Registers Flask-Login; a session lives in the database, the cookie only names it."""
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login publishes no types
    def load(token: str) -> Any:
        if g.get("away"):
            return None
        found = staff.session_of(token, clock.now(), settings().staff_idle_minutes)
        return SignedIn(found, token) if found is not None else None
