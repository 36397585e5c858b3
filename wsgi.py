"""Wiring: settings in, application out."""

from __future__ import annotations

import importlib

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import shared.models  # noqa: F401  # fills the metadata
from shared import hash_line, logs, schema
from shared.config import ROOT, Settings, from_environment
from shared.db import db
from shared.web import (
    addresses,
    auth,
    dates,
    errors,
    headers,
    health,
    kept,
    labels,
    locale,
    origin,
    phrases,
    rule_fields,
    session,
    state,
    telling,
    templates,
)

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application with the surfaces that the settings name; raises BadSettings KeysUnusable or WrongSchema."""
    serves, settings = settings is None, settings or from_environment()
    app = Flask("huiyin", root_path=str(ROOT))
    app.testing = settings.env == "test"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=(settings.max_file_mb * settings.max_files + 2) * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=300,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_I18N_ENABLED=False,  # every message is our own; its catalogue would be read anew for each request
    )
    app.jinja_environment = templates.Worded
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.begin(settings.log_level)
    hash_line.bound(settings.web_workers)
    state.init(app, settings)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    schema.init(app)
    CSRFProtect(app).exempt("portal.sms_receipts.sms_receipts")  # providers push; a secret address is their proof
    for part in (addresses, kept, labels, dates, phrases, rule_fields, errors, auth, locale):
        part.init(app)
    session.init(app, settings)
    headers.init(app)
    origin.init(app)
    health.init(app)
    telling.init(app, settings)
    for name in sorted(settings.surfaces):
        app.register_blueprint(importlib.import_module(name).bp)
    if serves:  # a server's start: refused over another program's schema
        with app.app_context():
            schema.check(db.engine)
    return app
