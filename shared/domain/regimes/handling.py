"""How a complaint is dealt with: transfer, return, co-handling, approvals, replies, escalation, the emergency plan."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.domain.regimes.base import Cited, Data, Named, Row


class TransferRule(Cited):
    """What goes to a unit, who signs for it and who must agree before it leaves."""

    form: str = ""
    approver: str = ""
    """R22.04: 主管领导签字后."""
    signed_by: str = ""
    with_original: bool = False
    """R1.05: the original goes along."""
    to: list[Named] = []
    """By kind: which kind goes where (R13.05)."""


class ReturnRule(Cited):
    """What is not the unit's business comes back."""

    applied_for: bool = True
    """An application that the office decides (R2.12), not an act of the unit."""
    decided_by: str = ""
    max_times: int | None = None


class CoHandlingRule(Cited):
    """When several units have a part."""

    lead_answers: bool = True
    coordinator: str = ""
    joint: bool = False
    """They meet or look at it together (R15.08, R17.06)."""


class Approver(Data):
    """One level of an approval."""

    role: str
    name: str = ""
    """What this level does, where it isn't plain approval: 附意见, 批阅."""
    also: list[str] = []
    """Who may do it as well (R26.07: 总经理或副总经理)."""


class Approval(Cited):
    """Who has to agree, one after the other; `when` binds it to a class or a trigger."""

    of: str
    chain: list[Approver] = Field(min_length=1)
    when: str = ""
    one_is_enough: bool = False
    """Any of them, not all in turn (R3.08: 分管副总或总经理)."""
    up: bool = False
    """Each level decides or hands it on with an opinion (R20.03: 逐级上报; R25.06: 必要时报请审定)."""


class ReplyRule(Data):
    """What a unit's reply must carry (R2.14), and whether the unit may answer directly with consent (R2.16)."""

    plan_when_planned: bool
    reason_when_unsolvable: bool
    direct_with_consent: bool
    parts: list[Named] = []
    """What the text must contain (R17.05: 认定、处理意见、依据)."""
    row: Row


class Stage(Named):
    """One box of the drawn way: who does it, within which limit, where it goes on; `next` empty is the one below."""

    role: str = ""
    limit: str = ""
    next: list[str] = []
    choice: bool = False


class Rung(Cited):
    """A level to which what is not solved goes up (R15, R24.06)."""

    code: str
    name: str
    role: str
    limit: str = ""
    on: Literal["unsolved", "dissatisfied", "unclear", "both"] = "unsolved"
    base: bool = False
    """Where a matter lies before anybody sends it up."""
    severity: str = ""
    """The class under which it is dealt with there (R15.04)."""
    records: list[str] = []
    """Events that going up to here is besides (R24.09: filed_upward)."""


class EmergencyPlan(Cited):
    """R21: what is done when something may grow big."""

    text: str
    team: list[Named]
    steps: list[Named]
    approver: str = ""
    statement: bool = False


class Supervision(Cited):
    """R22.02: cases against slow handlers."""

    role: str
    misconducts: list[Named]


class Attribution(Named):
    """Whose fault it was; `subject` says whether a person or a unit has to be named (R13.13)."""

    subject: Literal["", "person", "unit"] = ""
    counts: bool = True
    """Whether a complaint of this kind is counted against the unit (R24.07)."""


class Outcome(Named):
    """What came of it (R11.02, R14.03), with what must be recorded then."""

    needs: list[str] = []


class RecordRule(Cited):
    """A record that is kept beside the case while it is handled; what each kind holds is in `domain.case_records`."""

    kind: Literal[
        "statement",
        "consultation",
        "site_survey",
        "survey_report",
        "joint_survey",
        "by_date",
        "report_up",
        "upper_report",
        "sender_reply",
    ]
    name: str = ""
    """By the rule book's own name: 现场勘查报告."""
    window: str = ""
    """For a class that follows from a date: the window it is judged by."""
