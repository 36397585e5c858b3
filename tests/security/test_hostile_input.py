"""What a hostile or broken client sends: each is answered with a clear 4xx, and nothing of it is done."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from werkzeug.routing import IntegerConverter

from shared.db import db
from shared.models.case import Case
from tests.support import samples
from tests.support import world as w
from tests.support.office import Office, open_office
from tests.support.pages import CheckedClient

STORY = "三月份起补贴名单一直没有公开，问了三次。"
NUMBERS = ("99999999999999999999", "9" * 5000, "-1", "0", "1e9", "１", "²", "1%00", "%31%30", "0x10")
WORDS = (
    "%00",
    "%C3%28",
    "%E6%8A",
    "..%2f..%2fetc%2fpasswd",
    "%252e%252e%252f",
    "a" * 3000,
    "%F0%9F%98%80",
    "' or 1=1--",
)


@pytest.fixture
def town(app: Flask) -> Any:
    with open_office(app, w.township) as office:
        yield office


def swapped(app: Flask, converter: bool) -> list[str]:
    """Every address with one part that can be changed, as a pattern."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint != "static" and "GET" in (rule.methods or ()):
            names = rule.arguments - set(rule.defaults or ())
            known = {a: 1 if isinstance(rule._converters[a], IntegerConverter) else "nanxi" for a in names}
            for name in names:
                if isinstance(rule._converters[name], IntegerConverter) is converter:
                    built = rule.build({**known, name: 7777 if converter else "zzzz"})
                    assert built is not None
                    found.append(built[1])
    return sorted(set(found))


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_in_an_address_breaks_a_page(town: Office, number: str) -> None:
    client = town.desk("intake")
    for address in swapped(town.app, converter=True):
        for said in (address.replace("7777", number), f"{address}?after={number}&page={number}&before={number}"):
            assert client.get(said).status_code < 500, said


@pytest.mark.parametrize("word", WORDS)
def test_no_word_in_an_address_breaks_a_page(town: Office, word: str) -> None:
    client = town.desk("intake")
    for address in swapped(town.app, converter=False):
        assert client.get(address.replace("zzzz", word)).status_code in {200, 303, 308, 400, 403, 404}, address
    for query in ("q", "after", "back", "next", "lang", "size", "by", "unit", "case"):
        for page in ("/", "/notices", "/office/queue", "/language", "/display", "/office/clusters/new"):
            assert client.get(f"{page}?{query}={word}").status_code < 500, (page, query)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost@evil.example", "localhost:99999", "", "a" * 300, "127.0.0.1/x"]
)
def test_a_foreign_host_is_refused(town: Office, host: str) -> None:
    answer = town.app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("forged", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded"])
def test_nobody_is_believed_who_calls_himself_a_gateway(town: Office, forged: str) -> None:
    answer = town.app.test_client().get("/office/", headers={forged: "evil.example"})
    assert "evil" not in answer.text + str(answer.headers)


def token(client: CheckedClient, address: str) -> str:
    return str(html.fromstring(client.get(address).text).xpath("//input[@name='csrf_token']/@value")[0])


def post(client: CheckedClient, **more: Any) -> Any:
    held = {"how": "anonymous", "respondent": "财政所", "story": STORY, "csrf_token": token(client, WHAT)}
    return client.post("/submit/what", data={**held, **more})


WHAT = "/submit/what?how=anonymous"


@pytest.mark.parametrize("field", ["story", "respondent", "wish", "category", "happened", "how", "csrf_token"])
@pytest.mark.parametrize("value", ["x" * 600_000, "\x00" * 50, "\ud7ff\u202e" * 40, "%00" * 50])
def test_no_field_breaks_the_form(town: Office, field: str, value: str) -> None:
    assert post(town.app.test_client(), **{field: value}).status_code in {303, 400, 413, 422}


def test_a_nul_is_taken_out_of_what_is_kept(town: Office) -> None:
    client = town.app.test_client()
    assert post(client, story=f"{STORY}\x00完").status_code == 303
    assert client.send("/submit/check").status_code == 303


def test_five_thousand_fields_are_too_many_or_harmless(town: Office) -> None:
    client = town.app.test_client()
    assert post(client, **{f"k{n}": "x" for n in range(5000)}).status_code in {303, 400, 413}


def test_a_body_above_the_limit_is_refused_before_it_is_read(town: Office) -> None:
    client = town.app.test_client()
    most = town.app.config["MAX_CONTENT_LENGTH"]

    heads = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(most + 1)}
    nothing = io.BytesIO()
    answer = client.post("/submit/what", environ_overrides={**heads, "wsgi.input": nothing})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "application/json", "text/plain; charset=no"]
)
def test_a_body_of_another_kind_is_refused(town: Office, kind: str) -> None:
    answer = town.app.test_client().post("/submit/what", data=b"\xff\xfe{", content_type=kind)
    assert answer.status_code in {400, 415, 422}


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\windows\\win.ini.jpg": "win.ini.jpg",
    "/absolute/照片.jpg": "照片.jpg",
    "a\x00.jpg": "a.jpg",
    "投诉\u202egpj.exe": "投诉gpj",
    "CON.jpg": "CON.jpg",
    "'; rm -rf ~;.jpg": "'; rm -rf ~;.jpg",
    ".htaccess": "htaccess",
    "x" * 3000 + ".jpg": "x" * 80,
    "": "",
}


@pytest.mark.parametrize("name", [n for n in NAMES if n])
def test_a_name_never_names_a_place(town: Office, name: str) -> None:
    client = town.app.test_client()
    answer = post(client, act="upload", files=[(io.BytesIO(samples.jpeg()), name)])
    assert answer.status_code == 303
    page = client.get(WHAT).text
    assert "/etc/" not in page
    assert "\u202e" not in page
    folder = town.app.extensions["huiyin"].settings.files_dir
    assert all(len(path.name) == 32 for path in folder.rglob("*") if path.is_file())


def hidden() -> dict[str, tuple[str, bytes]]:
    """Files that are one thing at their beginning and another behind it."""
    archive, script = samples.docx(), b"<script>alert(1)</script>"
    return {
        "a picture with an archive behind it": ("a.jpg", samples.jpeg() + archive),
        "a picture with a page behind it": ("a.gif", samples.gif() + script),
        "a PDF with a page before it": ("a.pdf", samples.pdf() + script),
        "a picture with a program behind it": ("a.png", samples.png() + samples.PROGRAM),
    }


@pytest.mark.parametrize("fact", sorted(hidden()))
def test_what_hides_behind_a_file_is_not_kept(town: Office, fact: str) -> None:
    name, data = hidden()[fact]
    client = town.app.test_client()
    assert post(client, act="upload", files=[(io.BytesIO(data), name)]).status_code in {303, 422}
    for path in town.app.extensions["huiyin"].settings.files_dir.rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert b"<script>" not in kept
            assert samples.PROGRAM not in kept
            assert not kept.endswith(samples.docx()[-40:])


@pytest.mark.parametrize("fact", sorted(samples.bad()))
def test_every_bad_file_is_a_clear_refusal_with_the_text_kept(town: Office, fact: str) -> None:
    _code, name, data = samples.bad()[fact]
    answer = post(town.app.test_client(), act="upload", files=[(io.BytesIO(data), name)])
    assert answer.status_code == 422
    assert STORY in answer.text


def test_every_column_that_is_posted_fills_nothing(town: Office) -> None:
    client = town.app.test_client()
    asked = {"respondent", "story", "wish", "category", "happened"}
    assert post(client, **{c.name: "7" for c in Case.__table__.columns if c.name not in asked}).status_code == 303
    assert client.send("/submit/check").status_code == 303
    with town.app.app_context():
        case = db.session.scalars(select(Case)).one()
        assert (case.state, case.mode, case.unit_id) == ("received", "anonymous", None)
        assert "7" not in {case.receipt_no, case.access_hash, case.register_no}
