"""Notices that wait for the head's yes, decided together: how many, why, in which words (W1.03)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_see, need
from shared.services import held_notices as held
from shared.services.held_notices import Heap
from shared.services.holding import BULK
from shared.tasks import base_url
from shared.web.auth import me
from shared.web.page import flash_done, see_other
from shared.web.state import ring, settings

REASONS = {BULK: _l("一次要通知的人较多")}
OTHER_REASON = _l("恢复备份以后，可能已经发过")


@dataclass(frozen=True, slots=True)
class Shown:
    """A heap with the words of its first notice."""

    heap: Heap
    why: str
    text: str


def heaps() -> list[Shown]:
    """What waits, with the text that would go out; nothing for whom it isn't to decide."""
    if not may_see(me(), "held_notices", at_home(me())):
        return []
    base = base_url(settings())
    return [Shown(h, str(REASONS.get(h.reason, OTHER_REASON)), held.words(h.first_id, base)) for h in held.heaps(me())]


@bp.post("/notices/held")
def held_decide() -> Response:
    """Lets one heap go or keeps it back."""
    need(me(), "release_notice")
    decision = request.form.get("decision")
    if decision not in {"yes", "no"}:
        raise Refused("missing", field="decision")
    send = decision == "yes"
    number = held.decide(me(), request.form.get("heap", "")[:200], clock.now(), send=send)
    if send:
        ring()
        flash_done(_("已同意，%(n)s 条通知正在发出。", n=number))
    else:
        flash(_("%(n)s 条通知没有发出，记为“没有送到”。请安排人打电话或者写信告诉来信人。", n=number), "warn")
    return see_other("office.notices", state="held")
