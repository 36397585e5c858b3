"""After the end: which closed cases are visited and when, what a dissatisfied answer does, how scores are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.domain.calendar import Calendar, Unit
from shared.domain.errors import Refused, needs
from shared.domain.regimes import Regime
from shared.domain.regimes.citizen import Ask, Survey, Visit

LEVELS = ("very_good", "good", "fair", "bad", "very_bad", "unsure")
DISSATISFIED = frozenset({"bad", "very_bad"})
CONTENT = frozenset({"very_good", "good", "fair"})
MOST_TRIES = 3
"""So often somebody tries to reach a complainant before the visit counts as not to be made."""
PLANNED = 3
"""Working days after the closing at which a visit stands on the list: 及时 is no limit, so nobody is late."""
VISIT_SCALE = 5
LEAST = 5
"""Below so many answers nothing is told but their number; above, in whole steps, so that no single one shows."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said at a visit: scores by the place of the question, counted from 0."""

    way: str
    level: str
    still: bool | None = None
    scores: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""

    @property
    def dissatisfied(self) -> bool:
        """Whether the matter isn't settled for whoever complained."""
        return self.level in DISSATISFIED or bool(self.still)


def visit_rule(book: Regime) -> Visit | None:
    """What the rule book says of return visits; None where it has none."""
    return book.visits[0] if book.visits else None


def owed(rule: Visit, number: int) -> bool:
    """Whether the `number`-th closed case is visited: all, each n-th of a share, or only those the office picks."""
    if rule.all:
        return True
    if not rule.share:
        return False
    share = Decimal(rule.share)
    return int(share * number) > int(share * (number - 1))


def planned_on(calendar: Calendar, closed: dt.date, tries: int = 0) -> dt.date:
    """When a visit stands on the list: some days after the closing, after a try in vain on the next working day."""
    return calendar.count(closed, 1 if tries else PLANNED, Unit.WORKING_DAYS).day


def scored(rule: Visit) -> list[tuple[str, Ask]]:
    """The questions that take a score, each with the key under which it is kept."""
    return [(str(n), ask) for n, ask in enumerate(rule.asks) if ask.kind == "score"]


def words_of(rule: Visit, kind: str) -> str:
    """The rule book's words for a kind of question, '' where it leaves them to the product."""
    return next((ask.text for ask in rule.asks if ask.kind == kind), "")


def check_heard(rule: Visit, heard: Heard) -> None:
    """Raises Refused('missing', field) unless every question of the rule book has its answer.

    Whoever is dissatisfied and heard again has said what is still wrong.
    """
    if heard.way not in rule.ways or heard.way == "online":
        raise Refused("missing", field="visit_way")
    if heard.level not in LEVELS:
        raise Refused("missing", field="level")
    if words_of(rule, "still") and heard.still is None:
        raise Refused("missing", field="still")
    check_scores([key for key, _ in scored(rule)], heard.scores, VISIT_SCALE)
    if heard.dissatisfied and rule.reopens:
        needs(comment=heard.comment)


def check_scores(keys: Iterable[str], scores: Mapping[str, int], scale: int) -> None:
    """Raises Refused('missing', field='score_<key>') for the first question without a score from 1 to `scale`."""
    for key in keys:
        if not 1 <= scores.get(key, 0) <= scale:
            raise Refused("missing", field=f"score_{key}")


def shown(answers: int) -> int:
    """Of so many answers, how many are told: whole fives of them."""
    return answers // LEAST * LEAST


def mean(scores: Iterable[int]) -> Decimal | None:
    """The mean to one decimal; None where fewer than five have answered."""
    given = list(scores)
    return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1")) if len(given) >= LEAST else None


def survey_rule(book: Regime, code: str) -> Survey | None:
    """The survey of that code, None where the rule book has no such one."""
    return next((one for one in book.surveys if one.code == code), None)


def quarters(today: dt.date, many: int) -> list[tuple[dt.date, dt.date]]:
    """First and last day of this quarter and of those before it, the newest first."""
    found, first = [], today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    following = (first + dt.timedelta(days=100)).replace(day=1)
    last = following.replace(month=(following.month - 1) // 3 * 3 + 1) - dt.timedelta(days=1)
    for _ in range(many):
        found.append((first, last))
        last = first - dt.timedelta(days=1)
        first = last.replace(month=last.month - 2, day=1)
    return found


MONTHS = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}


def next_survey(rule: Survey, last: dt.date | None) -> dt.date | None:
    """By when the next one begins; None where the rule book names no cadence or there was none yet."""
    months = MONTHS.get(rule.cadence, 0)
    if not months or last is None:
        return None
    total = last.year * 12 + last.month - 1 + months
    first = dt.date(total // 12, total % 12 + 1, 1)
    last_of = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(last.day, last_of.day))
