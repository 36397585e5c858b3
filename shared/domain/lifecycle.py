"""The life of a complaint and of a transfer slip: which step leads where, and who may take it.

One table for each machine. Buttons, routes, labels and tests are made from them; `services.cases.act`
and `services.slips.act_slip` enforce them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Refused


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    TRANSFERRED = "transferred"
    HANDLING = "handling"
    REVIEW = "review"
    REPLIED = "replied"
    ANSWERED = "answered"
    REOPENED = "reopened"
    REFUSED = "refused"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    ARCHIVED = "archived"


class SlipState(StrEnum):
    """Where a transfer slip stands."""

    ISSUED = "issued"
    SIGNED = "signed"
    RETURN_ASKED = "return_asked"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """Who acts (R2.21 and R5); the regime gives each role its title."""

    CITIZEN = "citizen"
    SYSTEM = "system"
    INTAKE = "intake"
    DISPATCHER = "dispatcher"
    CHIEF = "chief"
    ARCHIVIST = "archivist"
    INVESTIGATOR = "investigator"
    GOV_LEADER = "gov_leader"
    SIGNER = "signer"
    DIRECTOR = "director"
    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


OFFICE_ROLES = frozenset({Role.INTAKE, Role.DISPATCHER, Role.CHIEF, Role.ARCHIVIST, Role.INVESTIGATOR, Role.GOV_LEADER})
UNIT_ROLES = frozenset({Role.SIGNER, Role.DIRECTOR, Role.HANDLER, Role.UNIT_HEAD})
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""GB/T 22239 §8.1.5: three administrators who hold each other in check; no step of a case is theirs."""
OPEN = frozenset(
    {State.RECEIVED, State.ACCEPTED, State.TRANSFERRED, State.HANDLING, State.REVIEW, State.REPLIED, State.REOPENED}
)
"""Somebody still owes the citizen something."""
ENDED = frozenset({State.CLOSED, State.REFUSED, State.REFERRED, State.WITHDRAWN})
WITH_OFFICE = frozenset({State.ACCEPTED, State.REOPENED})
IN_HAND = frozenset({State.RECEIVED, *WITH_OFFICE, State.TRANSFERRED, State.HANDLING})


class Route(StrEnum):
    """How a regime deals with an accepted case."""

    TRANSFER = "transfer"
    INVESTIGATE = "investigate"


@dataclass(frozen=True, slots=True)
class Step:
    """One lawful step: `to` None leaves the state; `route` binds it to regimes that work that way."""

    action: str
    event: str
    frm: frozenset[State]
    to: State | None
    roles: frozenset[Role]
    route: Route | None = None
    offered: bool = True
    """Shown as a button on the case page; the others follow from a slip or from the citizen."""


def _step(
    action: str,
    event: str,
    frm: Iterable[State],
    to: State | None,
    *roles: Role,
    route: Route | None = None,
    offered: bool = True,
) -> tuple[str, Step]:
    return action, Step(action, event, frozenset(frm), to, frozenset(roles), route, offered)


_S, _R, _T, _I = State, Role, Route.TRANSFER, Route.INVESTIGATE
_BEGUN = IN_HAND - {_S.RECEIVED}
_SENDS = (_R.DISPATCHER, _R.CHIEF)
_SIGNS = (_R.CHIEF, _R.GOV_LEADER)
_HEARS = (_R.INTAKE, _R.DISPATCHER, _R.CHIEF)
_HELD = (_S.TRANSFERRED, _S.HANDLING, _S.REVIEW, _S.REPLIED)
_LAID = OPEN | {_S.ANSWERED, _S.CLOSED}
_UNIT_SAYS = (_R.SIGNER, _R.DIRECTOR, _R.UNIT_HEAD)
_RESULTS = (_S.ACCEPTED, _S.REOPENED, *_HELD, _S.ANSWERED, _S.CLOSED)
CASE_STEPS: dict[str, Step] = dict(
    [
        _step("accept", "accepted", [_S.RECEIVED], _S.ACCEPTED, _R.INTAKE),  # R2.03, R5.05
        _step("refuse", "refused", [_S.RECEIVED], _S.REFUSED, _R.INTAKE),  # R5.05
        _step("refer", "referred", [_S.RECEIVED], _S.REFERRED, _R.INTAKE),
        _step("ask_question", "question_asked", IN_HAND, None, _R.INTAKE, _R.INVESTIGATOR),
        _step("answer_question", "question_answered", IN_HAND, None, _R.CITIZEN, _R.INTAKE, offered=False),
        _step("lapse_question", "question_lapsed", IN_HAND, None, _R.INTAKE, _R.SYSTEM, offered=False),
        _step("classify", "classified", IN_HAND, None, _R.INTAKE, _R.DISPATCHER),  # R2.05, R2.06
        _step("answer_at_once", "answered", WITH_OFFICE, _S.ANSWERED, _R.INTAKE, route=_T),  # R2.04
        _step("transfer", "transferred", WITH_OFFICE, _S.TRANSFERRED, _R.DISPATCHER, route=_T),  # R2.09
        # promises 1.6: a confidential case goes out by two, one who compares the copy and one who signs
        _step("ask_transfer", "transfer_asked", WITH_OFFICE, None, _R.DISPATCHER, route=_T, offered=False),
        _step("sign_transfer", "transferred", WITH_OFFICE, _S.TRANSFERRED, *_SIGNS, route=_T, offered=False),
        _step("decline_transfer", "transfer_declined", WITH_OFFICE, None, *_SIGNS, route=_T, offered=False),
        _step("sign", "signed", [_S.TRANSFERRED], _S.HANDLING, _R.SIGNER, route=_T, offered=False),
        _step("grant_return", "return_granted", [_S.HANDLING], _S.ACCEPTED, *_SENDS, route=_T, offered=False),  # R2.12
        # R2.09: a slip sent to the wrong unit is taken back before anybody signs for it
        _step("withdraw_slip", "slip_withdrawn", [_S.TRANSFERRED], _S.ACCEPTED, *_SENDS, route=_T, offered=False),
        _step("hand_in", "reply_handed_in", [_S.HANDLING], _S.REPLIED, _R.SIGNER, route=_T, offered=False),
        _step("reject_reply", "reply_rejected", [_S.REPLIED], _S.HANDLING, _R.INTAKE, route=_T),
        _step(
            "answer_directly",
            "answered_directly",
            [_S.HANDLING],
            _S.ANSWERED,
            _R.HANDLER,
            route=_T,
            offered=False,
        ),  # R2.16
        _step("investigate", "investigated", WITH_OFFICE, _S.HANDLING, _R.INTAKE, _R.CHIEF, route=_I),
        _step("ask_evidence", "evidence_asked", [_S.HANDLING], None, _R.INVESTIGATOR, route=_I),
        _step("give_evidence", "evidence_given", [_S.HANDLING], None, _R.HANDLER, route=_I, offered=False),  # R5.09
        _step("submit_opinion", "opinion_submitted", [_S.HANDLING], _S.REVIEW, _R.INVESTIGATOR, route=_I),
        _step("approve_opinion", "opinion_approved", [_S.REVIEW], _S.REPLIED, _R.GOV_LEADER, route=_I),
        _step("send_back_opinion", "opinion_sent_back", [_S.REVIEW], _S.HANDLING, _R.GOV_LEADER, route=_I),
        _step("feed_back", "answered", [_S.REPLIED], _S.ANSWERED, _R.INTAKE),  # R2.15, R5.07
        _step("record_consent", "consent_recorded", IN_HAND, None, _R.INTAKE, route=_T),  # R2.16
        _step("extend", "extended", _BEGUN, None, _R.INTAKE, route=_T),  # R2.07
        _step("ask_extension", "extension_asked", _BEGUN, None, _R.INVESTIGATOR, route=_I),  # R5.08
        _step("grant_extension", "extended", _BEGUN, None, _R.GOV_LEADER, route=_I, offered=False),
        _step("decline_extension", "extension_refused", _BEGUN, None, _R.GOV_LEADER, route=_I, offered=False),
        _step("withdraw", "withdrawn", OPEN, _S.WITHDRAWN, _R.CITIZEN, offered=False),
        _step("rate", "rated", [_S.ANSWERED, _S.CLOSED], None, _R.CITIZEN, _R.INTAKE, offered=False),
        _step("rehandle", "reopened", [_S.ANSWERED, _S.CLOSED], _S.REOPENED, _R.CITIZEN, _R.INTAKE),
        # R7.05, R9.14: somebody asks whether it is really solved; or has tried to, in vain
        _step("visit", "visited", [_S.ANSWERED, _S.CLOSED], None, _R.INTAKE, offered=False),
        _step("miss_visit", "visit_missed", [_S.ANSWERED, _S.CLOSED], None, _R.INTAKE, offered=False),
        # R4.06: whom the complaint is about has nothing to do with it; where nobody is left, the superior body decides
        _step("name_respondents", "respondents_named", set(State) - {_S.ARCHIVED}, None, *_HEARS),
        _step("bar_handler", "handler_barred", _HELD, _S.ACCEPTED, *_HEARS, offered=False),
        _step("hand_up", "referred", OPEN, _S.REFERRED, *_HEARS, offered=False),
        # R24.10: whoever is complained about was silent; the office answers in favour of whoever complained
        _step("decide_default", "defaulted", [_S.TRANSFERRED, _S.HANDLING], _S.REPLIED, _R.SYSTEM, offered=False),
        _step("close", "closed", [_S.ANSWERED], _S.CLOSED, _R.INTAKE),
        # R2.18, R5.10; by itself where every archivist is barred (R4.06)
        _step("archive", "archived", ENDED, _S.ARCHIVED, _R.ARCHIVIST, _R.SYSTEM),
        # R11.02, R14.03: what came of it, also once it is known only after the answer
        _step("record_result", "result_recorded", _RESULTS, None, *_HEARS, _R.INVESTIGATOR),
        _step("add_note", "noted", set(State) - {_S.ARCHIVED}, None, *OFFICE_ROLES),
        _step("attach", "attached", set(State) - {_S.ARCHIVED}, None, _R.CITIZEN, *OFFICE_ROLES, offered=False),
        # J10, J11, J09: offered where the rule book has triggers, chains, a ladder, named days
        _step("assess", "assessed", OPEN, None, *_HEARS, _R.INVESTIGATOR, offered=False),
        _step("lay_approval", "approval_laid", _LAID, None, *_HEARS, _R.INVESTIGATOR, offered=False),
        _step("agree_approval", "approval_given", _LAID, None, *OFFICE_ROLES, *_UNIT_SAYS, offered=False),
        _step("pass_approval", "approval_passed", _LAID, None, *OFFICE_ROLES, *_UNIT_SAYS, offered=False),
        _step("decline_approval", "approval_declined", _LAID, None, *OFFICE_ROLES, *_UNIT_SAYS, offered=False),
        _step("report_up", "reported_up", OPEN, None, *OFFICE_ROLES, offered=False),
        _step("promise", "promised", OPEN, None, *_HEARS, _R.INVESTIGATOR, offered=False),
    ]
)


@dataclass(frozen=True, slots=True)
class SlipStep:
    """One lawful step of a slip; `case_action` is the step of the case that goes with it."""

    action: str
    event: str
    frm: frozenset[SlipState]
    to: SlipState | None
    roles: frozenset[Role]
    case_action: str | None = None


def _slip(
    action: str,
    event: str,
    frm: Iterable[SlipState],
    to: SlipState | None,
    *roles: Role,
    case_action: str | None = None,
) -> tuple[str, SlipStep]:
    return action, SlipStep(action, event, frozenset(frm), to, frozenset(roles), case_action)


_L = SlipState
SLIP_STEPS: dict[str, SlipStep] = dict(
    [
        _slip("sign", "signed", [_L.ISSUED], _L.SIGNED, _R.SIGNER, case_action="sign"),  # R2.10: 由专人签收
        _slip("withdraw_slip", "slip_withdrawn", [_L.ISSUED], _L.WITHDRAWN, *_SENDS, case_action="withdraw_slip"),
        _slip("assign_section", "section_assigned", [_L.SIGNED], None, _R.DIRECTOR),  # R2.11
        _slip("ask_return", "return_requested", [_L.SIGNED], _L.RETURN_ASKED, _R.SIGNER, _R.HANDLER),  # R2.12
        _slip(
            "grant_return",
            "return_granted",
            [_L.RETURN_ASKED],
            _L.RETURNED,
            _R.DISPATCHER,
            _R.CHIEF,
            case_action="grant_return",
        ),
        _slip("deny_return", "return_refused", [_L.RETURN_ASKED], _L.SIGNED, _R.DISPATCHER, _R.CHIEF),
        _slip("ask_help", "co_requested", [_L.SIGNED], None, _R.HANDLER, _R.DIRECTOR),  # R2.13
        # promises 1.6: a confidential case goes to a further unit by two, as it went to the first
        _slip("lay_help", "co_laid", [_L.SIGNED, _L.SUBMITTED, _L.APPROVED], None, *_SENDS),
        _slip("decide_help", "co_decided", [_L.SIGNED, _L.SUBMITTED, _L.APPROVED], None, _R.DISPATCHER, _R.CHIEF),
        _slip("give_help", "co_opinion", [_L.SIGNED, _L.SUBMITTED, _L.APPROVED], None, _R.HANDLER),
        _slip("save_reply", "reply_drafted", [_L.SIGNED], None, _R.HANDLER),
        _slip("submit_reply", "reply_submitted", [_L.SIGNED], _L.SUBMITTED, _R.HANDLER),
        _slip("approve_reply", "reply_approved", [_L.SUBMITTED], _L.APPROVED, _R.UNIT_HEAD),  # R2.11
        _slip("send_back_reply", "reply_sent_back", [_L.SUBMITTED], _L.SIGNED, _R.UNIT_HEAD),
        _slip("hand_in", "reply_handed_in", [_L.APPROVED], _L.HANDED_IN, _R.SIGNER, case_action="hand_in"),
        _slip(
            "answer_directly",
            "answered_directly",
            [_L.APPROVED],
            _L.HANDED_IN,
            _R.HANDLER,
            case_action="answer_directly",
        ),
        _slip("recall_copy", "copy_recalled", _L, None, *_HEARS),
        _slip("reissue_copy", "copy_reissued", set(_L) - {_L.RETURNED, _L.CANCELLED, _L.WITHDRAWN}, None, *_HEARS),
        _slip("reject_reply", "reply_rejected", [_L.HANDED_IN], _L.SIGNED, _R.INTAKE, case_action="reject_reply"),
    ]
)


def step_of(action: str, state: State, roles: Iterable[Role], routes: Iterable[Route]) -> Step:
    """The step that `action` means here; raises Refused('not_now') or Refused('not_yours')."""
    step = CASE_STEPS[action]
    if state not in step.frm or (step.route is not None and step.route not in set(routes)):
        raise Refused("not_now", action=action, state=str(state))
    if not step.roles & set(roles):
        raise Refused("not_yours", action=action)
    return step


def slip_step_of(action: str, state: SlipState, roles: Iterable[Role]) -> SlipStep:
    """The slip step that `action` means here; raises Refused('not_now') or Refused('not_yours')."""
    step = SLIP_STEPS[action]
    if state not in step.frm:
        raise Refused("not_now", action=action, state=str(state))
    if not step.roles & set(roles):
        raise Refused("not_yours", action=action)
    return step


def next_steps(state: State, roles: Iterable[Role], routes: Iterable[Route]) -> list[Step]:
    """The steps to offer as buttons, in the order of the table."""
    held, ways = set(roles), set(routes)
    return [
        s
        for s in CASE_STEPS.values()
        if s.offered and state in s.frm and s.roles & held and (s.route is None or s.route in ways)
    ]


def next_slip_steps(state: SlipState, roles: Iterable[Role]) -> list[SlipStep]:
    """The slip steps to offer as buttons."""
    held = set(roles)
    return [s for s in SLIP_STEPS.values() if state in s.frm and s.roles & held]
