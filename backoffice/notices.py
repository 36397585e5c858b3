"""Notices that did not go by themselves: found by reason, tried again, sent as a letter, told by phone, given up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from wtforms import StringField

from backoffice import bp, held_notices
from backoffice.fields import DayField, number, radios, words
from shared import clock
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import identities, notice_acts, notice_texts, queries_keepers, queries_notices
from shared.services.notice_acts import CALL_RESULTS, LETTER_WAYS
from shared.services.queries_case import case_view
from shared.services.queries_notices import STATES, Told
from shared.tasks import base_url
from shared.web import dates
from shared.web.auth import me, step_up
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, ring, settings
from shared.web.words import LABELS
from shared.web.words_sending import reason_words

ONE = "/notices/<int(max=9007199254740991):outbox_id>"


class LetterForm(Form):
    """How a letter went."""

    way = radios(_l("信函"), [(code, LABELS["notice_way"][code]) for code in LETTER_WAYS])


class CallForm(Form):
    """When somebody called, and what it came to."""

    called_day = DayField(_l("哪一天打的"))
    called_time = StringField(_l("几点打的"))
    result = radios(_l("结果"), [(code, LABELS["notice_way"][code]) for code in CALL_RESULTS])


class DropForm(Form):
    """Why nobody is told."""

    reason = words(_l("理由"), longest=500, hint=_l("例如来信人已经当面知道。不用写来信人是谁。"))


@bp.get("/notices")
def notices() -> Response:
    """未送达通知: what waits for a person, by state and reason."""
    need_sight(me(), "undelivered")
    return _listed(DropForm(formdata=None), 200)


def _listed(form: DropForm, status: int) -> Response:
    counted, args = queries_notices.reasons(me()), request.args
    state = args.get("state", "")
    state = state if state in STATES else STATES[0]
    reason = args.get("reason", "") if args.get("reason", "") in counted[state] else ""
    rows, following = queries_notices.waiting(me(), state, reason, number(args.get("after", "")))
    kept: dict[str, Any] = {"state": state, "reason": reason or None}
    return page(
        "backoffice/notices.html",
        status=status,
        rows=rows,
        heaps=held_notices.heaps() if state == "held" else [],
        state=state,
        reason=reason,
        form=form,
        counts={s: sum(counted[s].values()) for s in STATES},
        reasons=counted[state],
        reason_words=reason_words,
        following=url_for("office.notices", after=following, **kept) if following else None,
        may_release=may_do(me(), "release_notice", at_home(me())),
    )


@bp.post("/notices/decide")
def notices_decide() -> Response:
    """The chief's yes or no to notices that wait for it (W1.03)."""
    need(me(), "release_notice")
    chosen, form = [number(v) for v in request.form.getlist("notice")][: queries_notices.PAGE], DropForm()
    try:
        if request.form.get("act") == "no":
            if not form.validate():
                return _listed(form, 422)
            count = notice_acts.refuse(chosen, me(), form.reason.data or "", clock.now())
            flash_done(ngettext("%(num)d 条通知不发了。", "%(num)d 条通知不发了。", count))
        else:
            count = notice_acts.release(chosen, me(), clock.now())
            ring()
            flash_done(ngettext("已同意发出 %(num)d 条通知。", "已同意发出 %(num)d 条通知。", count))
    except Refused as error:
        return _listed(form, refused(form, error))
    return see_other("office.notices", state="held")


@bp.route(ONE, methods=["GET", "POST"])
def notice(outbox_id: int) -> Response:
    """One notice with everything that can be done about it."""
    told, act = queries_notices.one(outbox_id, me()), request.form.get("act", "")
    forms: dict[str, Any] = {"letter": LetterForm(), "call": CallForm(), "drop": DropForm()}
    form, status = forms.get(act, Form()), 200
    for other in forms.values():
        other.process(formdata=request.form if other is form else None)
    if request.method == "POST":
        try:
            status = 200 if form.validate() else 422
            if status == 200:
                return _done(outbox_id, act, form)
        except Refused as error:
            status, told = refused(form, error), queries_notices.one(outbox_id, me())
    facts = {**forms, "form": form, "told": told, "reason_words": reason_words, "today": _today()}
    return page("backoffice/notice.html", status=status, may=_may(told), **facts)


def _today() -> str:
    return clock.now().astimezone(dates.zone()).date().isoformat()


def _may(told: Told) -> dict[str, bool]:
    """Which acts are offered: what the service allows."""
    settles = may_do(me(), "settle_notice", at_home(me())) and told.row.state in {"failed", "parked"}
    held = told.row.state == "held" and may_do(me(), "release_notice", at_home(me()))
    return {"retry": settles and told.row.state == "failed", "settle": settles, "held": held}


def _done(outbox_id: int, act: str, form: Any) -> Response:
    now = clock.now()
    if act == "retry":
        notice_acts.retry(outbox_id, me(), now)
        ring()
        flash_done(_("已放回待发，马上再发一次。"))
    elif act == "release":
        notice_acts.release([outbox_id], me(), now)
        ring()
        flash_done(_("已同意发出。"))
    elif act == "letter":
        notice_acts.replace(outbox_id, me(), "letter", form.way.data or "", now)
        flash_done(_("已记下：改用信函。"))
    elif act == "call":
        called = _called_at(form, now)
        notice_acts.replace(outbox_id, me(), "call", form.result.data or "", now, called_at=called)
        flash_done(_("已记下这次电话。"))
    elif act == "drop":
        notice_acts.drop(outbox_id, me(), form.reason.data or "", now)
        flash_done(_("已记下：不再通知。"))
    return see_other("office.notice", outbox_id=outbox_id)


def _called_at(form: CallForm, now: dt.datetime) -> dt.datetime:
    """The moment of the call; today and now where nothing was written."""
    place = dates.zone()
    try:
        at = dt.time.fromisoformat(form.called_time.data) if form.called_time.data else None
    except ValueError:
        raise Refused("bad_time", field="called_time") from None
    local = now.astimezone(place)
    day = form.called_day.data or local.date()
    return dt.datetime.combine(day, at or local.time(), tzinfo=place).astimezone(dt.UTC)


@bp.route(f"{ONE}/letter", methods=["GET", "POST"])
def notice_letter(outbox_id: int) -> Response:
    """The letter on paper: its window stays empty, until whoever may open the contact asks for the name, on record."""
    told = queries_notices.one(outbox_id, me())
    if told.case is None or not told.to_citizen:
        raise Refused("no_such_case")
    view, opened = case_view(told.case.id, me(), clock.now()), None
    if request.method == "POST":
        if (ask := step_up()) is not None:
            return ask
        opened = identities.open_identity(
            keys(), view.case.id, me(), clock.now(), reason="contact", token=current_user.token
        )
    subject, news = notice_texts.letter_of(outbox_id, base_url(settings()))
    return page(
        "print/letter.html",
        told=told,
        view=view,
        subject=subject,
        news=news,
        name=opened.identity.get("name", "") if opened else "",
        may_open=view.known and bool(view.roles & identities.MAY_OPEN),
        today=clock.now(),
    )


@bp.get("/case/<int(max=9007199254740991):case_id>/notices")
def case_notices(case_id: int) -> Response:
    """Every notice of a case and who looks after it; a part of the case page, or a page of its own."""
    rows = queries_notices.of_case(case_id, me())
    return page(
        "backoffice/case_notices.html",
        fragment="backoffice/_case_notices.html",
        rows=rows,
        keepers=queries_keepers.keepers(case_id, me(), clock.now()),
        case_id=case_id,
        may=bool(me().roles & {Role.INTAKE, Role.CHIEF}),
        reason_words=reason_words,
    )
