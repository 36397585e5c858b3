"""Whether the time of an answer tells which receipt numbers exist (promises 1.4): measured, compared, judged."""

from __future__ import annotations

import random
import secrets
import statistics
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import db, work
from shared.domain import receipts
from shared.domain.errors import Refused
from shared.models.case import Case
from shared.models.throttle import Throttle
from shared.services import sweeps, tracking
from shared.web import state

ROUNDS = 60
TELLS = 0.2
"""A difference of the medians above a fifth of the spread could be told apart in a few hundred tries."""


def faults(app: Flask) -> list[str]:
    """What can be told from the time between a wrong code for a known receipt and for one that nobody has."""
    with app.app_context():
        sweeps.harden_codes()
        known = list(db.session.scalars(select(Case.receipt_no).limit(ROUNDS)))
        unknown = [receipts.new_receipt_no(secrets.randbelow) for _ in known]
        tries = [("known", no) for no in known] + [("unknown", no) for no in unknown]
        random.Random(7).shuffle(tries)  # an order, no secret
        taken: dict[str, list[float]] = {"known": [], "unknown": []}
        for kind, number in tries * 3:
            _forgive()
            taken[kind].append(_timed(lambda number=number: _try(number)))
    middle = {kind: statistics.median(times) for kind, times in taken.items()}
    apart = abs(middle["known"] - middle["unknown"])
    spread = statistics.stdev(taken["known"] + taken["unknown"])
    told = f"{middle['known'] * 1000:.2f} ms known, {middle['unknown'] * 1000:.2f} ms unknown, ± {spread * 1000:.2f} ms"
    return [f"the time tells which receipts exist: {told}"] if apart > max(TELLS * spread, 0.0005) else []


def _try(number: str) -> None:
    try:
        tracking.enter(state.keys(), number, receipts.new_access_code(secrets.randbelow), clock.now())
    except Refused as refused:
        if refused.code != "no_match":
            raise


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _forgive() -> None:
    with work() as session:
        session.query(Throttle).delete()
