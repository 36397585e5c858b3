"""Filing a complaint: what a citizen is asked, what is kept, and what comes home."""

import datetime as dt
import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import db as database
from shared.domain import receipts
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.visit import Visit
from shared.services import calendars, queries_portal, regimes
from tests.support import samples, world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
WHAT = {"respondent": "财政所 2 号窗口", "story": "三月份起补贴名单一直没有公开，问了三次。", "wish": "请公开名单。"}
NAMED = {"name": "王秀·英", "phone": "１３９ 0000-1234", "notify": "sms"}


@pytest.fixture
def town(app: Flask) -> Any:
    for part in (queries_portal, calendars, regimes):
        part.forget()
    with app.app_context():
        made = world.township()
    with clock.frozen(NOW):  # outside the context: requests that share one would share what is known in it
        yield made


@pytest.fixture
def bureau(app: Flask) -> Any:
    for part in (queries_portal, calendars, regimes):
        part.forget()
    with app.app_context():
        made = world.county()
    with clock.frozen(NOW):  # outside the context: requests that share one would share what is known in it
        yield made


def what(client: CheckedClient, how: str, **more: Any) -> Any:
    return client.send(f"/submit/what?how={how}", **{**WHAT, **more})


def codes(text: str) -> tuple[str, str]:
    shown = re.findall(r'<p class="code"[^>]*>(.*?)</p>', text, re.DOTALL)
    no, code = ("".join(re.findall(r"\d", re.sub(r"<[^>]+>", "", one))) for one in shown)
    return no, code


def rows(client: CheckedClient, what: Any) -> list[Any]:
    with client.application.app_context():
        return list(database.session.scalars(select(what)))


def filed(client: CheckedClient) -> Case:
    [case] = rows(client, Case)
    return case


def test_anonymous_complaint_takes_three_pages_and_leaves_nobody(town: Any, client: CheckedClient) -> None:
    assert what(client, "anonymous").location == "/submit/check"
    assert client.send("/submit/check").location == "/submit/done"
    no, code = codes(client.get("/submit/done").text)
    assert receipts.is_receipt_no(no)
    assert receipts.is_access_code(code)
    assert (filed(client).receipt_no, filed(client).mode, filed(client).story) == (no, "anonymous", WHAT["story"])
    assert rows(client, Complainant) == []


def test_nothing_is_set_in_the_browser_before_the_first_content(town: Any, client: CheckedClient) -> None:
    for address in ("/", "/submit/how", "/rules", "/help", "/privacy", "/accessibility", "/display"):
        assert "Set-Cookie" not in client.get(address).headers, address


def test_choosing_no_way_is_said_at_the_question(town: Any, client: CheckedClient) -> None:
    answer = client.get("/submit/what")
    assert answer.status_code == 422
    assert 'href="#how-0"' in answer.text


def test_named_complaint_keeps_the_person_sealed_and_the_phone_read(town: Any, client: CheckedClient) -> None:
    assert what(client, "named").location == "/submit/contact"
    assert client.send("/submit/contact", **NAMED).location == "/submit/check"
    assert NAMED["name"] in client.get("/submit/check").text
    client.send("/submit/check")
    [person] = rows(client, Complainant)
    assert person.notify == "sms"
    assert b"13900001234" not in person.contact
    assert NAMED["name"].encode() not in person.identity


def test_consent_to_a_direct_answer_is_asked_of_named_people_alone_r2_16(town: Any, client: CheckedClient) -> None:
    what(client, "confidential")
    assert 'name="consent"' not in client.get("/submit/contact").text
    what(client, "named")
    client.send("/submit/contact", **NAMED, consent="y")
    client.send("/submit/check")
    assert filed(client).consent_direct == "form"


def test_agent_says_for_whom_and_whether_that_person_knows_r5_01(bureau: Any, client: CheckedClient) -> None:
    what(client, "behalf")
    missing = client.send("/submit/contact", **NAMED)
    assert missing.status_code == 422
    for name in ("relation", "person_name", "knows-0", "declared"):
        assert f'href="#{name}"' in missing.text
    more = {"relation": "女儿", "person_name": "王大山", "knows": "yes", "declared": "y"}
    assert client.send("/submit/contact", **NAMED, **more).location == "/submit/check"
    client.send("/submit/check")
    assert rows(client, Complainant)[0].declared_true


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("story", ""),
        ("story", " 太短了 \n"),
        ("story", "长" * 3001),
        ("respondent", ""),
        ("respondent", "长" * 101),
        ("wish", "长" * 1001),
        ("happened", "tomorrow"),
        ("category", "nonsense"),
    ],
)
def test_bad_answer_is_said_and_everything_typed_is_kept(
    town: Any, client: CheckedClient, field: str, value: str
) -> None:
    text = client.get("/submit/what?how=anonymous").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]
    answer = client.post("/submit/what", data={"how": "anonymous", **WHAT, field: value, "csrf_token": token})
    assert answer.status_code == 422
    assert answer.text.count("errsum-title") == 2
    assert all(typed in answer.text for name, typed in WHAT.items() if name != field)


def test_length_is_counted_in_characters_not_in_code_units(town: Any, client: CheckedClient) -> None:
    assert what(client, "anonymous", story="𠮷" * 3000).status_code == 303


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": "0000-12345678", "notify": "sms"}, "notify-0"),
        ({"notify": "email"}, "notify-0"),
        ({"notify": "pigeon"}, "notify-0"),
        ({"email": "no address"}, "email"),
        ({"name": "长" * 51}, "name"),
    ],
)
def test_contact_that_cannot_work_is_said(
    town: Any, client: CheckedClient, answers: dict[str, str], place: str
) -> None:
    what(client, "named")
    text = client.get("/submit/contact").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]
    answer = client.post("/submit/contact", data={**NAMED, **answers, "csrf_token": token})
    assert answer.status_code == 422
    assert f'href="#{place}"' in answer.text


def press(client: CheckedClient, button: str, value: str, **more: Any) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/submit/what?how=anonymous").text)[0]
    return client.post(
        "/submit/evidence", data={"how": "anonymous", "csrf_token": token, **WHAT, **more, button: value}
    )


def upload(client: CheckedClient, *files: tuple[bytes, str], **more: Any) -> Any:
    return press(client, "act", "upload", files=[(io.BytesIO(data), name) for data, name in files], **more)


def test_good_file_is_kept_cleaned_and_told_when_another_is_refused(town: Any, client: CheckedClient) -> None:
    answer = upload(client, (samples.jpeg(), "门口.jpg"), (b"MZ\x90\x00\x03\x00\x00\x00\x04", "工具.exe"), story="短")
    assert answer.status_code == 422
    assert "“工具.exe”" in answer.text
    page = client.get("/submit/what").text
    assert "门口.jpg" in page
    assert "位置信息" in page
    assert "工具.exe" not in page
    assert ">短<" in re.sub(r"\s", "", page), "an unfinished text waits with the files"


def test_file_goes_with_the_complaint_or_is_removed(town: Any, client: CheckedClient) -> None:
    upload(client, (samples.jpeg(), "一.jpg"), (samples.png(), "二.png"))
    first = min(rows(client, Attachment.id))
    press(client, "remove", str(first))
    what(client, "anonymous")
    client.send("/submit/check")
    kept = filed(client).id
    assert [(a.name, a.case_id) for a in rows(client, Attachment)] == [("二.png", kept)]


def test_one_file_too_many_is_refused_and_the_rest_is_kept(town: Any, client: CheckedClient, app: Flask) -> None:
    most = app.extensions["huiyin"].settings.max_files
    answer = upload(client, *[(samples.png(), f"{n}.png") for n in range(most + 1)])
    assert answer.status_code == 422
    assert len(rows(client, Attachment)) == most


def test_the_same_form_sent_twice_is_one_case_with_the_same_receipt(town: Any, client: CheckedClient) -> None:
    what(client, "anonymous")
    text = client.get("/submit/check").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]
    shown = set()
    for _ in range(2):
        assert client.post("/submit/check", data={"csrf_token": token}).location == "/submit/done"
        shown.add(codes(client.get("/submit/done").text))
    assert len(shown) == 1
    assert filed(client).receipt_no == shown.pop()[0]


def test_two_presses_at_the_same_moment_are_one_case(town: Any, client: CheckedClient, app: Flask) -> None:
    what(client, "anonymous")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/submit/check").text)[0]
    cookie = client.get_cookie("huiyin")
    assert cookie is not None

    def press(_: int) -> str | None:
        other = app.test_client()
        other.set_cookie("huiyin", cookie.value)
        return other.post("/submit/check", data={"csrf_token": token}).location

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {"/submit/done"}
    assert filed(client).receipt_no == codes(client.get("/submit/done").text)[0]


def test_file_that_is_gone_from_the_disk_is_named_before_the_complaint_goes(
    town: Any, client: CheckedClient, app: Flask
) -> None:
    upload(client, (samples.png(), "一.png"))
    what(client, "anonymous")
    app.extensions["huiyin"].store.delete(rows(client, Attachment.stored)[0])
    answer = client.send("/submit/check")
    assert answer.status_code == 422
    assert "“一.png”没有保存好" in answer.text
    assert rows(client, Case) == []


def test_receipt_is_shown_for_half_an_hour_and_then_says_what_to_do(town: Any, client: CheckedClient) -> None:
    what(client, "anonymous")
    client.send("/submit/check")
    with clock.frozen(NOW + dt.timedelta(minutes=29)):
        assert client.get("/submit/done").status_code == 200
    with clock.frozen(NOW + dt.timedelta(minutes=31)):
        over = client.get("/submit/done")
    assert over.status_code == 410
    assert "查询码不再显示" in over.text


def test_receipt_file_holds_both_numbers_and_the_dates(bureau: Any, client: CheckedClient) -> None:
    what(client, "anonymous")
    client.send("/submit/check")
    no, code = codes(client.get("/submit/done").text)
    answer = client.get("/submit/receipt.txt")
    text = answer.data.decode("utf-8-sig")
    assert receipts.grouped(no) in text
    assert receipts.grouped(code) in text
    assert "9月14日（周一）前，我们决定是否受理" in text  # R5.05: five working days after 2026-09-07
    assert "attachment" in answer.headers["Content-Disposition"]


def test_draft_ends_with_the_visit_and_the_page_shows_a_way_on(town: Any, client: CheckedClient) -> None:
    what(client, "anonymous")
    with clock.frozen(NOW + dt.timedelta(minutes=31)):
        gone = client.get("/submit/check")
    assert gone.status_code == 410
    assert "/submit/how" in gone.text


def test_database_alone_cannot_read_draft_or_receipt(town: Any, client: CheckedClient) -> None:
    what(client, "anonymous")
    [draft] = rows(client, Visit.draft)
    assert WHAT["story"].encode() not in (draft or b"")
    client.send("/submit/check")
    no, code = codes(client.get("/submit/done").text)
    [visit] = rows(client, Visit)
    assert visit.draft is None
    assert no.encode() not in (visit.receipt or b"")
    assert code.encode() not in (visit.receipt or b"")


def test_changing_to_anonymous_forgets_who_it_was(town: Any, client: CheckedClient) -> None:
    what(client, "named")
    client.send("/submit/contact", **NAMED)
    assert what(client, "anonymous").location == "/submit/check"
    assert NAMED["name"] not in client.get("/submit/check").text
    assert what(client, "named").location == "/submit/contact"
    assert NAMED["name"] not in client.get("/submit/contact").text


def test_words_that_tell_who_wrote_are_pointed_out(town: Any, client: CheckedClient) -> None:
    what(client, "anonymous", story="窗口让我等了很久，我的电话是13900001234，请回电。")
    page = client.get("/submit/check").text
    assert "<li>我的电话是13900001234</li>" in page
    what(client, "anonymous")
    assert "暴露您身份" not in client.get("/submit/check").text


def test_quick_exit_clears_the_draft_here_and_in_the_browser(town: Any, client: CheckedClient, app: Flask) -> None:
    what(client, "anonymous")
    left = client.get("/leave")
    assert left.location == app.extensions["huiyin"].settings.exit_url
    assert '"storage"' in left.headers["Clear-Site-Data"]
    assert rows(client, Visit) == []
    assert client.get("/submit/check").status_code == 410


def test_filing_costs_ten_statements_and_a_form_page_one(town: Any, client: CheckedClient, count_sql: Any) -> None:
    what(client, "named")
    client.send("/submit/contact", **NAMED)
    for address in ("/submit/what", "/submit/contact", "/submit/check"):
        with count_sql() as sent:
            text = client.get(address).text
        assert len(sent) <= 1, (address, sent)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]
    client.post("/submit/check", data={"csrf_token": token})  # warms the calendar, which is read every half minute
    upload(client, (samples.png(), "一.png"))
    what(client, "named")
    client.send("/submit/contact", **NAMED)
    with count_sql() as sent:
        client.post("/submit/check", data={"csrf_token": token})
    assert len(sent) - 1 <= 10, sent
