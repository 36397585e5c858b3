"""How one message reaches one person: at which hour, within which caps, through which provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.crypto import Keys, keyed_hash
from shared.db import reading
from shared.domain.errors import Refused
from shared.domain.phones import is_mobile, read_phone
from shared.domain.sms import URGENT_NOTICES, Hours, TemplateState, filled, read_hours, variables
from shared.models.institution import Institution
from shared.models.outbox import Delivery, OutboxRow
from shared.models.sms_template import SmsTemplate
from shared.senders import Email, Outcome, Result, Sms, SmsSender
from shared.services import sms_caps
from shared.services.sms_caps import Caps as Caps

SWITCH_AFTER = 3
"""So many tries in a row that didn't get through, and the next provider has a turn."""
ALWAYS = Hours(dt.time.min, dt.time.max)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of this installation; without `providers` a text message stays in the house (a demo)."""

    keys: Keys
    email: Callable[[Email], Result]
    local: SmsSender
    providers: Mapping[str, SmsSender] = field(default_factory=dict)
    caps: Caps = field(default_factory=Caps)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows say of this message."""

    attempts: int
    failed_by: frozenset[str]
    hours: Hours
    zone: ZoneInfo
    templates: Mapping[str, tuple[str, str, str, str]]
    """By provider: state, number there, signature, text."""


def reference(keys: Keys, outbox_id: int, person_id: int | None, *, neutral: bool = False) -> str:
    """What a message is called outside, the same on every attempt; nobody else can make one up (promises R2)."""
    number = f"{outbox_id}-{person_id or 0}"
    return f"{'message' if neutral else 'huiyin'}-{number}-{tag(keys, number)}"


def tag(keys: Keys, number: str) -> str:
    """The end of a reference, by which a bounce is known to be about a letter of ours."""
    return keyed_hash(keys, "reference", number)[:16].lower()


def send_to(outbox_id: int, person_id: int | None, message: Email | Sms, ways: Ways, now: dt.datetime) -> Result:
    """Sends one message now, or says until when it waits; never raises for a network or a provider."""
    if isinstance(message, Email):
        return ways.email(message)
    number = read_phone(message.to)
    if not is_mobile(number):
        return Result(Outcome.FAILED, "not_mobile", about_address=True)  # somebody has to call
    if not ways.providers:
        return ways.local.send(message)
    known = _known(outbox_id, person_id, message.notice_code, ways)
    if message.notice_code not in URGENT_NOTICES and (until := known.hours.next_open(now, known.zone)):
        return Result(Outcome.RETRY, "quiet_hours", until=until)
    day = now.astimezone(known.zone).date()
    try:
        sms_caps.take(ways.keys, ways.caps, number, day)
    except Refused as full:
        return Result(Outcome.RETRY, full.code, until=known.hours.tomorrow(now, known.zone))
    result = _through(replace(message, to=number), ways.providers, known)
    if result.outcome is not Outcome.SENT:
        sms_caps.give_back(ways.keys, number, day)
    return result


def _through(sms: Sms, providers: Mapping[str, SmsSender], known: _Known) -> Result:
    """The first provider that takes it; a later one has a turn where the fault lies with the one before."""
    blocked: Result | None = None
    last = Result(Outcome.FAILED, "no_provider_left")
    for name, sender in providers.items():
        if name in known.failed_by:
            continue
        fit = _fitted(sms, name, known)
        result = replace(sender.send(fit) if isinstance(fit, Sms) else fit, provider=name)
        if result.outcome is Outcome.SENT or result.about_address:
            return result
        if result.outcome is Outcome.RETRY:
            blocked = blocked or result
            if known.attempts + 1 < SWITCH_AFTER:
                return result
        last = result
    return blocked or last


def _fitted(sms: Sms, provider: str, known: _Known) -> Sms | Result:
    """The message as the provider's approved template has it; what nobody registered goes by the settings."""
    if provider not in known.templates:
        return sms
    state, provider_id, sign, text = known.templates[provider]
    if state != TemplateState.APPROVED:
        return Result(Outcome.FAILED, "template_not_approved")
    order = variables(text)
    params = {name: sms.params.get(name, "") for name in order}
    words = f"【{sign}】{filled(text, params)}"
    return replace(sms, template=provider_id, sign=sign, order=order, params=params, text=words)


def _known(outbox_id: int, person_id: int | None, notice: str, ways: Ways) -> _Known:
    who = Delivery.person_id.is_(None) if person_id is None else Delivery.person_id == person_id
    columns = SmsTemplate.state, SmsTemplate.provider_id, SmsTemplate.sign, SmsTemplate.text
    with reading() as session:
        try:
            attempts, institution_id, hours, zone = session.execute(
                select(OutboxRow.attempts, Institution.id, Institution.sms_hours, Institution.time_zone)
                .join(Institution, Institution.id == OutboxRow.institution_id)
                .where(OutboxRow.id == outbox_id)
            ).one()
            failed = session.scalar(select(Delivery.failed_by).where(Delivery.outbox_id == outbox_id, who)) or ""
            registered = session.execute(
                select(SmsTemplate.provider, *columns).where(
                    SmsTemplate.institution_id == institution_id,
                    SmsTemplate.notice == notice,
                    SmsTemplate.provider.in_(list(ways.providers)),
                )
            ).all()
        finally:
            session.rollback()  # no transaction stays open while a provider takes its time
    templates = {provider: (state, number, sign, text) for provider, state, number, sign, text in registered}
    return _Known(attempts, frozenset(failed.split(",")), read_hours(hours) or ALWAYS, ZoneInfo(zone), templates)
