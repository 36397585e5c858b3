"""Filing a complaint: how → what, with its evidence → contact → check → the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from flask import Response, abort, request, session
from flask_babel import gettext as _

from portal import route
from portal.draft_forms import contact_form, what_form
from portal.drafts import Writing, complaint_of, flagged, pages_left, rows_of, writing
from portal.home import here
from portal.receipts import as_text, in_fours, receipt_minutes, said_of_evidence, what_next
from portal.submit_forms import MODES, STORY_MOST, WISH_MOST, HowForm, WhatForm, choices
from shared import clock, files
from shared.domain import fields
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.files import Kept
from shared.language import language
from shared.senders.render import render_neutral, render_sms
from shared.services import queries_portal, visits
from shared.services.visits import DraftFile, Shown
from shared.web import rule_fields
from shared.web.labels import refusal
from shared.web.locale import chosen_locale
from shared.web.page import page, page_for_all, see_other
from shared.web.phrases import named
from shared.web.state import keys, limits, ring, settings, store


def _gone() -> Response:
    return page("portal/submit_gone.html", status=410, minutes=settings().visit_idle_minutes, quick_exit=True)


def _step(name: str, how: str) -> dict[str, Any]:
    """Which step this is of how many: anonymous complaints skip the contact page."""
    steps = ["how", "what", "check"] if how == "anonymous" else ["how", "what", "contact", "check"]
    minutes = settings().visit_idle_minutes
    return {"n": steps.index(name) + 1, "total": len(steps), "quick_exit": True, "how": how, "minutes": minutes}


def _begun() -> Writing:
    """The draft at hand; without one, a page that says so, or the receipt if it has been sent already."""
    now = writing(here())
    if now.visit is not None and now.visit.receipt is not None and not now.draft:
        abort(see_other("portal.submit_done"))
    if not now.draft:
        abort(_gone())
    return now


@route("/submit/how")
def submit_how() -> Response:
    """The first question; answering it leaves nothing behind."""
    return _how(writing(here()).draft.get("how"))


def _how(chosen: str | None, *, missing: bool = False) -> Response:
    if chosen or missing:
        return page("portal/submit_how.html", status=422 if missing else 200, **_how_asked(chosen, missing))
    return page_for_all("portal/submit_how.html", None, lambda: _how_asked(None, False))


def _how_asked(chosen: str | None, missing: bool) -> dict[str, Any]:
    regime = queries_portal.regime(here())
    form = HowForm(formdata=None, data={"how": chosen})
    form.how.choices = choices({mode: MODES[mode][0] for mode in regime.modes})
    if missing:
        form.how.errors = [_("请选择提交方式。")]
    return {"form": form, "hints": {mode: MODES[mode][1] for mode in regime.modes}, "quick_exit": True}


@route("/submit/what", methods=["GET", "POST"])
def submit_what() -> Response:
    """The matter itself; files may be sent and removed on the way, and nothing typed is lost by that."""
    return _matter()


def _matter() -> Response:
    regime, now = queries_portal.regime(here()), writing(here())
    how = request.values.get("how") or now.draft.get("how")
    if how not in regime.modes:
        return _how(None, missing=True)
    if request.method == "GET" and now.visit is None:
        facts = (how, limits(), settings().visit_idle_minutes)
        return page_for_all("portal/submit_what.html", facts, lambda: _what_asked(_what_form(regime, now, how), now))
    form = _what_form(regime, now, how)
    if request.method == "GET":
        return _what(form, now)
    if request.form.get("act") == "upload" or "remove" in request.form:
        return _evidence(form, now)
    if not form.validate():
        return _what(form, now, status=422)
    if fields.needs_files(regime, "file", channel="web", category=form.category.data) and not _files(now):
        return _what(form, now, status=422, extra=((_("请先上传材料，再继续。"), "files"),))
    now.keep_what(form, complete=True)
    return see_other(f"portal.submit_{pages_left(now.draft)[0]}")


@route("/submit/evidence", methods=["GET", "POST"])
def submit_evidence() -> Response:
    """Where the what page sends and removes files; it has no page of its own."""
    if request.method == "GET":
        return see_other("portal.submit_what", _anchor="files")
    return _matter()


def _files(now: Writing) -> list[DraftFile]:
    return now.visit.files if now.visit is not None else []


def _what_form(regime: Regime, now: Writing, how: str) -> WhatForm:
    form = what_form(regime, now)
    form.how.data = how
    form.offer(regime)
    return form


def _what(form: WhatForm, now: Writing, *, status: int = 200, extra: tuple[tuple[str, str], ...] = ()) -> Response:
    return page("portal/submit_what.html", extra=extra, status=status, **_what_asked(form, now))


def _what_asked(form: WhatForm, now: Writing) -> dict[str, Any]:
    return _step("what", str(form.how.data)) | {
        "form": form,
        "files": _files(now),
        "most": {"story": STORY_MOST, "wish": WISH_MOST},
        "files_wanted": rule_fields.files_wanted(queries_portal.regime(here())),
        "metadata_stays": files.metadata_stays,
        "limits": limits(),
    }


def _evidence(form: WhatForm, now: Writing) -> Response:
    kept, reasons = _taken_in(now)
    try:
        now.keep_what(form, complete=False, files=kept, most=limits().files)
    except Refused as error:
        for one in kept:
            store().delete(one.stored)
        reasons.append(refusal(error))
    if "remove" in request.form:
        _remove(now.token, request.form["remove"])
    if reasons:
        form.files.data = []
        return _what(form, writing(here()), status=422, extra=tuple((text, "files") for text in reasons))
    return see_other("portal.submit_what", _anchor="files")


def _taken_in(now: Writing) -> tuple[list[Kept], list[str]]:
    """The files that are good, and a reason for each of the others."""
    held = len(now.visit.files) if now.visit is not None else 0
    kept: list[Kept] = []
    reasons: list[str] = []
    sent = [one for one in request.files.getlist("files") if one.filename]
    for one in sent:
        try:
            files.check_count(held + len(kept), 1, limits())
            kept.append(files.take_in(cast(BinaryIO, one.stream), one.filename or "", limits(), store()))
        except Refused as error:
            reasons.append(refusal(error))
    if not sent and "remove" not in request.form:
        reasons.append(_("请先选择文件，再点“上传所选文件”。"))
    return kept, reasons


def _remove(token: str, asked: str) -> None:
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
    stored = visits.remove_file(token, number)
    if stored is not None:
        store().delete(stored)


@route("/submit/contact", methods=["GET", "POST"])
def submit_contact() -> Response:
    """Who complains and how to reach them; anonymous complaints never come here."""
    regime, now = queries_portal.regime(here()), _begun()
    how = now.draft["how"]
    if how == "anonymous" or not now.draft.get("what_done"):
        return see_other(f"portal.submit_{pages_left(now.draft)[0]}")
    form = contact_form(regime, now)
    form.suit(how, regime)
    if request.method == "POST" and form.validate():
        now.keep_contact(form)
        return see_other("portal.submit_check")
    status = 422 if form.errors else 200
    words = {"hint": MODES[how][1], "examples": _examples()}
    return page("portal/submit_contact.html", form=form, status=status, **words, **_step("contact", how))


def _examples() -> dict[str, str]:
    """What a notice of each sort looks like to whoever holds the phone."""
    subject, letter, text = render_neutral(chosen_locale(), settings().neutral_name)
    said = {"tail": "0043", "phone": here().phone, "sign": here().sms_sign}
    plain, _params = render_sms("answered", chosen_locale(), said)
    shown = {"sms": plain, "sms_neutral": text, "email": plain[len(said["sign"]) + 2 :]}
    shown["email_neutral"] = named(settings().neutral_name, subject)
    return {choice: _("例如：%(text)s", text=words) for choice, words in shown.items()}


@route("/submit/check", methods=["GET", "POST"])
def submit_check() -> Response:
    """Everything once more, then the filing."""
    regime, now = queries_portal.regime(here()), _begun()
    left = pages_left(now.draft)
    if left[0] != "check" or now.draft["how"] not in regime.modes:
        return see_other("portal.submit_how" if now.draft["how"] not in regime.modes else f"portal.submit_{left[0]}")
    lost = list(_lost(now)) if request.method == "POST" else []
    if request.method == "POST" and not lost:
        return _file(now)
    return page(
        "portal/submit_check.html",
        rows=rows_of(now.draft, regime),
        files=now.visit.files if now.visit else [],
        lost=lost,
        flagged=flagged(now.draft),
        declaration=regime.declaration if now.draft["how"] == "anonymous" else "",
        status=422 if lost else 200,
        **_step("check", now.draft["how"]),
    )


def _lost(now: Writing) -> Iterator[tuple[str, None]]:
    """A file that is no longer on the disk is named before the complaint goes without it."""
    for one in now.visit.files if now.visit else []:
        if not store().has(one.stored):
            yield _("“%(name)s”没有保存好。请回到上一步移除它，再上传一次。", name=one.name), None


def _file(now: Writing) -> Response:
    try:
        visits.file(
            keys(),
            now.token,
            here().id,
            complaint_of(now.draft, language().code),
            clock.now(),
            settings().visit_idle_minutes,
            now.draft["key"],
            [one.id for one in now.visit.files] if now.visit else [],
        )
    except Refused as error:
        if error.code.startswith("field_"):  # the rule book has changed meanwhile: its page says what is missing
            return see_other("portal.submit_what")
        if error.code != "draft_gone":
            raise
        return _gone()
    ring()
    return see_other("portal.submit_done")


def _filed() -> Shown:
    """The receipt of what this browser has just sent; afterwards, a page that says why it is no longer shown."""
    visit = visits.find(session.get("visit"), clock.now(), settings().visit_idle_minutes)
    if visit is None or visit.receipt is None or visit.institution_id != here().id:
        abort(page("portal/submit_over.html", status=410, quick_exit=True, receipt_minutes=receipt_minutes()))
    return visit.receipt


@route("/submit/done")
def submit_done() -> Response:
    """The receipt, for half an hour and in this browser alone."""
    receipt = _filed()
    return page(
        "portal/submit_done.html",
        receipt=receipt,
        next=what_next(here(), receipt),
        in_fours=in_fours,
        said_of_evidence=said_of_evidence(),
        receipt_minutes=receipt_minutes(),
        quick_exit=True,
    )


@route("/submit/receipt.txt")
def submit_receipt() -> Response:
    """The receipt as a file that opens everywhere: old editors know UTF-8 by its mark."""
    text = as_text(here(), _filed())
    headers = files.download_headers(_("回执") + ".txt", "text/plain; charset=utf-8")
    response = Response(text.encode("utf-8-sig"), headers=headers)
    response.cache_control.no_store = True
    return response
