"""Every command that a page, a unit file or the script itself tells people to run exists, with its options."""

from __future__ import annotations

import argparse
import re
import runpy
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from shared import cli, run
from shared.config import ROOT

SCRIPT = runpy.run_path(str(ROOT / "huiyin"))
TOLD = [ROOT / "huiyin", ROOT / "README.md", ROOT / "bench" / "README.md", *sorted((ROOT / "docs").rglob("*"))]
PAGES = [path for path in TOLD if path.is_file()]
CODE = re.compile(r"`([^`\n]+)`|^(?:ExecStart=|CMD |  )?((?:\S+=\S+ +)*(?:\./huiyin|\S*python3?) .*)$", re.MULTILINE)
BY_SCRIPT = re.compile(r"\./huiyin (?!cli\b)(.+)")
BY_CLI = re.compile(r"(?:\./huiyin cli|-m shared\.cli|(?:^|[ （])cli) (.+)")
BY_MODULE = re.compile(r"python3? -m ((?:shared|bench|tests)\.[a-z_.]+)(.*)")
WORD = re.compile(r"--?[a-z][a-z-]*|[a-z][a-z0-9-]*")
FLAG = re.compile(r"--[a-z][a-z-]*")


def codes(text: str) -> Iterator[str]:
    """What stands as code on a page, without the remark or the pipe behind it."""
    for span, line in CODE.findall(text):
        yield re.split(r" #| \||  +", (span or line).strip())[0]


def wrong(parser: argparse.ArgumentParser, words: list[str]) -> list[str]:
    """What the parser knows nothing of: commands, commands of commands, options."""
    for word in words:
        if word.startswith("-"):
            if word not in parser._option_string_actions:
                return [word]
            continue
        below = next((a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)
        if below is None:
            continue
        if word not in below.choices:
            return [word]
        parser = below.choices[word]
    return []


def by_script(words: list[str]) -> list[str]:
    """The same for `./huiyin`, which hands most of its commands on."""
    if not words or words[0] not in SCRIPT["LOCKS"]:
        return [] if words[:1] == ["help"] else words[:1]
    if words[0] == "up":
        return wrong(run.options(), words[1:])
    if words[0] == "test":
        return [word for word in words[1:] if word.startswith("--") and word not in FLAG.findall(SCRIPT["USAGE"])]
    return wrong(cli.parser(), words)


def told(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command in a text with what is wrong about it."""
    for code in codes(text):
        if found := BY_SCRIPT.search(code):
            yield code, by_script(words(found[1]))
        elif found := BY_CLI.search(code):
            yield code, wrong(cli.parser(), words(found[1]))
        elif found := BY_MODULE.search(code):
            yield code, [] if find_spec(found[1]) else [found[1]]


def words(text: str) -> list[str]:
    """The commands and options at its head; files, numbers and words in Chinese are whatever they are."""
    return [word for word in text.split() if WORD.fullmatch(word)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_told_exists(page) -> None:
    found = list(told(page.read_text(encoding="utf-8")))
    assert [(code, bad) for code, bad in found if bad] == []


def test_the_pages_that_tell_most_are_read() -> None:
    counts = {str(page.relative_to(ROOT)): sum(1 for _ in told(page.read_text(encoding="utf-8"))) for page in PAGES}
    assert counts["README.md"] >= 8
    assert counts["docs/operations.md"] > 40
    assert counts["docs/writing-a-regime.md"] >= 3


@pytest.mark.parametrize(
    "text",
    [
        "`cli quarter`",
        "`./huiyin upp`",
        "`./huiyin up --forget`",
        "`./huiyin test --fault 60`",
        "`python -m shared.cli verify chains`",
        "`python -m shared.cli verify chain --inside x`",
        "`./huiyin drill /b --privat x`",
        "`python -m bench.swep`",
    ],
)
def test_a_command_that_nobody_knows_is_found(text: str) -> None:
    [(_, bad)] = told(text)
    assert bad


def test_the_script_s_own_help_is_read_too() -> None:
    flags = set(FLAG.findall(SCRIPT["USAGE"])) - {"--help"}
    assert {"--port", "--fresh"} <= flags
    assert flags >= set(run.options()._option_string_actions) - {"-h", "--help"}
