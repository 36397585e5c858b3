"""After the end in the small made-up institutions: visits made and visits owed, and a survey that is under way."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import reading
from shared.demo.cast import Cast
from shared.domain import follow_up
from shared.domain.follow_up import Heard
from shared.domain.lifecycle import Role
from shared.models.return_visit import ReturnVisit
from shared.services import return_visits, surveys
from shared.services.surveys import Filled

SAID = ("现在好多了，谢谢。", "希望以后能早一点告诉我们。", "")


def visit(cast: Cast, case_id: int, at: dt.datetime, rng: random.Random) -> None:
    """Somebody calls or goes there, where a visit is owed or the office picks whom it asks."""
    rule = follow_up.visit_rule(cast.regime)
    with reading() as session:
        owed = session.scalar(select(ReturnVisit.id).where(ReturnVisit.case_id == case_id, ReturnVisit.state == "owed"))
        session.rollback()
    picked = rule is not None and not rule.all and not rule.share and rng.random() < 0.7
    if rule is None or (owed is None and not picked):
        return
    who = cast.actors.get(rule.role) or cast.who(Role.INTAKE)
    scores = {key: rng.choice((3, 4, 4, 5, 5)) for key, _ask in follow_up.scored(rule)}
    still = False if follow_up.words_of(rule, "still") else None
    way = next(one for one in rule.ways if one != "online")
    level = rng.choice(("very_good", "good", "good", "fair"))
    return_visits.record(case_id, who, at, Heard(way, level, still, scores, rng.choice(SAID)))


ANSWERS = 13
WISHES = ("希望周末也有人值班。", "态度比去年好。", "修得快，谢谢。")


def survey(cast: Cast, keys: Keys, now: dt.datetime) -> None:
    """A survey that began ten days ago, where the rule book has one; forms came on paper and by phone."""
    rng = random.Random(f"survey:{cast.regime.code}")  # noqa: S311  made-up lives, no secrets
    for rule in cast.regime.surveys[:1]:
        began = now - dt.timedelta(days=10)
        who, day = cast.who(Role.INTAKE), began.date()
        title = f"{day.year} 年{rule.name}"
        last = day + dt.timedelta(days=30)
        made = surveys.begin(who, began, code=rule.code, title=title, first_day=day, last_day=last)
        ways = [way for way in rule.ways if way != "online"]
        for n in range(ANSWERS):
            scores = {item.code: rng.choice((2, 3, 4, 4, 5, 5)) for item in rule.items}
            said = Filled(surveys.new_form_key(keys), scores, WISHES[n // 4 % 3] if n % 4 == 0 else "")
            surveys.enter(made, who, began + dt.timedelta(hours=18 * n), said, way=rng.choice(ways))
