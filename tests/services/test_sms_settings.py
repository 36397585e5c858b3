"""From the settings to the provider and back: what the worker and the scheduler do with them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from redis import Redis

from shared import clock, cron, tasks
from shared.config import load
from tests.support import sms, way
from tests.support import world as worlds
from tests.support.world import MONDAY

ACCOUNT = {
    "TENCENT_SMS_SECRET_ID": "id",
    "TENCENT_SMS_SECRET_KEY": "key",
    "TENCENT_SMS_APP_ID": "14",
    "TENCENT_SMS_SIGN_NAME": "监察室",
    "TENCENT_SMS_TEMPLATES": "received:1110",
    "GATEWAY_SMS_SECRET": "secret",
    "GATEWAY_SMS_FIELDS": "to:mobile",
    "SMS_PROVIDER": "tencent",
    "SMS_SECOND_PROVIDER": "gateway",
    "SMS_CAP_NUMBER": "1",
}


@pytest.fixture
def server(app: Flask, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> Iterator[sms.Provider]:
    """A provider on this machine, named by the settings."""
    with sms.provider((200, way.TAKEN)) as made:
        state = app.extensions["huiyin"]
        env = {**ACCOUNT, "TENCENT_SMS_ENDPOINT": made.url, "GATEWAY_SMS_URL": made.url}
        given = load(env, data_dir=state.settings.data_dir).sms
        monkeypatch.setitem(app.extensions, "huiyin", replace(state, settings=replace(state.settings, sms=given)))
        yield made


def filed(app: Flask, times: int = 1) -> None:
    world = worlds.township()
    for _ in range(times):
        who = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234"}}
        world.file_case(app, mode="named", notify="sms", **who)


def test_the_worker_sends_through_the_provider_of_the_settings_within_its_caps(app: Flask, server: sms.Provider):
    filed(app, times=2)
    with clock.frozen(MONDAY):
        tasks.send_due()
    asked = [one for one in server.asked if one.headers.get("x-tc-action") == "SendSms"]
    assert [json.loads(one.body)["TemplateId"] for one in asked] == ["1110"]
    assert (way.row().state, way.row().outcome) == ("queued", "cap_number")


def test_the_worker_asks_for_receipts(app: Flask, server: sms.Provider):
    filed(app)
    rows = [{"SerialNo": "t-1", "ReportStatus": "SUCCESS"}]
    server.answers = [(200, way.TAKEN), (200, json.dumps({"Response": {"PullSmsSendStatusSet": rows}})), (200, "{}")]
    with clock.frozen(MONDAY):
        tasks.send_due()
    with clock.frozen(MONDAY + dt.timedelta(minutes=11)):
        assert tasks.poll_receipts() == 1
    assert way.row().state == "delivered"


def test_the_scheduler_has_receipts_asked_for_once_in_ten_minutes(app: Flask, server: sms.Provider):
    cron.round_once()
    cron.round_once()
    with Redis.from_url(app.extensions["huiyin"].settings.redis_url) as redis:
        jobs = [redis.hget(key, "description") for key in redis.keys("rq:job:*")]
    assert sum(b"poll_receipts" in (job or b"") for job in jobs) == 1
