"""What a citizen writes, and how the tests send it."""

from __future__ import annotations

import io
import re
from typing import Any

from sqlalchemy import select

from shared.db import db as database
from shared.models.case import Case
from tests.support import world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
WHAT = {"respondent": "财政所 2 号窗口", "story": "三月份起补贴名单一直没有公开，问了三次。", "wish": "请公开名单。"}
NAMED = {"name": "王秀·英", "phone": "１３９ 0000-1234", "notify": "sms"}


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


def press(client: CheckedClient, button: str, value: str, **more: Any) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/submit/what?how=anonymous").text)[0]
    return client.post(
        "/submit/evidence", data={"how": "anonymous", "csrf_token": token, **WHAT, **more, button: value}
    )


def upload(client: CheckedClient, *files: tuple[bytes, str], **more: Any) -> Any:
    return press(client, "act", "upload", files=[(io.BytesIO(data), name) for data, name in files], **more)
