"""R9 投诉办工作制度: the rows that the product can prove today; no number of days survives in the source."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.calendar import Calendar
from shared.domain.clocks import Happened, run
from shared.domain.follow_up import Heard
from shared.models.answer import Decision
from shared.services import (
    answers,
    decisions,
    extensions,
    investigations,
    published_results,
    queries_visits,
    replies,
    return_visits,
)
from shared.services.answers import Told
from shared.services.replies import Proposal
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(small.text_of("R9"))
REPORT = Proposal("solved", "查明窗口多收一份证明，已经改正。", "清单和窗口要求统一，依据办事指南第三条。")
REFUSAL = dict(ground="scope", reason="买卖纠纷不属于受理范围。", basis="本制度第二部分", redirect="市场监督管理局")


@pytest.fixture
def bureau(db) -> rw.RegimeWorld:
    return rw.of("R9")


def investigated(app, bureau, **more) -> int:
    case_id = bureau.accepted(app, w.MONDAY, **more)
    person = bureau.actor("inquiry").person_id
    investigations.assign(case_id, bureau.actor("deputy"), w.MONDAY, person_id=person)
    return case_id


def reported(app, bureau, **more) -> int:
    case_id = investigated(app, bureau, **more)
    replies.submit_opinion(case_id, bureau.actor("inquiry"), w.MONDAY, REPORT)
    return case_id


def answered(app, bureau) -> int:
    case_id = reported(app, bureau)
    replies.decide_opinion(case_id, bureau.actor("director"), w.MONDAY, approved=True)
    answers.feed_back(case_id, bureau.actor("reception"), w.MONDAY, rw.TOLD)
    return case_id


def test_r9_01_nothing_is_closed_or_filed_away_without_an_answer(app, bureau):
    case_id = reported(app, bureau)
    assert refusal(answers.close, case_id, bureau.actor("reception"), w.MONDAY) == "not_now"
    assert refusal(answers.archive, case_id, bureau.actor("general_group"), w.MONDAY) == "not_now"


def test_r9_02_the_deputy_decides_in_the_directors_stead_and_no_group_does(app, bureau):
    case_id = reported(app, bureau)
    assert refusal(replies.decide_opinion, case_id, bureau.actor("inquiry"), w.MONDAY, approved=True) == "own_draft"
    for group in ("reception", "general_group", "visitors"):
        assert refusal(replies.decide_opinion, case_id, bureau.actor(group), w.MONDAY, approved=True) == "not_yours"
    replies.decide_opinion(case_id, bureau.actor("deputy"), w.MONDAY, approved=True)
    assert w.case_of(case_id).state == "replied"


def test_r9_02_the_general_group_alone_keeps_the_files(app, bureau):
    case_id = answered(app, bureau)
    answers.close(case_id, bureau.actor("reception"), w.MONDAY)
    for group in ("reception", "inquiry", "deputy", "director"):
        assert refusal(answers.archive, case_id, bureau.actor(group), w.MONDAY) == "not_yours"
    answers.archive(case_id, bureau.actor("general_group"), w.MONDAY)
    assert w.case_of(case_id).state == "archived"


@pytest.mark.parametrize("channel", ["phone", "letter", "email", "web", "weibo", "wechat"])
def test_r9_03_hotline_letter_email_and_platforms_are_open(app, bureau, channel):
    assert w.case_of(bureau.file_case(app, channel=channel).case_id).channel == channel


def test_r9_03_a_channel_that_the_source_does_not_name_is_closed(app, bureau):
    assert refusal(bureau.file_case, app, channel="fax") == "channel_closed"


def test_r9_05_registered_at_once_with_a_number_and_nobody_can_be_late_for_it(app, bureau):
    receipt = bureau.file_case(app, channel="letter")
    assert (receipt.register_no, kinds(receipt.case_id)) == ("临诉投〔2026〕0001号", ["received"])
    assert w.case_of(receipt.case_id).due_limit == ""
    assert not [rule for rule in BOOK.limits if "received" in rule.starts]


def test_r9_07_four_kinds_of_matter_and_no_other(app, bureau):
    for code in ("policy", "staff", "service", "other"):
        bureau.accept(bureau.file_case(app).case_id, category=code)
    case_id = bureau.file_case(app).case_id
    call = dict(category="price", severity="general")
    assert refusal(decisions.accept, case_id, bureau.actor("reception"), w.MONDAY, **call) == "category"


def test_r9_08_whoever_is_refused_hears_why_and_where_to_go(app, bureau):
    case_id = bureau.file_case(app).case_id
    desk = bureau.actor("reception")
    assert refusal(decisions.refuse, case_id, desk, w.MONDAY, **{**REFUSAL, "reason": " "}) == "reason"
    decisions.refuse(case_id, desk, w.MONDAY, **REFUSAL)
    assert ("refused", "citizen") in owed(case_id)
    with work() as session:
        row = session.scalars(select(Decision)).one()
        assert (row.reason, row.redirect) == (REFUSAL["reason"], "市场监督管理局")


@pytest.mark.parametrize(
    ("severity", "known"), [("general", True), ("important", True), ("major", True), ("vip", False)]
)
def test_r9_09_three_classes_and_no_fourth(app, bureau, severity, known):
    case_id = bureau.file_case(app).case_id
    call = dict(category="policy", severity=severity)
    if known:
        decisions.accept(case_id, bureau.actor("reception"), w.MONDAY, **call)
        assert w.case_of(case_id).severity == severity
    else:
        assert refusal(decisions.accept, case_id, bureau.actor("reception"), w.MONDAY, **call) == "severity"


def test_r9_11_a_case_goes_to_somebody_of_the_inquiry_group_only(app, bureau):
    case_id, deputy = bureau.accepted(app), bureau.actor("deputy")
    outsider = dict(person_id=bureau.actor("visitors").person_id)
    assert refusal(investigations.assign, case_id, deputy, w.MONDAY, **outsider) == "person_id"
    investigations.assign(case_id, deputy, w.MONDAY, person_id=bureau.actor("inquiry").person_id)
    assert w.case_of(case_id).handler_id == bureau.actor("inquiry").person_id


def test_r9_12_the_day_that_the_complainant_was_told_is_the_limit():
    at, until = dt.datetime.fromisoformat("2026-09-07T10:00+08:00"), dt.date(2026, 9, 18)
    story = [Happened(1, "accepted", at), Happened(2, "promised", at, until=until)]
    plain = Calendar({}, frozenset())
    found = run(BOOK.clock_limits, story, plain, zone=ZoneInfo("Asia/Shanghai"), default_severity="general", now=at)
    assert {one.limit.id: one.due_day for one in found}["expected"] == until
    assert BOOK.limit("expected").tell_complainant


def test_r9_13_nobody_is_answered_before_the_report_is_reviewed(app, bureau):
    case_id, desk = reported(app, bureau), bureau.actor("reception")
    assert refusal(answers.feed_back, case_id, desk, w.MONDAY, rw.TOLD) == "not_now"
    replies.decide_opinion(case_id, bureau.actor("director"), w.MONDAY, approved=True)
    answers.feed_back(case_id, desk, w.MONDAY, rw.TOLD)
    assert w.case_of(case_id).state == "answered"


@pytest.mark.parametrize(
    ("severity", "role"), [("general", "deputy"), ("important", "director"), ("major", "director")]
)
def test_r9_13_the_director_reviews_what_is_important(severity, role):
    assert [level.role for level in BOOK.approval("opinion", severity).chain] == [role]


def test_r9_15_the_lost_number_is_a_blank_until_it_is_set(app, bureau):
    assert {gap.key for gap in regimes.parse(regimes.shipped("R9")).unset} == {"limits.handle.value"}
    case_id = bureau.accepted(app, w.MONDAY)
    assert clock(case_id, "handle").due_day == dt.date(2026, 10, 10)  # twenty; 20.9. and 10.10. are worked


def test_a_dissatisfied_complainant_goes_back_to_the_inquiry_group(app, bureau):
    case_id = answered(app, bureau)
    answers.rehandle(case_id, bureau.actor("visitors"), w.MONDAY, reason="窗口今天又要那份证明。")
    person = bureau.actor("inquiry").person_id
    investigations.assign(case_id, bureau.actor("deputy"), w.MONDAY, person_id=person)
    case = w.case_of(case_id)
    assert (case.state, case.round, clock(case_id, "handle").stopped_at) == ("handling", 2, None)


def test_more_time_is_the_leaders_to_grant(app, bureau):
    case_id, day = investigated(app, bureau), dt.date(2026, 10, 16)
    extensions.ask(case_id, bureau.actor("inquiry"), w.MONDAY, new_day=day, reason="还要走访三户。")
    extensions.decide(case_id, bureau.actor("director"), w.MONDAY, granted=True)
    assert clock(case_id, "handle").due_day == day


def test_r9_14_every_closed_case_is_visited_and_filed_away_only_then(app, bureau):
    case_id, group = ended.closed(app, bureau), bureau.actor("visitors")
    assert [line.case_id for line in queries_visits.listed(group, done=False).lines] == [case_id]
    assert refusal(answers.archive, case_id, bureau.actor("general_group"), rw.MONDAY) == "visit_owed"
    return_visits.record(case_id, group, rw.MONDAY, Heard("phone", "good", comment="窗口快多了。"))
    answers.archive(case_id, bureau.actor("general_group"), rw.MONDAY)
    [line] = queries_visits.of_case(case_id, group)
    assert (line.visit.level, line.visit.comment, line.by) == ("good", "窗口快多了。", group.name)


def test_r9_14_the_dissatisfied_goes_back_to_the_inquiry_group_and_is_visited_again(app, bureau):
    case_id, group = ended.closed(app, bureau), bureau.actor("visitors")
    for number in (1, 2):
        assert return_visits.record(case_id, group, rw.MONDAY, Heard("face", "bad", comment="证明还要两份。")) is True
        assert ("to_reassign", "office_chief") in owed(case_id)
        ended.looked_into(bureau, case_id, rw.MONDAY)
        answers.feed_back(case_id, bureau.actor("reception"), rw.MONDAY, rw.TOLD)
        answers.close(case_id, bureau.actor("reception"), rw.MONDAY)
        assert ended.visit_of(case_id, number + 1).state == "owed"


def test_r9_14_the_visits_of_a_quarter_are_looked_at_together(app, bureau):
    group = bureau.actor("visitors")
    for level, comment in (("good", ""), ("very_good", ""), ("bad", "没有改。")):
        return_visits.record(ended.closed(app, bureau), group, rw.MONDAY, Heard("phone", level, comment=comment))
    found = queries_visits.analysis(bureau.actor("deputy"), dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert (found.made, found.reopened, found.levels["bad"], found.ways["phone"]) == (3, 1, 1, 3)
    assert queries_visits.analysis(group, dt.date(2026, 10, 1), dt.date(2026, 12, 31)).made == 0


def by_channel(app, bureau, channel: str, **more) -> int:
    case_id = bureau.accepted(app, channel=channel, **(ended.NAMED | more))
    ended.looked_into(bureau, case_id, rw.MONDAY)
    return case_id


def test_r9_06_who_wrote_an_email_is_answered_by_email(app, bureau):
    case_id, desk = by_channel(app, bureau, "email"), bureau.actor("reception")
    assert refusal(answers.feed_back, case_id, desk, rw.MONDAY, rw.TOLD) == "why_means"
    answers.feed_back(case_id, desk, rw.MONDAY, Told("email", "清单已经统一。"))
    assert w.case_of(case_id).state == "answered"


def test_r9_06_what_came_by_a_platform_has_its_result_told_there_by_two_and_without_names(app, bureau, client):
    keys, desk, deputy = app.extensions["huiyin"].keys, bureau.actor("reception"), bureau.actor("deputy")
    case_id = by_channel(app, bureau, "weibo")
    words = dict(problem="窗口多收证明。", result="清单和窗口的要求已经统一，多收的已经退还。")
    assert refusal(published_results.write, case_id, desk, rw.MONDAY, keys, **words) == "not_published"
    answers.feed_back(case_id, desk, rw.MONDAY, Told("online", "清单已经统一。"))
    copied = dict(words, problem=rw.STORY)
    assert refusal(published_results.write, case_id, desk, rw.MONDAY, keys, **copied) == "overlap"
    exact = dict(words, result="9月7日已经退还。")
    assert refusal(published_results.write, case_id, desk, rw.MONDAY, keys, **exact) == "too_exact"
    published_results.write(case_id, deputy, rw.MONDAY, keys, **words)
    assert refusal(published_results.decide, case_id, deputy, rw.MONDAY, keys, publish=True) == "own_draft"
    assert refusal(published_results.decide, case_id, desk, rw.MONDAY, keys, publish=True) == "not_yours"
    assert words["problem"] not in client.get("/results").text
    published_results.write(case_id, desk, rw.MONDAY, keys, **words)
    published_results.decide(case_id, deputy, rw.MONDAY, keys, publish=True)
    page = client.get("/results").text
    assert words["result"] in page
    assert w.case_of(case_id).register_no not in page
    assert "逐件公开的处理结果" in client.get("/notices").text
    published_results.decide(case_id, deputy, rw.MONDAY, keys, publish=False)
    assert words["result"] not in client.get("/results").text


@pytest.mark.parametrize(("channel", "mode"), [("phone", "named"), ("weibo", "confidential")])
def test_r9_06_other_channels_and_what_is_confidential_are_told_nowhere(app, bureau, channel, mode):
    keys, desk = app.extensions["huiyin"].keys, bureau.actor("reception")
    case_id = by_channel(app, bureau, channel, mode=mode)
    answers.feed_back(case_id, desk, rw.MONDAY, Told("online", "清单已经统一。"))
    words = dict(problem="窗口多收证明。", result="已经统一。")
    assert refusal(published_results.write, case_id, desk, rw.MONDAY, keys, **words) == "not_published"
