"""Who complained: closed when it comes in, opened by an officer who needs it, never without a reason and a trace."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared import case_keys, crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.fields import PREFIX
from shared.domain.visibility import DONE_BY, Actor
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.last_address import LastAddress
from shared.models.unseal_request import UnsealRequest
from shared.sealing import envelope, wraps
from shared.sealing.envelope import Unreadable
from shared.services import cases, officer_keys, seals, unsealing

MAY_OPEN = DONE_BY["open_identity"]
"""Who speaks with the complainant, and who answers for them; a dispatcher or an archivist has no need to."""
TELLING = ("name", "person_name", "phone", "person_phone", "email")
"""What names or reaches a person; hours and the like are everyday words that must not be masked."""
WORDS = ("story", "wish", "respondent")
"""The columns of a case in which a complainant may have written who they are."""
REASONS = ("contact", "verify", "feedback", "form")
URGENT = "danger"
"""Why it is opened without a colleague's yes; never offered as a choice beside the others."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complained and how to reach them."""

    identity: dict[str, str]
    contact: dict[str, str]
    declared_true: bool


def sealed(
    keys: Keys, house: Institution, case: Case, identity: Mapping[str, str], contact: Mapping[str, str]
) -> Complainant:
    """The row for a new complaint: what this process closes here it can't open again."""
    split = case.mode == "confidential"
    notifier = keys.current("notifier.pub")[1]
    boxed, data = wraps.make(case.id, seals.publics(keys, house), notifier, split=split, profile=keys.profile)
    content = os.urandom(envelope.KEY_BYTES)
    boxed["content"] = [keys.current("content")[0], wraps.b64(_wrapped_content(keys, case.id, content))]
    row = Complainant(case_id=case.id, wraps=boxed, waits=waiting(boxed))
    row.identity = _closed(keys, data.identity, place(case.id, "identity"), identity)
    row.contact = _closed(keys, data.contact, place(case.id, "contact"), contact)
    spans = _spans(case, {**identity, **contact})
    row.spans = envelope.close(content, place(case.id, "spans"), _bytes(spans), keys.profile)
    return row


def waiting(boxed: wraps.Wraps) -> bool:
    """Whether a group's share still waits with the notifier."""
    return any(name.startswith(wraps.WAIT) for name in boxed["people"])


def open_identity(keys: Keys, case_id: int, actor: Actor, now: dt.datetime, *, reason: str, token: str) -> Identity:
    """The complainant's name and contact, once the look is on record (R2.19, R5.11); `token` is the session's.

    Raises Refused('no_such_case'), Refused('not_yours'), Refused('missing', field='reason'), Refused('no_identity')
    for a complaint that came without, Refused('no_key') before a colleague has passed the key on,
    Refused('needs_colleague') for a confidential one that nobody has agreed to open.
    """
    with work() as session:
        case = cases.lock(session, case_id)
        held = cases.roles(session, case, actor) & MAY_OPEN
        if not held:
            raise Refused("not_yours", action="open_identity")
        if reason not in (*REASONS, URGENT):
            raise Refused("missing", field="reason")
        who = session.get(Complainant, case_id)
        if who is None:
            raise Refused("no_identity")
        try:
            found = _opened(session, keys, case, who, actor, token, now)
        except Unreadable:
            raise Refused("no_key") from None
        cases.record(session, case, "identity_viewed", actor, now, role=min(held), facts={"why": reason})
        return found


def _opened(
    session: Session, keys: Keys, case: Case, who: Complainant, actor: Actor, token: str, now: dt.datetime
) -> Identity:
    if who.wraps is None:
        return Identity(*legacy(keys, who), who.declared_true)
    private = officer_keys.signed_in(session, actor, token)
    _name, secret = officer_keys.own_share(session, case.id, who.wraps, actor, private)
    if who.wraps["split"]:
        secret = wraps.xor(secret, unsealing.released(session, case.id, actor, private, now))
    data = wraps.keys_of(secret, who.wraps["profile"])
    identity = _open(keys, data.identity, place(case.id, "identity"), who.identity)
    contact = _open(keys, data.contact, place(case.id, "contact"), who.contact)
    return Identity(_facts(identity), _facts(contact), who.declared_true)


def contact_for_notice(keys: Keys, notifier: Mapping[str, bytes], who: Complainant | LastAddress) -> dict[str, str]:
    """How to reach a complainant who wants to be told: in the worker process only; raises Unreadable elsewhere."""
    if isinstance(who, LastAddress):
        entry = who.wrap
    elif who.wraps is None:
        return legacy(keys, who)[1]
    else:
        entry = who.wraps["notifier"]
    key = wraps.opened(notifier.get(entry[0], b""), who.case_id, "notifier", entry)
    return _facts(_open(keys, key, place(who.case_id, "contact"), who.contact))


def correct(
    session: Session, keys: Keys, case: Case, actor: Actor, now: dt.datetime, changes: Mapping[str, str], token: str
) -> None:
    """Writes a corrected name or contact with new keys (个人信息保护法 46), in the caller's transaction.

    What isn't corrected is taken over, so the officer must be able to open it: raises Refused('no_identity'),
    Refused('no_key'), Refused('needs_colleague').
    """
    who = session.get(Complainant, case.id, with_for_update=True)
    if who is None:
        raise Refused("no_identity")
    try:
        known = _opened(session, keys, case, who, actor, token, now)
    except Unreadable:
        raise Refused("no_key") from None
    identity = {**known.identity, **{k: v for k, v in changes.items() if k == "name"}}
    contact = {**known.contact, **{k: v for k, v in changes.items() if k != "name"}}
    anew = sealed(keys, session.get_one(Institution, case.institution_id), case, identity, contact)
    who.identity, who.contact, who.wraps = anew.identity, anew.contact, anew.wraps
    who.spans, who.waits = anew.spans, anew.waits
    session.execute(  # a half that was handed out opens nothing any more
        update(UnsealRequest).where(UnsealRequest.case_id == case.id).values(state="over", share=None)
    )


def names_to_hide(keys: Keys, case_id: int) -> tuple[str, ...]:
    """The complainant's own name and contact as they stand in the case's words; this process knows no others.

    They were found when the complaint came in, the plain words at hand; a text in which they stand must mask them.
    """
    with reading() as session:
        who, case = session.get(Complainant, case_id), session.get(Case, case_id)
    if who is None or case is None:
        return ()
    return names_in_words(keys, case, who)


def names_in_words(keys: Keys, case: Case, who: Complainant) -> tuple[str, ...]:
    """`names_to_hide` for rows at hand."""
    if who.wraps is None or who.spans is None:
        known = {**legacy(keys, who)[0], **legacy(keys, who)[1]}
        found = {known[k] for k in TELLING if len(known.get(k, "")) >= 2}
    else:
        wrapped = wraps.unb64(who.wraps["content"][1])
        content = crypto.unseal(keys, "content", place(case.id, "wraps.content"), wrapped)
        spans = json.loads(envelope.open_(content, place(case.id, "spans"), who.spans))
        found = {getattr(case, column)[start:end] for column, start, end in spans}
    return tuple(sorted(found, key=len, reverse=True))


def legacy(keys: Keys, who: Complainant) -> tuple[dict[str, str], dict[str, str]]:
    """A row from before sealing to groups, while its keys are still here; raises Unreadable afterwards."""
    identity = crypto.unseal(keys, "identity", f"complainant|{who.case_id}", who.identity)
    contact = crypto.unseal(keys, "contact", f"complainant|{who.case_id}", who.contact)
    return _facts(identity), _facts(contact)


def erase(session: Session, case: Case) -> int:
    """Destroys the keys of a case's identity with their rows, in the caller's transaction; returns their number."""
    session.execute(delete(UnsealRequest).where(UnsealRequest.case_id == case.id))
    gone = session.execute(delete(Complainant).where(Complainant.case_id == case.id).returning(Complainant.case_id))
    return len(gone.all())


def _spans(case: Case, known: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Column, start and end wherever one of the telling values stands in the case's words."""
    found = []
    for value in {v.strip() for k, v in known.items() if k in TELLING or k.startswith(PREFIX)}:
        for column in WORDS if len(value) >= 2 else ():
            text: str = getattr(case, column) or ""
            at = text.find(value)
            while at >= 0:
                found.append((column, at, at + len(value)))
                at = text.find(value, at + len(value))
    return found


def _wrapped_content(keys: Keys, case_id: int, content: bytes) -> bytes:
    return crypto.seal(keys, "content", place(case_id, "wraps.content"), content)


def place(case_id: int, column: str) -> str:
    """What a sealed column of a complainant is bound to."""
    return f"complainant|{column}|{case_id}"


def _closed(keys: Keys, key: bytes, where: str, facts: object) -> bytes:
    """Twice: for the people in charge, and with the quarter's key, that an old copy dies with it."""
    return case_keys.outer(keys, where, envelope.close(key, where, _bytes(facts), keys.profile))


def _open(keys: Keys, key: bytes, where: str, sealed: bytes) -> bytes:
    return envelope.open_(key, where, case_keys.inner(keys, where, sealed))


def _bytes(facts: object) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode()


def _facts(data: bytes) -> dict[str, str]:
    return {k: str(v) for k, v in json.loads(data).items() if v}
