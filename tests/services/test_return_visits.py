"""Return visits: who is visited after the end, what a dissatisfied answer does, what stays hidden."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.follow_up import Heard
from shared.domain.visibility import CITIZEN
from shared.models.case_bar import CaseBar
from shared.models.return_visit import ReturnVisit
from shared.services import answers, queries_visits, return_visits
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.ended import NAMED, UNRATED, answered, closed, visit_of
from tests.support.rows import kinds, refusal

GOOD = Heard("phone", "good", comment="谢谢。")
BAD = Heard("phone", "bad", comment="栏杆又松了。")


@pytest.fixture
def park(db) -> rw.RegimeWorld:
    return rw.of("R9")


def test_closing_owes_a_visit_and_archiving_waits_for_it(app, park):
    case_id, visitors, keeper = closed(app, park), park.actor("visitors"), park.actor("general_group")
    assert (visit_of(case_id).state, visit_of(case_id).due_day.isoformat()) == ("owed", "2026-09-10")
    assert refusal(answers.archive, case_id, keeper, w.MONDAY) == "visit_owed"
    assert return_visits.record(case_id, visitors, w.MONDAY, GOOD) is False
    answers.archive(case_id, keeper, w.MONDAY)
    row = visit_of(case_id)
    assert (row.state, row.way, row.level, row.comment, row.by_id) == (
        "done", "phone", "good", "谢谢。", visitors.person_id,
    )  # fmt: skip


def test_a_visit_is_made_once_a_round(app, park):
    case_id, visitors = closed(app, park), park.actor("visitors")
    return_visits.record(case_id, visitors, w.MONDAY, GOOD)
    assert refusal(return_visits.record, case_id, visitors, w.MONDAY, GOOD) == "visited_before"
    assert refusal(return_visits.miss, case_id, visitors, w.MONDAY) == "visited_before"


def test_a_dissatisfied_answer_reopens_whatever_the_citizens_own_window_allows(app, park):
    case_id, visitors = closed(app, park), park.actor("visitors")
    assert return_visits.record(case_id, visitors, w.MONDAY + w.days(60), BAD) is True
    case = w.case_of(case_id)
    assert (case.state, case.round, case.closed_at) == ("reopened", 2, None)
    assert kinds(case_id)[-2:] == ["visited", "reopened"]
    assert visit_of(case_id).reopened is True


def test_nobody_reached_three_times_ends_the_visit(app, park):
    case_id, visitors = closed(app, park), park.actor("visitors")
    assert [return_visits.miss(case_id, visitors, w.MONDAY + w.days(n)) for n in (3, 4, 7)] == [1, 2, 3]
    assert visit_of(case_id).state == "missed"
    answers.archive(case_id, park.actor("general_group"), w.MONDAY + w.days(8))


def test_a_try_in_vain_puts_the_visit_on_the_next_working_day(app, park):
    case_id = closed(app, park)
    return_visits.miss(case_id, park.actor("visitors"), w.MONDAY + w.days(4))
    assert visit_of(case_id).due_day.isoformat() == "2026-09-14"


def test_nobody_is_visited_who_left_no_contact(app, park):
    case_id = closed(app, park, mode="anonymous", identity={}, contact={})
    answers.archive(case_id, park.actor("general_group"), w.MONDAY)
    with work() as session:
        assert session.scalars(select(ReturnVisit)).all() == []


@pytest.mark.parametrize(("level", "state"), [("good", "done"), ("bad", "owed"), ("unsure", "owed")])
def test_a_good_rating_on_the_own_page_is_the_visits_answer_and_no_other_is(app, park, level, state):
    case_id = answered(app, park, told=UNRATED)
    answers.rate(case_id, CITIZEN, w.MONDAY, level=level)
    answers.close(case_id, park.actor("reception"), w.MONDAY)
    assert visit_of(case_id).state == state


def test_a_rating_after_the_closing_counts_as_well(app, park):
    case_id = answered(app, park, told=UNRATED)
    until = w.MONDAY + w.days(30)
    answers.close(case_id, park.actor("reception"), until)
    assert visit_of(case_id).state == "owed"
    answers.rate(case_id, CITIZEN, until, level="very_good")
    assert (visit_of(case_id).state, visit_of(case_id).way) == ("done", "online")


def test_what_staff_note_of_a_rating_is_no_visit(app, park):
    case_id = answered(app, park, told=UNRATED)
    answers.rate(case_id, park.actor("reception"), w.MONDAY, level="good")
    answers.close(case_id, park.actor("reception"), w.MONDAY)
    assert visit_of(case_id).state == "owed"


def test_whoever_asks_again_first_need_not_be_visited_for_the_old_round(app, park):
    case_id = closed(app, park)
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="没有改。")
    assert visit_of(case_id).state == "moot"


def test_who_is_barred_neither_sees_nor_makes_the_visit(app, park):
    case_id, visitors = closed(app, park), park.actor("visitors")
    assert [line.case_id for line in queries_visits.listed(visitors, done=False).lines] == [case_id]
    with work() as session:
        session.add(
            CaseBar(case_id=case_id, person_id=visitors.person_id, named=True, by_id=visitors.person_id, at=w.MONDAY)
        )
    found = queries_visits.listed(visitors, done=False)
    assert (found.lines, found.owed) == ([], 0)
    assert refusal(queries_visits.of_case, case_id, visitors) == "no_such_case"
    assert refusal(return_visits.record, case_id, visitors, w.MONDAY, GOOD) == "no_such_case"
    day = w.MONDAY.date()
    assert queries_visits.analysis(visitors, day, day).made == 0


def test_the_list_costs_the_same_whatever_its_length(app, park, count_sql):
    visitors, costs = park.actor("visitors"), []
    for _ in range(2):
        closed(app, park)
        with count_sql() as seen:
            queries_visits.listed(visitors, done=False)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 6


def test_a_rule_book_without_visits_owes_none(app, db):
    place = rw.of("R1")
    case_id = place.answered(app, **NAMED)
    answers.close(case_id, place.as_("intake"), w.MONDAY)
    assert refusal(return_visits.record, case_id, place.as_("intake"), w.MONDAY, GOOD) == "no_visits"


def test_what_was_said_at_a_visit_is_sealed_and_erased_with_the_case(app, park):
    case_id = closed(app, park)
    return_visits.record(case_id, park.actor("visitors"), w.MONDAY, BAD)
    with work() as session:
        raw = session.connection().exec_driver_sql("select comment from return_visit").scalar_one()
    assert BAD.comment not in raw
    assert visit_of(case_id).comment == BAD.comment
