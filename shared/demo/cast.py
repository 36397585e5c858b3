"""The made-up institution as rows, its people as actors, and when they are in the office."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import crypto
from shared.db import reading, work
from shared.demo.record import keep_record
from shared.demo.shapes import Corpus
from shared.domain import regimes
from shared.domain.calendar import ONE_DAY, Calendar
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, Held
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.unit import HANDLING, OFFICE, SECTION, Unit
from shared.services.regimes import take_in

PASSWORD = "huiyin-demo"  # noqa: S105  stands on the demo's sign-in page, where everybody may read it
OPENS, LATEST = dt.time(8, 40), dt.time(17, 15)


@dataclass(slots=True)
class Cast:
    """Ids and actors of one institution, found by the codes of the corpus."""

    institution_id: int
    regime: Regime
    units: dict[str, int] = field(default_factory=dict)
    sections: dict[tuple[str, str], int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    own_section: dict[str, int] = field(default_factory=dict)
    """The section of each unit's handler."""
    filed: dict[int, int] = field(default_factory=dict)
    """The cases of a rule book's sample, by the place of the complaint in it."""

    def who(self, role: Role, unit: str = "") -> Actor:
        """Whoever holds the role, in the unit where one is named."""
        return self.everybody(role, unit)[0]

    def everybody(self, role: Role, unit: str = "") -> list[Actor]:
        """All who hold the role, in the unit where one is named."""
        where = {self.units[unit]} if unit else set(self.units.values())
        return [a for a in self.actors.values() if a.units_as(role) & where]


def engage(corpus: Corpus, now: dt.datetime) -> Cast:
    """Makes the rows of the institution, its units, sections and people."""
    password = crypto.hash_password(PASSWORD)  # one word for all, hashed once
    with work() as session:
        version = take_in(session, regimes.shipped(corpus.regime), now.date() - dt.timedelta(days=365), now)
        place = corpus.institution
        words = {name: getattr(place, name) for name in place.__slots__ if name not in {"footer", "redirects"}}
        house = Institution(
            **words,
            regime_version_id=version.id,
            footer=dict(place.footer),
            redirects=[dict(one) for one in place.redirects],
        )
        session.add(house)
        session.flush()
        cast = Cast(house.id, regimes.parse(version.text))
        _units(session, corpus, cast)
        for person in corpus.people:
            row = Person(
                institution_id=house.id,
                username=person.username,
                name=person.name,
                email=f"{person.username}@{place.slug}.example.cn",
                password_hash=password,
                created_at=now,
            )
            session.add(row)
            session.flush()
            held = tuple(Held(Role(g.role), cast.units[g.unit]) for g in person.roles)
            cast.actors[person.username] = Actor(row.id, house.id, person.name, held)
            places = {(h.role, h.unit_id) for h in held}
            # A section's handler speaks for the unit too, where another unit asks it for help (R2.13).
            places |= {(Role(g.role), cast.sections[g.unit, g.section]) for g in person.roles if g.section}
            session.add_all(Grant(person_id=row.id, unit_id=unit, role=str(role)) for role, unit in sorted(places))
            for g in person.roles:
                if g.section and g.role == Role.HANDLER:
                    cast.own_section[g.unit] = cast.sections[g.unit, g.section]
        keep_record(session, cast, now)
    return cast


def _units(session: Session, corpus: Corpus, cast: Cast) -> None:
    def unit(kind: str, name: str, parent: int | None = None) -> int:
        row = Unit(institution_id=cast.institution_id, parent_id=parent, kind=kind, name=name)
        session.add(row)
        session.flush()
        return row.id

    cast.units["office"] = unit(OFFICE, corpus.institution.office_name)
    for one in corpus.units:
        cast.units[one.code] = unit(HANDLING, one.name)
        for name in one.sections:
            cast.sections[one.code, name] = unit(SECTION, name, cast.units[one.code])


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody of the office gets round to something."""

    calendar: Calendar
    zone: ZoneInfo

    def office(self, after: dt.datetime, days: int, rng: random.Random) -> dt.datetime:
        """A moment in office hours after `after`, `days` working days on; with none, the same day if there is time."""
        local = after.astimezone(self.zone)
        day, first = local.date(), max(local.time(), OPENS)
        if not self.calendar.is_working(day) or local.time() > dt.time(16, 45):
            day, first = self.next_day(day), OPENS
        for _ in range(days):
            day, first = self.next_day(day), OPENS
        opening = dt.datetime.combine(day, first, tzinfo=self.zone)
        span = dt.datetime.combine(day, LATEST, tzinfo=self.zone) - opening
        share = 0.02 + rng.random() * (0.4 if days == 0 else 0.95)
        return (opening + share * span).astimezone(dt.UTC).replace(microsecond=0)

    def next_day(self, day: dt.date, days: int = 1) -> dt.date:
        """The working day that many working days later."""
        for _ in range(days):
            day += ONE_DAY
            while not self.calendar.is_working(day):
                day += ONE_DAY
        return day


@dataclass(slots=True)
class Pace:
    """Moments in office hours one after the other, none of them still to come."""

    hours: Hours
    rng: random.Random
    at: dt.datetime
    now: dt.datetime

    @classmethod
    def after(cls, case_id: int, hours: Hours, rng: random.Random, now: dt.datetime) -> Pace:
        """What goes on after all that a case knows of until now."""
        with reading() as session:
            last = session.scalars(select(func.max(Event.at)).where(Event.case_id == case_id)).one()
            session.rollback()
        return cls(hours, rng, last or now, now)

    def next(self, days: int = 1) -> dt.datetime:
        """The next moment, so many working days on, or else a minute ago."""
        self.at = max(self.at, min(self.hours.office(self.at, days, self.rng), self.now - dt.timedelta(minutes=1)))
        return self.at
