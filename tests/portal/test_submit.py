"""Filing a complaint: what a citizen is asked, what is kept, and what comes home."""

import datetime as dt
import re
from typing import Any

import pytest

from shared import clock
from shared.domain import receipts
from shared.models.complainant import Complainant
from shared.models.visit import Visit
from tests.portal.filing import NAMED, NOW, WHAT, codes, filed, rows, what
from tests.support.pages import CheckedClient


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
