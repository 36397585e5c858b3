"""How the web server runs, everywhere: `python -m gunicorn -c python:shared.web_server 'wsgi:create_app()'`."""

from __future__ import annotations

import os
import resource

OPEN_FILES = 16_384

worker_class = "gthread"
threads = 12
"""Fewer are all taken by those who wait for a hash, and a crowd waits without a word (R15)."""
workers = int(os.environ.get("WEB_WORKERS") or 2)
backlog, worker_connections = 4096, 4096
"""A crowd stands in line here, not in front of the kernel's door, where some are turned away without an answer."""
max_requests, max_requests_jitter = 50_000, 5_000
graceful_timeout = 20
control_socket_disable = True
"""It would lie in $HOME."""
loglevel = "warning"
logger_class = "shared.logs.Quiet"


def on_starting(_server: object) -> None:
    """Each visitor in line is an open file, and a shell allows 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
