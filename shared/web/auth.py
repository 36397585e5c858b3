"""Who is signed in at the back office; everything there is denied until somebody is."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from shared import clock
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor, Held
from shared.models.person import Person
from shared.services import queries_portal, staff
from shared.web.page import see_other, wants_fragment
from shared.web.state import settings

OPEN_ENDPOINTS = frozenset({"office.sign_in", "static"})


class SignedIn(UserMixin):
    """A person of staff and the session it works in."""

    def __init__(self, person: Person, token: str) -> None:
        self.person, self.token = person, token
        held = tuple(Held(Role(x.role), x.unit_id) for x in person.grants)
        self.actor = Actor(person.id, person.institution_id, person.name, held)

    def get_id(self) -> str:
        """The session's token, not the person's number: a session can be revoked."""
        return self.token


def me() -> Actor:
    """The signed-in person as the rules know it."""
    return cast(Actor, current_user.actor)


def person() -> Person | None:
    """The signed-in person's row, or None."""
    return current_user.person if current_user.is_authenticated else None


def enter(token: str) -> None:
    """Begins to use a staff session that `services.staff.open_session` has made."""
    session.clear()
    found = staff.session_of(token, clock.now(), settings().staff_idle_minutes)
    if found is not None:
        login_user(SignedIn(found, token))


def leave() -> None:
    """Ends the staff session, here and in the database."""
    if current_user.is_authenticated:
        staff.close_session(current_user.token)
    logout_user()
    session.clear()


def without_database() -> None:
    """From here on this request is nobody's: its answer is made without asking the database."""
    g.away = True
    g.pop("_login_user", None)


def refuse_strangers() -> Response | None:
    """Default-deny: without a session every page but the sign-in leads to it, keeping the way back."""
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    if current_user.is_authenticated:
        own = current_user.person.institution_id
        g.institution = next(i for i in queries_portal.institutions() if i.id == own)
        return None
    if wants_fragment():
        response = Response(status=401)
        response.headers["HX-Redirect"] = "/office/sign-in"
        return response
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return see_other("office.sign_in", **({"next": here} if here else {}))


def init(app: Flask) -> None:
    """Registers Flask-Login; a session lives in the database, the cookie only names it."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login publishes no types
    def load(token: str) -> Any:
        if g.get("away"):
            return None
        found = staff.session_of(token, clock.now(), settings().staff_idle_minutes)
        return SignedIn(found, token) if found is not None else None
