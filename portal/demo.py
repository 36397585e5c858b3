"""The demo's outbox: every text message and letter as the people it is for would read it."""

from __future__ import annotations

from flask import Response, abort, request
from flask_babel import gettext as _

from portal import bp
from shared.services import queries_demo
from shared.web.page import page
from shared.web.state import settings

CHANNELS = ("", "sms", "email")


@bp.route("/demo/outbox")
def demo_outbox() -> Response:
    """What would have been sent, newest first; there in a demo only."""
    if not settings().demo:
        abort(404)
    asked = request.args.get("by", "")
    channel = asked if asked in CHANNELS else ""
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else None
    found, older = queries_demo.messages(channel, number)
    words = {"": _("全部"), "sms": _("短信"), "email": _("电子邮件")}
    return page("portal/demo_outbox.html", messages=found, older=older, channel=channel, channels=words)
