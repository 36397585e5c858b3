"""English says all that Chinese says: no sentence is missing from the catalogue, none is outside its reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.support.sources import outside_calls, outside_translators

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "translations/en/LC_MESSAGES/messages.po"
IN_CONTEXT = ((1, "c"), 2)
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_lp": IN_CONTEXT}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
CHINESE = re.compile("[\u3400-\u9fff]+")
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.*"))
MODULES = sorted(path.relative_to(ROOT) for app in ("portal", "backoffice") for path in (ROOT / app).rglob("*.py"))
OWN_NAME = "中文"  # a language is named in itself, so that its readers find it


def extracted() -> set[tuple[str | None, str | tuple[str, ...]]]:
    with (ROOT / "babel.cfg").open() as file:
        mapping, options = parse_mapping_cfg(file)
    return {(found[4], found[2]) for found in extract_from_dir(ROOT, mapping, options, keywords=KEYWORDS)}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def untranslated_in_template(source: str) -> Iterator[str]:
    """Chinese that stands in the page itself, or in a string that isn't given to `_`."""
    yield from (found for text in outside_calls(source, KEYWORDS) for found in CHINESE.findall(text))


def untranslated_in_module(source: str) -> Iterator[str]:
    """Chinese in a string that is neither given to a translator nor a docstring or another bare remark."""
    yield from (found for text in outside_translators(source, KEYWORDS) for found in CHINESE.findall(text))


def test_the_catalogue_holds_what_the_program_says_and_nothing_else(catalogue: Catalog):
    held = {(message.context, message.id) for message in messages(catalogue)}
    said = extracted()
    assert len(said) > 1000
    assert said - held == set(), "not translated"
    assert held - said == set(), "no longer said"


def test_every_message_is_translated_for_good(catalogue: Catalog):
    assert [m.id for m in messages(catalogue) if m.fuzzy or not all(f.strip() for f in forms(m.string))] == []
    assert not catalogue.obsolete


def test_a_translation_carries_the_same_facts_as_its_source(catalogue: Catalog):
    for message in messages(catalogue):
        facts = set(PLACEHOLDER.findall(forms(message.id)[0]))
        for form in forms(message.string):
            assert set(PLACEHOLDER.findall(form)) == facts, message.id
        assert [str(error) for error in message.check(catalogue)] == []


def test_plurals_have_the_forms_of_english(catalogue: Catalog):
    plural = [message for message in messages(catalogue) if message.pluralizable]
    assert catalogue.num_plurals == 2
    assert plural
    assert all(len(set(message.string)) == 2 for message in plural)


def test_english_is_written_in_english(catalogue: Catalog):
    assert [m.id for m in messages(catalogue) if any(CHINESE.search(f) for f in forms(m.string))] == []


def test_the_catalogue_stays_the_same_when_it_is_made_anew():
    assert not re.search(r"-Date:|^#: |^#~", CATALOGUE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_says_nothing_that_cannot_be_translated(path: Path):
    assert set(untranslated_in_template((ROOT / path).read_text("utf-8"))) - {OWN_NAME} == set()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_says_nothing_that_cannot_be_translated(path: Path):
    assert list(untranslated_in_module((ROOT / path).read_text("utf-8"))) == []


def test_words_out_of_reach_are_found():
    template = "{# 说明 #}{{ _('好') }}<p>漏了</p>{{ '也漏了' }}"
    module = '"""说明"""\nx = _("好")\ny = "漏了"  # 注释\nz = f"{x}也漏了"'
    assert list(untranslated_in_template(template)) == list(untranslated_in_module(module)) == ["漏了", "也漏了"]
