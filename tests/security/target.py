"""The served demo that the scanners attack: made in a folder of its own, gone with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from shared import clock
from shared.cli import load_shipped_years
from shared.config import ROOT, load
from shared.demo import fill
from wsgi import create_app

SHARE = 0.25


def create(environment: Mapping[str, str] = os.environ) -> Flask:
    """The demo application of the folder that HUIYIN_SCAN_DIR names; HUIYIN_SCAN_OPEN drops form tokens."""
    given = {
        "HUIYIN_ENV": "demo",
        "REDIS_URL": environment["HUIYIN_SCAN_REDIS"],
        "SECRET_KEY": "scanned" * 6,
        # As behind a gateway that ends TLS: only so do cookies and headers say what they say in production.
        "PROXY_COUNT": "1",
        "COOKIE_SECURE": "true",
    }
    app = create_app(load(given, data_dir=Path(environment["HUIYIN_SCAN_DIR"])))
    if environment.get("HUIYIN_SCAN_OPEN"):
        app.config["WTF_CSRF_ENABLED"] = False
    return app


def prepare(environment: Mapping[str, str]) -> Flask:
    """Fills the demo's database."""
    app = create(environment)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        load_shipped_years(clock.now())
        fill.fill(app.extensions["huiyin"].keys, clock.now(), lambda _line: None, share=SHARE)
    return app
