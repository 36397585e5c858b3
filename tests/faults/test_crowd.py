"""A crowd of trackers meets real server processes: some come in soon, the others are told when to come again (R15)."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from shared.config import Settings
from shared.services import sweeps
from tests.support import world as w
from tests.support.crowd import crowd, served

AT_ONCE = 300
SOON = 10.0
"""Seconds; on an idle machine with two cores it is below two. Without a limit the last would wait far longer."""
MEGABYTES = 900


def test_three_hundred_at_once_come_in_soon_or_are_told_to_wait(app: Flask, settings: Settings, tmp_path: Path) -> None:
    with app.app_context():
        town = w.township()
        made = [town.file_case(app) for _ in range(30)]
        sweeps.harden_codes()
    typed = [{"receipt_no": one.receipt_no, "code": one.code} for one in made]
    with served(settings, tmp_path / "log") as (port, pid):
        told, most = crowd(port, typed, AT_ONCE, pid)
    assert (set(told.seconds), told.lost) == ({303, 503}, 0), told
    assert len(told.waits) == len(told.seconds[503])
    assert min(told.waits) > 0
    assert told.p95(303) < SOON
    assert most < MEGABYTES
