"""An institution is made from one file, whole or not at all; what is wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from shared import cli, cli_institution
from shared.config import ROOT
from shared.db import reading, work
from shared.domain import institutions as files
from shared.domain import regimes
from shared.models.admin_act import AdminAct
from shared.models.institution import Institution
from shared.models.person import Grant, Person
from shared.models.regime_use import RegimeUse
from shared.models.unit import Unit
from shared.services import institutions, queries_portal
from shared.services.accounts import whose_link
from tests.support import world as w
from tests.support.rows import refusal

EXAMPLE = (ROOT / "docs" / "deploy" / "institution.toml").read_text(encoding="utf-8")
WRONG = """
regime = "R99"
surprise = 1
[institution]
slug = "Nan Xi"
name = ""
office_name = 7
email = "nobody"
time_zone = "Mars/Base"
register_prefix = "某镇投"
footer = "no table"
[[institution.redirects]]
name = "县信访局"
[[units]]
name = "财政所"
sections = "none"
[[units]]
name = "财政所"
[[administrators]]
role = "system_admin"
username = "One"
name = "甲"
[[administrators]]
role = "chief"
username = "two"
name = "乙"
[[administrators]]
role = "auditor"
username = "two"
name = "丙"
"""


def told(text: str) -> list[files.Fault]:
    with pytest.raises(Exception, match="institution_file") as caught:
        institutions.make(text, w.MONDAY)
    return caught.value.facts["faults"]


def count(model: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def typed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Types a command and returns its exit code."""
    monkeypatch.setattr(cli, "_app", lambda: app)
    return lambda *words: cli.main([str(word) for word in words])


def test_the_example_makes_an_institution_with_all_it_needs(db: SQLAlchemy) -> None:
    made = institutions.make(EXAMPLE, w.MONDAY)
    with reading() as session:
        place = session.scalars(select(Institution)).one()
        assert (place.slug, bool(place.search_key), place.time_zone) == ("nanxi", True, "Asia/Shanghai")
        assert session.scalars(select(RegimeUse.regime_version_id)).all() == [place.regime_version_id]
        kinds = session.scalars(select(Unit.kind).order_by(Unit.id)).all()
        assert kinds == ["office", "handling", "section", "section", "handling"]
        query = select(Person.username, Grant.role).join(Grant, Grant.person_id == Person.id)
        held = dict(map(tuple, session.execute(query)))
    assert held == {"xitong": "system_admin", "anquan": "security_admin", "shenji": "auditor"}
    assert [whose_link(token, w.MONDAY) for _, token in made.links] == [(name, False) for name in held]


def test_a_complaint_can_be_filed_there_and_found(db: SQLAlchemy, app: Flask) -> None:
    from shared.services import intake

    w.township()
    text = EXAMPLE.replace('"nanxi"', '"beixi"').replace("某镇", "北溪")
    institutions.make(text, w.MONDAY)
    with reading() as session:
        place_id = session.scalars(select(Institution.id).where(Institution.slug == "beixi")).one()
    asked = intake.Complaint(mode="anonymous", story=w.STORY, respondent="财政所")
    assert intake.file(app.extensions["huiyin"].keys, place_id, asked, w.MONDAY).code


def test_a_process_that_remembers_the_others_finds_the_new_one_when_its_staff_comes(db: SQLAlchemy) -> None:
    w.township()
    assert [place.slug for place in queries_portal.institutions()] == ["nanxi"]
    institutions.make(EXAMPLE.replace('"nanxi"', '"beixi"').replace("某镇", "北溪"), w.MONDAY)
    with work() as session:
        made = session.scalars(select(Institution.id).where(Institution.slug == "beixi")).one()
    assert queries_portal.institution(made).slug == "beixi"
    with pytest.raises(KeyError):
        queries_portal.institution(made + 1)


def test_everything_wrong_is_told_at_once_and_nothing_is_made(db: SQLAlchemy) -> None:
    found = set(told(WRONG))
    codes = {"unknown", "regime", "missing", "text", "slug", "email", "time_zone", "table", "twice"}
    assert codes | {"role", "bad_username", "one_each", "combined"} == {code for _, code in found}
    assert {("institution.phone", "missing"), ("institution.redirects[1].matter", "missing")} <= found
    assert {("units[1]", "text"), ("administrators: two", "combined"), ("surprise", "unknown")} <= found
    assert [count(model) for model in (Institution, Unit, Person, AdminAct)] == [0, 0, 0, 0]


@pytest.mark.parametrize("text", ["= no", "institution = 3", "units = 3\nadministrators = [3]", ""])
def test_no_file_is_too_strange_to_be_refused(db: SQLAlchemy, text: str) -> None:
    assert told(text)


def test_what_others_have_is_taken(db: SQLAlchemy) -> None:
    institutions.make(EXAMPLE, w.MONDAY)
    found = set(told(EXAMPLE))
    assert {(f"institution.{key}", "taken") for key in ("slug", "register_prefix", "slip_prefix")} <= found
    assert ("administrators: shenji", "username_taken") in found
    assert count(Institution) == 1


def test_a_new_name_is_shown_and_on_record(db: SQLAlchemy) -> None:
    institutions.make(EXAMPLE, w.MONDAY)
    institutions.rename("nanxi", w.MONDAY, name="南溪街道", office_name="信访办")
    [line] = institutions.listed()
    assert (line.name, line.office_name, line.units, line.regime) == ("南溪街道", "信访办", 2, "R2")
    with reading() as session:
        assert session.scalars(select(Unit.name).where(Unit.kind == "office")).one() == "信访办"
        assert {"institution_created", "institution_renamed"} <= set(session.scalars(select(AdminAct.kind)))


def test_a_wrong_rename_changes_nothing(db: SQLAlchemy) -> None:
    institutions.make(EXAMPLE, w.MONDAY)
    for slug, names in (
        ("beixi", {"name": "甲"}),
        ("nanxi", {}),
        ("nanxi", {"name": "a\nb"}),
        ("nanxi", {"name": " "}),
    ):
        assert refusal(institutions.rename, slug, w.MONDAY, **names) == "institution_file"
    assert institutions.listed()[0].name == "某某县某某镇人民政府"


def test_the_commands_as_an_operator_types_them(
    typed: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.toml").write_text(EXAMPLE, encoding="utf-8")
    assert typed("institution", "new", tmp_path / "one.toml") == 0
    assert capsys.readouterr().out.count("/office/first/") == 3
    assert typed("institution", "rename", "nanxi", "--name", "南溪街道") == 0
    capsys.readouterr()
    assert typed("institution", "list") == 0
    assert "南溪街道" in capsys.readouterr().out
    assert typed("institution", "new", tmp_path / "one.toml") == 1
    assert typed("institution", "new", tmp_path / "none.toml") == 1
    assert "读不了" in capsys.readouterr().out


def test_every_fault_has_its_words(db: SQLAlchemy) -> None:
    _, faults = files.read(WRONG, regimes.codes())
    assert {code for _, code in faults} <= set(cli_institution.TOLD)
