"""A form counts only where it was sent from our own pages: what the browser says of the sender is believed (1.5).

Beside the token in every form; it also covers tracking and signing in, where somebody could be led into a case or an
account that isn't theirs.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})


def init(app: Flask) -> None:
    """Refuses what changes something and comes from elsewhere."""
    app.before_request(check)


def check() -> None:
    """400 where the browser says that another site sends this; browsers that say nothing pass, the token decides.

    Our pages send no referrer, and such a form's Origin is `null`: only Sec-Fetch-Site can tell it from another's.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in OURS:
        abort(400)
    if origin not in {None, "null"} and urlsplit(origin or "").netloc != request.host:
        abort(400)
