"""Who stands where towards a case: the roles that count on it, and whether it may be seen at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from shared.domain.lifecycle import OFFICE_ROLES, UNIT_ROLES, Role


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a unit."""

    role: Role
    unit_id: int


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


def roles_on(actor: Actor, institution_id: int, units: Collection[int]) -> frozenset[Role]:
    """The roles that count on a case of this institution now held by these units; none for anybody else's case."""
    if actor.as_role is not None:
        return frozenset({actor.as_role})
    if actor.institution_id != institution_id:
        return frozenset()
    office = {h.role for h in actor.held if h.role in OFFICE_ROLES}
    return frozenset(office | {h.role for h in actor.held if h.role in UNIT_ROLES and h.unit_id in units})


def may_see_case(actor: Actor, institution_id: int) -> bool:
    """The whole case, with its original words, is for the supervising office alone (R2.21, R5.11)."""
    return actor.institution_id == institution_id and actor.in_office


def may_see_slip(actor: Actor, institution_id: int, units: Collection[int]) -> bool:
    """A slip is for the office and for the units it names: lead, section and co-handling (R2.10, R2.13)."""
    if actor.institution_id != institution_id:
        return False
    return actor.in_office or any(h.unit_id in units for h in actor.held if h.role in UNIT_ROLES)
