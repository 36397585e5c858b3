"""What stays on paper and in books: forms, numbering, reports, corrective action, penalties, rates."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.domain.regimes.base import Cited, Data, Money, Named, Share


class Form(Named):
    """A form of the rule book; `fields` are fields of intake or what the product knows (vocabulary.KNOWN)."""

    mark: str = ""
    """The number printed on the blank form: EJ-QR-QP9.3-01."""
    fields: list[str] = []
    step: str = ""
    """The step after which it is printed."""
    signs: list[str] = []
    """Roles with a place to sign, in order."""
    seal: bool = False
    number: Literal["case", "slip", "own"] = "case"
    photos: bool = False


class Numbering(Cited):
    """Where the one number appears unchanged (R1.04), and which other numbers refer to it."""

    same_on: list[str]
    crossed_with: list[str] = []
    """R26.06: the report of corrective action, whose number stands on the form and the other way round."""


class DueDay(Data):
    """When a report is due."""

    kind: Literal[
        "daily", "weekday", "month_day", "month_end", "first_week", "half_year", "year_end", "on_event", "set"
    ]
    value: int | None = None
    """The day of the month, the weekday, or so many working days after the event where that names no day itself."""
    rolls: bool = True
    on: str = ""
    """The event that calls for it (R4.05), or `hot_spot`: complaints of a kind have gathered (R23.03)."""


class Report(Named):
    """A report with its calendar: who makes it, for whom, from what."""

    due: DueDay
    covers: Literal["day", "week", "month", "half_year", "year", "event"] = "month"
    of: Literal["received", "closed"] = "received"
    """Which cases it tells of: those that came in, or those that were closed (R13.10)."""
    by: str = ""
    to: list[str] = []
    items: list[str] = []
    """What its figures are told by; a report without any is what a person writes down (R20.07, R20.09)."""
    form: str = ""


class Capa(Cited):
    """Remedy, correction, prevention, and the pair of opinion and report (R1.06, R7.07, R10.12, R26.06)."""

    kinds: list[Literal["remedial", "corrective", "preventive", "rectification", "suggestion"]]
    planned_day: bool = False
    on_notice: bool = False
    """R1.07: the need is written on the notice and can be searched."""
    ordered_by: str = ""
    verified_by: str = ""
    order_form: str = ""
    report_form: str = ""
    crossed_numbers: bool = False
    participants: bool = False
    """R7.07: who took part is written down."""
    days: int | None = None


class Band(Data):
    """A part of an amount and the share taken of it; the last band has no end."""

    up_to: Money | None = None
    share: Share


class PenaltyRule(Named):
    """What somebody has to pay or bear. Amounts are text with two decimals."""

    whom: str
    kind: Literal["fixed", "bands", "points", "per_other_shop", "ranking", "fee", "share_of", "sanction"]
    amount: Money | None = None
    bands: list[Band] = []
    ranks: list[Money] = []
    share: Share | None = None
    of: str = ""
    cap_share: Share | None = None
    cap_of: str = ""
    carry_over: bool = False
    """R13.15: what is above the cap is taken in the following months."""
    instalments: bool = False
    on: str = ""
    """The finding or trigger that calls for it."""
    approver: str = ""
    limit: str = ""
    """The limit within which it is paid."""
    also: list[str] = []
    """What comes with it: 通报批评."""
    appeal: str = ""
    recovers: str = ""
    """R3.11: what was paid out already and comes back on top: 已发放的提成."""
    items: list[Named] = []


class Rate(Named):
    """A number that is worked out for a period (R26.08, W1.04)."""

    formula: str = ""
    target: Share | None = None


class Keeping(Cited):
    """Who files what when (R2.18)."""

    role: str = ""
    cadence: str = ""
    text: str = ""


class Sample(Data):
    """A made-up institution under this rule book, for demo and tests."""

    institution: str
    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{1,29}$")
    office: str
    phone: str = "0000-80000000"
    address: str = ""
    hours: str = ""
    intro: str = ""
    prefix: str = ""
    units: list[str] = Field(min_length=1)
    settings: dict[str, int | str | bool] = {}
    """What this institution has set where the source is blank."""
    complaints: list[SampleComplaint] = []


class SampleComplaint(Data):
    """A made-up complaint: what is told, about whom, and how far it has come."""

    category: str
    respondent: str
    text: str = Field(min_length=10)
    wish: str = ""
    severity: str = ""
    unit: int = 0
    channel: str = "phone"
    stage: Literal["received", "accepted", "handling", "replied", "answered", "archived", "refused"] = "received"
    fix: str = ""


Sample.model_rebuild()
