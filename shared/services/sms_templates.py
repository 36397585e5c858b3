"""The register of text message templates and the hours of an institution, kept by its system administrator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain.errors import Refused, needs
from shared.domain.sms import (
    LENGTHS,
    LONGEST_TEXT,
    NEUTRAL_NOTICE,
    PROVIDERS,
    TEMPLATED,
    Measure,
    TemplateState,
    measure,
    missing,
    read_hours,
    unknown,
)
from shared.domain.visibility import Actor, need, need_sight
from shared.models.institution import Institution
from shared.models.sms_template import SmsTemplate
from shared.senders.render import render_neutral, render_sms
from shared.services.admin_acts import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A template as somebody fills it in."""

    notice: str
    provider: str
    sign: str
    text: str
    provider_id: str = ""
    state: str = "draft"
    decided_on: dt.date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A template in the list, measured."""

    row: SmsTemplate
    measured: Measure
    missing: tuple[str, ...]

    @property
    def whole(self) -> str:
        """As it reaches a telephone, its variables still in braces."""
        return f"【{self.row.sign}】{self.row.text}"


def register(actor: Actor) -> list[Line]:
    """The institution's templates by notice and provider; raises Refused('not_yours')."""
    need_sight(actor, "sms_templates")
    query = select(SmsTemplate).where(SmsTemplate.institution_id == actor.institution_id)
    with reading() as session:
        rows = session.scalars(query.order_by(SmsTemplate.provider, SmsTemplate.id)).all()
    ordered = sorted(rows, key=lambda row: TEMPLATED.index(row.notice) if row.notice in TEMPLATED else 99)
    return [Line(row, measure(row.sign, row.text), missing(row.notice, row.text)) for row in ordered]


def template(actor: Actor, template_id: int) -> SmsTemplate:
    """One template; raises Refused('not_yours') or Refused('no_such_case')."""
    need_sight(actor, "sms_templates")
    with reading() as session:
        row = session.get(SmsTemplate, template_id)
    if row is None or row.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    return row


def own_words(notice: str) -> str:
    """The text that this program would send for a notice, its values as {names}: a draft to send in. Needs an app."""
    marks = {name: f"〈{name}〉" for name in LENGTHS} | {"tail": "〈尾〉〉", "sign": ""}
    if notice == NEUTRAL_NOTICE:
        return render_neutral("zh", "")[2].removeprefix("【】")
    text = render_sms(notice, "zh", marks)[0].removeprefix("【】")
    for name, mark in marks.items():
        text = text.replace(mark, f"{{{name}}}") if mark else text
    return text


def sign_and_hours(actor: Actor) -> tuple[str, str]:
    """The institution's own signature, and when its text messages may go."""
    need_sight(actor, "sms_templates")
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        return place.sms_sign, place.sms_hours


def keep(actor: Actor, now: dt.datetime, given: Given, *, template_id: int | None, version: int | None) -> int:
    """Adds or changes a template.

    Raises Refused with `missing`, `template_sign`, `template_text`, `template_unknown`, `template_number`,
    `template_there` or `stale`; too long or without a fact is allowed, the page says so.
    """
    need(actor, "keep_sms")
    _check(given)
    with work() as session:
        row = _row(session, actor, template_id, version, given)
        row.notice, row.provider = given.notice, given.provider
        row.sign, row.text, row.provider_id = given.sign, given.text, given.provider_id
        row.state, row.decided_on, row.remark = given.state, given.decided_on, given.remark
        session.flush()
        facts = {"notice": row.notice, "provider": row.provider, "state": row.state}
        note(session, actor, now, "sms_template_kept", facts=facts)
        return row.id


def set_hours(actor: Actor, typed: str, now: dt.datetime) -> None:
    """When text messages may go; raises Refused('bad_hours')."""
    need(actor, "keep_sms")
    found = read_hours(typed)
    if found is None:
        raise Refused("bad_hours", field="hours")
    closes = "24:00" if found.closes == dt.time.max else f"{found.closes:%H:%M}"
    with work() as session:
        session.get_one(Institution, actor.institution_id).sms_hours = f"{found.opens:%H:%M}-{closes}"
        note(session, actor, now, "sms_hours_set", facts={"hours": f"{found.opens:%H:%M}-{closes}"})


def _check(given: Given) -> None:
    needs(notice=given.notice, provider=given.provider, sign=given.sign, text=given.text)
    if given.notice not in TEMPLATED or given.provider not in PROVIDERS or given.state not in set(TemplateState):
        raise Refused("missing", field="notice")
    if any(mark in given.sign + given.text for mark in "【】"):
        raise Refused("template_sign", field="sign" if any(m in given.sign for m in "【】") else "text")
    if len(given.text) > LONGEST_TEXT:
        raise Refused("template_text", field="text")
    if names := unknown(given.notice, given.text):
        raise Refused("template_unknown", field="text", names=" ".join(f"{{{name}}}" for name in names))
    needs_number = given.provider != "gateway" and given.state == TemplateState.APPROVED
    if needs_number and not given.provider_id:
        raise Refused("template_number", field="provider_id")


def _row(session: Session, actor: Actor, template_id: int | None, version: int | None, given: Given) -> SmsTemplate:
    same = select(SmsTemplate.id).where(
        SmsTemplate.institution_id == actor.institution_id,
        SmsTemplate.notice == given.notice,
        SmsTemplate.provider == given.provider,
    )
    there = session.scalar(same)
    if there is not None and there != template_id:
        raise Refused("template_there", field="notice")
    if template_id is None:
        row = SmsTemplate(institution_id=actor.institution_id)
        session.add(row)
        return row
    found = session.scalar(select(SmsTemplate).where(SmsTemplate.id == template_id).with_for_update())
    if found is None or found.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    if version != found.version:
        raise Refused("stale")
    found.version += 1
    return found
