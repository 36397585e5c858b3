"""The demo: two institutions, every stage, nothing in the future, and nothing twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared import clock, crypto, signing
from shared.cli import load_shipped_years
from shared.db import work
from shared.demo import corpus, fill, small_stories
from shared.demo.cast import PASSWORD
from shared.domain import feedback, lifecycle, on_site, regimes
from shared.domain.releases import KINDS, following
from shared.domain.sms import TemplateState
from shared.models.absence import Absence
from shared.models.appointment import Appointment
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.common_issue import CommonIssue
from shared.models.erasure import Erasure
from shared.models.event import Event
from shared.models.finding import Finding
from shared.models.incident import Incident
from shared.models.institution import Institution
from shared.models.office_record import OfficeRecord
from shared.models.outbox import OutboxRow
from shared.models.penalty import Penalty
from shared.models.person import Grant, Person
from shared.models.privacy import Consent, LegalHold, PrivacyRequest
from shared.models.promise import Promise
from shared.models.published_result import PublishedResult
from shared.models.release import Release
from shared.models.report import ReportCorrection, ReportRow
from shared.models.return_visit import ReturnVisit
from shared.models.roster import DutyCall
from shared.models.slip import Slip
from shared.models.sms_template import SmsTemplate
from shared.models.supervision import Supervision
from shared.models.survey import Survey
from shared.services import checkpoints, counters, promises, verification
from tests.support.crawl import one_of_each_kind
from tests.support.database import Schema
from tests.support.pages import CheckedClient
from tests.support.raw_words import raw_words
from tests.support.solver import given_away

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
KEPT: dict[Callable[[regimes.Regime], object], type[Any]] = {
    feedback.publishes: PublishedResult,
    on_site.kept: Appointment,
    promises.named_limits: Promise,
    lambda book: book.visits: ReturnVisit,
    lambda book: book.surveys: Survey,
    lambda book: book.duties: OfficeRecord,
    lambda book: book.penalties: Penalty,
    lambda book: book.attributions: Finding,
    lambda book: book.supervision: Supervision,
    lambda book: book.reports: ReportRow,
    lambda book: book.emergency: Incident,
    lambda book: any(one.keeps for one in book.rosters): DutyCall,
}
"""What a rule book may be about, and the rows that an institution under it shows in the demo."""


@pytest.fixture(scope="module")
def demo(schema: Schema) -> Iterator[Flask]:
    """A quarter of the demo, made once for all tests of this file."""
    with schema.app.app_context():
        load_shipped_years(NOW)
        assert fill.fill(
            schema.app.extensions["huiyin"].keys,
            NOW,
            lambda _line: None,
            share=0.25,
            store=schema.app.extensions["huiyin"].store,
        )
        yield schema.app
    schema.restore()


def test_both_big_institutions_stand_with_units_and_people(demo: Flask):
    with work() as session:
        big = select(Institution.id).where(Institution.slug.in_(["nanxi", "linchuanhu"]))
        assert session.scalar(select(func.count(Person.id)).where(Person.institution_id.in_(big))) == 28


@pytest.mark.parametrize("code", sorted(set(regimes.codes()) - small_stories.BIG))
def test_each_rule_book_has_an_institution_with_cases_at_several_stages(demo: Flask, code: str):
    sample = regimes.of_text(regimes.shipped(code)).sample
    assert sample is not None
    with work() as session:
        place = session.scalars(select(Institution).where(Institution.slug == sample.slug)).one()
        states = session.scalars(select(Case.state).where(Case.institution_id == place.id)).all()
    assert len(states) == len(sample.complaints) >= 10
    assert len(set(states)) >= 5


def test_all_demo_people_sign_in_with_one_word(demo: Flask):
    with work() as session:
        hashes = set(session.scalars(select(Person.password_hash)))
    assert {crypto.password_matches(one, PASSWORD) for one in hashes} == {True}


def test_nothing_has_happened_in_the_future(demo: Flask):
    with work() as session:
        assert session.scalar(select(func.max(Event.at))) < NOW
        assert session.scalar(select(func.max(Case.received_at))) < NOW


def test_cases_stand_at_open_and_ended_stages_and_some_are_overdue(demo: Flask):
    with work() as session:
        states = set(session.scalars(select(Case.state)))
        overdue = session.scalar(select(func.count(Case.id)).where(Case.is_open, Case.due_at < NOW))
        slips = set(session.scalars(select(Slip.state)))
    assert {"received", "accepted", "transferred", "handling", "answered", "closed", "archived"} <= states
    assert {"issued", "signed", "handed_in", "returned", "withdrawn"} <= slips
    assert overdue


def test_counters_agree_with_the_cases_they_count(demo: Flask):
    with work() as session:
        places = session.scalars(select(Institution.id)).all()
        counted = {(p, s): counters.values(session, p).get(f"state:{s}", 0) for p in places for s in lifecycle.State}
        heaps = select(Case.institution_id, Case.state, func.count()).group_by(Case.institution_id, Case.state)
        real = session.execute(heaps)
        assert {key: n for key, n in counted.items() if n} == {(p, s): n for p, s, n in real}


def test_numbers_follow_the_order_of_time(demo: Flask):
    with work() as session:
        first = session.scalar(select(func.min(Institution.id)))
        cases = select(Case.register_no, Case.received_at).where(Case.institution_id == first).order_by(Case.id)
        filed = session.execute(cases).all()
    assert len(filed) == 115  # two of them of long ago, whose time is over, 13 of a flood
    assert [no for no, _ in filed] == sorted(no for no, _ in filed)
    assert [at for _, at in filed] == sorted(at for _, at in filed)


def test_old_notices_are_not_sent_again(demo: Flask):
    with work() as session:
        queued = session.scalars(select(OutboxRow.created_at).where(OutboxRow.state == "queued")).all()
    assert all(created >= NOW - fill.FRESH for created in queued)


def test_the_demo_is_under_a_checkpoint_and_nothing_is_amiss(demo: Flask, tmp_path: Path):
    keys = demo.extensions["huiyin"].keys
    checkpoints.make(signing.load(tmp_path, create=True), NOW)
    report = verification.verify(keys)
    assert (report.faults, report.uncovered, report.checkpoints) == (0, 0, 1)
    assert report.days > 200


def test_each_institution_has_an_auditor_with_no_other_role(demo: Flask):
    with work() as session:
        auditors = select(Grant.person_id).where(Grant.role == "auditor")
        held = session.scalars(select(Grant.role).where(Grant.person_id.in_(auditors))).all()
    assert set(held) == {"auditor"}
    with work() as session:
        assert len(held) == session.scalar(select(func.count(Institution.id)))


def test_a_filled_demo_is_left_alone(demo: Flask):
    assert not fill.fill(demo.extensions["huiyin"].keys, NOW, lambda _line: None)


def test_two_common_issues_are_published_and_one_waits(demo: Flask):  # R2.17
    with work() as session:
        found = session.execute(select(CommonIssue.state, CommonIssue.complainants).order_by(CommonIssue.id)).all()
    assert sorted(state for state, _ in found) == ["published", "published", "submitted"]
    assert all(people >= 5 for state, people in found if state == "published")


def test_some_notices_wait_for_a_person_and_a_digest_for_the_morning(demo: Flask):
    with work() as session:
        states = set(session.scalars(select(OutboxRow.state)))
        failed = session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.state == "failed"))
        digest = session.scalars(select(OutboxRow).where(OutboxRow.notice == "digest")).all()
        away = session.scalars(select(Absence)).all()
    assert {"failed", "held", "parked", "queued", "sent"} <= states
    assert failed == 8
    assert len(digest) == 2
    assert [a.deputy_id is not None for a in away] == [True]


def test_corpora_are_those_the_demo_is_made_of():
    assert [corpus.load(name).regime for name, _, _ in fill.HOUSES] == ["R2", "R5"]
    assert Path(corpus.__file__).with_name("township.toml").is_file()


def test_some_complaints_wait_whose_own_unit_is_barred_from_them(demo: Flask):
    with work() as session:
        query = select(Case.state).join(CaseBar, CaseBar.case_id == Case.id).where(CaseBar.named)
        assert set(session.scalars(query)) == {"accepted"}


def test_privacy_law_can_be_seen_at_work(demo: Flask):
    with work() as session:
        assert set(session.scalars(select(PrivacyRequest.kind).where(PrivacyRequest.state == "open"))) == {"correct"}
        assert session.scalar(select(func.count(LegalHold.id)).where(LegalHold.lifted_at.is_(None))) >= 1
        assert set(session.scalars(select(Erasure.part))) == {"identity"}
        assert session.scalar(select(func.count(Consent.id)).where(Consent.how == "form")) > 5
        assert session.scalar(select(func.count(Consent.id)).where(Consent.given_at.is_(None))) >= 1


def test_no_small_number_follows_from_the_figures_released(demo: Flask):
    kinds = {kind.name: kind for kind in KINDS}
    with work() as session:
        tables = [(name, t) for r in session.scalars(select(Release)) for name, t in r.tables.items()]
    assert {name for name, _ in tables} >= {"categories", "results", "units"}
    for name, told in tables:
        assert given_away(kinds[name], told["total"], told["cells"]) == [], told


def test_every_case_is_counted_in_one_release_or_waits(demo: Flask):
    with work() as session:
        for place in session.scalars(select(Institution)):
            rows = session.scalars(select(Release).where(Release.institution_id == place.id).order_by(Release.month))
            told = [r for r in rows if "categories" in r.tables]
            ends = [datetime.combine(following(r.month), time(), ZoneInfo(place.time_zone)) for r in told]
            mine = select(func.count(Case.id)).where(Case.institution_id == place.id)
            mine = mine.where(Case.received_at < max(ends, default=datetime(2000, 1, 1, tzinfo=UTC)))
            assert sum(r.tables["categories"]["total"] for r in told) == session.scalar(mine)


def test_templates_stand_in_every_state_and_notices_wait_for_a_yes(demo: Flask):
    with work() as session:
        assert set(session.scalars(select(SmsTemplate.state))) == set(TemplateState)
        assert session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.state == "held"))


def house(code: str) -> Institution:
    sample = regimes.of_text(regimes.shipped(code)).sample
    slug = sample.slug if sample and code not in small_stories.BIG else {"R2": "nanxi", "R5": "linchuanhu"}[code]
    with work() as session:
        place = session.scalars(select(Institution).where(Institution.slug == slug)).one()
        session.expunge(place)
        return place


def count(model: type[Any], *where: Any) -> int:
    with work() as session:
        return session.scalar(select(func.count(model.id)).where(*where)) or 0


def test_the_ledger_and_the_supervision_show_every_stage(demo: Flask):
    with work() as session:
        penalties, supervisions = (set(session.scalars(select(one.state))) for one in (Penalty, Supervision))
    assert penalties >= {"proposed", "approved", "noticed", "paid", "appealed", "declined"}
    assert supervisions >= {"raised", "answered", "founded", "unfounded"}


@pytest.mark.parametrize("code", regimes.codes())
def test_a_list_that_the_rule_book_is_about_is_not_empty(demo: Flask, code: str):
    book, place = regimes.of_text(regimes.shipped(code)), house(code).id
    with work() as session:
        own = list(session.scalars(select(Case.id).where(Case.institution_id == place)))
    for kept, model in KEPT.items():
        mine = model.institution_id == place if hasattr(model, "institution_id") else model.case_id.in_(own)
        assert not kept(book) or count(model, mine), model.__name__


def test_reports_of_past_periods_are_frozen_the_next_is_open_and_one_was_corrected(demo: Flask):
    yearly = {"R7", "R24"}  # nothing of theirs falls due within these two months
    for code in regimes.codes():
        own = ReportRow.institution_id == house(code).id
        asks = regimes.of_text(regimes.shipped(code)).reports
        assert not asks or code in yearly or count(ReportRow, own, ReportRow.state == "submitted"), code
    assert not count(ReportRow, ReportRow.state != "submitted", ReportRow.due_day < NOW.date())
    assert count(ReportCorrection)


@pytest.mark.once
@pytest.mark.parametrize("code", regimes.codes())
def test_no_page_that_the_head_can_open_shows_a_code_word(demo: Flask, code: str):
    with work() as session:
        head = select(Person.username).join(Grant, Grant.person_id == Person.id).order_by(Grant.role != "chief")
        heads = head.where(Person.institution_id == house(code).id, Grant.role.in_(["chief", "intake"]))
        username = session.scalars(heads.limit(1)).one()
    client = demo.test_client()
    assert isinstance(client, CheckedClient)
    with clock.frozen(NOW):
        client.send("/office/sign-in", username=username, password=PASSWORD)
        found = {address: raw_words(text, "zh") for address, text in one_of_each_kind(client, "/office/")}
    assert len(found) > 25
    found.pop("/office/calendar", None)  # tells what the first line of a file has to be
    assert {address: words for address, words in found.items() if words} == {}
