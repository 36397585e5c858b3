"""Which roles one account may hold together, and in which kind of unit a role has its place."""

from __future__ import annotations

from collections.abc import Collection

from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES, OFFICE_ROLES, UNIT_ROLES, Role

GRANTABLE = (*sorted(OFFICE_ROLES), *sorted(UNIT_ROLES), *sorted(ADMIN_ROLES))
"""The roles of staff; a citizen and the system are nobody's account."""


def check_grant(role: Role, unit_kind: str, held: Collection[Role]) -> None:
    """An administrator's role stands alone (GB/T 22239 §8.1.5); every role has its place.

    Raises Refused('not_together') where the account holds what the role may not be combined with,
    Refused('wrong_place') for a unit's role in the office or the reverse.
    """
    if role not in GRANTABLE:
        raise Refused("missing", field="role")
    others = set(held) - {role}
    if others and (role in ADMIN_ROLES or others & ADMIN_ROLES):
        raise Refused("not_together", field="role")
    if (role in UNIT_ROLES) == (unit_kind == "office"):
        raise Refused("wrong_place", field="unit_id")
