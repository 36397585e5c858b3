"""A town in which everything that must stay in its place carries a mark that can be looked for."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from shared import clock, crypto
from shared.config import Settings
from shared.db import work
from shared.models.case import Case
from shared.senders import SENT, Email, Result, Sms
from shared.services import calendars, decisions, queries_figures, queries_portal, regimes, sending, slips
from shared.web import state
from tests.support import samples
from tests.support import world as w
from tests.support.database import Schema
from tests.support.office import Office
from tests.support.pages import CheckedClient

MARKS: dict[str, str] = {
    "name": "柳小㛀",
    "represented": "柳老㛅",
    "phone": "13800007711",
    "email": "canary-liu@example.cn",
    "story": "青瓷茶盏第七只",
    "wish": "换回紫砂壶",
    "file": "柳树下的照片",
    "metadata": "Chen Mou",
    "camera": "Testphone",
}
HERE = "/at/nanxi"
WHO = {"name": MARKS["name"], "phone": MARKS["phone"], "email": MARKS["email"]}
STORY = f"窗口一直说{MARKS['story']}坏了，不给办理登记，已经等了两个星期。"


@dataclass
class Scene:
    """The town, its complaints, whoever may look, and all that left the house meanwhile."""

    app: Flask
    office: Office
    county: Office
    numbers: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Receipt number and access code of each case."""
    tokens: set[str] = field(default_factory=set)
    letters: list[Email] = field(default_factory=list)
    texts: list[Sms] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def file(self, how: str, **contact: str) -> int:
        """Files a complaint in a browser, with two files that tell on their maker."""
        client = self.citizen()
        files = [(samples.jpeg(), f"{MARKS['file']}.jpg"), (samples.pdf(), f"{MARKS['file']}.pdf")]
        what = {"respondent": "财政所", "story": STORY, "wish": MARKS["wish"]}
        page = html.fromstring(client.get(f"{HERE}/submit/what?how={how}").text)
        token = page.xpath("//form[@method='post']//input[@name='csrf_token']/@value")[0]
        upload = {"csrf_token": token, "how": how, "act": "upload", "files": [(io.BytesIO(d), n) for d, n in files]}
        assert client.post(f"{HERE}/submit/what", data=what | upload).status_code == 303
        assert client.send(f"{HERE}/submit/what", **what).status_code == 303
        if how != "anonymous":
            assert client.send(f"{HERE}/submit/contact", **WHO, **contact).status_code == 303
        assert client.send(f"{HERE}/submit/check").location == f"{HERE}/submit/done"
        return self._noted(client)

    def _noted(self, client: CheckedClient) -> int:
        shown = re.findall(r'<p class="code"[^>]*>(.*?)</p>', client.get(f"{HERE}/submit/done").text, re.DOTALL)
        no, code = ("".join(re.findall(r"\d", re.sub(r"<[^>]+>", "", one))) for one in shown)
        with self.app.app_context(), work() as session:
            case_id = session.scalars(select(Case.id).where(Case.receipt_no == no)).one()
        self.numbers[case_id] = no, code
        with client.session_transaction() as session_held:
            self.tokens.add(session_held["visit"])
        return case_id

    def citizen(self, case_id: int | None = None) -> CheckedClient:
        """A stranger's browser, or that of whoever filed the case and comes back with the two numbers."""
        client = self.app.test_client()
        assert isinstance(client, CheckedClient)
        if case_id is not None:
            no, code = self.numbers[case_id]
            assert client.send("/track", receipt_no=no, code=code).location == "/case"
        return client

    def post_everything(self) -> None:
        """Sends every notice that is owed; what leaves is kept here."""

        class Sent:
            def send(_self, sms: Sms) -> Result:  # noqa: N805
                self.texts.append(sms)
                return SENT

        def letter(email: Email) -> Result:
            self.letters.append(email)
            return SENT

        with self.app.app_context():
            notifier = crypto.load_notifier(state.settings().worker_key_dir)
            post = sending.Post(state.keys(), letter, Sent(), "http://localhost", notifier=notifier)
            while (batch := sending.claim(clock.now())) is not None:
                sending.send(batch, post, clock.now())


class Lines(logging.Handler):
    """Every line of every log, down to the finest."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.NOTSET)
        self.lines = lines
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def forget() -> None:
    for part in (calendars, regimes, queries_portal, queries_figures):
        part.forget()


@pytest.fixture(scope="module")
def scene(schema: Schema, settings: Settings) -> Iterator[Scene]:
    """Four complaints: one on its way in a unit, one being asked about, one fresh, one anonymous."""
    app, lines = schema.app, list[str]()
    root, handler = logging.getLogger(), Lines(lines)
    level = root.level
    forget()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with clock.frozen(w.MONDAY):
            made = Scene(app, Office(app, w.township), Office(app, w.county), log=lines)
            _fill(made)
            yield made
    finally:
        schema.restore()
        forget()
        root.removeHandler(handler)
        root.setLevel(level)


def _fill(scene: Scene) -> None:
    office, now = scene.office, clock.now()
    sent_on = scene.file("confidential", notify="sms")
    asked = scene.file("named", notify="email", consent="y")
    scene.file("behalf", notify="sms", relation="父女", person_name=MARKS["represented"], knows="yes")
    scene.file("anonymous")
    with scene.app.app_context():
        people = office.world.people
        for case_id in (sent_on, asked):
            decisions.accept(case_id, people["intake"], now, category="content", severity="general")
        words = {"points": "请核实办理情况", "text": "群众反映窗口不给办理登记。"}
        slip = w.sent(sent_on, office.world, now, **words)
        slips.sign(slip, people["signer"], now)
        decisions.ask_question(asked, people["intake"], now, text="请补充时间", due_day=(now + w.days(9)).date())
    scene.post_everything()
