"""One made-up complaint: who deals with it, the dice, and how it is handed in."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import asdict, dataclass

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import FAR, reading, work
from shared.demo.cast import Cast, Hours
from shared.demo.pictures import Camera
from shared.demo.shapes import Handling, Sample
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN, Actor
from shared.models.attachment import Attachment
from shared.models.slip import CoHandling
from shared.services import intake

WHEN = {"大前天": "week", "前些天": "unsure"}
OPEN_MODES = ("named", "behalf")
"""Ways of complaining in which the handling unit may be told who it is, so that it may answer directly (R2.16)."""


@dataclass(slots=True)
class Story:
    """One complaint, everybody who deals with it, and the dice; `stuck` is the step that nobody takes."""

    cast: Cast
    hours: Hours
    keys: Keys
    sample: Sample
    received: dt.datetime
    rng: random.Random
    stuck: str = ""
    case_id: int = 0
    severity: str = ""
    accepted: dt.datetime = FAR
    reopened: dt.datetime | None = None
    round: int = 1
    rated: bool = False
    investigator: Actor | None = None
    camera: Camera | None = None

    @property
    def handling(self) -> Handling:
        """What staff write later on; only a complaint that is heard has it."""
        if self.sample.handling is None:
            raise ValueError("a refused complaint is not handled")
        return self.sample.handling

    def chance(self, percent: int) -> bool:
        """Whether the dice say so."""
        return self.rng.random() * 100 < percent

    def next(self, after: dt.datetime, *days: int, step: str = "") -> dt.datetime:
        """When the next step is taken: one of these working days on, or never where the case is stuck."""
        if step and step == self.stuck:
            return FAR
        return self.hours.office(after, self.rng.choice(days or (0,)), self.rng)

    def by_citizen(self, after: dt.datetime, first: int, last: int) -> dt.datetime:
        """When the citizen gets round to it: any day, from morning to late evening."""
        hours = self.rng.randint(first * 24, last * 24) + self.rng.random()
        return (after + dt.timedelta(hours=max(1, hours))).replace(microsecond=0)

    def file(self) -> None:
        """Hands the complaint in, by the citizen or through the office."""
        s = self.sample
        speaks = s.agent or s.citizen
        identity = {"name": speaks.name} if speaks else {}
        if s.agent and s.citizen:
            identity |= {"relation": s.relation, "person_name": s.citizen.name, "knows": "yes"}
        reached = {"phone": speaks.phone, "email": speaks.email} if speaks else {}
        reached |= {"person_phone": s.citizen.phone} if s.agent and s.citizen else {}
        due = self.hours.next_day(self.received.date(), s.upper.days) if s.upper else None
        complaint = intake.Complaint(
            mode=s.mode,
            story=s.text,
            respondent=s.respondent,
            wish=s.wish,
            happened=WHEN.get(s.happened, "earlier"),
            category=s.category,
            channel=s.channel,
            identity=identity,
            contact={name: value for name, value in reached.items() if value},
            notify=s.notify,
            consent_direct=s.mode in OPEN_MODES and self.cast.regime.reply.direct_with_consent and self.chance(25),
            declared_true=bool(speaks),
            upper_body=s.upper.name if s.upper else "",
            upper_no=f"交办{self.rng.randint(100, 999)}号" if s.upper else "",
            upper_due=due,
        )
        actor = CITIZEN if s.channel == "web" else self.cast.who(Role.INTAKE)
        photos = [self._photo(actor)] if self.camera and s.channel in {"web", "visit"} and self.chance(12) else []
        filed = intake.file(
            self.keys, self.cast.institution_id, complaint, self.received, actor=actor, attachments=photos
        )
        self.case_id = filed.case_id

    def _photo(self, actor: Actor) -> int:
        kept = asdict(self.camera.shoot(self.rng)) if self.camera else {}
        with work() as session:
            origin = "staff" if actor.person_id else "citizen"
            removed = list(kept.pop("removed"))
            row = Attachment(origin=origin, by_id=actor.person_id, removed=removed, at=self.received, **kept)
            session.add(row)
            session.flush()
            return row.id

    def part_of(self, slip_id: int, unit_id: int) -> int:
        """The co-handling part of a unit in a slip."""
        with reading() as session:
            row = select(CoHandling.id).where(CoHandling.slip_id == slip_id, CoHandling.unit_id == unit_id)
            return session.scalars(row).one()

    def names(self) -> tuple[str, ...]:
        """What names or reaches whoever complains."""
        known = [p for p in (self.sample.citizen, self.sample.agent) if p]
        return tuple(word for p in known for word in (p.name, p.phone, p.email) if word)

    def files(self) -> list[int]:
        """What came with the complaint."""
        with reading() as session:
            return list(session.scalars(select(Attachment.id).where(Attachment.case_id == self.case_id)))

    def citizen(self) -> Actor:
        """Who speaks for the citizen later: the browser, or the office that was called."""
        return CITIZEN if self.sample.channel in {"web", "email"} else self.cast.who(Role.INTAKE)
