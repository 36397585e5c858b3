"""Who may see and do what: role × state × unit × conflict, and whatever is not written here is denied."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from shared.domain.errors import Refused
from shared.domain.lifecycle import (
    ADMIN_ROLES,
    OFFICE_ROLES,
    UNIT_ROLES,
    Role,
    Route,
    SlipState,
    State,
    slip_step_of,
    step_of,
)

SEEN_BY: dict[str, frozenset[Role]] = {
    "case": OFFICE_ROLES,  # R2.21, R5.11: the whole case, with its original words
    "slip": OFFICE_ROLES | UNIT_ROLES,  # R2.10, R2.13: the units it names, and the office
    "queue": OFFICE_ROLES,
    "issues": OFFICE_ROLES,
    "ledger": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF, Role.GOV_LEADER}),  # J18: names stay with few
    "incidents": OFFICE_ROLES,
    "roster": OFFICE_ROLES,
    "office_records": OFFICE_ROLES,
    "calendar": OFFICE_ROLES,
    "corrective": OFFICE_ROLES | UNIT_ROLES,  # R10.12: the unit it is addressed to, and the office
    "numbers": frozenset({Role.ARCHIVIST, Role.CHIEF}),  # R1.04
    "accounts": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "units": frozenset({Role.SYSTEM_ADMIN}),
    "rules": frozenset({Role.SYSTEM_ADMIN, Role.CHIEF}),
    "sms_templates": frozenset({Role.SYSTEM_ADMIN}),
    "held_notices": frozenset({Role.CHIEF}),
    "admin_acts": frozenset({Role.AUDITOR}),
    "audit": frozenset({Role.AUDITOR}),
    "notice_table": frozenset({Role.SYSTEM_ADMIN, Role.CHIEF}),
    "visits": frozenset({Role.INTAKE, Role.CHIEF}),  # R9.14
    "surveys": frozenset({Role.INTAKE, Role.CHIEF, Role.GOV_LEADER}),  # R8.01
    "undelivered": frozenset({Role.INTAKE, Role.CHIEF}),
    "parked": frozenset({Role.SYSTEM_ADMIN}),
    "security_record": frozenset({Role.AUDITOR, Role.SECURITY_ADMIN}),
    "reports": OFFICE_ROLES,
}
"""Which roles may see a kind of thing, in their own institution; a unit's role counts in its own unit alone."""
DONE_BY: dict[str, frozenset[Role]] = {
    "register": frozenset({Role.INTAKE}),  # R2.02, R5.03
    "make_appointment": frozenset({Role.INTAKE}),  # W1.05
    "keep_surveys": frozenset({Role.INTAKE, Role.CHIEF}),  # R8.01, R25.08
    "release_held": frozenset({Role.INTAKE}),
    "open_identity": frozenset({Role.INTAKE, Role.CHIEF, Role.INVESTIGATOR}),  # R2.19, R5.11
    "pass_on_files": frozenset({Role.DISPATCHER}),
    "attach_to_slip": frozenset({Role.HANDLER, Role.SIGNER}),
    "fill_form": OFFICE_ROLES - {Role.ARCHIVIST},  # R13.08: the report of an investigation
    "attach_evidence": frozenset({Role.HANDLER}),  # R5.09
    "keep_record": OFFICE_ROLES - {Role.ARCHIVIST},  # R15.02, R17.04: each kind says which of them
    "keep_roster": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF}),  # R3.14, R4.03
    "keep_duty_log": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF}),  # R4.03
    "keep_office_record": OFFICE_ROLES,  # R16.05, R19.02
    "run_plan": OFFICE_ROLES - {Role.ARCHIVIST},  # R21.04: at once, by whoever is there
    "lead_plan": frozenset({Role.CHIEF, Role.GOV_LEADER}),  # R21.05, W1.01
    "propose_plan": frozenset({Role.CHIEF, Role.GOV_LEADER}),  # R21.06
    "decide_plan": frozenset({Role.CHIEF, Role.GOV_LEADER}),
    "draft_issue": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF, Role.INVESTIGATOR}),  # R2.17
    "decide_issue": frozenset({Role.CHIEF}),
    "order_capa": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF, Role.GOV_LEADER}),  # R10.12, R15.10
    "report_capa": UNIT_ROLES,  # R10.12; the office where it orders itself
    "plan_measure": UNIT_ROLES,  # R1.06
    "verify_capa": frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF, Role.GOV_LEADER}),  # R15.10, R26.07
    "explain_number": frozenset({Role.ARCHIVIST, Role.CHIEF}),  # R1.04
    "load_calendar": frozenset({Role.CHIEF}),
    "keep_accounts": frozenset({Role.SYSTEM_ADMIN}),
    "keep_units": frozenset({Role.SYSTEM_ADMIN}),
    "set_rule": frozenset({Role.SYSTEM_ADMIN, Role.CHIEF}),  # R17: what the source leaves as X
    "keep_sms": frozenset({Role.SYSTEM_ADMIN}),
    "grant_roles": frozenset({Role.SECURITY_ADMIN}),
    "end_sessions": frozenset({Role.SECURITY_ADMIN}),
    "reset_second_factor": frozenset({Role.SECURITY_ADMIN}),
    "settle_notice": frozenset({Role.INTAKE, Role.CHIEF}),
    "release_notice": frozenset({Role.CHIEF}),  # W1.03: what goes to many needs a yes
    "retry_parked": frozenset({Role.SYSTEM_ADMIN}),
    "set_reports": frozenset({Role.CHIEF}),
}
"""Who may do what is no step of a case or a slip; those stand in the tables of `lifecycle`."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a unit; `post` is the rule book's own name for it, '' where nobody has said which."""

    role: Role
    unit_id: int
    post: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person of staff, the citizen of one case, or the system itself."""

    person_id: int | None
    institution_id: int | None
    name: str = ""
    held: tuple[Held, ...] = ()
    as_role: Role | None = None
    """CITIZEN or SYSTEM where no person of staff acts."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere in the institution."""
        return frozenset({self.as_role} if self.as_role else {h.role for h in self.held})

    @property
    def in_office(self) -> bool:
        """Holds a role of the supervising office."""
        return bool(self.roles & OFFICE_ROLES)

    def units_as(self, *roles: Role) -> frozenset[int]:
        """The units in which one of these roles is held."""
        return frozenset(h.unit_id for h in self.held if h.role in roles)


CITIZEN = Actor(None, None, as_role=Role.CITIZEN)
SYSTEM = Actor(None, None, as_role=Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Barred:
    """Who is kept from a case because it is about them (回避): units with everybody who works there, and people."""

    units: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()

    def stops(self, actor: Actor) -> bool:
        """Whether this actor is one of them."""
        return actor.as_role is None and (
            actor.person_id in self.people or any(h.unit_id in self.units for h in actor.held)
        )


NOBODY = Barred()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing lies: whose it is, which units hold it now, who is barred."""

    institution_id: int
    units: Collection[int] = ()
    barred: Barred = NOBODY


def may_see(actor: Actor, what: str, place: Place) -> bool:
    """Whether the actor may see a thing of this kind (a key of SEEN_BY) at this place."""
    return bool(SEEN_BY[what] & _held_at(actor, place))


def may_do(
    actor: Actor, act: str, place: Place, state: State | SlipState | None = None, routes: Iterable[Route] = tuple(Route)
) -> bool:
    """Whether the actor may do this (a key of DONE_BY, or with `state` a step of a case or a slip) at this place."""
    held = _held_at(actor, place)
    if state is None:
        return bool(DONE_BY[act] & held)
    try:
        if isinstance(state, SlipState):
            slip_step_of(act, state, held)
        else:
            step_of(act, state, held, routes)
    except Refused:
        return False
    return True


def at_home(actor: Actor) -> Place:
    """The actor's own institution, for what belongs to no case: the queue, the calendar, the accounts."""
    return Place(actor.institution_id or 0)


def need(actor: Actor, act: str) -> None:
    """Raises Refused('not_yours') unless the actor may do this in the own institution."""
    if not may_do(actor, act, at_home(actor)):
        raise Refused("not_yours", action=act)


def need_sight(actor: Actor, what: str) -> None:
    """Raises Refused('not_yours') unless the actor may see this in the own institution."""
    if not may_see(actor, what, at_home(actor)):
        raise Refused("not_yours", action=what)


def roles_on(actor: Actor, institution_id: int, units: Collection[int], barred: Barred = NOBODY) -> frozenset[Role]:
    """The roles that count on a case of this institution now held by these units; none for anybody else's case."""
    return _held_at(actor, Place(institution_id, units, barred)) - ADMIN_ROLES


def _held_at(actor: Actor, place: Place) -> frozenset[Role]:
    if actor.as_role is not None:
        return frozenset({actor.as_role})
    if actor.institution_id != place.institution_id or place.barred.stops(actor):
        return frozenset()
    anywhere = {h.role for h in actor.held if h.role not in UNIT_ROLES}
    return frozenset(anywhere | {h.role for h in actor.held if h.role in UNIT_ROLES and h.unit_id in place.units})


def may_see_case(actor: Actor, institution_id: int, barred: Barred = NOBODY) -> bool:
    """Whether the actor may see the whole case."""
    return may_see(actor, "case", Place(institution_id, (), barred))


def may_see_slip(actor: Actor, institution_id: int, units: Collection[int], barred: Barred = NOBODY) -> bool:
    """Whether the actor may see the slip; `units` are those it names: lead, section and co-handling."""
    return may_see(actor, "slip", Place(institution_id, units, barred))
