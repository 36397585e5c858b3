"""Opening who complained: by an office role that needs it, for a stated reason, and never without a trace."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.visibility import DONE_BY, Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.services import cases

MAY_OPEN = DONE_BY["open_identity"]
"""Who speaks with the complainant, and who answers for them; a dispatcher or an archivist has no need to."""
TELLING = ("name", "person_name", "phone", "person_phone", "email")
"""What names or reaches a person; hours and the like are everyday words that must not be masked."""
REASONS = ("contact", "verify", "feedback", "form")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complained and how to reach them."""

    identity: dict[str, str]
    contact: dict[str, str]
    declared_true: bool


def open_identity(keys: Keys, case_id: int, actor: Actor, now: dt.datetime, *, reason: str) -> Identity:
    """The complainant's name and contact, once the look is on record (R2.19, R5.11).

    Raises Refused('no_such_case'), Refused('not_yours'), Refused('missing', field='reason'),
    Refused('no_identity') for a complaint that came without.
    """
    with work() as session:
        case = cases.lock(session, case_id)
        held = cases.roles(session, case, actor) & MAY_OPEN
        if not held:
            raise Refused("not_yours", action="open_identity")
        if reason not in REASONS:
            raise Refused("missing", field="reason")
        who = session.get(Complainant, case_id)
        if who is None:
            raise Refused("no_identity")
        cases.record(session, case, "identity_viewed", actor, now, role=min(held), facts={"why": reason})
        return Identity(
            _unsealed(keys, "identity", case, who.identity),
            _unsealed(keys, "contact", case, who.contact),
            who.declared_true,
        )


def names_to_hide(keys: Keys, case_id: int) -> tuple[str, ...]:
    """Names and contacts to mask in a text that goes to a unit; shown to nobody, so nothing is recorded."""
    with reading() as session:
        who, case = session.get(Complainant, case_id), session.get(Case, case_id)
        if who is None or case is None:
            return ()
        known = _unsealed(keys, "identity", case, who.identity) | _unsealed(keys, "contact", case, who.contact)
    return tuple(sorted({known[k] for k in TELLING if len(known.get(k, "")) >= 2}, key=len, reverse=True))


def _unsealed(keys: Keys, purpose: str, case: Case, sealed: bytes) -> dict[str, str]:
    facts = json.loads(crypto.unseal(keys, purpose, f"complainant|{case.id}", sealed))
    return {k: str(v) for k, v in facts.items() if v}
