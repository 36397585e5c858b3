"""The words in sources of ours, without those given to some calls: of a template, of a module."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from jinja2 import Environment


def outside_calls(template: str, calls: Collection[str]) -> Iterator[str]:
    """What stands in a template itself, and its strings, unless they are arguments of one of `calls`."""
    open_calls, before = [""], ""
    for _, kind, value in Environment(autoescape=True).lex(template):
        if kind == "operator" and value == "(":
            open_calls.append(before)
        elif kind == "operator" and value == ")":
            open_calls.pop()
        elif kind == "data" or (kind == "string" and open_calls[-1] not in calls):
            yield value
        if kind != "whitespace":
            before = value


def outside_translators(module: str, calls: Collection[str]) -> Iterator[str]:
    """A module's strings that are neither arguments of one of `calls` nor docstrings or other bare remarks."""
    tree, fine = ast.parse(module), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            fine.add(node.value)
        if isinstance(node, ast.Call) and _name(node.func) in calls:
            fine.update(node.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in fine:
            yield node.value


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
