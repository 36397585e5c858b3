"""What watching and limiting look like in the demo: a transfer that waits for a signature, a flood set aside."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import reading
from shared.demo.cast import Cast
from shared.domain import redaction
from shared.domain.lifecycle import WITH_OFFICE, Role, Route
from shared.domain.repeats import PASS
from shared.models.case import Case
from shared.models.unit import OFFICE
from shared.services import intake, repeats, signatures
from shared.services.intake import Complaint

TEXT = "公交候车亭的灯坏了，晚上等车看不清路，老人孩子不方便，请尽快修好。大家都这样反映，请转给管这件事的单位。"
AGAIN = 3


def to_sign(cast: Cast, now: dt.datetime) -> None:
    """One confidential case whose copy lies before the chief."""
    if Route.TRANSFER not in cast.regime.routes:
        return
    states = [str(state) for state in WITH_OFFICE]
    waiting = select(Case).where(Case.institution_id == cast.institution_id, Case.mode == "confidential")
    with reading() as session:
        case = session.scalars(waiting.where(Case.state.in_(states)).order_by(Case.received_at.desc()).limit(1)).first()
    if case is not None:
        unit = next(unit for code, unit in cast.units.items() if code != OFFICE)
        points, text = "请核实情况并答复来信人。", redaction.mask_obvious(case.story)
        clerk, asked = cast.who(Role.DISPATCHER), now - dt.timedelta(minutes=2)
        signatures.ask(case.id, clerk, asked, unit_id=unit, points=points, text=text)


def flood(cast: Cast, keys: Keys, now: dt.datetime) -> None:
    """The same text again and again within minutes: the last ones are set aside."""
    if Route.TRANSFER not in cast.regime.routes:
        return
    for n in range(PASS + AGAIN):
        sent = now - dt.timedelta(seconds=10 * (PASS + AGAIN - n))
        intake.file(keys, cast.institution_id, Complaint("anonymous", TEXT, "公交公司", declared_true=True), sent)
    repeats.sweep(now)
