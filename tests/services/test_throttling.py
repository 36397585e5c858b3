"""Tries at one door are counted one after the other, whoever succeeds in between."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from shared import clock
from shared.db import db
from shared.domain.throttle import Lock
from shared.services.throttling import count_try, forgive

VISITORS, ROUNDS = 4, 60
PATIENT = Lock(VISITORS + 1, dt.timedelta(seconds=1))
"""Never so many tries are open at once that somebody has to wait."""


def test_somebody_who_succeeds_meanwhile_disturbs_nobody(app: Flask) -> None:
    def come_in(_n: int) -> None:
        with app.app_context():
            for _ in range(ROUNDS):
                count_try("door", clock.now(), PATIENT)
                forgive("door")
            db.session.remove()

    with ThreadPoolExecutor(VISITORS) as crowd:
        list(crowd.map(come_in, range(VISITORS)))  # raises what one of them met
