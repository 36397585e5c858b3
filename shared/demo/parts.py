"""Steps that cases of both rule books take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator

from shared.demo.story import Story
from shared.domain.calendar import Unit as TimeUnit
from shared.domain.lifecycle import Role
from shared.services import answers, decisions
from shared.services.answers import Told
from shared.services.replies import Proposal

Part = Generator[dt.datetime, None, dt.datetime]
"""Yields when its next step is due, returns when its last one was."""
GOOD, BAD = ("very_good", "good", "good", "good", "fair"), ("bad", "very_bad", "unsure", "fair")


def asked(story: Story, at: dt.datetime, role: Role) -> Part:
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


def later_day(story: Story, at: dt.datetime, days: int) -> dt.date:
    """A day after the limit, that many working days later."""
    rule = story.cast.regime.handling_limit(story.severity)
    began = max(story.accepted, story.reopened or story.accepted).astimezone(story.hours.zone).date()
    due = story.hours.calendar.count(began, rule.value if rule else 0, TimeUnit.WORKING_DAYS).day
    return story.hours.next_day(max(due, at.astimezone(story.hours.zone).date()), days)


def proposal(story: Story) -> Proposal:
    """What the unit or the investigator proposes: mostly solved, sometimes planned, seldom unsolvable (R2.14)."""
    say, dice = story.handling, story.rng.random()
    solved = Proposal("solved", say.solution, say.opinion)
    if dice < 0.8:
        return solved
    if dice < 0.93 and story.cast.regime.reply.plan_when_planned:
        return Proposal("planned", say.solution, say.opinion, plan=say.plan)
    return Proposal("unsolvable", say.solution, say.opinion, reason=say.cannot)


def told(story: Story) -> Told:
    """The answer as the office gives it, by phone to whoever called."""
    means = "phone" if story.sample.channel == "phone" else "online"
    return Told(means, story.handling.answer, record=story.handling.phone_record if means == "phone" else "")


def fed_back(story: Story, at: dt.datetime) -> Part:
    """R2.15, R5.07: the office tells the citizen."""
    at = story.next(at, 0, 0, 1, step="feed_back")
    yield at
    answers.feed_back(story.case_id, story.cast.who(Role.INTAKE), at, told(story))
    return at
