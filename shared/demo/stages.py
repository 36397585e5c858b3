"""How made-up cases go: generators that name the moment of the next step and take it when they are asked again.

Whoever plays them stops at the present, so that cases stand at every stage; a stuck one waits for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator

from shared.demo.story import OPEN_MODES, Story
from shared.domain.calendar import Unit as TimeUnit
from shared.domain.lifecycle import Role
from shared.services import answers, decisions, extensions, investigations, replies, slips
from shared.services.answers import Told
from shared.services.replies import Proposal

Part = Generator[dt.datetime, None, dt.datetime]
"""Yields when its next step is due, returns when its last one was."""
STEPS = {
    "R2": ("decide", "transfer", "sign", "return", "section", "co", "help", "reply", "approve", "hand_in", "feed_back"),
    "R5": ("decide", "assign", "evidence", "extension", "opinion", "approve", "feed_back"),
}
"""Where a case of the rule book may get stuck."""
GOOD, BAD = ("very_good", "good", "good", "good", "fair"), ("bad", "very_bad", "unsure", "fair")


def township(story: Story) -> Part:
    """R2: accepted, transferred, signed for, replied to, fed back, rated, closed, archived, or less than that."""
    yield story.received
    story.file()
    if story.chance(2):
        return (yield from _withdrawn(story, story.by_citizen(story.received, 0, 2)))
    at = story.next(story.received, 0, 0, 1, step="decide")
    yield at
    if story.sample.refusal:
        return (yield from _turned_down(story, at))
    _accept(story, at)
    if story.chance(4):
        at = story.next(at)
        yield at
        answers.answer_at_once(story.case_id, story.cast.who(Role.INTAKE), at, _told(story))
    else:
        at = yield from _transferred(story, at)
    return (yield from _afterwards(story, at, _transferred))


def county(story: Story) -> Part:
    """R5: decided within five days, investigated, approved by the leader, told, rated, archived, or less than that."""
    yield story.received
    story.file()
    at = story.next(story.received, 0, 1, 2, 3, step="decide")
    yield at
    if story.sample.refusal:
        return (yield from _turned_down(story, at))
    _accept(story, at)
    at = yield from _investigated(story, at)
    return (yield from _afterwards(story, at, _investigated))


PLAYS: dict[str, Callable[[Story], Part]] = {"R2": township, "R5": county}


def _accept(story: Story, at: dt.datetime) -> None:
    book, sample = story.cast.regime, story.sample
    known = {s.code for s in book.severities}
    story.severity = sample.severity if sample.severity in known else book.default_severity or ""
    story.accepted = at
    who = story.cast.who(Role.INTAKE)
    decisions.accept(story.case_id, who, at, category=sample.category, severity=story.severity)


def _withdrawn(story: Story, at: dt.datetime) -> Part:
    yield at
    decisions.withdraw(story.case_id, at)
    return (yield from _archived(story, at))


def _turned_down(story: Story, at: dt.datetime) -> Part:
    who, no = story.cast.who(Role.INTAKE), story.sample.refusal
    if no is not None and no.outside and story.chance(60):
        decisions.refer(story.case_id, who, at, body=no.outside, reason=no.reason)
    elif no is not None:
        ground = "procedure" if "复议" in no.basis or "诉讼" in no.basis else "scope"
        decisions.refuse(story.case_id, who, at, ground=ground, reason=no.reason, basis=no.basis, redirect=no.go)
    return (yield from _archived(story, at))


def _transferred(story: Story, at: dt.datetime) -> Part:
    cast, unit = story.cast, story.sample.unit
    if story.handling.wrong_unit and story.chance(60):
        at = yield from _returned(story, at)
    slip, at = yield from _issued(story, unit, at)
    at = story.next(at, 0, 0, 1, step="sign")
    yield at
    slips.sign(slip, cast.who(Role.SIGNER, unit), at)
    at = story.next(at, 0, 0, 1, step="section")
    yield at
    section = cast.own_section.get(unit, cast.units[unit])
    slips.assign_section(slip, cast.who(Role.DIRECTOR, unit), at, section_id=section)
    at = yield from _asked(story, at, Role.INTAKE)
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
    return (yield from _fed_back(story, at))


def _issued(story: Story, unit: str, at: dt.datetime) -> Generator[dt.datetime, None, tuple[int, dt.datetime]]:
    at = story.next(at, 0, 0, 0, 1, step="transfer")
    yield at
    points = "\n".join(f"{n}. {point}" for n, point in enumerate(story.handling.points, 1))
    slip = slips.transfer(
        story.case_id,
        story.cast.who(Role.DISPATCHER),
        at,
        unit_id=story.cast.units[unit],
        points=points,
        text=story.sample.text,
    )
    return slip, at


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


def _asked(story: Story, at: dt.datetime, role: Role) -> Part:
    """A question to the citizen; two of three are answered, and the work goes on meanwhile or afterwards."""
    if not story.sample.questions or story.round > 1:
        return at
    question, told = story.sample.questions[0]
    at = story.next(at)
    yield at
    day = story.hours.next_day(at.astimezone(story.hours.zone).date(), story.cast.regime.question_days)
    decisions.ask_question(story.case_id, story.investigator or story.cast.who(role), at, text=question, due_day=day)
    if story.chance(30):
        return at
    at = story.by_citizen(at, 0, 3)
    yield at
    decisions.answer_question(story.case_id, story.citizen(), at, text=told)
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
        slips.decide_help(part, cast.who(Role.CHIEF), at, agreed=True)
        at = story.next(at, 0, 1, step="help")
        yield at
        slips.give_help(part, cast.who(Role.HANDLER, unit), at, opinion=story.handling.co_reason)
    return at


def _extended(story: Story, at: dt.datetime) -> Part:
    """R2.07: a later date, promised to the citizen with the reason."""
    if not story.chance(30 if story.severity == "complex" else 6):
        return at
    at = story.next(at)
    yield at
    new_day = _later_day(story, at, story.rng.choice((3, 5, 8)))
    extensions.extend(
        story.case_id, story.cast.who(Role.INTAKE), at, new_day=new_day, reason=story.handling.extension
    )
    return story.next(at, 2, 3)


def _later_day(story: Story, at: dt.datetime, days: int) -> dt.date:
    rule = story.cast.regime.handling_limit(story.severity)
    began = max(story.accepted, story.reopened or story.accepted).astimezone(story.hours.zone).date()
    due = story.hours.calendar.count(began, rule.value if rule else 0, TimeUnit.WORKING_DAYS).day
    return story.hours.next_day(max(due, at.astimezone(story.hours.zone).date()), days)


def _replied(story: Story, slip: int, at: dt.datetime) -> Part:
    """R2.10, R2.11: drafted by the section, approved by the unit's leader, perhaps at the second attempt."""
    cast, unit = story.cast, story.sample.unit
    for again in (True, False):
        days = (1, 2, 2, 3) if story.severity == "general" else (2, 4, 5, 6)
        at = story.next(at, *(days if again else (0, 1)), step="reply")
        yield at
        replies.submit(slip, cast.who(Role.HANDLER, unit), at, _proposal(story))
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


def _investigated(story: Story, at: dt.datetime) -> Part:
    """R5.06 to R5.09: investigated by the office, with the unit's material, approved by the leader."""
    cast, unit = story.cast, story.sample.unit
    at = story.next(at, 0, 1, step="assign")
    yield at
    story.investigator = who = story.rng.choice(cast.everybody(Role.INVESTIGATOR))
    investigations.assign(story.case_id, cast.who(Role.CHIEF), at, person_id=who.person_id or 0)
    at = story.next(at, 0, 1, 2)
    yield at
    day = story.hours.next_day(at.astimezone(story.hours.zone).date(), 5)
    wanted = "；".join(story.handling.points) + "。请提供执法记录、视频和当事人员的说明。"
    request = investigations.ask_evidence(
        story.case_id, who, at, unit_id=cast.units[unit], wanted=wanted, due_day=day
    )
    at = yield from _asked(story, at, Role.INVESTIGATOR)
    at = story.next(at, 2, 3, 4, step="evidence")
    yield at
    investigations.give_evidence(request, cast.who(Role.HANDLER, unit), at, given="材料已整理齐全，随本说明报送。")
    at = yield from _extension_asked(story, at)
    for again in (True, False):
        at = story.next(at, *((3, 6, 9, 12) if again else (2, 3)), step="opinion")
        yield at
        replies.submit_opinion(story.case_id, who, at, _proposal(story))
        at = story.next(at, 0, 1, 2, step="approve")
        yield at
        sent_back = again and story.chance(12)
        comment = "请补充调查经过和依据。" if sent_back else "同意。"
        leader = cast.who(Role.GOV_LEADER)
        replies.decide_opinion(story.case_id, leader, at, approved=not sent_back, comment=comment)
        if not sent_back:
            break
    return (yield from _fed_back(story, at))


def _extension_asked(story: Story, at: dt.datetime) -> Part:
    """R5.08: more time, by the leader's approval alone."""
    if not story.chance(25) or story.investigator is None:
        return at
    at = story.next(at, 2, 4)
    yield at
    new_day = _later_day(story, at, 15)
    extensions.ask(story.case_id, story.investigator, at, new_day=new_day, reason=story.handling.extension)
    at = story.next(at, 0, 1, 2, step="extension")
    yield at
    granted = story.chance(80)
    comment = "" if granted else "已有的材料足以认定，请按期提出意见。"
    extensions.decide(story.case_id, story.cast.who(Role.GOV_LEADER), at, granted=granted, comment=comment)
    return at


def _proposal(story: Story) -> Proposal:
    say, dice = story.handling, story.rng.random()
    solved = Proposal("solved", say.solution, say.opinion)
    if dice < 0.8:
        return solved
    if dice < 0.93 and story.cast.regime.reply.plan_when_planned:
        return Proposal("planned", say.solution, say.opinion, plan=say.plan)
    return Proposal("unsolvable", say.solution, say.opinion, reason=say.cannot)


def _told(story: Story) -> Told:
    means = "phone" if story.sample.channel == "phone" else "online"
    return Told(means, story.handling.answer, record=story.handling.phone_record if means == "phone" else "")


def _fed_back(story: Story, at: dt.datetime) -> Part:
    at = story.next(at, 0, 0, 1, step="feed_back")
    yield at
    answers.feed_back(story.case_id, story.cast.who(Role.INTAKE), at, _told(story))
    return at


def _afterwards(story: Story, at: dt.datetime, hear: Callable[[Story, dt.datetime], Part]) -> Part:
    """Rated or not, perhaps heard again, closed and archived."""
    answered = at
    content = story.chance(72)
    if not story.rated and story.chance(60):
        at = story.by_citizen(at, 0, 6)
        yield at
        level = story.rng.choice(GOOD if content else BAD)
        comment = (story.handling.good if content else story.handling.bad) if story.chance(60) else ""
        answers.rate(story.case_id, story.citizen(), at, level=level, comment=comment)
        story.rated = True
        if not content and story.round == 1 and story.chance(65):
            return (yield from _heard_again(story, at, hear))
    waits = answered + dt.timedelta(days=story.cast.regime.rating_days)
    at = story.next(at, 1, 2, 3) if story.rated else story.next(waits, 0, 1, 2)
    yield at
    answers.close(story.case_id, story.cast.who(Role.INTAKE), at)
    return (yield from _archived(story, at))


def _heard_again(story: Story, at: dt.datetime, hear: Callable[[Story, dt.datetime], Part]) -> Part:
    at = story.by_citizen(at, 0, 2)
    yield at
    answers.rehandle(story.case_id, story.citizen(), at, reason=story.handling.again)
    story.reopened, story.rated = at, False
    story.round += 1
    at = yield from hear(story, at)
    return (yield from _afterwards(story, at, hear))


def _archived(story: Story, at: dt.datetime) -> Part:
    """R2.18, R5.10: filed away from time to time, several at once."""
    at = story.next(at, 5, 8, 12, 18)
    yield at
    answers.archive(story.case_id, story.cast.who(Role.ARCHIVIST), at)
    return at
