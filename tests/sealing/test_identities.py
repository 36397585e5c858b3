"""Who can open what a citizen gave, and who can't: sign-in, grants, two persons, danger to life, erasure."""

from __future__ import annotations

import datetime as dt
import statistics
import time

import pytest
from sqlalchemy import select, update

from shared import crypto
from shared.crypto import Keys
from shared.db import work
from shared.domain.lifecycle import Role
from shared.domain.visibility import Actor, Held
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.event import Event
from shared.models.institution import Institution
from shared.models.key_group import OfficerKey
from shared.models.outbox import Delivery, OutboxRow
from shared.models.person import Grant, Person
from shared.models.unseal_request import UnsealRequest
from shared.sealing import boxes
from shared.services import identities, seals, staff, unsealing
from shared.services.recipients import recipients
from tests.sealing.people import WHO, agree, ask, filed, grants, keys, look, refusal, sign_in
from tests.support.world import MONDAY, PASSWORD, World


def kinds(case_id: int) -> list[str]:
    with work() as session:
        return list(session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)))


def test_an_officer_of_either_group_opens_a_named_complaint_alone(app, township):
    case_id = filed(app, township)
    for role in ("intake", "chief"):
        assert look(app, township, role, case_id).identity == {"name": "赵守田"}
    assert look(app, township, "intake", case_id).contact == {"phone": "13900001234"}
    assert kinds(case_id).count("identity_viewed") == 3


def test_a_token_of_another_officer_opens_nothing(app, township):
    case_id = filed(app, township)
    token = sign_in(app, township, "chief")
    assert refusal(look, app, township, "intake", case_id, token=token) == "no_key"
    assert "identity_viewed" not in kinds(case_id)


def test_nobody_opens_a_confidential_complaint_alone(app, township):
    case_id = filed(app, township, "confidential")
    for role in ("intake", "chief"):
        assert refusal(look, app, township, role, case_id) == "needs_colleague"


@pytest.mark.parametrize(("asker", "colleague"), [("intake", "chief"), ("chief", "intake")])
def test_two_of_different_groups_open_a_confidential_complaint(app, township, asker, colleague):
    case_id = filed(app, township, "confidential")
    request_id = ask(township, case_id, asker)
    assert refusal(look, app, township, asker, case_id) == "needs_colleague"
    agree(app, township, case_id, request_id, colleague)
    assert look(app, township, asker, case_id).identity == {"name": "赵守田"}
    assert refusal(look, app, township, colleague, case_id) == "needs_colleague"
    assert kinds(case_id)[1:] == ["identity_asked", "identity_agreed", "identity_viewed"]


def test_the_look_lasts_fifteen_minutes_from_the_first_one(app, township):
    case_id = filed(app, township, "confidential")
    agree(app, township, case_id, ask(township, case_id))
    later = MONDAY + dt.timedelta(hours=3)
    look(app, township, "intake", case_id, later)
    look(app, township, "intake", case_id, later + dt.timedelta(minutes=14))
    assert refusal(look, app, township, "intake", case_id, later + dt.timedelta(minutes=15)) == "needs_colleague"
    unsealing.forget_shares(later + dt.timedelta(minutes=15))
    with work() as session:
        assert session.scalars(select(UnsealRequest.share)).all() == [None]


def test_an_agreed_request_that_nobody_uses_lapses_after_a_day(app, township):
    case_id = filed(app, township, "confidential")
    agree(app, township, case_id, ask(township, case_id))
    assert refusal(look, app, township, "intake", case_id, MONDAY + dt.timedelta(hours=24)) == "needs_colleague"


def test_asking_twice_is_one_request(app, township):
    case_id = filed(app, township, "confidential")
    assert ask(township, case_id) == ask(township, case_id)


@pytest.mark.parametrize("reason", ["", "看一下", "　 看 一 下 吧 　 　"])
def test_a_request_says_why_in_ten_characters_at_least(app, township, reason):
    case_id = filed(app, township, "confidential")
    more = dict(why="contact", reason=reason)
    assert refusal(unsealing.ask, case_id, township.actor("intake"), MONDAY, **more) == "missing"


def test_nobody_agrees_to_the_own_request_or_after_a_no(app, township):
    case_id = filed(app, township, "confidential")
    request_id = ask(township, case_id)
    assert refusal(agree, app, township, case_id, request_id, "intake") == "not_yours"
    agree(app, township, case_id, request_id, agreed=False)
    assert refusal(agree, app, township, case_id, request_id) == "not_now"
    assert refusal(look, app, township, "intake", case_id) == "needs_colleague"


@pytest.mark.parametrize("role", ["dispatcher", "archivist"])
def test_other_roles_of_the_office_neither_ask_nor_open(app, township, role):
    case_id = filed(app, township, "confidential")
    assert refusal(ask, township, case_id, role) == "not_yours"
    assert refusal(look, app, township, role, case_id) == "not_yours"


def test_danger_to_life_opens_after_the_alarm_has_gone_and_not_before(app, township):
    case_id = filed(app, township, "confidential")
    ask(township, case_id, urgent=True)
    notifier = crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
    assert unsealing.release_urgent(keys(app), notifier, MONDAY) == 0
    assert refusal(look, app, township, "intake", case_id) == "needs_colleague"
    with work() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.notice == "identity_urgent")).first()
        session.add(Delivery(outbox_id=row.id, channel="email", state="sent", at=MONDAY))
    assert unsealing.release_urgent(keys(app), notifier, MONDAY) == 1
    assert unsealing.release_urgent(keys(app), notifier, MONDAY) == 0
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}
    assert kinds(case_id)[1:] == ["identity_urgent", "identity_released", "identity_viewed"]


def test_the_alarm_goes_to_the_auditor_too(app, township):
    case_id = filed(app, township, "confidential")
    ask(township, case_id, urgent=True)
    with work() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.notice == "identity_urgent")).all()
        told = {r.person_id for row in rows for r in recipients(session, keys(app), {}, row, MONDAY)}
    assert told >= {township.actor(role).person_id for role in ("chief", "auditor")}


def test_a_process_without_the_notifiers_key_releases_nothing(app, township):
    case_id = filed(app, township, "confidential")
    ask(township, case_id, urgent=True)
    with work() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.notice == "identity_urgent")).first()
        session.add(Delivery(outbox_id=row.id, channel="email", state="sent", at=MONDAY))
    assert unsealing.release_urgent(keys(app), {}, MONDAY) == 0


def test_a_new_member_opens_old_cases_once_a_colleague_has_signed_in(app, township):
    case_id = filed(app, township)
    newcomer = township.actor("dispatcher")
    with work() as session:
        session.add(Grant(person_id=newcomer.person_id, unit_id=township.unit["office"], role="intake"))
    sign_in(app, township, "dispatcher")
    assert grants(newcomer.person_id) == 0
    sign_in(app, township, "intake")
    assert grants(newcomer.person_id) == 1
    township.people["dispatcher"] = replaced(newcomer, township)
    assert look(app, township, "dispatcher", case_id).identity == {"name": "赵守田"}


def replaced(actor: Actor, world: World) -> Actor:
    """The same person as an intake officer."""
    held = (Held(Role.INTAKE, world.unit["office"]),)
    return Actor(actor.person_id, actor.institution_id, actor.name, held)


def test_whoever_left_loses_the_key_when_a_colleague_signs_in_and_no_case_is_lost(app, township):
    case_id = filed(app, township)
    gone = township.actor("intake").person_id
    with work() as session:
        session.add(
            Grant(person_id=township.actor("archivist").person_id, unit_id=township.unit["office"], role="intake")
        )
    sign_in(app, township, "archivist")
    sign_in(app, township, "intake")
    with work() as session:
        session.execute(update(Person).where(Person.id == gone).values(active=False))
    sign_in(app, township, "archivist")
    assert grants(gone) == 0
    township.people["archivist"] = replaced(township.actor("archivist"), township)
    assert look(app, township, "archivist", case_id).identity == {"name": "赵守田"}


def test_the_only_member_keeps_the_key_after_leaving_until_somebody_else_has_it(app, township):
    gone = township.actor("intake").person_id
    with work() as session:
        session.execute(update(Person).where(Person.id == gone).values(active=False))
    for role in ("chief", "dispatcher"):
        sign_in(app, township, role)
    assert grants(gone) == 1


def test_a_new_password_opens_old_cases(app, township):
    case_id = filed(app, township)
    token = sign_in(app, township, "intake")
    person = township.actor("intake")
    kept = staff.change_password(person, PASSWORD, "another battery staple", token, keys(app), MONDAY)
    fresh = sign_in(app, township, "intake", "another battery staple")
    for one in (kept, fresh):
        assert look(app, township, "intake", case_id, token=one).identity == {"name": "赵守田"}


def test_a_password_set_by_others_opens_nothing_until_a_colleague_comes(app, township):
    case_id = filed(app, township)
    with work() as session:
        fresh = crypto.hash_password("set by the administrator")
        session.execute(
            update(Person).where(Person.id == township.actor("intake").person_id).values(password_hash=fresh)
        )
    token = sign_in(app, township, "intake", "set by the administrator")
    assert refusal(look, app, township, "intake", case_id, token=token) == "no_key"


def test_a_public_key_slipped_into_the_database_is_noticed(app, township):
    stranger = boxes.public_of(boxes.new_private()).hex()
    with work() as session:
        place = session.get_one(Institution, township.institution_id)
        place.seals = {**place.seals, "intake": [stranger, place.seals["intake"][1]]}
    with pytest.raises(seals.ForeignKey):
        filed(app, township)


def test_an_officers_public_key_swapped_in_the_database_gets_no_half(app, township):
    case_id = filed(app, township, "confidential")
    request_id = ask(township, case_id)
    with work() as session:
        row = session.get_one(OfficerKey, township.actor("intake").person_id)
        row.public = boxes.public_of(boxes.new_private())
    assert refusal(agree, app, township, case_id, request_id) == "no_key"


def test_the_own_name_in_the_story_is_hidden_later_and_another_word_is_not(app, township):
    story = "我是赵守田，电话13900001234。赵守田的补贴三个月没有发，找了村里的李会计。"
    case_id = filed(app, township, story=story)
    assert set(identities.names_to_hide(keys(app), case_id)) == {"赵守田", "13900001234"}
    with work() as session:
        assert "赵守田".encode() not in session.get_one(Complainant, case_id).spans
    assert identities.names_to_hide(keys(app), filed(app, township)) == ()


def test_erasing_leaves_neither_key_nor_name(app, township):
    case_id = filed(app, township, "confidential")
    agree(app, township, case_id, ask(township, case_id))
    for _ in range(2):
        with work() as session:
            identities.erase(session, session.get_one(Case, case_id))
    with work() as session:
        assert session.scalars(select(Complainant)).all() == []
        assert session.scalars(select(UnsealRequest)).all() == []
    assert refusal(look, app, township, "intake", case_id) == "no_identity"


def test_a_row_of_before_opens_while_its_keys_are_here(app, township):
    case_id = filed(app, township)
    old = Keys({**keys(app).rings, "identity": {"0": b"1" * 32}, "contact": {"0": b"2" * 32}})
    old = Keys({n: {crypto.envelope.key_id(k): k for k in r.values()} for n, r in old.rings.items()})
    with work() as session:
        who = session.get_one(Complainant, case_id)
        who.wraps = who.spans = None
        who.identity = crypto.seal(old, "identity", f"complainant|{case_id}", '{"name": "赵守田"}'.encode())
        who.contact = crypto.seal(old, "contact", f"complainant|{case_id}", b"{}")
    assert refusal(look, app, township, "intake", case_id) == "no_key"
    token = sign_in(app, township, "intake")
    opened = identities.open_identity(old, case_id, township.actor("intake"), MONDAY, reason="contact", token=token)
    assert opened.identity == {"name": "赵守田"}
    assert identities.names_to_hide(old, case_id) == ("赵守田",)


def test_sealing_costs_no_statement_and_two_milliseconds_at_most(app, township, count_sql):
    with work() as session:
        house = session.get_one(Institution, township.institution_id)
        case = Case(id=1, mode="confidential", story="我是赵守田" * 50, wish="", respondent="")
        took = []
        with count_sql() as sent:
            for _ in range(40):
                start = time.process_time()
                identities.sealed(keys(app), house, case, WHO["identity"], WHO["contact"])
                took.append(time.process_time() - start)
        session.rollback()
    assert sent == []
    assert statistics.median(took) <= 0.002
