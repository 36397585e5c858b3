"""What is proposed to be hidden, why, and what must stay readable."""

from __future__ import annotations

import time

import pytest

from shared.domain.redaction import MASK, REASONS, Span, mask_obvious, propose, redacted, retouched

NAMES = ("柳小㛃", "13800138000")
HIDDEN = [
    ("name", "我叫柳小㛃，问了几次", "柳小㛃"),
    ("name", "柳 小 㛃去过", "柳 小 㛃"),
    ("name", "他们说柳女士又来了", "柳女士"),
    ("name", "我叫欧小明，反映", "欧小明"),
    ("name", "联系人：张三丰。", "张三丰"),
    ("name", "我儿子赵小宝，今年上学", "赵小宝"),
    ("phone", "电话138 0013 8000。", "138 0013 8000"),
    ("phone", "打+86-13912345678", "13912345678"),
    ("phone", "座机0871-65551234", "0871-65551234"),
    ("phone", "电话是65551234", "65551234"),
    ("phone", "打一三八零零一三八零零零", "一三八零零一三八零零零"),
    ("phone", "全角１３８００１３８０００号", "１３８００１３８０００"),
    ("identity", "身份证53010219850302123X", "53010219850302123X"),
    ("identity", "护照号E12345678", "E12345678"),
    ("card", "补贴打到6222 0212 3456 7890 123", "6222 0212 3456 7890 123"),
    ("account", "电费户号：0530 1234 5678", "0530 1234 5678"),
    ("account", "上次的受理编号12345678901", "12345678901"),
    ("plate", "我的车云A·12345被拖走", "云A·12345"),
    ("plate", "新能源粤BD12345", "粤BD12345"),
    ("address", "我家住南溪花园3栋2单元302室，", "南溪花园3栋2单元302室"),
    ("address", "在3栋2单元302漏水", "3栋2单元302"),
    ("address", "文化路18号门口", "文化路18号"),
    ("address", "柳树村三组没有路灯", "柳树村三组"),
    ("employer", "我在临湖小学上班，", "临湖小学"),
    ("employer", "工作单位：南溪水泥厂", "南溪水泥厂"),
    ("self", "我，302的租客，去问过", "302的租客"),
    ("self", "我是财政所的临时工，", "财政所的临时工"),
    ("mail", "写到liu.xj@mail.example.cn", "liu.xj@mail.example.cn"),
    ("chat", "微信号liu_xiaojie88", "liu_xiaojie88"),
    ("chat", "加QQ：123456789", "123456789"),
    ("birth", "我1985年3月2日出生", "1985年3月2日"),
    ("file", "见附件IMG_2034.jpg", "IMG_2034.jpg"),
]
KEPT = [
    "村务公开栏已经三个月没有更新，补贴名单一直看不到，问了几次都说过几天再贴。",
    "9月3号到3号窗口，张主任说过10个工作日。",
    "2026年9月7日下午3点，排队2小时，收费120元。",
    "根据国办发〔2026〕12号文件第3条，应在15日内公开。",
    "财政所在二楼大厅设了一座公示栏，一户一档。",
    "3号线施工，路面坑洼，12345热线让我找村镇建设办。",
    "我是高中生，也是本村村民，希望公开账目。",
    "请公布2024年至2026年三年的低保名单和金额。",
]


@pytest.mark.parametrize(("reason", "text", "secret"), HIDDEN)
def test_what_tells_who_wrote_is_proposed_with_its_reason(reason: str, text: str, secret: str):
    found = propose(text, NAMES)
    assert any(secret in text[s.start : s.end] for s in found), text
    assert reason in {s.reason for s in found}
    assert secret not in mask_obvious(text, NAMES)


@pytest.mark.parametrize("text", KEPT)
def test_what_a_unit_needs_to_act_is_left_alone(text: str):
    assert [text[s.start : s.end] for s in propose(text)] == []


def test_every_reason_is_tried_and_none_is_unknown():
    assert {reason for reason, _, _ in HIDDEN} == set(REASONS)


def test_a_mark_tells_nothing_of_what_it_hides():
    copies = {redacted(f"在{word}问过", [Span(1, 1 + len(word), "name")]) for word in ("甲", "甲乙丙丁", "很长" * 50)}
    assert copies == {f"在{MASK}问过"}
    assert redacted("甲乙丙", [Span(0, 1, "name"), Span(1, 3, "phone")]) == MASK


def test_an_unedited_copy_follows_the_choice():
    text = "柳小㛃\n电话13800138000。"
    spans = propose(text, NAMES)
    copy = redacted(text, spans).replace("\n", "\r\n")
    assert retouched(text, spans, copy, {0, 1}, {1}) == f"柳小㛃\n电话{MASK}。"


def test_an_edited_copy_hides_more_and_never_less():
    text = "柳小㛃，电话13800138000。"
    spans = propose(text, NAMES)
    edited = f"有人打13800138000，是{MASK}。"
    assert retouched(text, spans, edited, {0}, {1}) == f"有人打{MASK}，是{MASK}。"


@pytest.mark.parametrize("piece", ["1", "一", "3栋", "我是", "a.", "柳", "路1号", "我在厂", "家住", "-"])
def test_no_text_takes_long(piece: str):
    began = time.perf_counter()
    propose(piece * (5000 // len(piece)), NAMES)
    assert time.perf_counter() - began < 1
