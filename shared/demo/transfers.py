"""R2 between acceptance and answer: the slip, its return, the help, the reply and its approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator

from shared.demo.parts import GOOD, Part, asked, fed_back, later_day, proposal
from shared.demo.story import OPEN_MODES, Story
from shared.domain import redaction
from shared.domain.lifecycle import Role
from shared.services import (
    answers,
    conflicts,
    decisions,
    extensions,
    helps,
    replies,
    signatures,
    slips,
    transfer_copies,
)
from shared.services.answers import Told
from shared.services.conflicts import Named


def transferred(story: Story, at: dt.datetime) -> Part:
    """R2.09 to R2.16: from the slip to the answer; returns the moment of the answer."""
    cast, unit = story.cast, story.sample.unit
    if story.handling.wrong_unit:
        at = yield from (_returned if story.chance(60) else _withdrawn)(story, at)
    slip, at = yield from _issued(story, unit, at)
    at = story.next(at, 0, 0, 1, step="sign")
    yield at
    slips.sign(slip, cast.who(Role.SIGNER, unit), at)
    at = story.next(at, 0, 0, 1, step="section")
    yield at
    section = cast.own_section.get(unit, cast.units[unit])
    slips.assign_section(slip, cast.who(Role.DIRECTOR, unit), at, section_id=section)
    at = yield from asked(story, at, Role.INTAKE)
    at = yield from _helped(story, slip, at)
    at = yield from _extended(story, at)
    at = yield from _replied(story, slip, at)
    if story.sample.mode in OPEN_MODES and story.chance(22):
        return (yield from _answered_directly(story, slip, at))
    at = story.next(at, 0, step="hand_in")
    yield at
    replies.hand_in(slip, cast.who(Role.SIGNER, unit), at)
    if story.chance(4):
        at = yield from _rejected(story, slip, at)
    return (yield from fed_back(story, at))


def _issued(story: Story, unit: str, at: dt.datetime) -> Generator[dt.datetime, None, tuple[int, dt.datetime]]:
    if story.stuck == "transfer":
        at = yield from _barred(story, at)
    at = story.next(at, 0, 0, 0, 1, step="transfer")
    yield at
    points = "\n".join(f"{n}. {point}" for n, point in enumerate(story.handling.points, 1))
    clerk, to = story.cast.who(Role.DISPATCHER), story.cast.units[unit]
    text, files = redaction.mask_obvious(story.sample.text, story.names()), story.files()
    if story.sample.mode == "confidential":
        asked = signatures.ask(story.case_id, clerk, at, unit_id=to, points=points, text=text, files=files)
        at += dt.timedelta(minutes=25)
        yield at
        slip = signatures.decide(story.case_id, asked, story.cast.who(Role.CHIEF), at, signed=True) or 0
    else:
        slip = slips.transfer(story.case_id, clerk, at, unit_id=to, points=points, text=text, files=files)
    if story.camera:
        for copy in transfer_copies.waiting():
            transfer_copies.make(copy, story.keys, story.camera.store, story.camera.limits)
    return slip, at


def _barred(story: Story, at: dt.datetime) -> Part:
    """The complaint is about the very unit whose business it would be: others have to be found (R4.06)."""
    about = story.cast.units[story.sample.unit]
    at = story.next(at)
    yield at
    conflicts.name(story.case_id, story.cast.who(Role.INTAKE), at, Named([about], []))
    return at


def _returned(story: Story, at: dt.datetime) -> Part:
    """R2.12: first sent to a unit that it is no business of, which gives it back in time."""
    wrong = story.handling.wrong_unit
    slip, at = yield from _issued(story, wrong, at)
    signer, right = story.cast.who(Role.SIGNER, wrong), story.cast.units[story.sample.unit]
    at = story.next(at, 0, 1, step="sign")
    yield at
    slips.sign(slip, signer, at)
    at = story.next(at)
    yield at
    slips.ask_return(slip, signer, at, reason=story.handling.return_reason, unit_id=right)
    at = story.next(at, 0, 1, step="return")
    yield at
    slips.decide_return(slip, story.cast.who(Role.DISPATCHER), at, granted=True, comment="")
    return at


def _withdrawn(story: Story, at: dt.datetime) -> Part:
    """Sent to the wrong unit, noticed by the office and taken back before anybody signed for it."""
    slip, at = yield from _issued(story, story.handling.wrong_unit, at)
    at = story.next(at)
    yield at
    slips.withdraw(slip, story.cast.who(Role.DISPATCHER), at)
    return at


def _helped(story: Story, slip: int, at: dt.datetime) -> Part:
    """R2.13: another unit's help, asked for with reasons, agreed to and given."""
    cast, handler = story.cast, story.cast.who(Role.HANDLER, story.sample.unit)
    for unit in story.handling.co_units:
        at = story.next(at)
        yield at
        slips.ask_help(slip, handler, at, unit_id=cast.units[unit], reason=story.handling.co_reason)
        part = story.part_of(slip, cast.units[unit])
        at = story.next(at, 0, 1, step="co")
        yield at
        if story.sample.mode == "confidential":  # two of the office agree
            helps.decide_help(part, cast.who(Role.DISPATCHER), at, agreed=True)
        helps.decide_help(part, cast.who(Role.CHIEF), at, agreed=True)
        at = story.next(at, 0, 1, step="help")
        yield at
        helps.give_help(part, cast.who(Role.HANDLER, unit), at, opinion=story.handling.co_reason)
    return at


def _extended(story: Story, at: dt.datetime) -> Part:
    """R2.07: a later date, promised to the citizen with the reason."""
    if not story.chance(30 if story.severity == "complex" else 6):
        return at
    at = story.next(at)
    yield at
    new_day = later_day(story, at, story.rng.choice((3, 5, 8)))
    extensions.extend(story.case_id, story.cast.who(Role.INTAKE), at, new_day=new_day, reason=story.handling.extension)
    return story.next(at, 2, 3)


def _replied(story: Story, slip: int, at: dt.datetime) -> Part:
    """R2.10, R2.11: drafted by the section, approved by the unit's leader, perhaps at the second attempt."""
    cast, unit = story.cast, story.sample.unit
    for again in (True, False):
        days = (1, 2, 2, 3) if story.severity == "general" else (2, 4, 5, 6)
        at = story.next(at, *(days if again else (0, 1)), step="reply")
        yield at
        replies.submit(slip, cast.who(Role.HANDLER, unit), at, proposal(story))
        at = story.next(at, 0, 0, 1, step="approve")
        yield at
        sent_back = again and story.chance(12)
        comment = "请把核实的经过写清楚，并写明哪一天完成。" if sent_back else ""
        replies.decide(slip, cast.who(Role.UNIT_HEAD, unit), at, approved=not sent_back, comment=comment)
        if not sent_back:
            break
    return at


def _rejected(story: Story, slip: int, at: dt.datetime) -> Part:
    """The office isn't content with the reply: the unit does it again."""
    at = story.next(at)
    yield at
    comment = "要点没有逐条回答，请补充后再报。"
    replies.reject(story.case_id, story.cast.who(Role.INTAKE), at, comment=comment)
    at = yield from _replied(story, slip, at)
    at = story.next(at, step="hand_in")
    yield at
    replies.hand_in(slip, story.cast.who(Role.SIGNER, story.sample.unit), at)
    return at


def _answered_directly(story: Story, slip: int, at: dt.datetime) -> Part:
    """R2.16: by the unit, with recorded consent, by phone or face to face."""
    at = story.next(at)
    yield at
    decisions.record_consent(story.case_id, story.cast.who(Role.INTAKE), at, how="phone")
    at = story.next(at, 0, 1)
    yield at
    means = story.rng.choice(("phone", "face"))
    told = Told(
        means=means,
        text=story.handling.answer,
        record=story.handling.phone_record if means == "phone" else story.handling.face_record,
        signed=means == "face",
        satisfaction=story.rng.choice(GOOD),
    )
    answers.answer_directly(slip, story.cast.who(Role.HANDLER, story.sample.unit), at, told)
    story.rated = True
    return at
