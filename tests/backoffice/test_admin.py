"""Three administrators: one keeps accounts, one grants roles, one reads what the two did; none sees a case."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from shared import clock
from shared.db import work
from shared.domain.errors import Refused
from shared.models.person import Person
from shared.services import accounts, first_admin, grants, queries_admin
from shared.services.units import set_active
from tests.support import world as w
from tests.support.office import Office, decided, enrol

NEW = "kiwi laterne baum"
FORM = "//form[contains(@action, '{}')]"


def newcomer(town: Office) -> str:
    """The link that the system administrator is shown for a new account."""
    made = town.desk("system_admin").send("/office/admin/people/new", username="xinren", name="新来的")
    return str(html.fromstring(made.text).xpath("//code[@id='first-link']/text()")[0])


def person_of(name: str) -> int:
    with work() as session:
        return int(session.execute(text("select id from person where username = :name"), {"name": name}).scalar_one())


def code(call, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.code


def test_a_new_person_sets_the_password_that_nobody_else_knows(app: Flask, town: Office):
    link, client = newcomer(town), app.test_client()
    assert client.send(link, new=NEW, again=NEW).headers["Location"] == "/office/sign-in"
    assert client.send("/office/sign-in", username="xinren", password=NEW).status_code == 303
    assert client.get("/office/queue").status_code == 403
    assert app.test_client().get(link).status_code == 404


def test_a_link_is_worth_nothing_after_a_day(app: Flask, town: Office):
    link = newcomer(town)
    with clock.frozen(w.MONDAY + dt.timedelta(hours=24, minutes=1)):
        assert app.test_client().get(link).status_code == 404


def test_an_easy_password_is_refused_on_the_link_too(app: Flask, town: Office):
    link = newcomer(town)
    answer = app.test_client().send(link, new="password1234567", again="password1234567")
    assert answer.status_code == 422
    assert "太容易被猜到" in answer.text


def test_a_role_is_granted_by_the_security_administrator_and_seen_by_the_auditor(app: Flask, town: Office):
    newcomer(town)
    with app.app_context():
        page = f"/office/admin/people/{person_of('xinren')}"
    fields = {"role": "archivist", "unit_id": town.world.unit["office"]}
    assert town.desk("security_admin").send(page, form=FORM.format("/grant"), **fields).status_code == 303
    acts = town.see("auditor", "/office/admin/acts")
    assert "新建账号" in acts
    assert "授予岗位：归档人" in acts


def test_a_grant_that_would_combine_administrators_is_refused_in_words(town: Office):
    chief = town.world.actor("chief").person_id
    fields = {"role": "auditor", "unit_id": town.world.unit["office"]}
    page = f"/office/admin/people/{chief}"
    answer = town.desk("security_admin").send(page, form=FORM.format("/grant"), **fields)
    assert answer.status_code == 422
    assert "不能互相兼任" in answer.text


def test_no_administrator_acts_on_the_own_account(app: Flask, town: Office):
    keeper, guard = town.world.actor("system_admin"), town.world.actor("security_admin")
    with app.app_context():
        unit = town.world.unit["office"]
        assert code(grants.grant, guard, guard.person_id, w.MONDAY, role="auditor", unit_id=unit) == "not_oneself"
        assert code(accounts.close, keeper, keeper.person_id, w.MONDAY, seen="") == "not_oneself"


def test_a_role_that_is_taken_away_ends_the_sessions_at_once(app: Flask, town: Office):
    town.see("archivist", "/office/queue")
    who, guard = town.world.actor("archivist").person_id, town.world.actor("security_admin")
    with app.app_context():
        grants.remove(guard, who, w.MONDAY, role="archivist", unit_id=town.world.unit["office"])
    town.see("archivist", "/office/queue", status=303)


def test_the_last_administrator_of_a_kind_stays(app: Flask, town: Office):
    guard, auditor = town.world.actor("security_admin"), town.world.actor("auditor").person_id
    with app.app_context():
        unit = town.world.unit["office"]
        assert code(grants.remove, guard, auditor, w.MONDAY, role="auditor", unit_id=unit) == "last_admin"


def test_closing_an_account_names_what_would_be_without_anybody_and_no_case(app: Flask, town: Office):
    town.made(w.signed)
    town.see("signer", "/office/")
    page = f"/office/admin/people/{town.world.actor('signer').person_id}/close"
    shown = town.see("system_admin", page)
    assert "签收专人" in shown
    assert "1 件" in shown
    assert "南溪" not in html.fromstring(shown).xpath("string(//main)").replace("南溪镇", "")
    assert town.desk("system_admin").send(page, form=FORM.format("/close")).status_code == 303
    town.see("signer", "/office/", status=303)


def test_closing_waits_where_the_work_has_changed_since_it_was_shown(app: Flask, town: Office):
    who, keeper = town.world.actor("signer").person_id, town.world.actor("system_admin")
    with app.app_context():
        seen = accounts.mark_of(queries_admin.holdings(keeper, who))
        w.signed(app, town.world)
        assert code(accounts.close, keeper, who, w.MONDAY, seen=seen) == "holds_more"


def test_a_link_for_somebody_with_roles_needs_the_second_factor_or_the_roles_gone(app: Flask, town: Office):
    who, keeper = town.world.actor("intake").person_id, town.world.actor("system_admin")
    with app.app_context():
        assert code(accounts.new_link, keeper, who, w.MONDAY) == "still_trusted"
        role, unit = "intake", town.world.unit["office"]
        grants.remove(town.world.actor("security_admin"), who, w.MONDAY, role=role, unit_id=unit)
        assert accounts.new_link(keeper, who, w.MONDAY)


def test_a_reopened_account_comes_back_without_roles(app: Flask, town: Office):
    who, keeper = town.world.actor("archivist").person_id, town.world.actor("system_admin")
    with app.app_context():
        accounts.close(keeper, who, w.MONDAY, seen=accounts.mark_of(queries_admin.holdings(keeper, who)))
        accounts.reopen(keeper, who, w.MONDAY)
        row = queries_admin.account(keeper, who)
        assert row.person.active
        assert row.person.grants == []


def test_a_unit_with_slips_in_hand_is_not_closed(app: Flask, town: Office):
    town.made(w.signed)
    keeper = town.world.actor("system_admin")
    with app.app_context():
        assert code(set_active, keeper, town.world.unit["finance"], w.MONDAY, active=False) == "unit_busy"
        set_active(keeper, town.world.unit["villages"], w.MONDAY, active=False)


@pytest.mark.parametrize("statement", ["update admin_act set kind = 'x'", "delete from admin_act"])
def test_the_record_cannot_be_changed_even_by_the_program(app: Flask, town: Office, statement: str):
    newcomer(town)
    with app.app_context(), pytest.raises(DatabaseError, match="append-only"), work() as session:
        session.execute(text(statement))


def test_the_first_administrator_is_made_on_the_machine_and_only_the_first(app: Flask, town: Office):
    with app.app_context():
        from shared.domain.lifecycle import Role

        assert code(first_admin.make, "nanxi", Role.AUDITOR, "neu", "新", w.MONDAY) == "not_now"
        w.county()
        assert first_admin.make("county", Role.AUDITOR, "neu", "新", w.MONDAY)


def test_a_session_is_ended_from_another_place(app: Flask, town: Office):
    other = app.test_client()
    other.send("/office/sign-in", username=town.world.usernames["chief"], password=w.PASSWORD)
    page = town.desk("chief").get("/office/me/account")
    assert len(html.fromstring(page.text).xpath("//tbody/tr")) == 2
    town.desk("chief").send("/office/me/account", form=FORM.format("/end-others"))
    assert other.get("/office/").status_code == 303
    town.see("chief", "/office/")


def test_an_old_password_is_changed_first_where_the_profile_asks_for_it(town: Office):
    town.desk("intake")
    with town.app.app_context(), work() as session:
        long_ago = w.MONDAY - dt.timedelta(days=91)
        session.execute(update(Person).where(Person.username.like("intake%")).values(password_at=long_ago))
    town.see("intake", "/office/queue")
    with decided(town.app, password_profile="mlps3"):
        assert town.desk("intake").get("/office/queue").headers["Location"] == "/office/me"
        assert "密码该换了" in town.see("intake", "/office/me")


def test_five_wrong_passwords_lock_for_half_an_hour_under_mlps3(app: Flask, town: Office):
    client, name = app.test_client(), town.world.usernames["chief"]
    with decided(app, password_profile="mlps3"):
        for _ in range(5):
            client.send("/office/sign-in", username=name, password="wrong")
        for minutes, status in ((29, 429), (31, 303)):
            with clock.frozen(w.MONDAY + dt.timedelta(minutes=minutes)):
                assert client.send("/office/sign-in", username=name, password=w.PASSWORD).status_code == status


def test_where_a_second_factor_is_required_nothing_else_opens_before_it(town: Office):
    with decided(town.app, staff_second_factor="required"):
        town.desk("intake")
        assert town.desk("intake").get("/office/queue").headers["Location"] == "/office/me/second-factor"
        assert "要求所有工作人员" in town.see("intake", "/office/me/second-factor")
        enrol(town, "intake")
        town.see("intake", "/office/queue")
        dropped = town.desk("intake").send("/office/me/second-factor", form=FORM.format("/drop"))
        assert dropped.status_code == 422
