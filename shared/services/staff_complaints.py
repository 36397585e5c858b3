"""A member of staff complains about the own superior: taken in and kept from the superior in one step (R18.06)."""

from __future__ import annotations

import datetime as dt

from shared.crypto import Keys
from shared.db import work
from shared.domain import conflicts as rules
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.services import cases, conflicts, intake
from shared.services.conflicts import Named
from shared.services.intake import Complaint, Receipt
from shared.services.regimes import regime_of


def file(
    keys: Keys, complaint: Complaint, now: dt.datetime, named: Named, *, actor: Actor, form_key: str | None = None
) -> Receipt:
    """Takes the complaint in; nobody named, nor anybody of their line, could open it for a moment.

    Raises Refused('missing', field='superior') where nobody is named, Refused('channel_closed') where the rule book
    has no such complaints, Refused('nobody_left', field='refer_to') and as `intake.file`.
    """

    def once() -> Receipt:
        with work() as session:
            here = actor.institution_id or 0
            place = session.get_one(Institution, here)
            if not rules.shields_from_superior(regime_of(session, place.regime_version_id)):
                raise Refused("channel_closed")
            if not (named.people or named.units):
                raise Refused("missing", field="superior")
            receipt = intake.file_within(session, keys, here, complaint, now, actor, form_key, None, ())
            session.flush()
            conflicts.name_within(session, cases.lock(session, receipt.case_id), actor, now, named)
            return receipt

    return intake.filed_once(once, form_key)
