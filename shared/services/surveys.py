"""Surveys outside complaints (R8.01, R12.12, R25.08): a campaign, its answers, nobody to be found by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import work
from shared.domain import follow_up
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor, need
from shared.models.institution import Institution
from shared.models.survey import Survey, SurveyAnswer
from shared.services.regimes import regime_of

MOST_A_DAY = 1000
"""So many answers come in online on one day; a machine that answers on and on is stopped there."""
LONGEST_COMMENT = 500
TITLE_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form; `form_key` is the same however often it is sent."""

    form_key: str
    scores: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""


def begin(actor: Actor, now: dt.datetime, *, code: str, title: str, first_day: dt.date, last_day: dt.date) -> int:
    """A campaign begins with the questions of the rule book as they stand; returns its number.

    Raises Refused('no_surveys'), Refused('missing', field), Refused('past_day'), Refused('ends_before').
    """
    need(actor, "keep_surveys")
    with work() as session:
        place = session.get_one(Institution, actor.institution_id)
        rule = follow_up.survey_rule(regime_of(session, place.regime_version_id), code)
        if rule is None:
            raise Refused("no_surveys", field="code")
        needs(title=title)
        if last_day < _today(place, now):
            raise Refused("past_day", field="last_day")
        if last_day < first_day:
            raise Refused("ends_before", field="last_day")
        row = Survey(
            institution_id=place.id,
            code=rule.code,
            title=title[:TITLE_LONGEST],
            items=[{"code": item.code, "name": item.name} for item in rule.items],
            scale=rule.scale,
            ways=list(rule.ways),
            first_day=first_day,
            last_day=last_day,
            token=crypto.token()[:22],
            by_id=actor.person_id or 0,
            created_at=now,
        )
        session.add(row)
        session.flush()
        return row.id


def end(survey_id: int, actor: Actor, now: dt.datetime) -> None:
    """No further answer is taken from tomorrow on; raises Refused('no_such_case')."""
    need(actor, "keep_surveys")
    with work() as session:
        row = _own(session, survey_id, actor)
        today = _today(session.get_one(Institution, row.institution_id), now)
        row.last_day = max(row.first_day, min(row.last_day, today))


def answer(keys: Keys, token: str, now: dt.datetime, filled: Filled) -> None:
    """An answer on the public page; the same form twice is one answer.

    Raises Refused('no_such_case'), Refused('survey_over'), Refused('survey_full'), Refused('missing', field),
    Refused('form_old') where the form wasn't made here.
    """
    if not made_here(keys, filled.form_key):
        raise Refused("form_old")
    with work() as session:
        row = session.scalar(select(Survey).where(Survey.token == token))
        if row is None or "online" not in row.ways:
            raise Refused("no_such_case")
        today = _today(session.get_one(Institution, row.institution_id), now)
        same_day = SurveyAnswer.survey_id == row.id, SurveyAnswer.day == today, SurveyAnswer.way == "online"
        if (session.scalar(select(func.count(SurveyAnswer.id)).where(*same_day)) or 0) >= MOST_A_DAY:
            raise Refused("survey_full")
        _keep(session, row, today, filled, "online", None)


def enter(survey_id: int, actor: Actor, now: dt.datetime, filled: Filled, *, way: str) -> None:
    """What came on paper, by phone or at the door; raises as `answer`, and Refused('missing', field='visit_way')."""
    need(actor, "keep_surveys")
    with work() as session:
        row = _own(session, survey_id, actor)
        if way not in row.ways or way == "online":
            raise Refused("missing", field="visit_way")
        _keep(session, row, _today(session.get_one(Institution, row.institution_id), now), filled, way, actor.person_id)


def new_form_key(keys: Keys) -> str:
    """A key for one form, which nobody else can make."""
    said = crypto.token()[:22]
    return f"{said}.{crypto.keyed_hash(keys, 'survey', said)[:32]}"


def made_here(keys: Keys, form_key: str) -> bool:
    """Whether the key of a form was made by us."""
    said, _, mark = form_key.partition(".")
    return bool(said) and mark == crypto.keyed_hash(keys, "survey", said)[:32]


def _keep(session: Session, row: Survey, today: dt.date, filled: Filled, way: str, by: int | None) -> None:
    if not row.first_day <= today <= row.last_day:
        raise Refused("survey_over")
    given = {item["code"]: n for item in row.items if (n := filled.scores.get(item["code"], 0))}
    if not given:
        raise Refused("missing", field="items")
    follow_up.check_scores(given, given, row.scale)
    if session.scalar(select(SurveyAnswer.id).where(SurveyAnswer.form_key == filled.form_key)) is not None:
        return
    session.add(
        SurveyAnswer(
            survey_id=row.id,
            form_key=filled.form_key,
            way=way,
            scores=given,
            comment=filled.comment.strip()[:LONGEST_COMMENT],
            day=today,
            entered_by=by,
        )
    )


def _own(session: Session, survey_id: int, actor: Actor) -> Survey:
    row = session.scalar(select(Survey).where(Survey.id == survey_id).with_for_update())
    if row is None or row.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    return row


def _today(place: Institution, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(place.time_zone)).date()
