"""The unit's copy of a complaint: what is proposed to be hidden, the person's choice, the copy beside the original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from backoffice import bp
from backoffice.fields import Said, StepForm, Ticks, number, words
from shared import files
from shared.cleaning.ways import way_of
from shared.domain.errors import Refused
from shared.domain.redaction import Span, propose, redacted, retouched
from shared.file_kinds import KINDS
from shared.models.attachment import Attachment
from shared.models.transfer_copy import TransferCopy
from shared.services import identities, scanning
from shared.services.queries_case import CaseView
from shared.services.queries_slip import copy_for
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page
from shared.web.phrases import named
from shared.web.rule_fields import said
from shared.web.state import keys, settings, store

WAYS = {
    "pages": _l("逐页转成图片，去除文件里看不见的信息"),
    "text": _l("只转文字，其中的姓名和号码会隐去"),
    "sound": _l("原样转出，不能去除声音和面孔"),
    "left": _l("这种文件不能转出，需要时请另存为 PDF 后添加"),
}
TAKEN_IN = ("file", "register")
"""Steps at which the complaint itself is written down."""
ENDINGS = {"application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One text of the complaint: its original cut at the places that are proposed, and the copy's field."""

    field: str
    title: str
    original: str
    spans: list[Span]

    def parts(self) -> list[tuple[str, int, str]]:
        """The original in order: text, number of the proposed place (or -1) and why it is proposed."""
        found, at = [], 0
        for n, span in enumerate(self.spans):
            found += [(self.original[at : span.start], -1, "")]
            found += [(self.original[span.start : span.end], n, label("hidden", span.reason))]
            at = span.end
        return [part for part in [*found, (self.original[at:], -1, "")] if part[0]]


class CopyForm(StepForm):
    """What the unit may read: points, text, files; `made` is the choice that the copy was made by."""

    points = words(_l("需要答复的要点"), longest=2000)
    text = words(_l("给承办单位看的内容"), longest=8000)
    hide_text = Ticks(_l("隐去的内容"), coerce=number, choices=[], validate_choice=False)
    hide_points = Ticks(_l("隐去的内容"), coerce=number, choices=[], validate_choice=False)
    made = HiddenField()
    files = Ticks(_l("转给承办单位的材料"), coerce=number, choices=[], validate_choice=False)
    sound = BooleanField(_l("录音录像我已听看，可以原样转出"))
    confirmed = BooleanField(_l("我已对照原文看过，副本里没有能认出来信人的内容"), [Said()])

    sheets: tuple[Sheet, ...] = ()
    ways: dict[int, str] = {}
    """How each file goes over."""
    changed = False
    """The choice of places has changed since the copy was made: it must be read again."""

    def confirmed_copy(self) -> dict[str, Any]:
        """The copy as it was confirmed, for the verb that sends it."""
        return {
            "points": self.points.data or "",
            "text": self.text.data or "",
            "files": self.files.data or [],
            "sound": bool(self.sound.data),
            "version": self.seen,
        }


def sheets_of(view: CaseView) -> tuple[Sheet, ...]:
    """The complaint's texts with the places that may tell who wrote it."""
    names = identities.names_to_hide(keys(), view.case.id)
    story = "\n".join([view.case.story, *_also_told(view)])
    texts = [("text", _("来信人写的"), story), ("points", _("希望怎样解决"), view.case.wish)]
    return tuple(Sheet(field, title, text, propose(text, names)) for field, title, text in texts)


def _also_told(view: CaseView) -> list[str]:
    """What the rule book's own fields say of the matter, a line each; what may tell who complains stays here."""
    told = [f for f in view.regime.fields if f.step in TAKEN_IN and f.part in ("matter", "respondent")]
    return [named(f.name, said(f, view.filled[f.code])) for f in told if f.code in view.filled and not f.sensitive]


def fill_copy(form: CopyForm, view: CaseView, *, text: str | None = None, points: str | None = None) -> None:
    """The files to choose from and the copy: a former one's words where given, else the original with all hidden."""
    own = [f for f in view.files if f.origin != "unit"]
    form.files.choices = [(f.id, f.name) for f in own if way_of(f.media_type) != "left"]
    form.ways = {f.id: str(WAYS[way_of(f.media_type)]) for f in own}
    form.sheets = sheets_of(view)
    held = {"text": text, "points": points}
    made = _made(form.made.data) if form.is_submitted() else {}
    for sheet in form.sheets:
        field, ticks, every = form[sheet.field], form[f"hide_{sheet.field}"], list(range(len(sheet.spans)))
        if not form.is_submitted():
            former = held[sheet.field]
            field.data = former if former else redacted(sheet.original, sheet.spans)
            ticks.data = every
        before, after = made.get(sheet.field, every), ticks.data or []
        if form.is_submitted() and set(before) != set(after):
            field.data, form.changed = retouched(sheet.original, sheet.spans, field.data or "", before, after), True
    form.made.data = ";".join(
        f"{s.field}:{','.join(map(str, form[f'hide_{s.field}'].data or []))}" for s in form.sheets
    )


def looked_at(form: CopyForm) -> None:
    """Raises Refused('copy_changed', field) where the copy was made anew by this very press."""
    if form.changed:
        form.confirmed.data = False
        raise Refused("copy_changed", field="confirmed")


def applying(form: CopyForm) -> bool:
    """Whether the press only asks for the copy by the new choice."""
    if request.form.get("act") != "apply":
        return False
    form.confirmed.data = False
    for field in form:
        field.errors = []
    return True


def made_anew(template: str, form: CopyForm, **shown: Any) -> Response:
    """The same page with the copy made by the new choice; htmx takes the copy alone."""
    applying(form)
    return page(template, fragment="backoffice/_copy_made.html", form=form, stale=False, **shown)


def left_out(view: CaseView) -> list[Attachment]:
    """Files that have no flat form."""
    return [f for f in view.files if f.origin != "unit" and way_of(f.media_type) == "left"]


def has_sound(view: CaseView) -> bool:
    """Whether there is anything to be listened to."""
    return any(way_of(f.media_type) == "sound" for f in view.files if f.origin != "unit")


def _made(text: str | None) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for part in (text or "").split(";"):
        field, colon, numbers = part.partition(":")
        if colon:
            found[field] = [int(n) for n in numbers.split(",") if n.isascii() and n.isdigit() and len(n) < 6]
    return found


@bp.app_template_global()
def copy_name(copy: TransferCopy) -> str:
    """What a copy is called: by its number alone."""
    return str(_("附件%(n)s", n=copy.number)) + (ENDINGS.get(copy.media_type) or _ending(copy.media_type))


def _ending(media_type: str) -> str:
    return next((str(kind.ending) for kind in KINDS.values() if kind.media_type == media_type), "")


def copy_names(copies: Iterable[TransferCopy]) -> list[str]:
    """The names of the finished copies."""
    return [copy_name(c) for c in copies if c.state == "done"]


@bp.get("/copy/<string(maxlength=40):copy_id>")
def copy_file(copy_id: str) -> Response:
    """A flat copy, saved and never run; 404 where it isn't the reader's or has been taken back."""
    if not copy_id.isprintable():
        abort(404)
    found, scan = copy_for(copy_id, me())
    scanning.check_served(scan, wanted=bool(settings().clamd_socket))
    try:
        content: Any = store().open(found.stored)
    except FileNotFoundError:
        abort(404)
    response = send_file(content, mimetype=found.media_type, etag=False)
    response.headers.update(files.download_headers(copy_name(found), found.media_type))
    response.cache_control.no_store = True
    response.last_modified = None
    return response
