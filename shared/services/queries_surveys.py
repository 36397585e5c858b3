"""Surveys to read: the list with what is due next, results in whole fives, the public form."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from shared.db import reading
from shared.domain import follow_up
from shared.domain.errors import Refused
from shared.domain.regimes.citizen import Survey as Rule
from shared.domain.visibility import Actor, need_sight
from shared.models.institution import Institution
from shared.models.survey import Survey, SurveyAnswer
from shared.services.regimes import regime_of

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A survey of the rule book, and by when the next one begins."""

    rule: Rule
    last: dt.date | None
    next: dt.date | None


@dataclass(frozen=True, slots=True)
class Surveys:
    """The surveys of the rule book, and every campaign with how many have answered, newest first."""

    due: list[Due]
    rows: list[tuple[Survey, int]]


@dataclass(frozen=True, slots=True)
class Item:
    """One question: the mean and how often each score was given, where enough have answered it."""

    name: str
    mean: Decimal | None
    given: int


@dataclass(frozen=True, slots=True)
class Result:
    """A campaign with what it tells: of `total` answers the first `shown`, in whole fives."""

    survey: Survey
    total: int
    shown: int
    items: list[Item]
    ways: Counter[str]
    comments: list[str]


def listed(actor: Actor) -> Surveys:
    """All campaigns of the institution."""
    need_sight(actor, "surveys")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        book = regime_of(session, place.regime_version_id)
        counted = (
            select(Survey, func.count(SurveyAnswer.id))
            .outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
            .where(Survey.institution_id == place.id)
            .group_by(Survey.id)
            .order_by(Survey.first_day.desc(), Survey.id.desc())
        )
        rows = [(row, n) for row, n in session.execute(counted.limit(MOST_SHOWN))]
        last = {
            rule.code: max((r.first_day for r, _ in rows if r.code == rule.code), default=None) for rule in book.surveys
        }
        return Surveys([Due(r, last[r.code], follow_up.next_survey(r, last[r.code])) for r in book.surveys], rows)


def one(survey_id: int, actor: Actor) -> Result:
    """A campaign with its results; raises Refused('no_such_case')."""
    need_sight(actor, "surveys")
    with reading() as session:
        row = session.get(Survey, survey_id)
        if row is None or row.institution_id != actor.institution_id:
            raise Refused("no_such_case")
        mine = SurveyAnswer.survey_id == survey_id
        total = session.scalar(select(func.count(SurveyAnswer.id)).where(mine)) or 0
        shown = follow_up.shown(total)
        wanted = select(SurveyAnswer.scores, SurveyAnswer.way, SurveyAnswer.comment).where(mine)
        rows = session.execute(wanted.order_by(SurveyAnswer.id).limit(shown)).all() if shown else []
    items = []
    for item in row.items:
        given = [int(r.scores[item["code"]]) for r in rows if item["code"] in r.scores]
        items.append(Item(item["name"], follow_up.mean(given), len(given)))
    # in the order of their words, so that the place in the list tells nothing of who came when
    return Result(row, total, shown, items, Counter(r.way for r in rows), sorted(r.comment for r in rows if r.comment))


def public(token: str, now: dt.datetime) -> tuple[Survey, Institution, bool] | None:
    """The campaign of a public address with its institution, and whether it takes answers today."""
    with reading() as session:
        found = select(Survey, Institution).join(Institution, Institution.id == Survey.institution_id)
        row = session.execute(found.where(Survey.token == token)).one_or_none()
        if row is None or "online" not in row[0].ways:
            return None
        session.expunge_all()
    today = now.astimezone(ZoneInfo(row[1].time_zone)).date()
    return row[0], row[1], row[0].first_day <= today <= row[0].last_day
