"""Rule books as data: a regime is a TOML text that a jurist can read, parsed and checked here."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.domain.calendar import Unit
from shared.domain.clocks import Limit
from shared.domain.errors import Refused
from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, TITLES, Role, Route

EVENTS = frozenset(
    {s.event for s in CASE_STEPS.values()} | {s.event for s in SLIP_STEPS.values()} | {"received", "upper_deadline"}
)
Row = Annotated[str, Field(pattern=r"^(R\d{1,2}\.\d{2}|cfg)$")]
"""A row of the digest, or `cfg`: the source is silent and the institution has set the value."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(_Data):
    """A sentence of the rule book in plain words, with its row and, where it matters, the quoted phrase."""

    row: Row
    topic: str
    text: str
    quote: str = ""


class Named(_Data):
    """A code with the words people read: a category, a severity, a role or a form."""

    code: str
    name: str
    row: Row
    text: str = ""


class LimitRule(_Data):
    """One limit; `starts`, `stops` and `revives` are event kinds, `warn` working days before the due day."""

    id: str
    name: str
    value: int = Field(ge=0, le=366)
    unit: Unit
    starts: list[str]
    stops: list[str]
    revives: list[str] = []
    owner: Role
    severity: str | None = None
    warn: list[int] = [1]
    tell: list[Role]
    pauses: bool = False
    per_slip: bool = False
    right: bool = False
    """A right that lapses (R2.12), not a duty that becomes overdue."""
    row: Row
    start_row: Row
    quote: str

    def limit(self, extendable: frozenset[str]) -> Limit:
        """The limit as the clocks know it; `extendable` are the limits that one extension moves."""
        return Limit(
            id=self.id,
            value=self.value,
            unit=self.unit,
            starts=frozenset(self.starts),
            stops=frozenset(self.stops),
            owner=self.owner,
            severity=self.severity,
            warn=tuple(self.warn),
            tell=tuple(self.tell),
            pauses=self.pauses,
            per_slip=self.per_slip,
            row=self.row,
            revives=frozenset(self.revives),
            extended_as=extendable if self.id in extendable else frozenset(),
        )


class Refusal(_Data):
    """What a refusal must carry, and the grounds to choose from."""

    needs_basis: bool
    row: Row
    grounds: list[Named]


class ExtensionRule(_Data):
    """Who grants more time, for which limits, how often and how far; None means no cap in the source."""

    limits: list[str]
    approver: Role | None = None
    notice: bool
    max_times: int | None = None
    max_days: int | None = None
    row: Row


class ReplyRule(_Data):
    """What a unit's reply must carry (R2.14), and whether the unit may answer directly with consent (R2.16)."""

    plan_when_planned: bool
    reason_when_unsolvable: bool
    direct_with_consent: bool
    row: Row


class ReopenRule(_Data):
    """How long and how often a dissatisfied citizen is heard again by the same office."""

    days: int
    times: int
    row: Row


class PublicationRule(_Data):
    """Common issues: the least number of complainants and the row that calls for publication."""

    least: int = Field(ge=5)
    row: Row


class Regime(_Data):
    """A whole rule book, ready to be asked."""

    code: str = Field(pattern=r"^R\d{1,2}$")
    title: str
    source: str
    routes: list[Route]
    who: str
    modes: list[str]
    channels: list[str]
    declaration: str = ""
    categories: list[Named]
    severities: list[Named] = []
    default_severity: str | None = None
    roles: list[Named]
    limits: list[LimitRule]
    refusal: Refusal
    extension: ExtensionRule
    reply: ReplyRule
    reopen: ReopenRule
    publication: PublicationRule
    question_pauses: bool
    question_days: int
    rating_days: int
    forms: list[Named]
    archive: list[Named]
    clauses: list[Clause]
    silent: list[Clause] = []

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Regime:
        """Whatever one table names, another must define."""
        limits, roles = {r.id for r in self.limits}, {r.code for r in self.roles}
        faults = [
            f"limits.{r.id}: unknown event {e}"
            for r in self.limits
            for e in [*r.starts, *r.stops, *r.revives]
            if e not in EVENTS
        ]
        faults += [
            f"limits.{r.id}: role {x} is held by nobody"
            for r in self.limits
            for x in [r.owner, *r.tell]
            if x not in roles
        ]
        faults += [f"extension.limits: unknown limit {x}" for x in self.extension.limits if x not in limits]
        severities = {s.code for s in self.severities}
        faults += [
            f"limits.{r.id}: unknown severity" for r in self.limits if r.severity and r.severity not in severities
        ]
        if self.extension.approver and self.extension.approver not in roles:
            faults.append("extension.approver: held by nobody")
        if len(limits) != len(self.limits):
            faults.append("limits: an id stands twice")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def clock_limits(self) -> list[Limit]:
        """Every limit as the clocks know it."""
        return [r.limit(frozenset(self.extension.limits)) for r in self.limits]

    def limit(self, limit_id: str) -> LimitRule | None:
        """The rule of that id, if the regime has it (the upper body's own deadline has none)."""
        return next((r for r in self.limits if r.id == limit_id), None)

    def handling_limit(self, severity: str) -> LimitRule | None:
        """The limit that an extension moves for a case of that severity."""
        rules = [r for r in self.limits if r.id in self.extension.limits]
        return next((r for r in rules if r.severity in (None, severity or self.default_severity)), None)

    def name_of(self, table: str, code: str) -> str:
        """The words for a code of categories, severities, roles or forms; '' where there is none."""
        rows: list[Named] = getattr(self, table)
        return next((x.name for x in rows if x.code == code), TITLES.get(code, "") if table == "roles" else "")


def parse(text: str) -> Regime:
    """The regime a TOML text states; raises Refused('regime_file', faults=[...]) with all faults at once."""
    try:
        return Regime.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Refused("regime_file", faults=[str(error)]) from error
    except ValidationError as error:
        faults = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors(include_url=False)]
        raise Refused("regime_file", faults=faults) from error


def shipped(code: str) -> str:
    """The text of a rule book that comes with the product."""
    return (files(__package__) / f"{code}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def of_text(text: str) -> Regime:
    """`parse`, remembered: versions never change."""
    return parse(text)
