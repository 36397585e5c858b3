"""What happened in the small made-up institutions: a dozen complaints each, at every stage."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from shared import crypto
from shared.crypto import Keys
from shared.db import reading
from shared.demo import actions, beside, follow_up, ledger, reported, small, told
from shared.demo.cast import PASSWORD, Cast, Hours
from shared.demo.consented import consented, laid
from shared.demo.filled import filled
from shared.demo.parts import Part
from shared.demo.small import GIVEN, SURNAMES
from shared.domain import regimes
from shared.domain.lifecycle import Role, Route
from shared.domain.regimes.records import SampleComplaint
from shared.domain.visibility import CITIZEN, Actor
from shared.sealing import officers
from shared.services import answers, decisions, intake, investigations, officer_keys, replies, reports, slips
from shared.services.answers import Told
from shared.services.calendars import calendar
from shared.services.replies import Proposal

AGE = {"archived": 60, "refused": 25, "answered": 12, "replied": 8, "handling": 6, "accepted": 4, "received": 3}
"""How many days ago a complaint of each stage came in, at the most."""
BIG = frozenset({"R2", "R5"})
"""They have a corpus of their own."""
Plays = Callable[[list[Part], dt.datetime, Callable[[str], None]], None]


def fill(keys: Keys, now: dt.datetime, say: Callable[[str], None], play: Plays) -> None:
    """One institution for each rule book whose file describes one."""
    codes = [c for c in regimes.codes() if c not in BIG and regimes.of_text(regimes.shipped(c)).sample]
    if not codes:
        return
    password, pair = crypto.hash_password(PASSWORD), officers.make(keys, PASSWORD)
    with reading() as session:
        hours = Hours(calendar(session), ZoneInfo("Asia/Shanghai"))
        session.rollback()
    for code in codes:
        cast = small.engage(code, now - dt.timedelta(days=90), password)
        officer_keys.enrol(keys, dict.fromkeys(officer_keys.officers_of(cast.institution_id), pair), now)
        actions.alone(cast, hours, now)
        sample = cast.regime.sample
        complaints = sample.complaints if sample else []
        stories = [_story(cast, hours, keys, one, n, now) for n, one in enumerate(complaints)]
        papers = [reported.handed_in(cast, hours, now), reported.special(cast, hours, now)]
        play([*stories, *papers], now, lambda _line: None)
        reported.drafted(cast, now)
        ledger.fill(cast, hours, now)
        told.fill(cast, hours, keys, now)
        beside.fill(cast, now)
        follow_up.survey(cast, keys, now)
        say(f"  {sample.institution if sample else code}：{len(complaints)} 件 ({code})")
    reports.correct(now)


def _story(cast: Cast, hours: Hours, keys: Keys, one: SampleComplaint, n: int, now: dt.datetime) -> Part:
    """One complaint as far as its stage; steps follow each other in office hours."""
    rng = random.Random(f"{cast.regime.code}:{n}")  # noqa: S311  made-up lives, no secrets
    at = hours.office(now - dt.timedelta(days=rng.uniform(0.5, 1) * AGE[one.stage] + 0.5), 0, rng)
    at = min(at, now - dt.timedelta(minutes=5 + n))  # on a Monday morning the last working hour is still to come
    yield at
    heard = replace(_complaint(one, n), fields=_said(cast, one, at, "file", "register"))
    case_id = intake.file(keys, cast.institution_id, heard, at, actor=_filer(cast, one)).case_id
    cast.filed[n] = case_id
    if one.stage == "received":
        return at
    at = hours.office(at, 0, rng)
    yield at
    if one.stage == "refused":
        _refuse(cast, case_id, at)
        return at
    consented(cast, case_id, "accept", at)
    severity = one.severity or cast.regime.default_severity or ""
    asked = _said(cast, one, at, "register", "accept")
    decisions.accept(case_id, cast.who(Role.INTAKE), at, category=one.category, severity=severity, fields=asked)
    if n % 2 == 0:
        told.day(cast, hours, case_id, at)
    if one.stage == "accepted":
        laid(cast, case_id, "transfer", at)
        return at
    way = _transferred if Route.TRANSFER in cast.regime.routes else _investigated
    at = yield from way(cast, hours, rng, case_id, one, at)
    if one.stage in ("handling", "replied"):
        return at
    at = hours.office(at, 0, rng)
    yield at
    consented(cast, case_id, "feed_back", at)
    record, why = "电话告知，来电人表示知道了。", "来信人留了电话，希望早点知道结果。"
    said, asked = Told("phone", one.fix, record=record, why_means=why), _said(cast, one, at, "feed_back")
    answers.feed_back(case_id, cast.who(Role.INTAKE), at, said, fields=asked)
    actions.result(cast, case_id, at)
    return (yield from _kept(cast, hours, rng, case_id, one, at))


NOT_TRANSFERRED = ("received", "accepted", "refused")
"""A confidential copy leaves the office with two signatures; the big town shows how."""


def _complaint(one: SampleComplaint, n: int) -> intake.Complaint:
    anonymous = n % 3 == 2
    quiet = n % 3 and one.stage in NOT_TRANSFERRED
    name = SURNAMES[n % len(SURNAMES)] + GIVEN[-1 - n % len(GIVEN)]
    return intake.Complaint(
        mode="anonymous" if anonymous else "confidential" if quiet else "named",
        story=one.text,
        respondent=one.respondent,
        wish=one.wish,
        category=one.category,
        channel=one.channel,
        identity={} if anonymous else {"name": name},
        contact={} if anonymous else {"phone": f"1390000{n:04}"},
        notify="none",
        declared_true=not anonymous,
    )


def _said(cast: Cast, one: SampleComplaint, at: dt.datetime, *steps: str) -> dict[str, str]:
    """Answers to what the rule book itself asks at these steps."""
    return filled(cast.regime, *steps, channel=one.channel, category=one.category, day=at.date())


def _filer(cast: Cast, one: SampleComplaint) -> Actor:
    return CITIZEN if one.channel == "web" else cast.who(Role.INTAKE)


def _refuse(cast: Cast, case_id: int, at: dt.datetime) -> None:
    ground = cast.regime.refusal.grounds[0]
    reason, basis = f"{ground.name}。", f"《{cast.regime.title}》"
    who, redirect = cast.who(Role.INTAKE), "可以向主管部门反映"
    decisions.refuse(case_id, who, at, ground=ground.code, reason=reason, basis=basis, redirect=redirect)


def _transferred(
    cast: Cast, hours: Hours, rng: random.Random, case_id: int, one: SampleComplaint, at: dt.datetime
) -> Part:
    unit = f"u{one.unit}"
    yield at
    points = "请查明情况，说明处理意见。"
    consented(cast, case_id, "transfer", at)
    asked = _said(cast, one, at, "transfer")
    to, who = cast.units[unit], cast.who(Role.DISPATCHER)
    slip = slips.transfer(case_id, who, at, unit_id=to, points=points, text=one.text, fields=asked)
    at = hours.office(at, 0, rng)
    yield at
    slips.sign(slip, cast.who(Role.SIGNER, unit), at)
    slips.assign_section(slip, cast.who(Role.DIRECTOR, unit), at, section_id=cast.units[unit])
    wanted = actions.ordered(cast, case_id, unit, at)
    if one.stage == "handling":
        return at
    writer = cast.who(Role.HANDLER, unit)
    asked = _said(cast, one, at, "submit_reply")
    replies.submit(slip, writer, at, _proposal(one), fields=asked)
    at = hours.office(at, 0, rng)
    yield at
    head = next(a for a in cast.everybody(Role.UNIT_HEAD, unit) if a.person_id != writer.person_id)
    replies.decide(slip, head, at, approved=True)
    replies.hand_in(slip, cast.who(Role.SIGNER, unit), at)
    if wanted is not None:
        actions.done(cast, wanted, unit, at)
    return at


def _investigated(
    cast: Cast, hours: Hours, rng: random.Random, case_id: int, one: SampleComplaint, at: dt.datetime
) -> Part:
    yield at
    who = cast.who(Role.INVESTIGATOR)
    named = next(a for a in (cast.everybody(Role.CHIEF) or cast.everybody(Role.INTAKE)))
    investigations.assign(case_id, named, at, person_id=who.person_id or 0)
    if one.stage == "handling":
        return at
    at = hours.office(at, 0, rng)
    yield at
    asked = _said(cast, one, at, "submit_opinion")
    replies.submit_opinion(case_id, who, at, _proposal(one), fields=asked)
    at = hours.office(at, 0, rng)
    yield at
    leader = next(a for a in cast.everybody(Role.GOV_LEADER) if a.person_id != who.person_id)
    replies.decide_opinion(case_id, leader, at, approved=True)
    return at


def _proposal(one: SampleComplaint) -> Proposal:
    fix = one.fix or "已经查明情况，正在处理。"
    return Proposal("solved", fix, fix)


def _kept(cast: Cast, hours: Hours, rng: random.Random, case_id: int, one: SampleComplaint, at: dt.datetime) -> Part:
    at += dt.timedelta(hours=rng.randint(3, 40))
    yield at
    answers.rate(case_id, CITIZEN, at, level=rng.choice(("very_good", "good", "good", "fair")))
    if one.stage != "archived" and (not cast.regime.visits or rng.random() < 0.5):
        return at
    at = hours.office(at, 1, rng)
    yield at
    consented(cast, case_id, "close", at)
    answers.close(case_id, cast.who(Role.INTAKE), at)
    if one.stage != "archived":  # the visit is still to be made
        return at
    at = hours.office(at, 1, rng)
    yield at
    follow_up.visit(cast, case_id, at, rng)
    answers.archive(case_id, cast.who(Role.ARCHIVIST), at)
    return at
