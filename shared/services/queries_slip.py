"""What a handling unit reads: its slip or its evidence request, and nothing of the complainant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain import lifecycle
from shared.domain.calendar import Calendar
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, SlipState, SlipStep
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, Place, may_do, may_see_case, may_see_slip, roles_on
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.slip import CoHandling, EvidenceRequest, Reply, Slip
from shared.models.transfer_copy import TransferCopy
from shared.models.unit import SECTION, Unit
from shared.services import barrier, case_fields, slips, transfer_copies
from shared.services.calendars import calendar
from shared.services.queries_case import events_of, units_of
from shared.services.regimes import regime_of

HELPING = frozenset({"agreed", "done"})
"""Until the office agrees, a unit whose help is asked for sees nothing (R2.13)."""
ENDED = frozenset({str(SlipState.RETURNED), str(SlipState.WITHDRAWN), str(SlipState.CANCELLED)})


@dataclass(frozen=True, slots=True)
class SlipView:
    """A slip as its units and the office see it; of the case only number, class and dates."""

    slip: Slip
    register_no: str
    severity: str
    consent_direct: bool
    in_office: bool
    institution: Institution
    regime: Regime
    calendar: Calendar
    roles: frozenset[Role]
    helps: list[CoHandling]
    replies: list[Reply]
    events: list[tuple[Event, str]]
    files: list[Attachment]
    """What the units themselves have added; of the case's files they have copies alone."""
    copies: list[TransferCopy]
    units: dict[int, Unit]
    clocks: list[ClockRow]
    barred: set[int]
    category: str = ""
    filled: dict[str, str] = field(default_factory=dict)
    """What was filled in for this slip, by the office when it was issued and by the unit."""
    begun: dict[str, str] = field(default_factory=dict)
    """The same with what the unit has only begun to fill in."""
    people: dict[int, str] = field(default_factory=dict)

    def check(self, action: str) -> SlipStep:
        """The step, if it is lawful now for the reader; raises Refused('not_now') or Refused('not_yours')."""
        return lifecycle.slip_step_of(action, SlipState(self.slip.state), self.roles)

    def unit_name(self, unit_id: int | None) -> str:
        """The unit's name, '' where there is none."""
        return self.units[unit_id].name if unit_id in self.units else ""

    def reply(self, *states: str) -> Reply | None:
        """The newest reply in one of these states."""
        return next((r for r in reversed(self.replies) if r.state in states), None)

    def sections(self) -> list[Unit]:
        """Where the slip can be handled: the unit's sections, or the unit itself (R2.11)."""
        own = self.slip.unit_id
        inside = [u for u in self.units.values() if u.kind == SECTION and u.parent_id == own and u.active]
        return [*inside, self.units[own]]

    def clock(self, limit_id: str) -> ClockRow | None:
        """The newest clock of a limit."""
        return next((c for c in reversed(self.clocks) if c.limit_id == limit_id), None)

    @property
    def readable(self) -> bool:
        """What was taken back before anybody signed for it is the office's alone again."""
        return self.in_office or self.slip.state != SlipState.WITHDRAWN

    @property
    def withdrawn_at(self) -> dt.datetime | None:
        """When the office took the slip back."""
        return next((e.at for e, _ in self.events if e.kind == "slip_withdrawn"), None)

    @property
    def due(self) -> ClockRow | None:
        """The handling limit, running or the last one that ran; none for what was taken back."""
        if self.withdrawn_at:
            return None
        mine = [c for c in self.clocks if c.limit_id in self.regime.extension.limits]
        return next((c for c in mine if c.stopped_at is None), mine[-1] if mine else None)


def slip_view(slip_id: int, actor: Actor) -> SlipView:
    """The slip; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        row = session.execute(
            select(Slip, Case, Institution)
            .join(Case, Case.id == Slip.case_id)
            .join(Institution, Institution.id == Slip.institution_id)
            .where(Slip.id == slip_id, barrier.open_to(actor))
        ).one_or_none()
        if row is None:
            raise Refused("no_such_case")
        slip, case, institution = row
        helps = _helps(session, slip_id)
        if not may_see_slip(actor, slip.institution_id, _readers(slip, helps)):
            raise Refused("no_such_case")
        events = events_of(session, Event.case_id == case.id, Event.slip_id == slip_id)
        return SlipView(
            slip=slip,
            register_no=case.register_no,
            severity=case.severity,
            consent_direct=bool(case.consent_direct),
            in_office=actor.in_office,
            institution=institution,
            regime=regime_of(session, case.regime_version_id),
            calendar=calendar(session),
            roles=roles_on(actor, slip.institution_id, slips.holders(slip)),
            helps=helps,
            replies=list(session.scalars(select(Reply).where(Reply.slip_id == slip_id).order_by(Reply.id))),
            events=events,
            files=_files(session, slip),
            copies=_copies(session, slip),
            units=units_of(session, slip.institution_id),
            clocks=_clocks(session, slip),
            barred=set(barrier.of(session, case.id).units),
            category=case.category,
            filled=case_fields.values(session, case.id, slip_id) if slip.state not in ENDED else {},
            begun=case_fields.values(session, case.id, slip_id, drafts=True) if slip.state not in ENDED else {},
            people={e.actor_id: name for e, name in events if e.actor_id is not None},
        )


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What a unit is asked to give (R5.09), without a word of the complaint."""

    request: EvidenceRequest
    register_no: str
    unit: Unit
    may_give: bool
    in_office: bool


def evidence_view(request_id: int, actor: Actor) -> EvidenceView:
    """The request; raises Refused('no_such_case') where it isn't the actor's to see."""
    with reading() as session:
        row = session.execute(
            select(EvidenceRequest, Case, Unit)
            .join(Case, Case.id == EvidenceRequest.case_id)
            .join(Unit, Unit.id == EvidenceRequest.unit_id)
            .where(EvidenceRequest.id == request_id)
        ).one_or_none()
        if row is None or not may_see_slip(actor, row[1].institution_id, {row[2].id}):
            raise Refused("no_such_case")
        request, case, unit = row
        open_now = request.given_at is None and case.state == "handling"
        may_give = open_now and may_do(actor, "attach_evidence", Place(case.institution_id, {unit.id}))
        return EvidenceView(request, case.register_no, unit, may_give, actor.in_office)


def help_slip(help_id: int) -> int:
    """The slip that a co-handling part belongs to; raises Refused('no_such_case')."""
    with reading() as session:
        part = session.get(CoHandling, help_id)
        if part is None:
            raise Refused("no_such_case")
        return part.slip_id


def file_for(attachment_id: int, actor: Actor) -> Attachment:
    """A stored file that the actor may read: the office all of its cases, a unit what was passed on to it.

    Raises Refused('no_such_case').
    """
    with reading() as session:
        row = session.execute(
            select(Attachment, Case.institution_id)
            .join(Case, Case.id == Attachment.case_id)
            .where(Attachment.id == attachment_id)
        ).one_or_none()
        if row is None or row[1] != actor.institution_id:
            raise Refused("no_such_case")
        found: Attachment = row[0]
        barrier.stop(session, found.case_id or 0, actor)
        own = found.for_unit and found.origin == "unit"  # what came from a citizen goes over as a flat copy alone
        if may_see_case(actor, row[1]) or (own and _named(session, found.case_id, actor)):
            return found
        raise Refused("no_such_case")


def copy_for(copy_id: str, actor: Actor) -> tuple[TransferCopy, str]:
    """A finished copy that the actor may read, while the slip is in force, and what clamd says of its original.

    Raises Refused('no_such_case').
    """
    with reading() as session:
        query = select(TransferCopy, Slip, Attachment.scan).join(Slip, Slip.id == TransferCopy.slip_id)
        query = query.join(Attachment, Attachment.id == TransferCopy.attachment_id)
        query = query.where(TransferCopy.id == copy_id, TransferCopy.state == "done")
        row = session.execute(query.where(barrier.open_to(actor, Slip.case_id))).one_or_none()
        if row is None or not may_see_slip(actor, row[1].institution_id, _readers(row[1], _helps(session, row[1].id))):
            raise Refused("no_such_case")
        if row[1].state in ENDED and not actor.in_office:
            raise Refused("no_such_case")
        return row[0], row[2]


def still_open(row: ClockRow | None, now: dt.datetime) -> bool:
    """Whether a right that lapses (R2.12) can still be used."""
    return row is None or now <= row.due_at


def _named(session: Session, case_id: int | None, actor: Actor) -> bool:
    """Whether an open slip of the case names one of the actor's units."""
    query = select(Slip, CoHandling).outerjoin(CoHandling, CoHandling.slip_id == Slip.id)
    for slip, part in session.execute(query.where(Slip.case_id == case_id, Slip.state.not_in(ENDED))):
        if may_see_slip(actor, slip.institution_id, _readers(slip, [part] if part else [])):
            return True
    return False


def _readers(slip: Slip, helps: list[CoHandling]) -> set[int]:
    return slips.holders(slip) | {h.unit_id for h in helps if h.state in HELPING}


def _helps(session: Session, slip_id: int) -> list[CoHandling]:
    return list(session.scalars(select(CoHandling).where(CoHandling.slip_id == slip_id).order_by(CoHandling.id)))


def _files(session: Session, slip: Slip) -> list[Attachment]:
    query = select(Attachment).where(
        Attachment.case_id == slip.case_id, Attachment.for_unit, Attachment.origin == "unit"
    )
    return list(session.scalars(query.order_by(Attachment.id))) if slip.state not in ENDED else []


def _copies(session: Session, slip: Slip) -> list[TransferCopy]:
    return transfer_copies.of_slip(session, slip.id) if slip.state not in ENDED else []


def _clocks(session: Session, slip: Slip) -> list[ClockRow]:
    query = select(ClockRow).where(ClockRow.case_id == slip.case_id).order_by(ClockRow.start_seq)
    return [c for c in session.scalars(query) if c.slip_id in (None, slip.id)]
