"""What pages read about personal data: a citizen's own consents and requests, the office's tasks, certificates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor, may_see_case
from shared.models.case import Case
from shared.models.erasure import Certificate, Erasure
from shared.models.institution import Institution
from shared.models.person import Person
from shared.models.privacy import Consent, LegalHold, PrivacyRequest
from shared.services import barrier, quarter_keys, retention

MAY_SEE = frozenset({Role.INTAKE, Role.CHIEF, Role.ARCHIVIST})
SHOWN = 50
Row = TypeVar("Row", Consent, PrivacyRequest, LegalHold)


@dataclass(frozen=True, slots=True)
class PrivacyFile:
    """Consents, requests, holds and erasures of a case; names of staff by their number."""

    consents: list[Consent]
    requests: list[PrivacyRequest]
    holds: list[LegalHold]
    erasures: list[tuple[Erasure, Certificate]]
    people: dict[int, str]

    @property
    def held(self) -> LegalHold | None:
        """The hold that stands."""
        return next((h for h in self.holds if h.lifted_at is None), None)

    @property
    def gone(self) -> frozenset[str]:
        """The parts that are erased."""
        return frozenset(e.part for e, _ in self.erasures)

    @property
    def asked(self) -> list[Consent]:
        """What the citizen has not answered yet."""
        return [c for c in self.consents if c.asked_at and not (c.given_at or c.refused_at)]


def of_case(case_id: int) -> PrivacyFile:
    """The privacy file of a case; whether the reader may see the case is asked elsewhere."""
    with reading() as session:
        holds = _all(session, LegalHold, case_id)
        requests = _all(session, PrivacyRequest, case_id)
        erasures = session.execute(
            select(Erasure, Certificate)
            .join(Certificate, Certificate.id == Erasure.certificate_id)
            .where(Erasure.case_id == case_id)
            .order_by(Erasure.id)
        ).all()
        ids = {h.set_by for h in holds} | {h.lifted_by for h in holds} | {r.decided_by for r in requests}
        found = PrivacyFile(
            consents=_all(session, Consent, case_id),
            requests=requests,
            holds=holds,
            erasures=[(e, c) for e, c in erasures],
            people={i: name for i, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))},
        )
        session.expunge_all()
        return found


def _all(session: Session, model: type[Row], case_id: int) -> list[Row]:
    return list(session.scalars(select(model).filter_by(case_id=case_id).order_by("id")))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the office has to do and has done about personal data."""

    requests: list[tuple[PrivacyRequest, Case]]
    held: list[tuple[LegalHold, Case]]
    due: list[retention.Due]
    certificates: list[Certificate]


def desk(actor: Actor, now: dt.datetime) -> Desk:
    """Open requests by their day, standing holds, what the next run erases, the newest certificates."""
    if not actor.roles & MAY_SEE:
        raise Refused("not_yours", action="privacy")
    own = and_(Case.institution_id == actor.institution_id, barrier.open_to(actor))
    with reading() as session:
        asked = select(PrivacyRequest, Case).join(Case, Case.id == PrivacyRequest.case_id)
        asked = asked.where(own, PrivacyRequest.state == "open").order_by(PrivacyRequest.due_day, PrivacyRequest.id)
        held = select(LegalHold, Case).join(Case, Case.id == LegalHold.case_id)
        held = held.where(own, LegalHold.lifted_at.is_(None)).order_by(LegalHold.id.desc())
        papers = select(Certificate).where(Certificate.institution_id == actor.institution_id)
        return Desk(
            requests=[(r, c) for r, c in session.execute(asked.limit(SHOWN))],
            held=[(h, c) for h, c in session.execute(held.limit(SHOWN))],
            due=retention.due(actor.institution_id or 0, now, limit=SHOWN),
            certificates=list(session.scalars(papers.order_by(Certificate.id.desc()).limit(SHOWN))),
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate with what it certifies."""

    certificate: Certificate
    institution: Institution
    by: str
    rows: list[tuple[Erasure, str]]
    gone_on: dt.date
    """From when on it opens in no backup either."""


def paper(certificate_id: int, actor: Actor) -> Paper:
    """The certificate; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        found = session.get(Certificate, certificate_id)
        if found is None or not may_see_case(actor, found.institution_id):
            raise Refused("no_such_case")
        if not actor.roles & MAY_SEE:
            raise Refused("not_yours", action="privacy")
        query = select(Erasure, Case.register_no).join(Case, Case.id == Erasure.case_id)
        rows = session.execute(query.where(Erasure.certificate_id == certificate_id).order_by(Case.id, Erasure.id))
        person = session.get(Person, found.by_id) if found.by_id else None
        place = session.get_one(Institution, found.institution_id)
        gone = quarter_keys.gone_from_backups(found.at.astimezone(ZoneInfo(place.time_zone)).date())
        return Paper(found, place, person.name if person else "", [(e, no) for e, no in rows], gone)
