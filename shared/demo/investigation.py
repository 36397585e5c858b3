"""R5 between acceptance and answer: the investigation, its evidence and the leader's approval."""

from __future__ import annotations

import datetime as dt

from shared.demo.parts import Part, asked, fed_back, later_day, proposal
from shared.demo.story import Story
from shared.domain.lifecycle import Role
from shared.services import extensions, investigations, replies


def investigated(story: Story, at: dt.datetime) -> Part:
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
    request = investigations.ask_evidence(story.case_id, who, at, unit_id=cast.units[unit], wanted=wanted, due_day=day)
    at = yield from asked(story, at, Role.INVESTIGATOR)
    at = story.next(at, 2, 3, 4, step="evidence")
    yield at
    investigations.give_evidence(request, cast.who(Role.HANDLER, unit), at, given="材料已整理齐全，随本说明报送。")
    at = yield from _extension_asked(story, at)
    for again in (True, False):
        at = story.next(at, *((3, 6, 9, 12) if again else (2, 3)), step="opinion")
        yield at
        replies.submit_opinion(story.case_id, who, at, proposal(story))
        at = story.next(at, 0, 1, 2, step="approve")
        yield at
        sent_back = again and story.chance(12)
        comment = "请补充调查经过和依据。" if sent_back else "同意。"
        leader = cast.who(Role.GOV_LEADER)
        replies.decide_opinion(story.case_id, leader, at, approved=not sent_back, comment=comment)
        if not sent_back:
            break
    return (yield from fed_back(story, at))


def _extension_asked(story: Story, at: dt.datetime) -> Part:
    """R5.08: more time, by the leader's approval alone."""
    if not story.chance(25) or story.investigator is None:
        return at
    at = story.next(at, 2, 4)
    yield at
    new_day = later_day(story, at, 15)
    extensions.ask(story.case_id, story.investigator, at, new_day=new_day, reason=story.handling.extension)
    at = story.next(at, 0, 1, 2, step="extension")
    yield at
    granted = story.chance(80)
    comment = "" if granted else "已有的材料足以认定，请按期提出意见。"
    extensions.decide(story.case_id, story.cast.who(Role.GOV_LEADER), at, granted=granted, comment=comment)
    return at
