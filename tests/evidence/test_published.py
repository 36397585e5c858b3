"""The citizen's proof: on the receipt, in the published root, on the page of the case, checked by anybody."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from shared import cli_proof, clock, signing
from shared.config import ROOT
from shared.db import work
from shared.models.event import Event
from shared.models.evidence import EvidenceDay, EvidenceLeaf
from shared.services import checkpoints, queries_portal
from shared.services.intake import Receipt
from tests.support import tamper
from tests.support import world as w
from tests.support.pages import CheckedClient

TUESDAY = w.MONDAY + dt.timedelta(days=1)


@pytest.fixture
def town(app: Flask) -> Iterator[w.World]:
    queries_portal.forget()
    with app.app_context():
        made = w.township()
    with clock.frozen(w.MONDAY):
        yield made


@pytest.fixture
def receipt(app: Flask, town: w.World) -> Receipt:
    with app.app_context():
        return town.file_case(app)


def night(app: Flask, tmp_path: Path, now: dt.datetime = TUESDAY) -> None:
    with app.app_context():
        checkpoints.make(signing.load(tmp_path / "keys", create=True), now)


def case_page(client: CheckedClient, receipt: Receipt) -> str:
    client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code)
    return client.get("/case").text


def checked(client: CheckedClient, typed: str) -> str:
    return client.send("/evidence", form="//main//form", proof=typed).text


def test_the_receipt_shows_the_code_and_what_opens_it(client: CheckedClient, town: w.World):
    client.send("/submit/what?how=anonymous", respondent="财政所", story=w.STORY)
    client.send("/submit/check")
    page, text = client.get("/submit/done").text, client.get("/submit/receipt.txt").text
    assert "存证码" in page
    assert "核对用的随机码" in page
    code = text.split("存证码：")[1].split("\r\n")[0].replace(" ", "")
    assert len(code) == 32


def test_on_the_next_day_the_page_of_the_case_gives_the_proof(
    client: CheckedClient, app: Flask, receipt: Receipt, tmp_path: Path
):
    assert "明天列入" in case_page(client, receipt)
    assert client.get("/case/proof.txt").location == "/case"
    night(app, tmp_path)
    assert "内容和提交时一样" in client.get("/case").text
    text = client.get("/case/proof.txt").text
    assert cli_proof.check(text)[0]
    assert cli_proof.check(text, f"财政所\n---\n{w.STORY}\n---\n")[0]
    assert not cli_proof.check(text, "财政所\n---\n别的事\n---\n")[0]


def test_anybody_checks_a_code_or_a_proof_on_the_public_page(
    client: CheckedClient, app: Flask, receipt: Receipt, tmp_path: Path
):
    night(app, tmp_path)
    case_page(client, receipt)
    text = client.get("/case/proof.txt").text
    assert "核对相符" in checked(client, receipt.evidence.lower())
    assert "内容的校验值也都相符" in checked(client, text)
    assert "核对不相符" in checked(client, text.replace(f"root {text.split('root ')[1][:8]}", "root 00000000"))
    assert "核对不相符" in checked(client, text.replace(receipt.receipt_no, "12345678901"))
    assert "没有找到这个存证码" in checked(client, "A" * 32)


def test_a_proof_kept_at_home_still_holds_when_the_complaint_is_gone(
    client: CheckedClient, app: Flask, receipt: Receipt, tmp_path: Path
):
    night(app, tmp_path)
    case_page(client, receipt)
    text = client.get("/case/proof.txt").text
    with app.app_context():
        tamper.run("delete from visit")
        tamper.forget_case(receipt.case_id)
    assert "核对相符" in checked(client, text)


def test_words_changed_behind_the_citizens_back_are_told_to_the_citizen(
    client: CheckedClient, app: Flask, receipt: Receipt, tmp_path: Path
):
    night(app, tmp_path)
    with app.app_context():
        tamper.run("update \"case\" set story = ''")
    assert "不相符" in case_page(client, receipt)


def test_every_ended_day_has_a_root_and_none_tells_how_many_complained(app: Flask, town: w.World, tmp_path: Path):
    with app.app_context():
        for day in (0, 0, 2):
            town.file_case(app, w.MONDAY + w.days(day))
        night(app, tmp_path, w.MONDAY + w.days(4))
        with work() as session:
            days = session.scalars(select(EvidenceDay.day).order_by(EvidenceDay.day)).all()
            paths = session.scalars(select(EvidenceLeaf.path)).all()
    assert [day.day for day in days] == [7, 8, 9, 10]
    assert [len(path) for path in paths] == [6, 6, 6]


def test_a_root_that_is_out_takes_nobody_in_when_the_clock_is_set_back(app: Flask, town: w.World, tmp_path: Path):
    with app.app_context():
        town.file_case(app, w.MONDAY)
        night(app, tmp_path)
        late = town.file_case(app, w.MONDAY).case_id  # Monday once more, after Monday's root is out
        night(app, tmp_path, TUESDAY + w.days(1))
        with work() as session:
            day = select(EvidenceDay.day).join(EvidenceLeaf, EvidenceLeaf.day_id == EvidenceDay.id)
            assert session.scalar(day.where(EvidenceLeaf.case_id == late)) == dt.date(2026, 9, 8)


def test_a_letter_received_days_ago_is_on_record_from_the_day_it_was_registered(
    app: Flask, town: w.World, tmp_path: Path
):
    with app.app_context():
        case_id = town.file_case(app, w.MONDAY, received_at=w.MONDAY - w.days(5)).case_id
        with work() as session:
            facts = session.scalar(select(Event.facts).where(Event.case_id == case_id))
    assert facts is not None
    assert facts["filed"] == "2026-09-07"


def test_the_salt_stands_nowhere_in_the_database(app: Flask, receipt: Receipt):
    with app.app_context(), work() as session:
        facts = session.scalar(select(Event.facts).where(Event.case_id == receipt.case_id))
    assert receipt.salt not in str(facts)
    assert len(receipt.salt) == 24


def test_the_program_for_everybody_needs_python_alone(
    client: CheckedClient, app: Flask, receipt: Receipt, tmp_path: Path
):
    night(app, tmp_path)
    case_page(client, receipt)
    kept = tmp_path / "proof.txt"
    kept.write_text(client.get("/case/proof.txt").text, encoding="utf-8")
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"]
    bare[-1] += f"from shared.cli_proof import main; sys.exit(main([{str(kept)!r}]))"
    done = subprocess.run(bare, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "✓" in done.stdout) == (0, True), done.stderr
