"""Who is owed which notice when something happens to a case, and how long a text message may be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.lifecycle import Role


class Audience(StrEnum):
    """Whom a notice is for; the service finds the people who are that for the case, perhaps nobody."""

    CITIZEN = "citizen"
    OFFICE_INTAKE = "office_intake"
    OFFICE_CHIEF = "office_chief"
    DISPATCHER = "dispatcher"
    UNIT_SIGNERS = "unit_signers"
    UNIT_HEAD = "unit_head"
    DIRECTOR = "director"
    HANDLER = "handler"
    INVESTIGATOR = "investigator"
    GOV_LEADER = "gov_leader"
    ARCHIVIST = "archivist"
    CO_UNIT = "co_unit"
    AUDITOR = "auditor"
    SECURITY_ADMIN = "security_admin"
    PERSON = "person"
    """One member of staff, named by the notice itself."""


ROLE_OF = {
    Audience.OFFICE_INTAKE: Role.INTAKE,
    Audience.OFFICE_CHIEF: Role.CHIEF,
    Audience.DISPATCHER: Role.DISPATCHER,
    Audience.ARCHIVIST: Role.ARCHIVIST,
    Audience.INVESTIGATOR: Role.INVESTIGATOR,
    Audience.GOV_LEADER: Role.GOV_LEADER,
    Audience.UNIT_SIGNERS: Role.SIGNER,
    Audience.DIRECTOR: Role.DIRECTOR,
    Audience.HANDLER: Role.HANDLER,
    Audience.UNIT_HEAD: Role.UNIT_HEAD,
    Audience.AUDITOR: Role.AUDITOR,
    Audience.SECURITY_ADMIN: Role.SECURITY_ADMIN,
}
AUDIENCE_OF = {role: audience for audience, role in ROLE_OF.items()}
"""Whom a regime's `tell` means."""


class Channel(StrEnum):
    """How a notice travels; NONE is what a citizen may choose, no notice ever lists it."""

    NONE = "none"
    SMS = "sms"
    EMAIL = "email"


NEUTRAL = "_neutral"
"""Ends the choice of who wants a notice that says nothing but that there is a message (promises 1.8)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice owed to one audience; it states all of `facts`, and `optional` ones where the regime sets them."""

    code: str
    event: str
    audience: Audience
    channels: tuple[Channel, ...]
    facts: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def at_once(self) -> bool:
        """Whether it never waits for the morning: it is for a citizen, or somebody is kept waiting or in danger."""
        return self.audience in {Audience.CITIZEN, Audience.PERSON} or self.code in AT_ONCE

    def waits(self, *, wants_at_once: bool, due: dt.date | None, today: dt.date) -> bool:
        """Whether a member of staff gets it with the morning's digest: nothing that is due today or overdue does."""
        return not (self.at_once or wants_at_once or (due is not None and due <= today))

    def travels_by(self, choice: str) -> Channel | None:
        """The channel a citizen who chose none, sms or email (perhaps `_neutral`) gets this by, or None."""
        by = choice.removesuffix(NEUTRAL)
        return next((channel for channel in self.channels if channel == by), None)


def _to_citizen(event: str, *facts: str) -> Notice:
    return Notice(event, event, Audience.CITIZEN, (Channel.SMS, Channel.EMAIL), ("tail", *facts))


def _to_staff(code: str, event: str, *audiences: Audience, about_case: bool = True) -> tuple[Notice, ...]:
    facts, optional = (("tail",), ("due",)) if about_case else ((), ())  # the rest is read after sign-in
    return tuple(Notice(code, event, audience, (Channel.EMAIL,), facts, optional) for audience in audiences)


AT_ONCE = frozenset(
    {
        "identity_urgent",
        "clock_overdue",
        "identity_asked",
        "handed_over",
        "unattended",
        "security_alarm",
        "improve_late",
        "plan_started",
    }
    | {"approval_asked", "reported_up", "grave_case"}
)
"""What staff are told at once, whatever they chose: it is late, or somebody waits for them."""
NAMED = frozenset({"approval_asked", "approval_decided", "reported_up", "grave_case"})
"""What goes to the people whom the rule book names for this very case, not to everybody of a role."""
_A = Audience
_OFFICE = (
    _A.OFFICE_INTAKE,
    _A.DISPATCHER,
    _A.OFFICE_CHIEF,
    _A.ARCHIVIST,
    _A.INVESTIGATOR,
    _A.GOV_LEADER,
)
_WATCHED = (  # every audience a regime may name for its warnings; the service keeps those it does name
    _A.OFFICE_INTAKE,
    _A.OFFICE_CHIEF,
    _A.DISPATCHER,
    _A.UNIT_SIGNERS,
    _A.UNIT_HEAD,
    _A.DIRECTOR,
    _A.HANDLER,
    _A.INVESTIGATOR,
    _A.GOV_LEADER,
)

_JUDGES = (_A.OFFICE_INTAKE, _A.DISPATCHER, _A.OFFICE_CHIEF, _A.GOV_LEADER)
"""Whoever a rule book may name to verify; the service keeps those it does name."""
NOTICES: tuple[Notice, ...] = (
    _to_citizen("received", "phone"),  # only where the citizen asked for it
    _to_citizen("accepted", "due"),
    _to_citizen("refused", "phone"),  # R5.05: reason and basis stand on the case page, behind the code
    _to_citizen("referred", "phone"),
    _to_citizen("question_asked", "due", "phone"),
    _to_citizen("extended", "was_due", "due"),  # R2.07
    _to_citizen("answered", "phone"),  # R2.15, R5.07
    _to_citizen("reopened", "due"),
    _to_citizen("appointment_made", "phone"),  # W1.05
    _to_citizen("consent_asked", "phone"),  # 个人信息保护法 23: until the answer the identity stays here
    _to_citizen("privacy_answered", "phone"),  # 个人信息保护法 50
    *_to_staff("case_received", "received", _A.OFFICE_INTAKE),  # R2.03, R5.05
    *_to_staff("to_transfer", "accepted", _A.DISPATCHER),  # R2.09
    *_to_staff("to_assign", "accepted", _A.OFFICE_CHIEF),  # R5.06: somebody has to be named
    *_to_staff("to_reassign", "reopened", _A.OFFICE_CHIEF),
    *_to_staff("to_investigate", "investigated", _A.INVESTIGATOR),  # R5.06
    *_to_staff("evidence_asked", "evidence_asked", _A.HANDLER),  # R5.09
    *_to_staff("evidence_given", "evidence_given", _A.INVESTIGATOR),  # R5.09
    *_to_staff("question_answered", "question_answered", _A.OFFICE_INTAKE, _A.HANDLER, _A.INVESTIGATOR),
    *_to_staff("to_sign", "transferred", _A.UNIT_SIGNERS),  # R2.10
    *_to_staff("co_named", "transferred", _A.CO_UNIT),
    *_to_staff("slip_withdrawn", "slip_withdrawn", _A.UNIT_SIGNERS, _A.CO_UNIT),
    *_to_staff("section_assigned", "section_assigned", _A.HANDLER),  # R2.11
    *_to_staff("return_requested", "return_requested", _A.DISPATCHER),  # R2.12
    *_to_staff("return_granted", "return_granted", _A.UNIT_SIGNERS),
    *_to_staff("return_refused", "return_refused", _A.UNIT_SIGNERS, _A.HANDLER),
    *_to_staff("co_requested", "co_requested", _A.DISPATCHER),  # R2.13
    *_to_staff("co_laid", "co_laid", _A.OFFICE_CHIEF),  # promises 1.6
    *_to_staff("co_decided", "co_decided", _A.HANDLER, _A.CO_UNIT),
    *_to_staff("co_opinion", "co_opinion", _A.HANDLER),
    *_to_staff("reply_submitted", "reply_submitted", _A.UNIT_HEAD),  # R2.11
    *_to_staff("reply_approved", "reply_approved", _A.HANDLER, _A.UNIT_SIGNERS),  # R2.10: 由专人及时报
    *_to_staff("reply_sent_back", "reply_sent_back", _A.HANDLER),
    *_to_staff("reply_handed_in", "reply_handed_in", _A.OFFICE_INTAKE),  # R2.15
    *_to_staff("reply_rejected", "reply_rejected", _A.HANDLER, _A.UNIT_HEAD),
    *_to_staff("opinion_submitted", "opinion_submitted", _A.GOV_LEADER),  # R5.07
    *_to_staff("opinion_approved", "opinion_approved", _A.OFFICE_INTAKE, _A.INVESTIGATOR),
    *_to_staff("opinion_sent_back", "opinion_sent_back", _A.INVESTIGATOR),
    *_to_staff("extension_asked", "extension_asked", _A.GOV_LEADER),  # R5.08
    *_to_staff("term_extended", "extended", _A.HANDLER, _A.INVESTIGATOR),
    *_to_staff("extension_refused", "extension_refused", _A.INVESTIGATOR),
    *_to_staff("answered_directly", "answered_directly", _A.OFFICE_INTAKE),  # R2.16
    *_to_staff("appointment_answered", "appointment_answered", _A.OFFICE_INTAKE),
    *_to_staff("rated", "rated", _A.OFFICE_INTAKE),
    *_to_staff("to_rehandle", "reopened", _A.DISPATCHER),
    *_to_staff("withdrawn", "withdrawn", _A.OFFICE_INTAKE, _A.UNIT_SIGNERS, _A.HANDLER, _A.INVESTIGATOR),
    *_to_staff("to_archive", "closed", _A.ARCHIVIST),  # R2.18, R5.10
    *_to_staff("issue_submitted", "issue_submitted", _A.OFFICE_CHIEF, about_case=False),  # R2.17
    *_to_staff("issue_published", "issue_published", _A.OFFICE_INTAKE, about_case=False),
    *_to_staff("transfer_asked", "transfer_asked", _A.OFFICE_CHIEF, _A.GOV_LEADER),  # promises 1.6
    *_to_staff("transfer_declined", "transfer_declined", _A.DISPATCHER),
    *_to_staff("identity_asked", "identity_asked", _A.OFFICE_CHIEF, _A.GOV_LEADER),
    *_to_staff("identity_urgent", "identity_urgent", _A.OFFICE_CHIEF, _A.GOV_LEADER, _A.AUDITOR),
    # J10, J11: whom the rule book names
    *_to_staff("approval_asked", "approval_laid", *_WATCHED, _A.ARCHIVIST),
    *_to_staff("approval_decided", "approval_given", _A.PERSON),
    *_to_staff("reported_up", "reported_up", *_WATCHED, _A.ARCHIVIST),
    *_to_staff("grave_case", "assessed", *_WATCHED, _A.ARCHIVIST),
    *_to_staff("handed_over", "handed_over", _A.INVESTIGATOR),
    *_to_staff("unattended", "unattended", _A.OFFICE_CHIEF, about_case=False),  # R9.02: no case is without somebody
    *_to_staff("to_improve", "action_ordered", _A.UNIT_SIGNERS, _A.UNIT_HEAD),  # R10.12
    *_to_staff("improved", "action_reported", *_JUDGES),  # R10.12, R26.07
    *_to_staff("improve_late", "action_late", _A.UNIT_SIGNERS, _A.HANDLER, _A.UNIT_HEAD, _A.OFFICE_CHIEF),  # R15.10
    # ASVS 16.3: a burst of failures or refusals, reading in bulk
    *_to_staff("security_alarm", "security_alarm", _A.AUDITOR, _A.SECURITY_ADMIN, about_case=False),
    # J18, R3.09, R22.02: what concerns somebody's own work is read after sign-in, and nowhere else
    *_to_staff("penalty_waits", "penalty_proposed", _A.OFFICE_CHIEF, _A.GOV_LEADER, about_case=False),
    *_to_staff("penalty_noticed", "penalty_noticed", _A.PERSON, about_case=False),
    *_to_staff("penalty_appealed", "penalty_appealed", _A.OFFICE_CHIEF, _A.GOV_LEADER, about_case=False),
    *_to_staff("appeal_answered", "penalty_upheld", _A.PERSON, about_case=False),
    *_to_staff("plan_started", "plan_started", _A.GOV_LEADER, _A.OFFICE_CHIEF),  # R21.05: 立即报领导小组
    # J17: a report's day comes, has passed; a report has come in
    *_to_staff("report_due", "report_due", *_OFFICE, about_case=False),
    *_to_staff("report_late", "report_late", *_OFFICE, about_case=False),
    *_to_staff("report_submitted", "report_submitted", *_OFFICE, about_case=False),
    *_to_staff("defaulted", "defaulted", _A.OFFICE_INTAKE, _A.UNIT_SIGNERS),  # R24.10
    *_to_staff("supervision_raised", "supervision_raised", _A.PERSON, about_case=False),  # R22.02
    *_to_staff("supervision_answered", "supervision_answered", _A.OFFICE_CHIEF, _A.GOV_LEADER, about_case=False),
    Notice("digest", "digest", _A.PERSON, (Channel.EMAIL,), ("count", "lines")),
    *_to_staff("clock_warning", "clock_warning", *_WATCHED),
    *_to_staff("clock_overdue", "clock_overdue", *_WATCHED),
)

NOBODY_TOLD: dict[str, str] = {
    **dict.fromkeys(("finding_made", "supervision_concluded", "reported_outside"), "on_case"),
    **dict.fromkeys(("penalty_agreed", "penalty_approved", "penalty_declined"), "on_desk"),
    **dict.fromkeys(("penalty_arranged", "penalty_part_paid", "penalty_paid"), "own_act"),
    **dict.fromkeys(("notice_retried", "notice_replaced", "notice_called", "notice_dropped"), "own_act"),
    "notice_released": "own_act",
    "question_lapsed": "own_act",
    "classified": "own_act",
    "signed": "own_act",
    "reply_drafted": "own_act",
    "consent_recorded": "own_act",
    "respondents_named": "own_act",
    "identity_viewed": "own_act",
    "noted": "own_act",
    "archived": "own_act",
    "hold_set": "own_act",
    "hold_lifted": "own_act",
    "visited": "own_act",
    "visit_missed": "own_act",
    "plan_joined": "own_act",
    "plan_step_taken": "own_act",
    "statement_submitted": "own_act",
    "plan_ended": "own_act",
    "attached": "on_case",
    "approval_passed": "on_case",
    "approval_declined": "on_case",
    "promised": "own_act",
    "upper_deadline": "by_clock",
    "due_moved": "by_clock",
    "handler_barred": "on_desk",
    "copy_recalled": "on_slip",
    "copy_reissued": "on_slip",
    "identity_agreed": "on_case",
    "identity_declined": "on_case",
    "identity_released": "on_case",
    "consent_given": "on_case",
    "consent_refused": "on_case",
    "consent_withdrawn": "on_case",
    "capa_ordered": "by_action",
    "capa_partly": "by_action",
    "capa_reported": "by_action",
    "capa_verified": "by_action",
    "capa_cancelled": "by_action",
    "result_recorded": "own_act",
    "erased": "address_gone",
    "privacy_asked": "on_desk",
}
"""Events of which nobody is told, and why: a code that has its words."""

BY_CODE: dict[str, Notice] = {notice.code: notice for notice in NOTICES}
"""Any notice of a code: those that share one say the same, to different people."""
SMS_NOTICES: tuple[str, ...] = tuple(notice.code for notice in NOTICES if Channel.SMS in notice.channels)
"""The notices that need a text template approved by the provider."""

_owed: defaultdict[str, list[Notice]] = defaultdict(list)
for _notice in NOTICES:
    _owed[_notice.event].append(_notice)
_OWED = {event: tuple(notices) for event, notices in _owed.items()}


def owed(event: str) -> tuple[Notice, ...]:
    """The notices an event owes, none for an event nobody needs to be told of (a sign-for, a note)."""
    return _OWED.get(event, ())


def receipt_tail(number: str) -> str:
    """The last four digits of a receipt number, all of it that a notice may show."""
    return number[-4:]


def sms_length(text: str) -> int:
    """Characters as the network counts them, two for those outside the basic plane."""
    return len(text.encode("utf-16-be")) // 2


def segments(text: str) -> int:
    """Messages the text is charged as: one up to 70 characters, signature included, else parts of 67."""
    length = sms_length(text)
    return 1 if length <= 70 else -(-length // 67)
