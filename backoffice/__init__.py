"""The staff surface, at /office: denied until somebody is signed in."""

from __future__ import annotations

from flask import Blueprint

from shared.web.auth import refuse_strangers

bp = Blueprint("office", __name__, url_prefix="/office")
bp.before_request(refuse_strangers)

from backoffice import (  # noqa: E402, F401  # views register themselves
    calendar,
    case,
    clusters,
    decide,
    follow_up,
    home,
    intake,
    me,
    nav,
    prints,
    queue,
    sign_in,
    slips,
)
