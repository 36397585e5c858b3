"""The product as gunicorn starts it for the benchmark: production settings, everything it keeps in one folder."""

import os
from pathlib import Path

from flask import Flask

from shared.config import load
from wsgi import create_app


def app() -> Flask:
    """The application; `BENCH_DIR` is the folder."""
    return create_app(load(os.environ, data_dir=Path(os.environ["BENCH_DIR"])))
