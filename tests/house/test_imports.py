"""Who may import whom: the layers of docs/architecture.md, read from the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(p for top in ("shared", "portal", "backoffice") for p in (ROOT / top).rglob("*.py"))
MOST_LINES = 300
FORBIDDEN = {
    "shared/domain": ("flask", "sqlalchemy", "shared.models", "shared.services", "shared.web", "shared.db", "portal"),
    "shared/models": ("shared.services", "shared.web", "flask", "portal", "backoffice"),
    "shared/services": ("flask", "shared.web", "portal", "backoffice", "wsgi"),
    "shared/senders": ("shared.services", "shared.web", "portal", "backoffice", "wsgi"),
    "shared/web": ("portal", "backoffice", "wsgi"),
    "portal": ("backoffice", "wsgi", "sqlalchemy", "shared.services.cases"),
    "backoffice": ("portal", "wsgi", "sqlalchemy"),
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_imports_what_lies_above(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    for folder, forbidden in FORBIDDEN.items():
        if place.startswith(folder + "/"):
            wrong = {n for n in imported(path) for f in forbidden if n == f or n.startswith(f + ".")}
            assert not wrong, f"{place} imports {sorted(wrong)}: see docs/architecture.md"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_surface_opens_no_database_of_its_own(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    if place.startswith(("portal/", "backoffice/")):
        assert "shared.db" not in imported(path), f"{place}: reads live in shared/services/queries_*.py"


def assigned(path: Path, attribute: str) -> set[str]:
    """The functions in which something's `attribute` is assigned."""
    found: set[str] = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                targets = node.targets if isinstance(node, ast.Assign) else []
                flat = [t for x in targets for t in (x.elts if isinstance(x, ast.Tuple) else [x])]
                names = {ast.unparse(t) for t in flat}
                if f"case.{attribute}" in names:
                    found.add(function.name)
    return found


def test_only_act_assigns_the_state_of_a_case() -> None:
    places = {(str(p.relative_to(ROOT)), f) for p in FILES for f in assigned(p, "state")}
    assert places == {("shared/services/cases.py", "act")}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_go_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES, "split it by noun"
    assert ast.get_docstring(ast.parse(text)), "one sentence on what is decided here"


def test_a_file_of_tests_can_be_read_in_one_go_and_says_what_it_is() -> None:
    texts = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py")}
    assert [name for name, text in texts.items() if text.count("\n") > MOST_LINES] == [], "split it by subject"
    assert [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []
