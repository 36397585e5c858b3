"""The books beside a case: corrective action, penalties, return visits, forms; a link each where its rules keep one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from shared.domain import feedback, on_site
from shared.domain.approvals import of_book
from shared.domain.lifecycle import OFFICE_ROLES, Role
from shared.domain.regimes import Regime
from shared.domain.visibility import DONE_BY, SEEN_BY
from shared.services import happenings
from shared.services.queries_case import CaseView
from shared.web.addresses import address


class Book(NamedTuple):
    """A page of its own about one case; it is offered without asking the database what stands in it."""

    endpoint: str
    label: Any
    """Its name, a lazy text."""
    kept: Callable[[Regime], bool]
    """Whether the rule book keeps it."""
    roles: frozenset[Role]
    """Who may open it."""


BOOKS: tuple[Book, ...] = (
    Book("office.case_approvals", _l("报批和审批"), lambda book: bool(of_book(book) or book.triggers), OFFICE_ROLES),
    Book("office.records", _l("情况记录"), lambda book: bool(book.records), OFFICE_ROLES),
    Book("office.case_forms", _l("表单"), lambda book: bool(book.forms), OFFICE_ROLES),
    Book("office.case_corrective", _l("整改"), lambda book: book.capa is not None, OFFICE_ROLES),
    Book("office.case_visits", _l("回访"), lambda book: bool(book.visits), SEEN_BY["visits"]),
    Book("office.case_happenings", _l("经过登记"), lambda book: bool(happenings.offered(book)), OFFICE_ROLES),
    Book("office.case_supervisions", _l("督办"), lambda book: book.supervision is not None, SEEN_BY["ledger"]),
    Book("office.case_findings", _l("责任认定"), lambda book: bool(book.attributions), SEEN_BY["ledger"]),
    Book("office.case_penalties", _l("奖罚"), lambda book: bool(book.penalties), SEEN_BY["ledger"]),
    Book("office.incident", _l("应急处置"), lambda book: book.emergency is not None, OFFICE_ROLES),
    Book("office.case_appointments", _l("上门服务"), on_site.kept, DONE_BY["make_appointment"]),
    Book("office.case_publication", _l("公开处理结果"), feedback.publishes, DONE_BY["draft_issue"]),
)


def books_of(view: CaseView) -> list[tuple[str, str]]:
    """Name and address of every book that the reader may open beside this case."""
    return [
        (str(one.label), address(one.endpoint, case_id=view.case.id))
        for one in BOOKS
        if one.roles & view.roles and one.kept(view.regime)
    ]
