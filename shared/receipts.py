"""Asking the providers for receipts that never came; the worker does it, for it alone can open a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from shared.crypto import Keys
from shared.senders import Receipt, SmsSender
from shared.senders.aliyun import AliyunSms
from shared.senders.tencent import TencentSms
from shared.services import deliveries

MOST_PULLS = 20


def poll(providers: Mapping[str, SmsSender], keys: Keys, notifier: Mapping[str, bytes], now: dt.datetime) -> int:
    """Asks each provider that can be asked; returns how many messages have a new state."""
    moved = 0
    for name, sender in providers.items():
        if isinstance(sender, TencentSms):
            for _ in range(MOST_PULLS):
                pulled = sender.pull()
                moved += deliveries.receive(name, pulled, providers.keys(), now)
                if not pulled:
                    break
        elif isinstance(sender, AliyunSms):
            moved += deliveries.receive(name, _asked(name, sender, keys, notifier, now), providers.keys(), now)
    return moved


def _asked(name: str, sender: AliyunSms, keys: Keys, notifier: Mapping[str, bytes], now: dt.datetime) -> list[Receipt]:
    found = []
    for one in deliveries.awaited(name, now):
        number = deliveries.number_of(keys, notifier, one.outbox_id, now)
        receipt = sender.ask(one.ref, number, one.day) if number else None
        found += [receipt] if receipt else []
    return found
