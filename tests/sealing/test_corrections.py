"""A granted correction changes what is sealed (个人信息保护法 46); who can't open it can't correct it either."""

from __future__ import annotations

from sqlalchemy import select

from shared.db import work
from shared.models.event import Event
from shared.services import privacy_requests
from shared.services.privacy_requests import Correction
from tests.sealing.people import filed, keys, look, refusal, sign_in
from tests.support.world import MONDAY


def corrected(app, world, case_id, changes, role="intake", granted=True):
    row = privacy_requests.ask(case_id, MONDAY, kind="correct", text="电话换了。")
    fix = Correction(changes, keys(app), sign_in(app, world, role))
    facts = {"granted": granted, "reason": "已经更正。", "correction": fix}
    return privacy_requests.decide(row, world.actor(role), MONDAY, app.extensions["huiyin"].store, **facts)


def test_a_granted_correction_rewrites_what_is_sealed_and_keeps_the_rest(app, township):
    case_id = filed(app, township)
    corrected(app, township, case_id, {"phone": "139 0000 9999"})
    for role in ("intake", "chief"):
        opened = look(app, township, role, case_id)
        assert (opened.identity, opened.contact) == ({"name": "赵守田"}, {"phone": "13900009999"})
    with work() as session:
        facts = session.scalars(select(Event.facts).where(Event.kind == "privacy_answered")).one()
    assert facts["corrected"] == "phone"


def test_a_declined_or_impossible_correction_changes_nothing(app, township):
    case_id = filed(app, township)
    corrected(app, township, case_id, {"name": "别人"}, granted=False)
    assert refusal(corrected, app, township, case_id, {"phone": "12"}) == "missing"
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}


def test_a_confidential_correction_needs_a_colleague_too(app, township):
    case_id = filed(app, township, "confidential")
    assert refusal(corrected, app, township, case_id, {"name": "赵守天"}) == "needs_colleague"
