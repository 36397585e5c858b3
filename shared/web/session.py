"""One signed cookie for each surface, so that a citizen's session and a staff session never meet."""

from __future__ import annotations

import hashlib

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from shared.config import Settings


class SurfaceSessions(SecureCookieSessionInterface):
    """`huiyin` on the public pages, `huiyin_office` under /office; both end with the browser."""

    digest_method = staticmethod(hashlib.sha256)
    """Flask's own is SHA-1."""

    def __init__(self, secure: bool) -> None:
        self.secure = secure

    def _office(self) -> bool:
        return request.path == "/office" or request.path.startswith("/office/")

    def get_cookie_name(self, app: Flask) -> str:
        """The surface's cookie; `__Host-` binds the public one to this very host where it is sent over TLS."""
        if self._office():
            return "huiyin_office"
        return "__Host-huiyin" if self.secure else "huiyin"

    def get_cookie_path(self, app: Flask) -> str:
        """Staff cookies are sent to /office alone."""
        return "/office" if self._office() else "/"


def init(app: Flask, settings: Settings) -> None:
    """Sets the cookies up: HttpOnly, SameSite=Strict on both surfaces, no Max-Age."""
    app.session_interface = SurfaceSessions(settings.cookie_secure)
    app.config.update(
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
