"""What came of a case: the rule book's outcome, what it calls for, and the money that came back (R11.02)."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from backoffice.fields import AtMost, StepForm, Ticks, radios, words
from backoffice.steps import Act, offer
from shared.domain import outcomes
from shared.domain.errors import Refused
from shared.domain.outcomes import Result
from shared.domain.visibility import Actor
from shared.services import results
from shared.services.queries_case import CaseView


class ResultForm(StepForm):
    """What came of it."""

    finding = radios(_l("办理结论"))
    ticks = Ticks(_l("已经做到"), [Optional()], choices=[], validate_choice=False)
    amount = StringField(_l("为来信人挽回的金额（元）"), [Optional(), AtMost(20)], description=_l("例如 240.00。"))
    ground_words = words(_l("说明"), must=False)


def fill(form: ResultForm, view: CaseView) -> None:
    """The rule book's outcomes, and what they call for in its words."""
    book = view.regime
    if not outcomes.asks(book):
        raise Refused("not_now", action="record_result", state=view.case.state)
    form.finding.choices = [(one.code, one.name) for one in book.outcomes]
    form.finding.hints = {one.code: one.text for one in book.outcomes if one.text}
    form.ticks.choices = [(f.code, f.name) for f in outcomes.needed(book, "yes")]
    money, ground = outcomes.money_field(book), outcomes.needed(book, "long")
    if money is not None:
        form.amount.label.text = _("%(name)s（元）", name=money.name)
    if ground:
        form.ground_words.label.text = ground[0].name
    if not book.outcomes:
        del form.finding
    if not form.ticks.choices:
        del form.ticks


def record(case_id: int, form: ResultForm, actor: Actor, now: dt.datetime) -> None:
    """Records it."""
    result = Result(
        outcome=(form.finding.data or "") if "finding" in form else "",
        amount=outcomes.yuan(form.amount.data or ""),
        ticks=tuple(form.ticks.data or ()) if "ticks" in form else (),
        text=form.ground_words.data or "",
    )
    results.record(case_id, actor, now, result, version=form.seen)


offer(Act("record_result", ResultForm, record, _l("记下这件事的结论；结论变了可以再记，以最后一次为准。"), fill))
