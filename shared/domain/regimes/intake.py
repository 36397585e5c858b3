"""What is taken in: fields, categories, triggers, acceptance, refusal, where else to go."""

from __future__ import annotations

from typing import Literal

from shared.domain.regimes.base import Cited, Data, Named, Row


class InputField(Named):
    """One thing that is asked; `step` says when it is filled: file, register, or a later step."""

    need: Literal["required", "optional"] = "optional"
    sensitive: bool = False
    part: Literal["complainant", "respondent", "matter", "handling"] = "matter"
    kind: Literal["text", "long", "date", "number", "money", "choice", "yes", "files", "signature"] = "text"
    choices: list[str] = []
    step: str = "file"
    channels: list[str] = []
    """Only for these channels; empty is all."""
    categories: list[str] = []
    """Only for these categories; empty is all."""
    known: str = ""
    """The product asks for it anyhow, under this name (vocabulary.KNOWN): it isn't asked twice."""
    fact: str = ""
    """A yes puts this fact of the triggers on record when the complaint comes in (R18.06)."""
    promises: bool = False
    """The day told here is the one on which a limit ends that starts with `promised` (R20.01)."""


class ChannelRule(Cited):
    """How one channel is kept: its name here, how it is answered, how often somebody looks."""

    code: str
    name: str = ""
    reply_by: Literal["same", "any", "publish"] = "any"
    looked_at: str = ""


class Category(Named):
    """A kind of complaint; `scope` false is recorded and not heard as one, `redirect` names where it goes."""

    scope: bool = True
    parent: str = ""
    redirect: str = ""
    example: str = ""
    """One made-up sentence that shows what is meant."""


class Condition(Data):
    """One thing that is so: a fact of the case, compared where it is a number."""

    fact: str
    op: Literal["is", ">=", ">", "<=", "<"] = "is"
    value: str = ""


class Effect(Data):
    """What then happens: a class, somebody told or deciding, a plan, a flag."""

    do: str
    what: str = ""
    role: str = ""


class Trigger(Cited):
    """When any of the conditions holds, the effects follow."""

    code: str
    name: str
    when: list[Condition]
    then: list[Effect]


class Acceptance(Cited):
    """What is asked before a complaint is accepted, and who says yes."""

    tests: list[Named] = []
    approver: str = ""
    supplement: bool = True
    """The complainant may be asked to supplement (R17.02)."""
    tell: bool = True


class Refusal(Data):
    """What a refusal must carry, and the grounds to choose from."""

    needs_basis: bool
    needs_redirect: bool = False
    """Says where to go instead (R9.08, R17.02)."""
    row: Row
    grounds: list[Named]


class Redirect(Named):
    """Where else a matter belongs; the institution fills in the contact."""

    matter: str = ""
    categories: list[str] = []


class TimeWindow(Cited):
    """A class that follows from a date: 50 days after hand-over (R23.03), a year after completion (R15.06)."""

    code: str
    name: str
    date_field: str
    value: int
    unit: Literal["CD", "M", "Y"]
    inside: str
    """The category, route or unit for what falls inside."""
    outside: str = ""
