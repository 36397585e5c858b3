"""A confidential case is transferred by two: the page that lays the copy before a leader, and the leader's page."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from backoffice.copies import looked_at
from backoffice.fields import StepForm, number, words, yes_no
from backoffice.steps import Act, offer
from backoffice.transfer import TransferForm, fill_transfer
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.transfer_request import TransferRequest
from shared.services import signatures
from shared.services.queries_case import CaseView
from shared.web.rule_fields import answers_of
from shared.web.state import ring_copies


class SignForm(StepForm):
    """A leader's yes or no to what was prepared."""

    request_id = HiddenField()
    decision = yes_no(_l("您的决定"), _l("同意，签字转出"), _l("不同意"))
    comment = words(_l("意见"), must=False, hint=_l("不同意的，请写明理由。"))

    asked: TransferRequest | None = None
    """What waits for the signature."""


def ask(case_id: int, form: TransferForm, actor: Actor, now: dt.datetime) -> None:
    """Lays the compared copy before a leader."""
    if not form.unit_id.data:
        raise Refused("no_such_unit", field="unit_id")
    looked_at(form)
    chosen = {"unit_id": form.unit_id.data, "co_units": form.co_units.data or []}
    signatures.ask(case_id, actor, now, **chosen, fields=answers_of(form), **form.confirmed_copy())


def fill_sign(form: SignForm, view: CaseView) -> None:
    """Shows what is to be signed."""
    form.asked = signatures.pending(view.case)
    if not form.is_submitted():
        form.request_id.data = str(form.asked.id)


def sign(case_id: int, form: SignForm, actor: Actor, now: dt.datetime) -> None:
    """Signs, or says why not."""
    said = {"signed": form.decision.data == "yes", "reason": form.comment.data or "", "version": form.seen}
    signatures.decide(case_id, number(form.request_id.data), actor, now, **said)
    ring_copies()


offer(
    Act(
        "ask_transfer",
        TransferForm,
        ask,
        _l("保密来信转办要两个人：您对照原文做好副本，本办公室的领导看过签字后才转出。"),
        fill_transfer,
        "backoffice/case_transfer.html",
        asks=("transfer",),
    ),
    Act(
        "sign_transfer",
        SignForm,
        sign,
        _l("这是一件保密来信。请对照原文看副本里有没有能认出来信人的内容，签字后转给承办单位。"),
        fill_sign,
        "backoffice/case_sign_transfer.html",
    ),
)
