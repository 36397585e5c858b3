"""The story of one made-up case: a generator that names the moment of its next step and takes it when asked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from shared.crypto import Keys
from shared.db import FAR
from shared.demo.cast import Cast, Hours
from shared.demo.shapes import Handling, Sample
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN, Actor
from shared.services import answers, decisions, extensions, intake, investigations, replies, slips
from shared.services.answers import Told
from shared.services.replies import Proposal

Times = Iterator[dt.datetime]
Then = "Generator"
LEVELS = {True: ("very_good", "good", "good", "fair"), False: ("bad", "very_bad", "unsure", "fair")}
STOPS = ("decide", "transfer", "sign", "section", "reply", "approve", "hand_in", "feed_back")


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
        identity = {"name": s.citizen.name, "address": s.citizen.address} if s.citizen else {}
        if s.agent:
            identity |= {"agent": s.agent.name, "relation": s.relation}
        reached = {"phone": speaks.phone, "email": speaks.email} if speaks else {}
        due = self.hours.next_day(self.received.date(), s.upper.days) if s.upper else None
        complaint = intake.Complaint(
            mode=s.mode,
            story=s.text,
            respondent=s.respondent,
            wish=s.wish,
            happened=s.happened,
            category=s.category,
            channel=s.channel,
            identity=identity,
            contact={name: value for name, value in reached.items() if value},
            notify=s.notify,
            consent_direct=bool(s.citizen) and self.cast.regime.reply.direct_with_consent and self.chance(25),
            declared_true=bool(speaks),
            upper_body=s.upper.name if s.upper else "",
            upper_no=f"交办{self.rng.randint(100, 999)}号" if s.upper else "",
            upper_due=due,
        )
        actor = CITIZEN if s.channel == "web" else self.cast.who(Role.INTAKE)
        self.case_id = intake.file(self.keys, self.cast.institution_id, complaint, self.received, actor=actor).case_id

    def citizen(self) -> Actor:
        """Who speaks for the citizen later: the browser, or the office that was called."""
        return CITIZEN if self.sample.channel in {"web", "email"} else self.cast.who(Role.INTAKE)


def township(story: Story) -> Times:
    """R2: accepted, transferred, signed for, replied to, fed back, rated, closed, archived, or less than that."""
    yield story.received
    story.file()
    if story.chance(2):
        yield from _withdrawn(story, story.by_citizen(story.received, 0, 2))
        return
    at = story.next(story.received, 0, 0, 1, step="decide")
    yield at
    if story.sample.refusal:
        yield from _turned_down(story, at)
        return
    _accept(story, at)
    if story.chance(4):
        at = story.next(at, 0)
        yield at
        answers.answer_at_once(story.case_id, story.cast.who(Role.INTAKE), at, _told(story, "phone"))
    else:
        at = yield from _transferred(story, at)
    yield from _afterwards(story, at, _transferred)


def county(story: Story) -> Times:
    """R5: decided within five days, investigated, approved by the leader, told, rated, archived, or less than that."""
    yield story.received
    story.file()
    at = story.next(story.received, 0, 1, 2, 3, step="decide")
    yield at
    if story.sample.refusal:
        yield from _turned_down(story, at)
        return
    _accept(story, at)
    at = yield from _investigated(story, at)
    yield from _afterwards(story, at, _investigated)


def _accept(story: Story, at: dt.datetime) -> None:
    codes = {s.code for s in story.cast.regime.severities}
    severity = story.sample.severity if story.sample.severity in codes else story.cast.regime.default_severity or ""
    story.severity, story.accepted = severity, at
    decisions.accept(story.case_id, story.cast.who(Role.INTAKE), at, category=story.sample.category, severity=severity)


def _withdrawn(story: Story, at: dt.datetime) -> Times:
    yield at
    decisions.withdraw(story.case_id, at)
    yield from _archived(story, at)


def _turned_down(story: Story, at: dt.datetime) -> Times:
    intake_person, no = story.cast.who(Role.INTAKE), story.sample.refusal
    if no is None:
        return
    if no.outside and story.chance(60):
        decisions.refer(story.case_id, intake_person, at, body=no.outside, reason=no.reason)
    else:
        ground = "procedure" if "复议" in no.basis or "诉讼" in no.basis else "scope"
        decisions.refuse(
            story.case_id, intake_person, at, ground=ground, reason=no.reason, basis=no.basis, redirect=no.go
        )
    yield from _archived(story, at)


def _transferred(story: Story, at: dt.datetime) -> "Then":  # type: ignore
    """From acceptance to the answer; returns the moment of the answer."""
    cast, rng = story.cast, story.rng
    unit = story.sample.unit
    if story.handling.wrong_unit and story.severity and story.chance(70):
        at = yield from _sent_to_the_wrong_unit(story, at)
    at = story.next(at, 0, 0, 1, step="transfer")
    yield at
    slip = _issue(story, unit, at)
    at = story.next(at, 0, 0, 1, step="sign")
    yield at
    slips.sign(slip, cast.who(Role.SIGNER, unit), at)
    at = story.next(at, 0, step="section")
    yield at
    section = cast.own_section.get(unit, cast.units[unit])
    slips.assign_section(slip, cast.who(Role.DIRECTOR, unit), at, section_id=section)
    at = yield from _asked(story, at)
    at = yield from _helped(story, slip, unit, at)
    at = yield from _extended(story, at)
    yield from ()
    at = yield from _replied(story, slip, unit, at, rng)
    return at


def _issue(story: Story, unit: str, at: dt.datetime) -> int:
    points = "\n".join(f"{n}. {point}" for n, point in enumerate(story.handling.points, 1))
    who = story.cast.who(Role.DISPATCHER)
    unit_id = story.cast.units[unit]
    return slips.transfer(story.case_id, who, at, unit_id=unit_id, points=points, text=story.sample.text)
