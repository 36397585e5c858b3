"""A small made-up institution from a rule book's file alone: its units, a person for each role, its rows."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from sqlalchemy.orm import Session

from shared import crypto
from shared.db import work
from shared.demo.cast import PASSWORD, Cast
from shared.demo.record import keep_record
from shared.domain import regimes
from shared.domain.lifecycle import ADMIN_ROLES, UNIT_ROLES, Role
from shared.domain.regimes import Regime, Setting
from shared.domain.visibility import Actor, Held
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.unit import HANDLING, OFFICE, Unit
from shared.services.regimes import take_in

SURNAMES = "阮祁倪温骆尚柏华常虞岑郁桂濮"
GIVEN = ("望舒", "知远", "若水", "清和", "怀瑾", "思齐", "景行", "以宁", "听松", "照临", "安澜")


def text_of(code: str) -> str:
    """The shipped text with the values that its made-up institution has set for the blanks."""
    text = regimes.shipped(code)
    sample = regimes.of_text(text).sample
    given = sample.settings if sample else {}
    settings = [Setting(key=key, value=value, reason="示范机构的设定") for key, value in given.items()]
    return regimes.with_settings(text, settings) if settings else text


def engage(code: str, now: dt.datetime, password_hash: str = "") -> Cast:
    """Makes the rows of the made-up institution of a rule book; raises ValueError where the file describes none.

    People are found by the rule book's own role: `actors["dept_head"]`, in the second unit `actors["dept_head1"]`.
    """
    text = text_of(code)
    book = regimes.of_text(text)
    if book.sample is None:
        raise ValueError(f"{code}.toml has no [sample]")
    password_hash = password_hash or crypto.hash_password(PASSWORD)
    with work() as session:
        version = take_in(session, text, now.date() - dt.timedelta(days=365), now)
        house = _house(book, version.id)
        session.add(house)
        session.flush()
        cast = Cast(house.id, book)
        _units(session, book, cast)
        names = (s + g for g, s in zip(cycle(GIVEN), cycle(SURNAMES), strict=False))
        for key, post, roles, unit in posts(book):
            row = Person(
                institution_id=house.id,
                username=f"{book.sample.slug}-{key}".replace("_", "-")[:40],
                name=next(names),
                email=f"{key.replace('_', '-')}@{book.sample.slug}.example.cn",
                password_hash=password_hash,
                created_at=now,
            )
            session.add(row)
            session.flush()
            held = tuple(Held(role, cast.units[unit], post) for role in roles)
            grants = (Grant(person_id=row.id, unit_id=h.unit_id, role=str(h.role), post=post) for h in held)
            session.add_all(grants)
            cast.actors[key] = Actor(row.id, house.id, row.name, held)
        keep_record(session, cast, now)
    return cast


def posts(book: Regime) -> list[tuple[str, str, tuple[Role, ...], str]]:
    """Who works there: key, post, roles and the unit's code; one person for each post, in each unit for a unit's."""
    found: list[tuple[str, str, tuple[Role, ...], str]] = []
    units = range(len(book.sample.units)) if book.sample else range(0)
    for role in book.roles:
        inside = tuple(r for r in role.roles if r in UNIT_ROLES)
        central = tuple(r for r in role.roles if r not in UNIT_ROLES)
        found += [(role.code, role.code, central, "office")] if central else []
        for n in units if inside else ():
            key = f"{role.code}{n or ''}" if not central else f"{role.code}_unit{n or ''}"
            found.append((key, role.code, inside, f"u{n}"))
            if Role.HANDLER in inside and Role.UNIT_HEAD in inside:  # nobody approves an own draft
                found.append((f"{key}_other", role.code, inside, f"u{n}"))
    return found + [(str(role), "", (role,), "office") for role in sorted(ADMIN_ROLES)]


def _house(book: Regime, version_id: int) -> Institution:
    sample = book.sample
    if sample is None:
        raise ValueError("no sample")
    return Institution(
        slug=sample.slug,
        name=sample.institution,
        office_name=sample.office,
        regime_version_id=version_id,
        phone=sample.phone,
        address=sample.address,
        hours=sample.hours,
        email=f"office@{sample.slug}.example.cn",
        intro=sample.intro,
        footer={"主办单位": sample.institution},
        register_prefix=f"{sample.prefix}投",
        slip_prefix=f"{sample.prefix}转",
        sms_sign=sample.office,
        redirects=[{"name": r.name, "matter": r.matter, "contact": ""} for r in book.redirects],
    )


def _units(session: Session, book: Regime, cast: Cast) -> None:
    names = {"office": (OFFICE, book.sample.office)} if book.sample else {}
    names |= {f"u{n}": (HANDLING, name) for n, name in enumerate(book.sample.units)} if book.sample else {}
    for key, (kind, name) in names.items():
        row = Unit(institution_id=cast.institution_id, kind=kind, name=name)
        session.add(row)
        session.flush()
        cast.units[key] = row.id
