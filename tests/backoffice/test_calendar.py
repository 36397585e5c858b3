"""The page of the working calendar: who loads a year, what is wrong with a file, which days move."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from werkzeug.test import TestResponse

from shared import clock
from tests.support import world as w
from tests.support.office import Office
from tests.support.rows import clock as limit_of
from tests.support.rows import kinds

HEAD = "date,kind,name,source\n"
NEXT = (
    HEAD
    + "2027-01-01,holiday,元旦,某办公厅关于2027年放假的通知\n2027-01-02,holiday,元旦,某办公厅关于2027年放假的通知\n"
)
LATE = dt.datetime(2026, 12, 29, 1, tzinfo=dt.UTC)
"""Tuesday: five working days on lies in a year whose holidays nobody has published."""


def load(town: Office, text: str | bytes, role: str = "chief", status: int = 303) -> TestResponse:
    content = text if isinstance(text, bytes) else text.encode()
    return town.press(role, "/office/calendar", status=status, file=(io.BytesIO(content), "rl.csv"))


def test_the_page_shows_each_year_with_its_source_and_its_days(town: Office):
    page = town.see("intake", "/office/calendar")
    assert "<h2>2026</h2>" in page
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "春节" in page
    assert "调休上班" in page


def test_a_year_is_loaded_and_stands_on_the_page(town: Office):
    page = town.see("chief", load(town, NEXT).location)
    assert "已导入 2027 年的日历" in page
    assert "<h2>2027</h2>" in page
    assert "某办公厅关于2027年放假的通知" in page


def test_a_year_loaded_again_is_replaced(town: Office):
    load(town, NEXT)
    load(town, HEAD + "2027-01-04,holiday,元旦,更正通知\n")
    page = town.see("chief", "/office/calendar")
    assert page.count("<h2>2027</h2>") == 1
    assert "某办公厅关于2027年放假的通知" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺少表头"),
        ("day,kind\n", "缺少表头"),
        (HEAD, "文件是空的"),
        (HEAD + "2027-13-01,holiday,元旦,通知\n", "第 2 行：日期看不懂（2027-13-01）"),
        (HEAD + "2027-01-01,rest,元旦,通知\n", "类型只能是 holiday 或 workday"),
        (HEAD + "2027-01-01,holiday,,通知\n", "名称为空或者太长"),
        (HEAD + "2027-01-01,holiday,元旦,\n", "没有写明来源文件"),
        (HEAD + "2027-01-01,holiday,元旦\n", "列数不对"),
        (HEAD + "2027-01-04,workday,元旦,通知\n", "调休上班日应是周末"),
        (HEAD + "2027-01-01,holiday,元旦,通知\n2027-01-01,holiday,元旦,通知\n", "第 3 行：这一天出现了两次"),
    ],
)
def test_a_file_with_a_fault_changes_nothing_and_says_where(town: Office, text: str, said: str):
    page = load(town, text, status=422).text
    assert "没有导入" in page
    assert said in page
    assert "<h2>2027</h2>" not in page


def test_every_faulty_line_is_told_at_once(town: Office):
    page = load(town, HEAD + "x,holiday,元旦,通知\n2027-01-01,x,元旦,通知\n", status=422).text
    assert "第 2 行" in page
    assert "第 3 行" in page


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"PK\x03\x04\x00\x00", b"\x00" * 400])
def test_what_is_no_table_is_refused_in_words(town: Office, content: bytes):
    assert "没有导入" in load(town, content, status=422).text


def test_no_file_chosen_is_refused_in_words(town: Office):
    assert "没有导入" in town.press("chief", "/office/calendar", status=422).text


@pytest.mark.parametrize("role", ["intake", "dispatcher", "archivist"])
def test_who_may_not_load_sees_the_years_and_no_form(town: Office, role: str):
    assert 'type="file"' not in town.see(role, "/office/calendar")
    token = town.desk(role).get("/office/me").text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "file": (io.BytesIO(NEXT.encode()), "rl.csv")}
    assert town.desk(role).post("/office/calendar", data=data).status_code == 403
    assert "<h2>2027</h2>" not in town.see(role, "/office/calendar")


@pytest.mark.parametrize("role", ["signer", "handler"])
def test_a_unit_has_no_calendar_page(town: Office, role: str):
    town.see(role, "/office/calendar", status=403)


def test_a_day_in_a_year_nobody_published_is_marked_provisional(town: Office):
    with clock.frozen(LATE):
        town.desks.clear()
        case_id = town.made(w.accepted, now=LATE)
        page = town.see("intake", f"/office/case/{case_id}")
    assert "放假安排未公布，暂定" in page
    with town.app.app_context():
        assert limit_of(case_id, "general").provisional


def test_loading_the_year_moves_the_day_and_leaves_a_record(town: Office):
    with clock.frozen(LATE):
        town.desks.clear()
        case_id = town.made(w.accepted, now=LATE)
        with town.app.app_context():
            before = limit_of(case_id, "general").due_day
        answer = load(town, NEXT + "2027-01-04,holiday,元旦,某办公厅关于2027年放假的通知\n")
        said = town.see("chief", answer.location)
        page = town.see("intake", f"/office/case/{case_id}")
    assert "1 件投诉的期限重新计算" in said
    assert "期限随日历调整" in page
    with town.app.app_context():
        row = limit_of(case_id, "general")
        assert (row.provisional, row.due_day - before) == (False, dt.timedelta(days=1))
        assert kinds(case_id)[-1] == "due_moved"
