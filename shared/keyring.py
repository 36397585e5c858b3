"""The keys of the application at work, the one whose database session is open: every event needs the key of its MAC."""

from __future__ import annotations

from flask import current_app

from shared.crypto import Keys


def keys() -> Keys:
    """The running application's keys."""
    held: Keys = current_app.extensions["huiyin"].keys
    return held
