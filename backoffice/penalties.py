"""Penalties on a case: what is in the ledger, which rules are called for, and the form to propose one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, amount, pick, radios, words
from backoffice.findings import fill_subjects
from backoffice.tries import tried
from shared import clock
from shared.domain import ledger, sums
from shared.domain.errors import Refused
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import SEEN_BY
from shared.services import queries_books, queries_ledger
from shared.services.ledger import Proposal, propose
from shared.services.queries_books import CaseHead
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other


class PenaltyForm(StepForm):
    """Who bears what, from which numbers."""

    person_id = pick(_l("对哪一位"), must=False)
    unit_id = pick(_l("对哪个单位"), must=False)
    item = radios(_l("哪一项"))
    reason = words(_l("事由"), longest=2000, hint=_l("被处罚人会看到这段话。写清楚事实，不要写来信人的情况。"))


@bp.get("/case/<int(max=9007199254740991):case_id>/penalties")
def case_penalties(case_id: int) -> Response:
    """The lines of the case, and the rules by which more can be proposed."""
    head = queries_books.case_head(case_id, me())
    head.need(SEEN_BY["ledger"], "penalties")
    grounds = queries_books.proposable(case_id, head.book, clock.now())
    rules = [
        (one, grounds[one.code], bool(ledger.levels(head.book, one)[0] & head.held))
        for one in head.book.penalties
        if one.code in grounds
    ]
    found = queries_ledger.of_case(case_id, me())
    names = {one.code: one.name for one in head.book.attributions}
    return page("backoffice/case_penalties.html", head=head, case=head.case, rules=rules, found=found, names=names)


@bp.route("/case/<int(max=9007199254740991):case_id>/penalties/new", methods=["GET", "POST"])
def penalty_new(case_id: int) -> Response:
    """The form of one rule, which stands in the address."""
    head = queries_books.case_head(case_id, me())
    rule = _rule(head)
    head.need(ledger.levels(head.book, rule)[0], "propose_penalty")
    form = _form(head, rule)

    def do(now: dt.datetime) -> None:
        propose(case_id, me(), now, _given(form, rule), version=form.seen)

    status = tried(form, do, lambda: queries_books.case_head(case_id, me()).case.version)
    if status == 303:
        flash_done(_("已提出，等待核准。"))
        return see_other("office.case_penalties", case_id=case_id)
    return page("backoffice/penalty_new.html", status=status, head=head, case=head.case, rule=rule, form=form)


def _rule(head: CaseHead) -> PenaltyRule:
    usable = [one for one in head.book.penalties if one.kind != "ranking"]
    wanted = request.args.get("rule", usable[0].code if usable else "")
    found = next((one for one in usable if one.code == wanted), None)
    if found is None:
        raise Refused("no_such_case")
    return found


def _form(head: CaseHead, rule: PenaltyRule) -> Any:
    """The form with the numbers that the rule asks for."""
    extra = {name: amount(label("basis", name), must=name not in sums.optional(rule)) for name in sums.asks(rule)}
    form = type("RuleForm", (PenaltyForm,), extra)()
    fill_subjects(form)
    form.item.choices = [(one.code, one.name) for one in rule.items]
    if not rule.items:
        del form.item
    if rule.kind == "per_other_shop" and not form.is_submitted():
        form.shops.data = len(queries_books.shops(me()))
    return form


def _given(form: Any, rule: PenaltyRule) -> Proposal:
    basis = {name: form[name].data for name in sums.asks(rule) if form[name].data is not None}
    return Proposal(
        rule=rule.code,
        reason=form.reason.data or "",
        person_id=form.person_id.data or None,
        unit_id=form.unit_id.data or None,
        item=(form.item.data or "") if "item" in form else "",
        basis=basis,
    )
