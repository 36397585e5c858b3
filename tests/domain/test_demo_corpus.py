"""The made-up complaints of the demo are distinct, known to the regimes and harmless."""

import re
from importlib import resources

import pytest

from shared.demo import corpus as demo
from shared.demo.shapes import Story
from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.domain.regimes import Regime, parse, shipped

SIZES = {"township": 400, "county": 40}
CORPORA = {name: demo.load(name) for name in SIZES}
SAMPLES = {name: demo.complaints(CORPORA[name], size, seed=7) for name, size in SIZES.items()}
RAW = {name: resources.files("shared.demo").joinpath(f"{name}.toml").read_text("utf-8") for name in SIZES}

every = pytest.mark.parametrize("name", SIZES)


def regime(name: str) -> Regime:
    return parse(shipped(CORPORA[name].regime))


def stories(name: str) -> list[Story]:
    corpus = CORPORA[name]
    return [*corpus.stories, *(story for cluster in corpus.clusters for story in cluster.stories)]


def runs(text: str) -> set[str]:
    return {text[i : i + 10] for i in range(len(text) - 9)}


@every
def test_no_two_complaints_read_the_same(name: str) -> None:
    assert len({sample.text for sample in SAMPLES[name]}) == SIZES[name]


@every
def test_the_same_seed_draws_the_same_complaints(name: str) -> None:
    assert demo.complaints(CORPORA[name], 40, seed=3) == demo.complaints(CORPORA[name], 40, seed=3)
    assert demo.complaints(CORPORA[name], 40, seed=3) != demo.complaints(CORPORA[name], 40, seed=4)


@every
def test_every_code_is_one_of_the_regime(name: str) -> None:
    rules, samples = regime(name), SAMPLES[name]
    assert {sample.category for sample in samples} == {category.code for category in rules.categories}
    assert {sample.severity for sample in samples} == ({severity.code for severity in rules.severities} or {""})
    assert {sample.mode for sample in samples} <= set(rules.modes)
    assert {sample.channel for sample in samples} <= set(rules.channels)


@every
def test_every_unit_named_by_a_story_exists(name: str) -> None:
    units = {unit.code for unit in CORPORA[name].units}
    for story in stories(name):
        assert {story.unit, *story.co, story.wrong or story.unit} <= units, story.code
        assert story.wrong != story.unit, story.code
        assert story.unit not in story.co, story.code


@every
def test_every_role_of_the_regime_is_held_in_a_known_unit(name: str) -> None:
    corpus = CORPORA[name]
    grants = {grant for person in corpus.people for grant in person.roles}
    sections = {unit.code: unit.sections for unit in corpus.units} | {"office": ()}
    wanted = {str(role.code) for role in regime(name).roles} | ADMIN_ROLES
    assert {grant.role for grant in grants} == wanted <= set(Role)
    assert all(not grant.section or grant.section in sections[grant.unit] for grant in grants)
    assert {grant.unit for grant in grants} == set(sections)


def test_the_town_has_seventeen_people_and_every_unit_the_four_roles_of_r2_10() -> None:
    corpus = CORPORA["township"]
    held = {(grant.unit, grant.role) for person in corpus.people for grant in person.roles}
    assert (len(corpus.people), len(corpus.units)) == (17, 8)
    assert {(u.code, r) for u in corpus.units for r in ("signer", "director", "handler", "unit_head")} <= held


@every
def test_texts_are_as_long_as_people_write(name: str) -> None:
    assert [(s.story, len(s.text)) for s in SAMPLES[name] if not 60 <= len(s.text) <= 260] == []


@every
def test_all_slots_and_choices_are_resolved(name: str) -> None:
    assert [sample.story for sample in SAMPLES[name] if re.search(r"[{}|]", repr(sample).replace("\\", ""))] == []


@every
def test_chinese_text_has_full_width_punctuation(name: str) -> None:
    assert re.findall(r"[\u4e00-\u9fff”][,;:?!][\u4e00-\u9fff“]", RAW[name]) == []
    for sample in SAMPLES[name]:
        assert re.findall(r"。。|，。|。，|，，", repr(sample)) == [], sample.story


@every
def test_phones_and_addresses_are_of_the_invented_form(name: str) -> None:
    numbers = re.findall(r"[\d-]{7,}", RAW[name] + repr(SAMPLES[name]))
    assert [n for n in numbers if not re.fullmatch(r"1390000(\d{4})?|0000-\d{8}|0{9,13}[01]|0{7,13}[01]?", n)] == []
    mails = re.findall(r"[\w.]+@([\w.]+)", RAW[name] + repr(SAMPLES[name]))
    assert set(mails) <= {"example.com", "example.cn"}


@every
def test_a_citizen_is_known_unless_anonymous(name: str) -> None:
    for sample in SAMPLES[name]:
        assert (sample.citizen is None) == (sample.mode == "anonymous") == (sample.notify == "none")
        assert (sample.agent is None) == (sample.mode != "behalf")
        assert (sample.upper is None) == (sample.channel != "upper")


@every
def test_a_complaint_is_either_handled_or_refused_with_reason_basis_and_place_to_go(name: str) -> None:
    for sample in SAMPLES[name]:
        assert (sample.handling is None) != (sample.refusal is None)
        if sample.refusal:
            assert all((sample.refusal.reason, sample.refusal.basis, sample.refusal.go))
        elif sample.handling:
            assert all((*sample.handling.points, sample.handling.opinion, sample.handling.answer, sample.handling.plan))


def test_the_town_has_stories_for_every_stage() -> None:
    own = CORPORA["township"].stories
    assert len(own) >= 60
    assert sum(story.refusal is not None for story in own) >= 8
    assert sum(bool(story.ask) for story in own) >= 6
    assert sum(bool(story.wrong and story.returned) for story in own) >= 6
    assert sum(bool(story.co and story.co_reason) for story in own) >= 6
    assert len(CORPORA["county"].stories) >= 20


def test_modes_and_channels_keep_their_shares() -> None:
    modes = [sample.mode for sample in SAMPLES["township"]]
    channels = [sample.channel for sample in SAMPLES["township"]]
    assert {mode: modes.count(mode) * 100 // 400 for mode in demo.MODES} == demo.MODES
    assert {channel: channels.count(channel) * 100 // 400 for channel in demo.CHANNELS} == demo.CHANNELS


def test_rare_and_dotted_names_occur() -> None:
    names = "".join(sample.citizen.name for sample in SAMPLES["township"] if sample.citizen)
    assert {"㛃", "䶮", "·"} <= set(names)


def test_common_issues_rest_on_eight_to_fourteen_complaints() -> None:
    clusters = CORPORA["township"].clusters
    assert sorted(cluster.stage for cluster in clusters) == ["awaiting", "published", "published"]
    for cluster in clusters:
        assert 8 <= sum(sample.cluster == cluster.code for sample in SAMPLES["township"]) <= 14


@pytest.mark.parametrize("cluster", CORPORA["township"].clusters, ids=lambda cluster: cluster.code)
def test_an_announcement_repeats_no_complaint(cluster) -> None:
    said = runs(cluster.title) | runs(cluster.problem) | runs(cluster.improvement)
    for seed in range(5):
        for sample in demo.complaints(CORPORA["township"], 130, seed):
            if sample.cluster == cluster.code:
                assert not said & (runs(sample.text) | runs(sample.wish))
