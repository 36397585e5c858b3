"""An institution fills the blanks of its rule book: each value makes a new version; running cases keep theirs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import regimes
from shared.domain.errors import Refused, needs
from shared.domain.regimes import Regime, Setting, blanks
from shared.domain.visibility import Actor, need
from shared.models.institution import Institution
from shared.models.regime import RegimeVersion
from shared.models.regime_use import RegimeUse
from shared.services import cases
from shared.services.admin_acts import note
from shared.services.regimes import take_in

Value = int | str | bool


def read_value(blank: regimes.Blank, text: str) -> Value:
    """What somebody has typed, as the blank's kind asks; raises Refused('bad_setting', field='value')."""
    text = text.strip()
    value: Value | None
    if blank.kind == "number":
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    elif blank.kind == "yes":
        value = {"yes": True, "no": False}.get(text)
    else:
        value = text if text.isprintable() else None
    if value is None or blanks.wrong(blank.model_dump(), value):
        raise Refused("bad_setting", field="value")
    return value


def with_value(text: str, key: str, value: Value, reason: str, since: dt.date) -> str:
    """The text of a rule book with one blank set anew; raises Refused('bad_setting') where the whole would be wrong."""
    book = regimes.of_text(text)
    kept = [one for one in book.settings if one.key != key]
    new = regimes.with_settings(text, [*kept, Setting(key=key, value=value, reason=reason, since=since)])
    if regimes.faults_in(new):
        raise Refused("bad_setting", field="value")
    return new


def set_blank(actor: Actor, now: dt.datetime, *, key: str, value: str, reason: str, since: dt.date | None) -> None:
    """Sets one blank from a day on (R17.09: nothing goes live while one is open).

    Raises Refused('missing', field), Refused('bad_setting'), Refused('past_day', field='since'),
    Refused('no_such_case') for what is no blank of the institution's rule book.
    """
    need(actor, "set_rule")
    needs(reason=reason)
    if since is None:
        raise Refused("missing", field="since")
    with work() as session:
        place = session.scalars(
            select(Institution).where(Institution.id == actor.institution_id).with_for_update()
        ).one()
        today = now.astimezone(cases.zone(session, place.id)).date()
        if since < today:
            raise Refused("past_day", field="since")
        text = latest_text(session, place)
        blank = next((b for b in regimes.of_text(text).blanks if b.key == key), None)
        if blank is None:
            raise Refused("no_such_case")
        new = with_value(text, key, read_value(blank, value), reason.strip(), since)
        _use(session, place, take_in(session, new, since, now), since, now, actor.person_id, reason.strip())
        note(session, actor, now, "rule_set", facts={"key": key, "since": since.isoformat()})
        _apply(session, place, today)


def take_effect(now: dt.datetime) -> int:
    """Versions whose day has come are used for new cases; returns how many institutions changed."""
    changed = 0
    with work() as session:
        for place in session.scalars(select(Institution).order_by(Institution.id)).all():
            changed += _apply(session, place, now.astimezone(cases.zone(session, place.id)).date())
    return changed


def renew(code: str, now: dt.datetime) -> int:
    """Takes the shipped text into use wherever the rule book is used; what an institution has set stays set.

    Returns how many institutions' new cases follow it.
    """
    shipped = regimes.shipped(code)
    known = {blank.key for blank in regimes.of_text(shipped).blanks}
    with work() as session:
        used = select(RegimeVersion.id).where(RegimeVersion.code == code)
        places = session.scalars(select(Institution).where(Institution.regime_version_id.in_(used))).all()
        take_in(session, shipped, now.date(), now)
        for place in places:
            kept = [one for one in regimes.of_text(latest_text(session, place)).settings if one.key in known]
            text = regimes.with_settings(shipped, kept) if kept else shipped
            day = now.astimezone(cases.zone(session, place.id)).date()
            _use(session, place, take_in(session, text, day, now), day, now, None, "")
            _apply(session, place, day)
    return len(places)


def latest_text(session: Session, place: Institution) -> str:
    """The newest text of an institution's rule book, also one whose day is still to come."""
    query = select(RegimeUse.regime_version_id).where(RegimeUse.institution_id == place.id)
    newest = session.scalar(query.order_by(RegimeUse.id.desc()).limit(1)) or place.regime_version_id
    return session.get_one(RegimeVersion, newest).text


def latest_book(session: Session, place: Institution) -> Regime:
    """`latest_text`, ready to be asked."""
    return regimes.of_text(latest_text(session, place))


def _use(
    session: Session,
    place: Institution,
    version: RegimeVersion,
    day: dt.date,
    now: dt.datetime,
    author_id: int | None,
    reason: str,
) -> None:
    row = RegimeUse(institution_id=place.id, regime_version_id=version.id, effective_from=day, at=now)
    row.author_id, row.reason = author_id, reason
    session.add(row)
    session.flush()


def _apply(session: Session, place: Institution, today: dt.date) -> bool:
    due = select(RegimeUse.regime_version_id).where(
        RegimeUse.institution_id == place.id, RegimeUse.effective_from <= today
    )
    newest = session.scalar(due.order_by(RegimeUse.effective_from.desc(), RegimeUse.id.desc()).limit(1))
    if newest is None or newest == place.regime_version_id:
        return False
    place.regime_version_id = newest
    return True
