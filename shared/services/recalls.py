"""Taking a unit's copy back when its redaction missed something, and giving it a new one on the same slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import CASE_STEPS
from shared.domain.visibility import Actor
from shared.files import Store
from shared.models.transfer_copy import RecalledCopy
from shared.services import cases, slips
from shared.services.transfer_copies import copies_of, order


def recall(
    slip_id: int, actor: Actor, now: dt.datetime, store: Store, *, reason: str, version: int | None = None
) -> None:
    """Takes the unit's copy back: words and files are gone for it at once, the act is on record.

    Raises Refused('missing', field='reason'), Refused('not_now') where it is taken back already.
    """
    with work() as session:
        slip, case = slips.lock(session, slip_id, version)
        needs(reason=reason)
        if slip.recalled_at is not None:
            raise Refused("not_now", action="recall_copy", state=slip.state)
        slips.act_slip(session, slip, case, "recall_copy", actor, now)
        gone = [c for c in copies_of(session, slip_id) if c.state in {"making", "done"}]
        session.add(
            RecalledCopy(
                slip_id=slip.id,
                text=slip.text,
                points=slip.points,
                files=[c.attachment_id for c in gone],
                reason=reason.strip(),
                by_id=actor.person_id or 0,
                at=now,
            )
        )
        slip.text = slip.points = ""
        slip.recalled_at = now
        stored = [c.stored for c in gone if c.stored]
        for copy in gone:
            copy.state, copy.stored, copy.number = "recalled", "", 0
    for name in stored:
        store.delete(name)


def reissue(
    slip_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    text: str,
    points: str,
    files: Collection[int] = (),
    sound: bool = False,
    version: int | None = None,
) -> None:
    """Gives the unit a new copy on the same slip; raises Refused('missing', field), Refused('not_now')."""
    with work() as session:
        slip, case = slips.lock(session, slip_id, version)
        needs(points=points, text=text)
        if slip.recalled_at is None:
            raise Refused("not_now", action="reissue_copy", state=slip.state)
        signs = cases.roles(session, case, actor) & CASE_STEPS["sign_transfer"].roles
        if case.mode == "confidential" and (not signs or actor.person_id == slip.confirmed_by):
            raise Refused("needs_signature")  # promises 1.6: by a leader who did not make the first copy
        slips.act_slip(session, slip, case, "reissue_copy", actor, now)
        slip.text, slip.points, slip.recalled_at = text.strip(), points.strip(), None
        slip.confirmed_by, slip.confirmed_at = actor.person_id, now
        order(session, slip, files, now, sound=sound)
