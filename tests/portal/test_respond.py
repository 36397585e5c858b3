"""What a citizen does with the own case: answer, send files, rate, ask again, withdraw."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import db as database
from shared.domain.visibility import CITIZEN
from shared.models.attachment import Attachment
from shared.models.question import Question
from shared.models.rating import Rating
from shared.services import answers, decisions, visits
from shared.services.answers import Told
from tests.support import samples, world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
Opened = Callable[[str], int]


@pytest.fixture
def opened(app: Flask, town: world.World, client: CheckedClient) -> Opened:
    """Brings a case to a state and opens it in the browser; returns its id."""

    def bring(state: str) -> int:
        with app.app_context():
            case_id = world.accepted(app, town)
            if state == "asked":
                asked = {"text": "是哪一天去的？", "due_day": dt.date(2026, 9, 9)}
                decisions.ask_question(case_id, town.actor("intake"), NOW, **asked)
            if state == "answered":
                answers.answer_at_once(case_id, town.actor("intake"), NOW, Told("online", "公开栏已经更新。"))
            token = visits.enter(case_id, town.institution_id, NOW)
        with client.session_transaction() as held:
            held["visit"] = token
        return case_id

    return bring


def rows(app: Flask, kind: type) -> list:
    with app.app_context():
        return list(database.session.scalars(select(kind)))


def upload(name: str = "现场.txt", data: bytes = "补贴名单".encode()) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def test_question_is_the_one_thing_to_do_and_is_answered_with_a_file(
    app: Flask, client: CheckedClient, opened: Opened
) -> None:
    opened("asked")
    assert 'class="btn primary big" href="/case/answer"' in client.get("/case").text
    sent = client.send("/case/answer", text="九月一日上午。", files=[upload()])
    assert sent.location == "/case"
    [question], [file] = rows(app, Question), rows(app, Attachment)
    assert question.answer == "九月一日上午。"
    assert (file.origin, file.name) == ("citizen", "现场.txt")
    text = client.get("/case").text
    assert [one for one in ("九月一日上午。", "现场.txt", "您回答了问题") if one not in text] == []


def test_bad_file_and_missing_answer_lose_neither_text_nor_the_good_file(
    app: Flask, client: CheckedClient, opened: Opened
) -> None:
    opened("asked")
    answer = client.send("/case/answer", text="上午九点去的。", files=[upload(), upload("坏.exe", b"MZ\x90")])
    assert answer.status_code == 422
    assert [one for one in ("上午九点去的。", "坏.exe", "现场.txt") if one not in answer.text] == []
    assert client.send("/case/answer", text="").status_code == 422
    assert [file.name for file in rows(app, Attachment)] == ["现场.txt"]


def test_files_can_be_added_while_nobody_asks(app: Flask, client: CheckedClient, opened: Opened) -> None:
    opened("accepted")
    assert client.send("/case/answer", files=[upload()]).location == "/case"
    assert len(rows(app, Attachment)) == 1
    assert "请先选择文件" in client.send("/case/answer").text


def test_number_of_files_has_an_end(app: Flask, client: CheckedClient, opened: Opened) -> None:
    opened("accepted")
    most = app.extensions["huiyin"].limits.files
    answer = client.send("/case/answer", files=[upload(f"{n}.txt") for n in range(most + 1)])
    assert answer.status_code == 422
    assert len(rows(app, Attachment)) == most


def test_answer_is_rated_once(app: Flask, client: CheckedClient, opened: Opened) -> None:
    opened("answered")
    assert "公开栏已经更新。" in client.get("/case").text
    assert "请选择一项评价" in client.send("/case/rate", comment="很快").text
    assert client.send("/case/rate", level="good", comment="很快").location == "/case"
    assert [(r.level, r.comment) for r in rows(app, Rating)] == [("good", "很快")]
    assert "您已经评价过" in client.get("/case/rate").text


def test_level_nobody_offered_is_refused(client: CheckedClient, opened: Opened) -> None:
    opened("answered")
    assert client.send("/case/rate", level="superb").status_code == 422


def test_dissatisfied_citizen_is_offered_to_be_heard_again(client: CheckedClient, opened: Opened) -> None:
    opened("answered")
    assert client.send("/case/rate", level="bad").location == "/case/review"
    assert "请写明理由" in client.send("/case/review", reason="").text
    assert client.send("/case/review", reason="名单仍然没有贴出来。").location == "/case"
    text = client.get("/case").text
    assert "开始重新办理" in text
    assert "第 2 次办理" in text


def test_third_wish_to_be_heard_again_is_refused_with_how_often(
    app: Flask, client: CheckedClient, town: world.World, opened: Opened
) -> None:
    case_id = opened("answered")
    with app.app_context():
        for _ in range(2):
            answers.rehandle(case_id, CITIZEN, NOW, reason="没有解决")
            answers.answer_at_once(case_id, town.actor("intake"), NOW, Told("online", "又更新了。"))
    assert "已经重新办理过 2 次" in client.get("/case/review").text
    assert 'href="/case/review"' not in client.get("/case").text


@pytest.mark.parametrize("name", ["rate", "review"])
def test_after_the_window_the_page_says_until_when_it_was(
    app: Flask, client: CheckedClient, town: world.World, opened: Opened, name: str
) -> None:
    case_id = opened("answered")
    late = NOW + dt.timedelta(days=200)
    with app.app_context(), client.session_transaction() as held:
        held["visit"] = visits.enter(case_id, town.institution_id, late)
    with clock.frozen(late):
        text = client.get(f"/case/{name}").text
    assert "已经过了" in text
    assert "10月7日" in text
    assert f'action="/case/{name}"' not in text


def test_citizen_withdraws_until_there_is_a_result(client: CheckedClient, opened: Opened) -> None:
    opened("accepted")
    assert client.send("/case/withdraw").location == "/case"
    assert "您撤回了这件投诉" in client.get("/case").text
    assert "不能再撤回" in client.get("/case/withdraw").text


def test_what_somebody_did_meanwhile_is_told_and_the_text_kept(
    app: Flask, client: CheckedClient, town: world.World, opened: Opened
) -> None:
    case_id = opened("answered")
    page = client.get("/case/rate").text
    with app.app_context():
        answers.rate(case_id, CITIZEN, NOW, level="fair")
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post("/case/rate", data={"csrf_token": token, "level": "good", "comment": "写了一半"})
    assert answer.status_code == 409
    assert "写了一半" in answer.text


def test_picture_loses_its_place_before_it_is_kept(app: Flask, client: CheckedClient, opened: Opened) -> None:
    opened("accepted")
    client.send("/case/answer", files=[(io.BytesIO(samples.jpeg()), "现场.jpg")])
    [file] = rows(app, Attachment)
    assert "gps" in file.removed
