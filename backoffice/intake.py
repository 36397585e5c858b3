"""Registering what came by phone, letter, visit, mail or from an upper body, on one screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from backoffice import bp
from backoffice.fields import AtMost, DayField, number
from shared import clock, crypto
from shared.domain import conflicts, fields
from shared.domain.errors import Refused
from shared.domain.phones import read_phone
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from shared.domain.visibility import need
from shared.services import intake as verbs
from shared.services import queries_queue, queries_work, staff_complaints
from shared.services.conflicts import Named
from shared.services.conflicts import people_of as staff_of
from shared.services.intake import Complaint, Receipt
from shared.web.auth import me
from shared.web.dates import zone
from shared.web.forms import Form, refused
from shared.web.page import page
from shared.web.rule_fields import answers_of, asking
from shared.web.state import keys, ring
from shared.web.words import LABELS

SHORT, LONG, SHORTEST = 200, 3000, 10
CHOICES = tuple(LABELS["notify"])


class IntakeForm(Form):
    """What is heard, from whom, by which channel."""

    channel = RadioField(_l("渠道"), validate_choice=False)
    mode = RadioField(_l("提交方式"), validate_choice=False)
    respondent = StringField(_l("反映的单位或地点"), [AtMost(SHORT)])
    story = TextAreaField(
        _l("反映的内容"), [Length(min=SHORTEST, message=_l("请写明发生了什么，至少 %(min)d 个字。")), AtMost(LONG)]
    )
    wish = TextAreaField(_l("诉求"), [AtMost(1000)])
    category = SelectField(_l("类别"), validate_choice=False)
    name = StringField(_l("姓名"), [AtMost(SHORT)])
    person_name = StringField(_l("当事人的姓名"), [AtMost(SHORT)])
    phone = StringField(_l("电话"), [AtMost(60)])
    email = StringField(_l("电子邮箱"), [AtMost(SHORT)])
    notify = RadioField(_l("通知方式"), validate_choice=False)
    consent = BooleanField(_l("来信人同意承办单位直接答复"))
    declared = BooleanField(_l("来信人声明：对内容的真实性负责"))
    received_at = DateTimeLocalField(_l("收到时间"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    upper_body = StringField(_l("交办的上级机关"), [AtMost(SHORT)])
    upper_no = StringField(_l("上级文号"), [AtMost(SHORT)])
    upper_due = DayField(_l("上级要求的办结日期"), [Optional()])
    superior = SelectField(_l("投诉的是自己的哪位上级"), validate_choice=False, coerce=number)
    refer_to = StringField(_l("报送到哪个上级机关"), [AtMost(SHORT)])
    form_key = HiddenField()


@bp.route("/intake", methods=["GET", "POST"])
def intake() -> Response:
    """The register; after saving, the two numbers to read out or print."""
    need(me(), "register")
    book, status = queries_work.book(me()), 200
    form = asking(IntakeForm, book, _asked(book))()
    _fill(form, book)
    if form.is_submitted():
        status = 422
        if form.validate() and _sound(form, book):
            try:
                receipt = _file(form)
            except Refused as error:
                status = refused(form, error)
            else:
                ring()
                alike = queries_queue.alike(me(), receipt.case_id)
                return page("backoffice/intake_done.html", receipt=receipt, alike=alike, case_id=receipt.case_id)
    else:
        form.form_key.data = crypto.token()
        form.channel.data, form.mode.data, form.notify.data = "phone", "named", "none"
    return page("backoffice/intake.html", status=status, form=form, book=book, most=LONG)


def _asked(book: Regime) -> list[InputField]:
    """What is asked on the telephone, at the desk, by letter; the web has pages of its own."""
    elsewhere = [one for one in fields.asked(book, "file", "register") if one.channels == ["web"]]
    return [one for one in fields.asked(book, "file", "register") if one not in elsewhere]


def _file(form: IntakeForm) -> Receipt:
    """Takes it in; a complaint about somebody's own superior is kept from that line at once (R18.06)."""
    named, now = _superior(form), clock.now()
    if named is None:
        return verbs.file(keys(), me().institution_id or 0, _complaint(form), now, actor=me(), form_key=_key(form))
    return staff_complaints.file(keys(), _complaint(form), now, named, actor=me(), form_key=_key(form))


def _superior(form: IntakeForm) -> Named | None:
    if form.superior is None or form.channel.data != "internal" or not form.superior.data:
        return None
    refer_to = form.refer_to.data or ""
    return Named((), [form.superior.data], refer_to, str(_l("投诉的是本机构的人，本机构没有别的人可以办理。")))


def _fill(form: IntakeForm, book: Regime) -> None:
    if not conflicts.shields_from_superior(book):
        del form.superior, form.refer_to
    else:
        people = staff_of(me().institution_id or 0)
        form.superior.choices = [(0, _l("不是投诉自己的上级")), *people.items()]
    form.channel.choices = [(c, LABELS["channel"][c]) for c in book.channels if c != "web"]
    form.mode.choices = [(m, LABELS["mode"][m]) for m in book.modes]
    form.category.choices = [("", _l("稍后再定")), *((c.code, c.name) for c in book.categories)]
    form.notify.choices = [(n, LABELS["notify"][n]) for n in CHOICES]


def _sound(form: IntakeForm, book: Regime) -> bool:
    """What one field asks of another."""
    faults = [(field, words) for field, wrong, words in _checks(form, book) if wrong]
    for field, words in faults:
        field.errors = [*field.errors, words]
    return not faults


def _checks(form: IntakeForm, book: Regime) -> list[tuple[Any, bool, Any]]:
    """Field, whether it is wrong, what to say then."""
    channel, mode, notify = form.channel.data, form.mode.data, form.notify.data
    category, phone = form.category.data, form.phone.data
    late = bool(form.received_at.data) and _received(form) > clock.now() + dt.timedelta(minutes=5)
    upper_known = bool(form.upper_body.data and form.upper_due.data)
    return [
        (form.channel, channel == "web" or channel not in book.channels, _l("请选择渠道。")),
        (form.mode, mode not in book.modes, _l("请选择提交方式。")),
        (form.category, bool(category) and not book.name_of("categories", category), _l("请从列表中选择类别。")),
        (form.name, mode != "anonymous" and not form.name.data, _l("请填写姓名；不愿留姓名的，请选择匿名。")),
        (form.respondent, not form.respondent.data, _l("请写明反映的是哪个单位或地点。不清楚的可以写“不清楚”。")),
        (form.person_name, mode == "behalf" and not form.person_name.data, _l("请写当事人的姓名。")),
        (form.phone, bool(phone) and not read_phone(phone or ""), _l("这个电话号码不完整，请核对。")),
        (form.phone, (notify or "").startswith("sms") and not phone, _l("要用短信通知，请填写手机号码。")),
        (
            form.email,
            (notify or "").startswith("email") and "@" not in (form.email.data or ""),
            _l("要用邮件通知，请填写电子邮箱。"),
        ),
        (form.upper_body, channel == "upper" and not upper_known, _l("上级交办的，请写明上级机关和要求的办结日期。")),
        (form.received_at, late, _l("收到时间不能在将来。")),
    ]


def _received(form: IntakeForm) -> dt.datetime:
    typed = form.received_at.data or clock.now()
    return typed.replace(tzinfo=zone()).astimezone(dt.UTC)


def _key(form: IntakeForm) -> str | None:
    key = form.form_key.data or ""
    return f"intake:{me().person_id}:{key}" if 20 <= len(key) <= 64 else None


def _identity(form: IntakeForm) -> dict[str, str]:
    names = {"name": form.name.data, "person_name": form.person_name.data if form.mode.data == "behalf" else ""}
    return {key: name for key, name in names.items() if name}


def _complaint(form: IntakeForm) -> Complaint:
    known = form.mode.data != "anonymous"
    upper = form.channel.data == "upper"
    return Complaint(
        mode=form.mode.data,
        story=form.story.data or "",
        respondent=form.respondent.data or "",
        wish=form.wish.data or "",
        category=form.category.data or "",
        channel=form.channel.data,
        identity=_identity(form) if known else {},
        contact={"phone": read_phone(form.phone.data or "") or "", "email": form.email.data or ""} if known else {},
        notify=form.notify.data if known and form.notify.data in CHOICES else "none",
        consent_direct=bool(form.consent.data) and known,
        declared_true=bool(form.declared.data),
        upper_body=form.upper_body.data or "" if upper else "",
        upper_no=form.upper_no.data or "" if upper else "",
        upper_due=form.upper_due.data if upper else None,
        received_at=_received(form) if form.received_at.data else None,
        fields=answers_of(form),
    )
