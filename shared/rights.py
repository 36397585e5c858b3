"""The written matrix of rights (docs/rights.toml): read as data, and printed as a page for people."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.config import ROOT
from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, Role
from shared.domain.offices import GRANTABLE
from shared.domain.visibility import DONE_BY, SEEN_BY

MATRIX, PAGE = ROOT / "docs/rights.toml", ROOT / "docs/rights.md"
COLUMNS = ("nobody", "citizen", *map(str, GRANTABLE))
SAYS = {"own": "told", "thing": "hidden"}
MARKS = {"open": "●", "told": "403", "hidden": "404", "gone": "410", "sign-in": "登录", "steps": "步骤表"}

Name = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """What one address answers to whom, by one method."""

    what: str
    page: str
    method: str
    open: frozenset[str]
    seen: frozenset[str]
    rest: str
    about: str
    steps: str

    def answer(self, role: str, *, foreign: bool = False) -> str:
        """`open`, `told`, `hidden`, `gone`, `sign-in` or `steps`; `foreign` is of another unit or institution."""
        knows = role in self.open | self.seen
        if role in {"nobody", "citizen"} and self.page.startswith("/office/") and role not in self.open:
            return "sign-in"
        if foreign and self.about == "thing":
            return "hidden" if knows else self.rest
        if role in self.open:
            return "steps" if self.steps else "open"
        return "told" if knows else self.rest


def lines(path: Path = MATRIX) -> list[Line]:
    """Every line of the matrix, one for each address and method."""
    book = tomllib.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = book["groups"]
    return [
        Line(
            row["what"],
            page,
            method.upper(),
            frozenset(_roles(row[method], groups)),
            frozenset(_roles(row.get("seen", []), groups)),
            row.get("rest", SAYS[row.get("about", "own")]),
            row.get("about", "own"),
            row.get("steps", ""),
        )
        for row in book["line"]
        for page in row["pages"]
        for method in ("get", "post")
        if method in row
    ]


def _roles(names: Iterable[str], groups: dict[str, list[str]]) -> Iterator[str]:
    for name in names:
        if name in groups:
            yield from _roles(groups[name], groups)
        else:
            yield name


def page(name: Name) -> str:
    """The matrix, the table of rights and both tables of steps in one page; `name` gives a code its words."""
    head = [
        "# 谁能看什么、做什么 (who may see and do what)",
        "",
        "由 `python -m shared.cli rights` 从 `docs/rights.toml`、`shared/domain/visibility.py` 和 "
        "`shared/domain/lifecycle.py` 生成，不要手改。Generated, not edited by hand.",
        "",
        "● 可以；403 知道有这件事，但不由此人办理；404 和不存在一样；410 没有自己的草稿或者查询；登录 转到登录页；"
        "步骤表 按下文各步判断。别的单位、别的机构的人，凡涉及某一件事的页面都得到 404。"
        "应当回避的人在任何岗位上都按没有岗位对待。",
    ]
    titles = {c: name("role", c) if c in set(map(str, Role)) else c for c in COLUMNS}
    titles |= {"nobody": "没有登录", "citizen": "来信人"}
    return "\n".join([*head, *_rights(name), *_steps(name), *_pages(titles), ""])


def _rights(name: Name) -> Iterator[str]:
    yield from ("", "## 看和做 (rights)", "", "| 代码 | 岗位 |", "|---|---|")
    for prefix, table in (("see", SEEN_BY), ("do", DONE_BY)):
        for code, roles in table.items():
            yield f"| {prefix} `{code}` | {'、'.join(name('role', str(r)) for r in GRANTABLE if r in roles)} |"


def _steps(name: Name) -> Iterator[str]:
    tables = (("投诉", "action", CASE_STEPS, "state"), ("转办单", "slip_action", SLIP_STEPS, "slip_state"))
    for title, kind, table, states in tables:
        yield from ("", f"## {title}的步骤 (steps)", "", "| 步骤 | 从 | 到 | 谁 |", "|---|---|---|---|")
        for action, step in table.items():
            frm = "、".join(name(states, str(s)) for s in sorted(step.frm))
            to = name(states, str(step.to)) if step.to else "不变"
            who = "、".join(name("actor" if r in {"citizen", "system"} else "role", str(r)) for r in sorted(step.roles))
            yield f"| {name(kind, action)} | {frm} | {to} | {who} |"


def _pages(titles: dict[str, str]) -> Iterator[str]:
    yield from ("", "## 每一个地址 (every address)", "", f"| 地址 | 方法 | {' | '.join(titles.values())} |")
    yield f"|---|---|{'---|' * len(titles)}"
    what = ""
    for line in lines():
        if line.what != what:
            what = line.what
            yield f"| **{what}** |{' |' * (len(titles) + 1)}"
        cells = " | ".join(MARKS[line.answer(role)] for role in titles)
        yield f"| `{line.page}` | {line.method} | {cells} |"
