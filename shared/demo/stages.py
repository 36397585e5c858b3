"""How made-up cases go: generators that name the moment of the next step and take it when they are asked again.

Whoever plays them stops at the present, so that cases stand at every stage; a stuck one waits for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from shared.demo.investigation import investigated
from shared.demo.parts import BAD, GOOD, Part, told
from shared.demo.story import Story
from shared.demo.transfers import transferred
from shared.domain.lifecycle import Role
from shared.services import answers, decisions

STEPS = {
    "R2": ("decide", "transfer", "sign", "return", "section", "co", "help", "reply", "approve", "hand_in", "feed_back"),
    "R5": ("decide", "assign", "evidence", "extension", "opinion", "approve", "approve", "feed_back"),
}
"""Where a case of the rule book may get stuck."""


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
        answers.answer_at_once(story.case_id, story.cast.who(Role.INTAKE), at, told(story))
    else:
        at = yield from transferred(story, at)
    return (yield from _afterwards(story, at, transferred))


def county(story: Story) -> Part:
    """R5: decided within five days, investigated, approved by the leader, told, rated, archived, or less than that."""
    yield story.received
    story.file()
    at = story.next(story.received, 0, 1, 2, 3, step="decide")
    yield at
    if story.sample.refusal:
        return (yield from _turned_down(story, at))
    _accept(story, at)
    at = yield from investigated(story, at)
    return (yield from _afterwards(story, at, investigated))


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
