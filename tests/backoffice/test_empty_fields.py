"""A field left empty is asked for in words that fit the form it stands in."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice import admin_people, corrective_steps, publication, reports, roster, supervisions
from shared.web.forms import Form

ASKED = {
    (roster.ShiftForm, "part"): "请选择哪一班。",
    (roster.CallForm, "kind"): "请选择来访还是来电。",
    (roster.CallForm, "outcome"): "请选择怎样办的。",
    (reports.BeginForm, "code"): "请选择报告。",
    (reports.RecordForm, "kind"): "请选择是会议纪要还是联合整治。",
    (supervisions.OrderForm, "wanted"): "请写明要说明什么、要办什么。",
    (corrective_steps.OrderForm, "title"): "请写一个题目。",
    (publication.ResultForm, "result"): "请写明处理结果。",
    (admin_people.NewAccountForm, "name"): "请填写姓名。",
    (admin_people.NewAccountForm, "username"): "请填写用户名。",
}


@pytest.mark.parametrize(("form", "name"), ASKED, ids=lambda part: part if isinstance(part, str) else part.__name__)
def test_an_empty_field_is_asked_for_in_the_words_of_its_own_form(app: Flask, form: type[Form], name: str) -> None:
    with app.test_request_context("/office/", method="POST", data={}):
        made = form()
        made.validate()
        assert made[name].errors[:1] == [ASKED[form, name]]
