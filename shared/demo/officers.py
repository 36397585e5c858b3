"""The demo's officers hold their keys from the start, and one of them waits for a colleague's yes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import reading
from shared.demo.cast import PASSWORD, Cast
from shared.domain.lifecycle import Role
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.sealing import officers
from shared.services import officer_keys, unsealing

BECAUSE = "来信没有写清时间和经过，要打电话向本人核实。"


def equip(cast: Cast, keys: Keys, now: dt.datetime) -> None:
    """Everybody of the office who needs a key gets it, as a first sign-in would give it."""
    people = officer_keys.officers_of(cast.institution_id)
    officer_keys.enrol(keys, {person_id: officers.make(keys, PASSWORD) for person_id in people}, now)


def ask_to_see(cast: Cast, now: dt.datetime) -> None:
    """One confidential complainant whom an officer wants to call: a task on the chief's desk."""
    running = select(Case.id).join(Complainant, Complainant.case_id == Case.id)
    running = running.where(Case.institution_id == cast.institution_id, Case.mode == "confidential", Case.is_open)
    with reading() as session:
        case_id = session.scalar(running.order_by(Case.received_at.desc()).limit(1))
    if case_id is not None:
        asked = now - dt.timedelta(minutes=1)
        unsealing.ask(case_id, cast.who(Role.INTAKE), asked, why="verify", reason=BECAUSE)
