"""What a batch of notices may need to know: each kind of row is read once for all, when first asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, load_only

from shared.domain.lifecycle import SlipState
from shared.models.absence import Absence
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.clock import ClockRow
from shared.models.complainant import Complainant
from shared.models.extension import Extension
from shared.models.institution import Institution
from shared.models.last_address import LastAddress
from shared.models.outbox import OutboxRow
from shared.models.person import Grant, Person
from shared.models.question import Question
from shared.models.slip import CoHandling, EvidenceRequest, Slip

_ENDED_SLIPS = (str(SlipState.RETURNED), str(SlipState.WITHDRAWN), str(SlipState.CANCELLED))


class Holder(NamedTuple):
    """A person of staff and one role held in one unit."""

    person_id: int
    email: str
    role: str
    unit_id: int
    at_once: bool
    """Wants ordinary notices at once, not in the morning's digest."""
    post: str = ""
    """The rule book's own role, '' where nobody has said which."""


class Known:
    """The rows around a batch of notices; usable as long as its session is."""

    def __init__(self, session: Session, rows: Sequence[OutboxRow]) -> None:
        self.session = session
        self._ids = [row.id for row in rows]
        self._case_ids = sorted({row.case_id for row in rows if row.case_id})
        self._places = sorted({row.institution_id for row in rows})
        self._people = sorted({row.facts["person"] for row in rows if "person" in row.facts})

    @classmethod
    def of(cls, given: Session | Known, row: OutboxRow) -> Known:
        """What is known already, or what a session can tell of one notice."""
        return given if isinstance(given, Known) else cls(given, [row])

    def case(self, case_id: int) -> Case:
        """The case, without its words."""
        return self._cases[case_id]

    def place(self, institution_id: int) -> Institution:
        """The institution."""
        return self._institutions[institution_id]

    def complainant(self, case_id: int) -> Complainant | None:
        """Who complained, sealed; None where nobody said so."""
        return self._complainants.get(case_id)

    def last_address(self, outbox_id: int) -> LastAddress | None:
        """Where a notice goes to somebody whose data were erased; None once it has left."""
        return self._last.get(outbox_id)

    def staff(self, institution_id: int) -> list[Holder]:
        """Everybody who may sign in there, by person, with every role held."""
        return self._staff[institution_id]

    def named(self, row: OutboxRow) -> list[Holder]:
        """The one person of staff that a notice names, if they may still sign in."""
        person = self._named.get(row.facts.get("person", 0))
        return [Holder(person.id, person.email, "", 0, person.notices_at_once)] if person else []

    def deputies(self, institution_id: int, today: dt.date) -> dict[int, int]:
        """Who is away today, and who stands in."""
        return {
            one.person_id: one.deputy_id
            for one in self._absences[institution_id]
            if one.deputy_id and one.from_day <= today <= one.to_day
        }

    def bars(self, case_id: int) -> list[CaseBar]:
        """Whom the complaint is about."""
        return self._bars[case_id]

    def slip(self, row: OutboxRow) -> Slip | None:
        """The slip a notice is about: the one it names, else the newest that hasn't come back."""
        slips = self._slips[row.case_id or 0]
        if row.slip_id:
            return next((slip for slip in slips if slip.id == row.slip_id), None)
        return next((slip for slip in reversed(slips) if slip.state not in _ENDED_SLIPS), None)

    def helpers(self, slip_id: int) -> list[CoHandling]:
        """The helping units of a slip, asked for or named."""
        return self._helpers[slip_id]

    def asked_units(self, case_id: int, at: dt.datetime) -> list[int]:
        """The units that were asked for material at this moment (R5.09)."""
        return [one.unit_id for one in self._asked[case_id] if one.asked_at == at]

    def granted(self, case_id: int) -> Extension | None:
        """The newest extension granted."""
        return next((one for one in reversed(self._extensions[case_id]) if one.state == "granted"), None)

    def question(self, case_id: int) -> Question | None:
        """The newest question to the citizen."""
        return next(reversed(self._questions[case_id]), None)

    def runs(self, case_id: int) -> list[ClockRow]:
        """Every limit that ran or runs, by when it began."""
        return self._runs[case_id]

    @cached_property
    def _cases(self) -> dict[int, Case]:
        columns = (Case.institution_id, Case.regime_version_id, Case.mode, Case.locale, Case.register_no)
        more = (Case.receipt_no, Case.handler_id, Case.due_at)
        found = self._about(select(Case).options(load_only(*columns, *more)), Case.id, ())
        return {case.id: case for case in found}

    @cached_property
    def _institutions(self) -> dict[int, Institution]:
        found = self.session.scalars(select(Institution).where(Institution.id.in_(self._places)))
        return {place.id: place for place in found}

    @cached_property
    def _complainants(self) -> dict[int, Complainant]:
        found = self._about(select(Complainant), Complainant.case_id, ())
        return {who.case_id: who for who in found}

    @cached_property
    def _last(self) -> dict[int, LastAddress]:
        found = self.session.scalars(select(LastAddress).where(LastAddress.outbox_id.in_(self._ids)))
        return {one.outbox_id: one for one in found}

    @cached_property
    def _staff(self) -> defaultdict[int, list[Holder]]:
        query = (
            select(Person.institution_id, Person.id, Person.email, Grant.role, Grant.unit_id)
            .add_columns(Person.notices_at_once, Grant.post)
            .join(Grant, Grant.person_id == Person.id)
            .where(Person.institution_id.in_(self._places), Person.active)
            .order_by(Person.id)
        )
        found = defaultdict[int, list[Holder]](list)
        for institution_id, *holder in self.session.execute(query):
            found[institution_id].append(Holder(*holder))
        return found

    @cached_property
    def _named(self) -> dict[int, Person]:
        query = select(Person).where(Person.id.in_(self._people), Person.active)
        return {person.id: person for person in self.session.scalars(query)}

    @cached_property
    def _absences(self) -> defaultdict[int, list[Absence]]:
        query = (
            select(Absence, Person.institution_id)
            .join(Person, Person.id == Absence.person_id)
            .where(Person.institution_id.in_(self._places), Absence.ended_at.is_(None))
            .order_by(Absence.id)
        )
        found = defaultdict[int, list[Absence]](list)
        for absence, institution_id in self.session.execute(query):
            found[institution_id].append(absence)
        return found

    @cached_property
    def _bars(self) -> defaultdict[int, list[CaseBar]]:
        return _by(self._about(select(CaseBar), CaseBar.case_id, ()), "case_id")

    @cached_property
    def _slips(self) -> defaultdict[int, list[Slip]]:
        columns = load_only(Slip.case_id, Slip.state, Slip.number, Slip.unit_id, Slip.section_id)
        return _by(self._about(select(Slip).options(columns), Slip.case_id, (Slip.id,)), "case_id")

    @cached_property
    def _helpers(self) -> defaultdict[int, list[CoHandling]]:
        slips = [slip.id for of_case in self._slips.values() for slip in of_case]
        query = select(CoHandling).where(CoHandling.slip_id.in_(slips)).order_by(CoHandling.id)
        return _by(self.session.scalars(query), "slip_id")

    @cached_property
    def _asked(self) -> defaultdict[int, list[EvidenceRequest]]:
        return _by(self._about(select(EvidenceRequest), EvidenceRequest.case_id, (EvidenceRequest.id,)), "case_id")

    @cached_property
    def _extensions(self) -> defaultdict[int, list[Extension]]:
        return _by(self._about(select(Extension), Extension.case_id, (Extension.id,)), "case_id")

    @cached_property
    def _questions(self) -> defaultdict[int, list[Question]]:
        columns = load_only(Question.case_id, Question.due_day)
        return _by(self._about(select(Question).options(columns), Question.case_id, (Question.id,)), "case_id")

    @cached_property
    def _runs(self) -> defaultdict[int, list[ClockRow]]:
        columns = load_only(ClockRow.case_id, ClockRow.limit_id, ClockRow.due_day, ClockRow.start_seq)
        return _by(self._about(select(ClockRow).options(columns), ClockRow.case_id, (ClockRow.start_seq,)), "case_id")

    def _about(
        self,
        query: Select[Any],
        column: InstrumentedAttribute[int],
        order: tuple[InstrumentedAttribute[int], ...],
    ) -> list[Any]:
        """The rows of this kind about the batch's cases."""
        return list(self.session.scalars(query.where(column.in_(self._case_ids)).order_by(*order)))


def _by(found: Iterable[Any], name: str) -> defaultdict[int, list[Any]]:
    grouped = defaultdict[int, list[Any]](list)
    for row in found:
        grouped[getattr(row, name)].append(row)
    return grouped
