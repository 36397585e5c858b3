"""A township whose text messages leave through two providers on this machine."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

from flask import Flask
from sqlalchemy import select, update

from shared import clock, crypto
from shared.db import work
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import SENT, Email, OutboxSms, Result
from shared.senders.gateway import FIELDS, GatewaySms
from shared.senders.tencent import TencentSms
from shared.services import sending
from shared.services.sms_caps import Caps
from tests.support import sms as providers
from tests.support.world import World

TAKEN = '{"Response": {"SendStatusSet": [{"SerialNo": "t-1", "Code": "Ok"}]}}'


class Way:
    """Tencent Cloud first, a province's platform second, both on this machine."""

    def __init__(self, app: Flask, world: World, stack: ExitStack) -> None:
        self.app, self.world = app, world
        self.first, self.second = (stack.enter_context(providers.provider()) for _ in range(2))
        self.first.answers, self.second.answers = [(200, TAKEN)], [(200, '{"id": "g-1"}')]
        self.caps, self.emails = Caps(), list[Email]()

    def post(self) -> sending.Post:
        state = self.app.extensions["huiyin"]
        tencent = TencentSms("id", "key", self.first.url, "r", "14", "监察室", {"received": "1110"}, 0.3)
        gateway = GatewaySms(self.second.url, "k", "secret", {name: name for name in FIELDS}, "", 0.3)
        notifier = crypto.load_notifier(state.settings.worker_key_dir)
        ways = {"tencent": tencent, "gateway": gateway}
        return sending.Post(
            state.keys, self.email, OutboxSms(), "https://e", False, notifier, providers=ways, caps=self.caps
        )

    def email(self, letter: Email) -> Result:
        self.emails.append(letter)
        return SENT

    def file(self, phone: str = "13900001234") -> int:
        """A complaint whose citizen wants text messages; nobody else is told."""
        who = {"identity": {"name": "赵守田"}, "contact": {"phone": phone}}
        number = self.world.file_case(self.app, mode="named", notify="sms", **who).case_id
        with work() as session:
            session.execute(update(OutboxRow).where(OutboxRow.audience != "citizen").values(state="dropped"))
        return number

    def run(self, now: dt.datetime, times: int = 1) -> None:
        post = self.post()
        with clock.frozen(now):
            for _ in range(times):
                if (row := sending.claim(now)) is not None:
                    sending.send(row, post, now)

    @property
    def asked(self) -> tuple[int, int]:
        return len(self.first.asked), len(self.second.asked)


def row() -> OutboxRow:
    with work() as session:
        query = select(OutboxRow).where(OutboxRow.audience == "citizen").order_by(OutboxRow.id.desc())
        found = session.scalars(query.limit(1)).one()
        session.expunge(found)
        return found


def delivery() -> Delivery:
    with work() as session:
        found = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        session.expunge(found)
        return found
