"""The canary sweep: what is marked in `conftest` is looked for wherever a byte can lie; PLACES is all that may hold it.

Open the identity by its own page, and it shows; nothing else in the house does.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from lxml import html
from redis import Redis
from sqlalchemy import inspect, select, text

from shared import clock
from shared.config import Settings
from shared.db import db
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.slip import CoHandling, Slip
from shared.web import state
from tests.security.conftest import MARKS, Scene
from tests.support import crawl
from tests.support import world as w
from tests.support.pages import CheckedClient
from tests.support.runs import divided

OFFICE = {"intake", "dispatcher", "chief", "archivist"}
UNITS = {"signer", "director", "handler", "unit_head", "other_signer", "other_handler", "other_unit_head"}
SECRET = {"name", "represented", "phone", "email", "metadata", "camera"}
PLACES: dict[str, set[str]] = {
    # what is said is the office's to read and the writer's; a unit reads the office's own words alone
    **dict.fromkeys(("story", "wish", "file"), OFFICE | {"writer"}),
    # who said it stands on no page, export, print or file that can be opened by following links
    **dict.fromkeys(SECRET, set()),
}
READERS = sorted(OFFICE | UNITS)


def found(data: bytes | str) -> set[str]:
    """Which marks stand in these bytes, however they are packed or escaped."""
    plain = crawl.insides(data.encode() if isinstance(data, str) else data)
    return {mark for mark, words in MARKS.items() if any(form in plain for form in forms(words))}


def forms(words: str) -> Iterator[bytes]:
    yield words.encode()
    yield words.encode("utf-16-be")
    yield words.encode("gb18030")
    yield words.encode("unicode_escape")
    yield "".join(f"%{byte:02X}" for byte in words.encode()).encode()


def astray(client: CheckedClient, reader: str, starts: Iterable[str]) -> tuple[list[str], int]:
    """The answers in which a mark stands that this reader must not see, and how many answers were real pages."""
    wrong, opened = [], 0
    for address, answer in crawl.walk(client, starts):
        opened += answer.status_code == 200
        head = str(answer.headers)
        wrong += [f"{mark}: {address}" for mark in found(answer.data) | found(head) if reader not in PLACES[mark]]
    return wrong, opened


def everywhere(scene: Scene) -> list[str]:
    with scene.app.app_context():
        slugs = db.session.scalars(text("select slug from institution")).all()
        ids = {n for table in (Case, Slip, Attachment, CoHandling) for n in db.session.scalars(select(table.id))}
    return crawl.addresses(scene.app, ids, slugs)


@pytest.mark.parametrize("role", divided(READERS))
def test_staff_find_in_no_answer_what_is_not_theirs(scene: Scene, role: str) -> None:
    wrong, opened = astray(scene.office.desk(role), role, everywhere(scene))
    assert wrong == []
    assert opened > 30, "the walk went nowhere"


def test_another_institution_finds_nothing(scene: Scene) -> None:
    for role in ("intake", "handler"):
        assert astray(scene.county.desk(role), f"county {role}", everywhere(scene))[0] == []


def test_a_stranger_finds_nothing_and_a_writer_only_the_own_words(scene: Scene) -> None:
    assert astray(scene.citizen(), "stranger", everywhere(scene))[0] == []
    for case_id in scene.numbers:
        wrong, opened = astray(scene.citizen(case_id), "writer", ["/case", "/case/answer", f"/office/case/{case_id}"])
        assert wrong == []
        assert opened > 10


def test_the_office_does_read_what_is_said(scene: Scene) -> None:
    """The sweep can find: with nothing allowed the same walk complains."""
    [case_id, *_] = scene.numbers
    page = scene.office.see("intake", f"/office/case/{case_id}")
    assert {"story", "wish", "file"} <= found(page)
    assert not found(page) & SECRET


@pytest.mark.parametrize("role", READERS)
def test_the_identity_page_opens_for_its_roles_alone(scene: Scene, role: str) -> None:
    [_confidential, case_id, *_] = scene.numbers
    client, address = scene.office.desk(role), f"/office/case/{case_id}/identity"
    if role not in {"intake", "chief"}:
        assert client.get(address).status_code in {403, 404}
        return
    answer = client.send(address, form="//main//form", reason="contact")
    assert {"name", "phone"} <= found(answer.data)


@pytest.mark.parametrize("act", ["look", "ask"])
def test_a_confidential_identity_opens_for_nobody_alone(scene: Scene, act: str) -> None:
    [case_id, *_] = scene.numbers
    for role in ("intake", "chief"):
        client, address = scene.office.desk(role), f"/office/case/{case_id}/identity"
        asked = client.get(address)
        token = html.fromstring(asked.text).xpath("//input[@name='csrf_token']/@value")[0]
        said = {"act": act, "reason": "contact", "because": "电话约来信人当面核实补贴名单", "csrf_token": token}
        for answer in (asked, client.post(address, data=said), client.get(address)):
            assert not found(answer.data) & SECRET


def test_letters_and_texts_hold_addresses_on_the_envelope_alone(scene: Scene) -> None:
    assert scene.letters
    assert scene.texts
    for letter in scene.letters:
        assert found("\n".join((letter.subject, letter.text, letter.html or "", letter.reference))) == set()
    for sms in scene.texts:
        assert found("\n".join((sms.text, sms.reference, sms.sign, *sms.params.values()))) == set()
    assert {sms.to for sms in scene.texts} == {MARKS["phone"]}


def test_logs_hold_no_mark_even_at_their_finest(scene: Scene) -> None:
    list(crawl.walk(scene.office.desk("intake"), [f"/office/case/{n}" for n in scene.numbers]))
    scene.app.logger.warning("this line is heard")
    assert any("this line is heard" in line for line in scene.log)
    assert [line for line in scene.log if found(line)] == []
    codes = {number for numbers in scene.numbers.values() for number in numbers}
    assert [line for line in scene.log if any(code in line for code in codes | scene.tokens)] == []


def test_the_database_holds_no_mark_and_no_code_in_any_cell(scene: Scene) -> None:
    codes = {code for _no, code in scene.numbers.values()} | scene.tokens
    wrong, seen = set(), set()
    for place, value in cells(scene):
        seen.add(place)
        wrong |= {f"{mark} in {place}" for mark in found(value)}
        wrong |= {f"a code in {place}" for code in codes if code.encode() in value}
    assert {"case.story", "case.wish", "attachment.name", "slip.text", "complainant.identity"} <= seen
    assert wrong == set()


def cells(scene: Scene) -> Iterator[tuple[str, bytes]]:
    """Every cell of every table, whatever its type."""
    with scene.app.app_context():
        for table in inspect(db.engine).get_table_names():
            rows = db.session.execute(text(f'select * from "{table}"')).mappings()
            for column, value in itertools.chain.from_iterable(row.items() for row in rows):
                raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                yield f"{table}.{column}", raw


def test_the_files_of_the_database_hold_no_mark_and_no_code(scene: Scene) -> None:
    with scene.app.app_context():
        if db.engine.dialect.name == "sqlite":
            place = Path(str(db.engine.url.database))
            files = [path for path in place.parent.glob(f"{place.name}*") if path.is_file()]
            assert files
            for data in (path.read_bytes() for path in files):
                assert not {m for m, words in MARKS.items() if words.encode() in data}
                assert not [code for _no, code in scene.numbers.values() if code.encode() in data]


def test_redis_holds_no_mark(scene: Scene) -> None:
    with scene.app.app_context():
        redis = state.state().redis
        state.ring()
        held = list(itertools.chain.from_iterable(values(redis, key) for key in redis.scan_iter()))
    assert held, "nothing was queued, so nothing was looked at"
    assert [one for one in held if found(one)] == []


def values(redis: Redis, key: bytes) -> list[bytes]:
    """The key and all that it holds; `dump` would pack long values."""
    kind = redis.type(key)
    read = {
        b"string": lambda: [redis.get(key)],
        b"hash": lambda: itertools.chain(*redis.hgetall(key).items()),
        b"list": lambda: redis.lrange(key, 0, -1),
        b"set": lambda: redis.smembers(key),
        b"zset": lambda: redis.zrange(key, 0, -1),
    }
    return [key, *map(bytes, read[kind]())]


def test_stored_and_working_files_hold_no_metadata_and_no_name(scene: Scene, settings: Settings) -> None:
    kept = [path for path in settings.files_dir.rglob("*") if path.is_file()]
    working = [path for path in (settings.data_dir / "tmp").rglob("*") if path.is_file()]
    assert kept
    assert working == [], "working copies have no name, so that they go with their process"
    for path in kept:
        assert found(path.read_bytes()) | found(path.name) == set()
    times = {path.stat().st_mtime % 86400 for path in kept}
    assert times == {0}, "the time of a file would tell whose it is"
    assert clock.now() == w.MONDAY
