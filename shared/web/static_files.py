"""Style sheets, scripts and pictures: named by their content, kept for a year, sent compressed.

Pages themselves are not compressed: a secret beside reflected text would leak through the length (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

TEXT = ("text/css", "text/javascript", "image/svg+xml")


def init(app: Flask) -> None:
    """Gives templates `static_url` and static answers their caching."""
    app.jinja_env.globals["static_url"] = static_url
    app.after_request(_keep)


def static_url(path: str) -> str:
    """The address of a static file with its version: `static_url('css/base.css')`."""
    return _address(path, request.script_root, current_app.static_folder)


def _folder() -> Path:
    return Path(current_app.static_folder or "static")


@cache
def _address(path: str, _root: str, _folder_name: str | None) -> str:
    return url_for("static", filename=path, v=_version(_folder() / path))


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _keep(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code != 200:
        return response
    path = _folder() / (request.view_args or {})["filename"]
    if request.args.get("v") == _version(path):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    if response.mimetype in TEXT:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] and request.range is None:
            _compress(response, path)
    return response


def _compress(response: Response, path: Path) -> None:
    response.close()
    response.direct_passthrough = False
    response.set_data(_compressed(path))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("ETag", None)
