"""Files beside a complaint, sending it once, and the receipt that comes home."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from shared import clock
from shared.domain import receipts
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.visit import Visit
from tests.portal.filing import NAMED, NOW, codes, filed, press, rows, upload, what
from tests.support import samples
from tests.support.pages import CheckedClient


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
