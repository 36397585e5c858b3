"""A whole rule book, ready to be asked."""

from __future__ import annotations

from datetime import time
from functools import cached_property

from pydantic import Field

from shared.domain import hours
from shared.domain.lifecycle import Role, Route
from shared.domain.limits import Limit
from shared.domain.regimes.base import Clause, Data, Named
from shared.domain.regimes.blanks import Blank, Setting
from shared.domain.regimes.citizen import (
    Appeal,
    FeedbackRule,
    Notice,
    Protection,
    PublicationRule,
    ReopenRule,
    Survey,
    Visit,
)
from shared.domain.regimes.handling import (
    Approval,
    Attribution,
    CoHandlingRule,
    EmergencyPlan,
    Outcome,
    RecordRule,
    ReplyRule,
    ReturnRule,
    Rung,
    Stage,
    Supervision,
    TransferRule,
)
from shared.domain.regimes.intake import (
    Acceptance,
    Category,
    ChannelRule,
    InputField,
    Redirect,
    Refusal,
    TimeWindow,
    Trigger,
)
from shared.domain.regimes.limits import ExtensionRule, LimitRule, Measure
from shared.domain.regimes.people import Duty, Office, RoleName, Roster, Season, Tier
from shared.domain.regimes.records import Capa, Form, Keeping, Numbering, PenaltyRule, Rate, Report, Sample


class Regime(Data):
    """A rule book; whatever a part does not say has a default that changes nothing."""

    code: str = Field(pattern=r"^R\d{1,2}$")
    title: str
    source: str
    office: Office = Office()
    routes: list[Route]
    who: str
    modes: list[str]
    channels: list[str]
    channel_rules: list[ChannelRule] = []
    declaration: str = ""
    fields: list[InputField] = []
    categories: list[Category]
    severities: list[Named] = []
    default_severity: str | None = None
    triggers: list[Trigger] = []
    windows: list[TimeWindow] = []
    acceptance: Acceptance | None = None
    refusal: Refusal
    redirects: list[Redirect] = []
    roles: list[RoleName]
    limits: list[LimitRule]
    measures: list[Measure] = []
    extension: ExtensionRule
    transfer: TransferRule | None = None
    returns: ReturnRule | None = None
    co_handling: CoHandlingRule | None = None
    approvals: list[Approval] = []
    ladder: list[Rung] = []
    stages: list[Stage] = []
    emergency: EmergencyPlan | None = None
    supervision: Supervision | None = None
    outcomes: list[Outcome] = []
    records: list[RecordRule] = []
    attributions: list[Attribution] = []
    reply: ReplyRule
    feedback: FeedbackRule | None = None
    reopen: ReopenRule
    appeals: list[Appeal] = []
    visits: list[Visit] = []
    surveys: list[Survey] = []
    capa: Capa | None = None
    publication: PublicationRule
    notices: list[Notice] = []
    protections: list[Protection] = []
    question_pauses: bool
    question_days: int
    rating_days: int
    forms: list[Form]
    numbering: Numbering | None = None
    reports: list[Report] = []
    rates: list[Rate] = []
    penalties: list[PenaltyRule] = []
    archive: list[Named]
    keeping: Keeping | None = None
    office_hours: list[Season] = []
    rosters: list[Roster] = []
    tiers: list[Tier] = []
    duties: list[Duty] = []
    clauses: list[Clause]
    silent: list[Clause] = []
    out: list[Clause] = []
    """Rows outside the product, with the reason."""
    settings: list[Setting] = []
    blanks: list[Blank] = []
    sample: Sample | None = None

    @property
    def unset(self) -> list[Blank]:
        """The blanks that nobody has set."""
        return [blank for blank in self.blanks if blank.value is None]

    @property
    def complete(self) -> bool:
        """Whether an institution can hear complaints under it."""
        return not self.unset

    @cached_property
    def acts_as(self) -> dict[str, Role]:
        """The product's role behind each role of the rule book, the first where it stands for several."""
        return {role.code: role.roles[0] for role in self.roles if role.roles}

    @cached_property
    def hours(self) -> hours.Hours:
        """When its office opens and closes, by season where the rule book says so (R22.09)."""
        seasons, usual = [], hours.USUAL
        for one in self.office_hours:
            opens, closes = time.fromisoformat(one.spans[0][0]), time.fromisoformat(one.spans[-1][1])
            if one.first and one.last:
                seasons.append(hours.Season(_month_day(one.first), _month_day(one.last), opens, closes))
            else:
                usual = hours.Hours(opens, closes)
        return hours.Hours(usual.opens, usual.closes, tuple(seasons))

    @cached_property
    def clock_limits(self) -> tuple[Limit, ...]:
        """Every limit as the clocks know it."""
        extendable = frozenset(self.extension.limits)
        return tuple(rule.limit(extendable, self.acts_as) for rule in self.limits)

    def limit(self, limit_id: str) -> LimitRule | None:
        """The rule of that id, if the regime has it (the upper body's own deadline has none)."""
        return next((r for r in self.limits if r.id == limit_id), None)

    def handling_limit(self, severity: str, category: str = "") -> LimitRule | None:
        """The limit that an extension moves for a case of that severity and category."""
        rules = [r for r in self.limits if r.id in self.extension.limits and r.category in (None, category)]
        return next((r for r in rules if r.severity in (None, severity or self.default_severity)), None)

    def approval(self, of: str, when: str = "") -> Approval | None:
        """Who has to agree to something, for a class or a trigger where the rule book tells them apart."""
        found = [one for one in self.approvals if one.of == of and one.when in ("", when)]
        return next((one for one in found if one.when == when), found[0] if found else None)

    def name_of(self, table: str, code: str) -> str:
        """The words for a code of categories, severities, roles or forms; '' where there is none.

        A role of the product has the name of the first role that stands for it.
        """
        rows: list[Named] = getattr(self, table)
        found = next((x.name for x in rows if x.code == code), "")
        if found or table != "roles":
            return found
        return next((x.name for x in self.roles if code in x.roles), "")


def _month_day(text: str) -> hours.Day:
    return int(text[:2]), int(text[3:])
