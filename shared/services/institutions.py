"""Institutions: made whole from a file by whoever keeps the machine, and renamed; their address never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.institutions import Admin, Fault, Plan, read
from shared.domain.visibility import Actor
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.regime import RegimeVersion
from shared.models.regime_use import RegimeUse
from shared.models.unit import HANDLING, OFFICE, SECTION, Unit
from shared.services.accounts import NO_PASSWORD, fresh_link
from shared.services.admin_acts import note
from shared.services.regimes import regime_of, take_in


@dataclass(frozen=True, slots=True)
class Line:
    """One institution of the list; `open` says that nothing in its rule book is left blank."""

    slug: str
    name: str
    office_name: str
    regime: str
    units: int
    open: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A new institution: the one-time link of each first administrator, and whether citizens can turn to it yet."""

    slug: str
    links: list[tuple[Admin, str]]
    open: bool


def listed() -> list[Line]:
    """Every institution by its number."""
    query = select(Institution, RegimeVersion.code).join(
        RegimeVersion, RegimeVersion.id == Institution.regime_version_id
    )
    with reading() as session:
        handling = list(session.scalars(select(Unit.institution_id).where(Unit.kind == HANDLING, Unit.active)))
        return [
            Line(p.slug, p.name, p.office_name, code, handling.count(p.id), _open(session, p))
            for p, code in session.execute(query.order_by(Institution.id))
        ]


def make(text: str, now: dt.datetime) -> Made:
    """Everything that the file names, or nothing; raises Refused('institution_file', faults) with all that is wrong."""
    plan, faults = read(text, regimes.codes())
    with work() as session:
        faults += _taken(session, plan)
        if faults:
            raise Refused("institution_file", faults=faults)
        today = now.astimezone(ZoneInfo(plan.words.get("time_zone", "Asia/Shanghai"))).date()
        version = take_in(session, regimes.shipped(plan.regime), today, now)
        words = {key: word for key, word in plan.words.items() if word}
        place = Institution(**words, regime_version_id=version.id, footer=plan.footer, redirects=plan.redirects)
        session.add(place)
        session.flush()
        use = RegimeUse(institution_id=place.id, regime_version_id=version.id, effective_from=today, at=now)
        session.add(use)
        keeper = Actor(None, place.id)
        office = _unit(session, keeper, now, OFFICE, place.office_name)
        note(session, keeper, now, "institution_created", facts={"regime": plan.regime})
        for name, sections in plan.units:
            above = _unit(session, keeper, now, HANDLING, name)
            for section in sections:
                _unit(session, keeper, now, SECTION, section, above)
        links = [(admin, admin_account(session, keeper, now, office, admin)) for admin in plan.admins]
        return Made(place.slug, links, _open(session, place))


def rename(slug: str, now: dt.datetime, *, name: str = "", office_name: str = "") -> None:
    """Another name for the institution, its office, or both; papers already printed keep the old one.

    Raises Refused('institution_file', faults): an unknown institution, a name that is none, nothing to change.
    """
    with work() as session:
        place = session.scalar(select(Institution).where(Institution.slug == slug).with_for_update())
        faults: list[Fault] = [] if place else [(slug, "no_institution")]
        names = {"--name": name, "--office-name": office_name}
        faults += [(key, "text") for key, word in names.items() if word and not (word.strip() and word.isprintable())]
        if not name and not office_name:
            faults.append(("--name, --office-name", "missing"))
        if faults or place is None:
            raise Refused("institution_file", faults=faults)
        keeper = Actor(None, place.id)
        if name:
            place.name = name.strip()
            note(session, keeper, now, "institution_renamed")
        if office_name:
            place.office_name = office_name.strip()
            query = select(Unit).where(Unit.institution_id == place.id, Unit.kind == OFFICE)
            for office in session.scalars(query.order_by(Unit.id).limit(1)):
                office.name = place.office_name
                note(session, keeper, now, "unit_renamed", unit_id=office.id)


def admin_account(session: Session, keeper: Actor, now: dt.datetime, office_id: int, admin: Admin) -> str:
    """A first administrator's account with its role; returns the token of the link that sets its password."""
    row = Person(institution_id=keeper.institution_id, username=admin.username, name=admin.name)
    row.password_hash, row.created_at = NO_PASSWORD, now
    session.add(row)
    session.flush()
    session.add(Grant(person_id=row.id, unit_id=office_id, role=admin.role))
    note(session, keeper, now, "account_created", person_id=row.id)
    note(session, keeper, now, "role_granted", person_id=row.id, unit_id=office_id, role=admin.role)
    return fresh_link(session, row.id, now)


def _taken(session: Session, plan: Plan) -> Iterator[Fault]:
    """What others have already: addresses, numbers' prefixes, user names."""
    keys = "slug", "register_prefix", "slip_prefix"
    given = {key: plan.words[key] for key in keys if key in plan.words}
    for key, word in given.items():
        if session.scalar(select(Institution.id).where(getattr(Institution, key) == word).limit(1)) is not None:
            yield f"institution.{key}", "taken"
    names = [admin.username for admin in plan.admins]
    for name in session.scalars(select(Person.username).where(Person.username.in_(names))):
        yield f"administrators: {name}", "username_taken"


def _unit(session: Session, keeper: Actor, now: dt.datetime, kind: str, name: str, above: int | None = None) -> int:
    row = Unit(institution_id=keeper.institution_id, parent_id=above, kind=kind, name=name)
    session.add(row)
    session.flush()
    note(session, keeper, now, "unit_created", unit_id=row.id)
    return row.id


def _open(session: Session, place: Institution) -> bool:
    return regime_of(session, place.regime_version_id).complete
