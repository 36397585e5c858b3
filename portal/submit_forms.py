"""What is asked of somebody who files a complaint, and what each answer may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as AnyForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types are older
from wtforms.validators import StopValidation, ValidationError

from shared.domain.phones import is_mobile, read_phone
from shared.domain.regimes import Regime
from shared.language import gettext as _
from shared.web.forms import Form

STORY_LEAST, STORY_MOST, WISH_MOST, LINE_MOST, NAME_MOST, EMAIL_MOST = 10, 3000, 1000, 100, 50, 200
HAPPENED = {"today": _l("今天"), "week": _l("本周"), "earlier": _l("更早"), "unsure": _l("记不清")}
KNOWS = {"yes": _l("知情，并且同意"), "no": _l("不知情"), "unsure": _l("说不准")}
NOTIFY = {
    "none": _l("不用通知，我自己来查"),
    "sms": _l("发短信，写明事项和日期"),
    "sms_neutral": _l("发短信，只说有一条新消息"),
    "email": _l("发电子邮件，写明事项和日期"),
    "email_neutral": _l("发电子邮件，只说有一条新消息"),
}
MODES = {
    "anonymous": (
        _l("匿名"),
        _l(
            "不收集您的姓名和电话，也不记录您的网络地址。您凭受理编号和查询码看进度、答追问；"
            "我们无法主动联系您，也无法找回查询码。"
        ),
    ),
    "confidential": (
        _l("保密"),
        _l("只有受理的经办人能看到您的姓名和电话。转办前我们会隐去，也请您检查正文里有没有会暴露身份的内容。"),
    ),
    "named": (_l("实名"), _l("经办人和承办单位可以联系您核实，并答复您。")),
    "behalf": (_l("代他人反映"), _l("请分别填写您和当事人的情况，并告诉我们当事人是否知情。")),
}
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63}){1,5}")


def choices(words: dict[str, Any]) -> list[Any]:
    """The answers to choose from, by code."""
    return [SelectChoice(code, text) for code, text in words.items()]


Check = Callable[[AnyForm, Field], None]


def filled(words: Any) -> Check:
    """The field must say something."""

    def check(_form: AnyForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(words))

    return check


def at_most(most: int) -> Check:
    """No more than so many characters, counted as people count them."""

    def check(_form: AnyForm, field: Field) -> None:
        length = len(field.data or "")
        if length > most:
            facts = {"most": most, "n": length, "over": length - most}
            raise StopValidation(_("最多 %(most)s 个字，现在有 %(n)s 个。请删去 %(over)s 个字。", **facts))

    return check


def one_of(words: Any, *, optional: bool = False) -> Check:
    """One of the choices, or nothing where nothing may be said."""

    def check(_form: AnyForm, field: Field) -> None:
        if optional and not field.data:
            return
        if field.data not in {choice.value for choice in getattr(field, "choices", ())}:
            raise StopValidation(str(words))

    return check


def can_be_dialled(_form: AnyForm, field: Field) -> None:
    """A number that can be dialled, however it was typed."""
    if field.data and not read_phone(field.data):
        raise ValidationError(_("这个电话号码看不明白。请填手机号，或者带区号的固定电话，例如 0871-1234 5678。"))


def can_be_written_to(_form: AnyForm, field: Field) -> None:
    """An address that can be written to."""
    if field.data and (len(field.data) > EMAIL_MOST or not _MAIL.fullmatch(field.data)):
        raise ValidationError(_("这个邮箱地址看不明白。请核对，例如 name@example.com。"))


def _story(_form: AnyForm, field: Field) -> None:
    if len(field.data or "") < STORY_LEAST:
        raise StopValidation(_("请写明发生了什么，至少 %(n)s 个字。", n=STORY_LEAST))


class HowForm(Form):
    """In what way to complain; a GET form, so that nothing is set in the browser before the first content."""

    class Meta(Form.Meta):
        """A question without consequences needs no token."""

        csrf = False

    how = RadioField(_l("您希望以什么方式提交"), validate_choice=False)


class WhatForm(Form):
    """Who or what it is about, what happened, and the evidence."""

    how = HiddenField()
    respondent = StringField(
        _l("反映的单位或地点"),
        [filled(_l("请写明反映的是哪个单位或地点。不清楚的可以写“不清楚”。")), at_most(LINE_MOST)],
    )
    story = TextAreaField(_l("发生了什么"), [_story, at_most(STORY_MOST)])
    wish = TextAreaField(_l("您希望怎样解决"), [at_most(WISH_MOST)])
    happened = RadioField(
        _l("大概什么时候发生的"),
        [one_of(_l("请从列出的时间里选一个。"), optional=True)],
        choices=choices(HAPPENED),
        validate_choice=False,
    )
    category = SelectField(
        _l("属于哪一类"), [one_of(_l("请从列出的类别里选一个。"), optional=True)], validate_choice=False
    )
    files = MultipleFileField(_l("证据材料"))

    def offer(self, regime: Regime) -> None:
        """Offers the regime's categories."""
        self.category.choices = choices({"": _("说不准，由我们判断"), **{c.code: c.name for c in regime.categories}})


class ContactForm(Form):
    """How to reach the complainant, and for whom somebody else complains."""

    name = StringField(_l("您的姓名"), [filled(_l("请写您的姓名。")), at_most(NAME_MOST)])
    phone = StringField(_l("您的电话"), [filled(_l("请写一个能打通的电话。")), can_be_dialled])
    relation = StringField(
        _l("您和当事人的关系"), [filled(_l("请写您和当事人的关系，例如邻居、子女、受委托人。")), at_most(NAME_MOST)]
    )
    person_name = StringField(_l("当事人的姓名"), [filled(_l("请写当事人的姓名。")), at_most(NAME_MOST)])
    person_phone = StringField(_l("当事人的电话"), [can_be_dialled])
    knows = RadioField(
        _l("当事人知道您替他反映吗"),
        [one_of(_l("请选择当事人是否知情。"))],
        choices=choices(KNOWS),
        validate_choice=False,
    )
    email = StringField(_l("电子邮箱"), [can_be_written_to])
    hours = StringField(_l("什么时候方便接电话"), [at_most(LINE_MOST)])
    notify = RadioField(
        _l("有进展时怎样通知您"),
        [one_of(_l("请选择怎样通知您。"))],
        choices=choices(NOTIFY),
        validate_choice=False,
        default="none",
    )
    consent = BooleanField(_l("我同意承办单位直接答复我"))
    declared = BooleanField()

    def suit(self, how: str, regime: Regime) -> None:
        """Keeps the questions that this way of complaining and this regime ask."""
        gone = [] if how == "behalf" else ["relation", "person_name", "person_phone", "knows"]
        if how == "confidential" or not regime.reply.direct_with_consent:  # R2.16
            gone.append("consent")
        if regime.declaration:  # R5.01
            self.declared.label.text = regime.declaration
        else:
            gone.append("declared")
        for name in gone:
            del self[name]

    def validate_declared(self, field: BooleanField) -> None:
        """R5.01: the complainant answers for the truth of what is said."""
        if not field.data:
            raise ValidationError(_("请确认您对内容的真实性负责，再继续。"))

    def validate_notify(self, field: RadioField) -> None:
        """A notice needs somewhere to go."""
        if (field.data or "").startswith("sms") and not is_mobile(read_phone(self.phone.data or "")):
            raise ValidationError(_("固定电话收不到短信。请在上面改填手机号，或者选别的通知方式。"))
        if (field.data or "").startswith("email") and not self.email.data:
            raise ValidationError(_("选择了发电子邮件，请在上面填写电子邮箱。"))
