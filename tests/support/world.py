"""A small world for tests: a township under R2 and a county office under R5, with a person for each role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from shared.db import work
from shared.domain import regimes as books
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN, Actor, Held
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.slip import Slip
from shared.models.unit import Unit
from shared.sealing import officers
from shared.services import calendars, decisions, intake, officer_keys, regimes, replies, signatures, slips
from shared.services.intake import Complaint, Receipt
from shared.services.replies import Proposal

ROOT = Path(__file__).resolve().parents[2]
MONDAY = dt.datetime(2026, 9, 7, 1, 0, tzinfo=dt.UTC)
"""Monday 2026-09-07 09:00 in Shanghai: a plain week, no holiday near."""
PASSWORD = "correct horse battery"
STORY = "村务公开栏已经三个月没有更新，补贴名单一直看不到，问了几次都说过几天再贴。"
SOLVED = Proposal(
    outcome="solved", solution="当天更新公开栏，并安排专人每月检查。", opinion="公开栏已更新，今后每月更新。"
)


@dataclass
class World:
    """An institution with its units and its people, found by role."""

    institution_id: int
    unit: dict[str, int]
    people: dict[str, Actor] = field(default_factory=dict)
    usernames: dict[str, str] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """The person who holds the role (in the finance unit, where it is a unit's role)."""
        return self.people[role]

    def file_case(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> Receipt:
        """Takes a complaint in as a citizen would."""
        facts = {"mode": "anonymous", "story": STORY, "respondent": "财政所", **more}
        keys = app.extensions["huiyin"].keys
        return intake.file(keys, self.institution_id, Complaint(**facts), now)


def township() -> World:
    """南溪镇: an office, two units, one of them with a section; one person per role, and a second unit's staff."""
    world = _institution("R2", "nanxi", "南溪镇人民政府", "监察室", ["finance", "villages"])
    with work() as session:
        section = Unit(
            institution_id=world.institution_id, parent_id=world.unit["finance"], kind="section", name="预算股"
        )
        session.add(section)
        session.flush()
        world.unit["budget"] = section.id
    for role in ("intake", "dispatcher", "chief", "archivist"):
        _person(world, role, role, "office")
    for role in ("signer", "director", "handler", "unit_head"):
        _person(world, role, role, "finance")
    for role in ("signer", "handler", "unit_head"):
        _person(world, f"other_{role}", role, "villages")
    for role in ("system_admin", "security_admin", "auditor"):
        _person(world, role, role, "office")
    return _enrolled(world)


def county() -> World:
    """The county's 法制办: an office that investigates itself, a government leader, a unit that gives material."""
    world = _institution("R5", "county", "临湖县人民政府", "法制办公室", ["bureau"])
    for role in ("intake", "investigator", "chief", "gov_leader", "archivist"):
        _person(world, role, role, "office")
    _person(world, "handler", "handler", "bureau")
    return _enrolled(world)


def _institution(code: str, slug: str, name: str, office: str, units: list[str]) -> World:
    if not _calendar_loaded():
        calendars.load_years((ROOT / "shared/domain/calendars/cn.csv").read_text(encoding="utf-8"), MONDAY)
    with work() as session:
        version = regimes.take_in(session, books.shipped(code), dt.date(2026, 1, 1), MONDAY)
        institution = Institution(
            slug=slug,
            name=name,
            office_name=office,
            regime_version_id=version.id,
            phone="0000-12345678",
            address="政府大院一楼",
            hours="工作日 9:00–17:30",
            email=f"{slug}@example.cn",
            footer={},
            register_prefix="南溪投" if code == "R2" else "临法投",
            slip_prefix="南溪转" if code == "R2" else "临法转",
            sms_sign=office,
            redirects=[{"name": "县信访局", "matter": "信访事项", "contact": "0000-87654321"}],
        )
        session.add(institution)
        session.flush()
        rows = {"office": Unit(institution_id=institution.id, kind="office", name=office)}
        rows |= {u: Unit(institution_id=institution.id, kind="handling", name=UNIT_NAMES[u]) for u in units}
        session.add_all(rows.values())
        session.flush()
        return World(institution.id, {k: u.id for k, u in rows.items()})


UNIT_NAMES = {"finance": "财政所", "villages": "村镇建设办", "bureau": "城市管理局"}
_password_hash = ""


def _hash() -> str:
    """One password for everybody, hashed once."""
    global _password_hash
    from shared import crypto

    _password_hash = _password_hash or crypto.hash_password(PASSWORD)
    return _password_hash


def _person(world: World, key: str, role: str, unit: str) -> None:
    with work() as session:
        username = f"{key}{world.institution_id}"
        row = Person(
            institution_id=world.institution_id,
            username=username,
            name=f"工作人员{len(world.people) + 1}",
            email=f"{username}@example.cn",
            password_hash=_hash(),
            created_at=MONDAY,
            notices_at_once=True,  # digests are told of where they are meant
        )
        session.add(row)
        session.flush()
        session.add(Grant(person_id=row.id, unit_id=world.unit[unit], role=role))
        held = (Held(Role(role), world.unit[unit]),)
        world.people[key] = Actor(row.id, world.institution_id, row.name, held)
        world.usernames[key] = username


def _enrolled(world: World) -> World:
    """The office's people have their keys; one pair for all, since making one takes a password hash's time."""
    keys = current_app.extensions["huiyin"].keys
    pair = _pair(keys)
    officer_keys.enrol(keys, dict.fromkeys(officer_keys.officers_of(world.institution_id), pair), MONDAY)
    return world


def _pair(keys: Any) -> officers.Officer:
    if keys.current("pepper")[0] not in _pairs:
        _pairs[keys.current("pepper")[0]] = officers.make(keys, PASSWORD)
    return _pairs[keys.current("pepper")[0]]


_pairs: dict[str, officers.Officer] = {}


def _calendar_loaded() -> bool:
    from sqlalchemy import select

    from shared.models.calendar import CalendarYear

    with work() as session:
        return session.scalar(select(CalendarYear.year).limit(1)) is not None


# The way of a case under R2, step by step; each returns what the next step needs.


def accepted(app: Flask, world: World, now: dt.datetime = MONDAY, severity: str = "general", **more: Any) -> int:
    """A case that the office has accepted."""
    case_id = world.file_case(app, now, **more).case_id
    category = "content" if "finance" in world.unit else "abuse"
    severity = severity if "finance" in world.unit else ""
    decisions.accept(case_id, world.actor("intake"), now, category=category, severity=severity)
    return case_id


def transferred(app: Flask, world: World, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
    """A case and its slip, issued to the finance unit."""
    case_id = accepted(app, world, now, **more)
    return case_id, sent(case_id, world, now, points="何时更新公开栏", text=STORY)


def sent(case_id: int, world: World, now: dt.datetime, *, points: str, text: str) -> int:
    """The slip, issued as the case wants it: a confidential one with the chief's signature (promises 1.6)."""
    clerk, unit = world.actor("dispatcher"), world.unit["finance"]
    if case_of(case_id).mode != "confidential":
        return slips.transfer(case_id, clerk, now, unit_id=unit, points=points, text=text)
    asked = signatures.ask(case_id, clerk, now, unit_id=unit, points=points, text=text)
    return signatures.decide(case_id, asked, world.actor("chief"), now, signed=True) or 0


def signed(app: Flask, world: World, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
    """A slip that the unit has signed for and given to its section."""
    case_id, slip_id = transferred(app, world, now, **more)
    slips.sign(slip_id, world.actor("signer"), now)
    return case_id, slip_id


def approved(app: Flask, world: World, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
    """A slip whose reply the unit's leader has approved."""
    case_id, slip_id = signed(app, world, now, **more)
    slips.assign_section(slip_id, world.actor("director"), now, section_id=world.unit["finance"])
    replies.submit(slip_id, world.actor("handler"), now, SOLVED)
    replies.decide(slip_id, world.actor("unit_head"), now, approved=True)
    return case_id, slip_id


def replied(app: Flask, world: World, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
    """A case whose reply is with the office."""
    case_id, slip_id = approved(app, world, now, **more)
    replies.hand_in(slip_id, world.actor("signer"), now)
    return case_id, slip_id


def case_of(case_id: int) -> Case:
    """The row as it stands now."""
    with work() as session:
        case = session.get_one(Case, case_id)
        session.expunge(case)
        return case


def slip_of(slip_id: int) -> Slip:
    """The row as it stands now."""
    with work() as session:
        slip = session.get_one(Slip, slip_id)
        session.expunge(slip)
        return slip


def days(n: float) -> dt.timedelta:
    """n calendar days."""
    return dt.timedelta(days=n)


__all__ = ["CITIZEN", "MONDAY", "SOLVED", "STORY", "World", "accepted", "approved", "case_of", "county", "days"]
