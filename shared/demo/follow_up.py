"""After the end in the small made-up institutions: return visits that were made, and some that are still owed."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast
from shared.domain import follow_up
from shared.domain.follow_up import Heard
from shared.domain.lifecycle import Role
from shared.models.return_visit import ReturnVisit
from shared.services import return_visits

SAID = ("现在好多了，谢谢。", "希望以后能早一点告诉我们。", "")


def visit(cast: Cast, case_id: int, at: dt.datetime, rng: random.Random) -> None:
    """Somebody calls or goes there, where a visit is owed; the rule book's own role, with its own questions."""
    rule = follow_up.visit_rule(cast.regime)
    with reading() as session:
        owed = session.scalar(select(ReturnVisit.id).where(ReturnVisit.case_id == case_id, ReturnVisit.state == "owed"))
        session.rollback()
    if rule is None or owed is None:
        return
    who = cast.actors.get(rule.role) or cast.who(Role.INTAKE)
    scores = {key: rng.choice((3, 4, 4, 5, 5)) for key, _ask in follow_up.scored(rule)}
    still = False if follow_up.words_of(rule, "still") else None
    way = next(one for one in rule.ways if one != "online")
    level = rng.choice(("very_good", "good", "good", "fair"))
    return_visits.record(case_id, who, at, Heard(way, level, still, scores, rng.choice(SAID)))
