"""Where providers of text messages report what became of a message: a secret address, small bodies, equal answers."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Response, abort, jsonify, request
from redis import RedisError

from portal import bp
from shared import clock
from shared.senders import aliyun, gateway, tencent
from shared.services import deliveries
from shared.web.state import ring, settings, state

LARGEST = 128 * 1024
MOST_AT_ONCE = 500
PER_MINUTE = 600
READERS = {"aliyun": aliyun.receipts, "tencent": tencent.receipts, "gateway": gateway.receipts}
TAKEN: dict[str, dict[str, Any]] = {
    "aliyun": {"code": 0, "msg": "OK"},
    "tencent": {"result": 0, "errmsg": "OK"},
    "gateway": {"code": 0},
}
"""What each provider wants to read; the same for receipts that moved something and for those that didn't (R8)."""


@bp.post("/receipts/<provider>/<token>")
def sms_receipts(provider: str, token: str) -> Response:
    """Takes a provider's push in; whoever doesn't know the token finds no such page."""
    sms = settings().sms
    known = provider in sms.providers and sms.sms_receipt_token
    if not known or not hmac.compare_digest(token.encode(), sms.sms_receipt_token.encode()):
        abort(404)
    if not _room(provider):
        abort(429)
    request.max_content_length = LARGEST
    body = request.get_data()
    if provider == "gateway" and not gateway.sound(sms.gateway_sms_secret, dict(request.headers), body):
        abort(403)
    found = READERS[provider](_json())
    if len(found) > MOST_AT_ONCE:
        abort(413)
    if deliveries.receive(provider, found, sms.providers, clock.now()):
        ring()  # another provider may have a turn now
    return jsonify(TAKEN[provider])


def _json() -> Any:
    # Whatever the content type says: providers differ, the body decides.
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:
        return None


def _room(provider: str) -> bool:
    """So many pushes a minute and no more; without a Redis everything is let in, for it does no harm twice."""
    key = f"huiyin:receipts:{provider}:{int(clock.now().timestamp()) // 60}"
    try:
        count = int(state().redis.incr(key))
        if count == 1:
            state().redis.expire(key, 120)
    except RedisError:
        return True
    return count <= PER_MINUTE
