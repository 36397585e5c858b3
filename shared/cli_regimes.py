"""Commands about rule books: check their files, and write down which row is proved by which test."""

from __future__ import annotations

import argparse
import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from shared import cli_rows
from shared.config import ROOT
from shared.domain import regimes
from shared.domain.regimes.faults import Fault
from shared.domain.regimes.rows import DigestRow, rows
from shared.processes import say

PAGE = ROOT / "docs" / "regimes.md"
TESTS = ROOT / "tests" / "regimes"
_IN_NAME = re.compile(r"(?<=_)([rw]\d{1,2})_(\d{2})(?=_|$)")
_IN_TEXT = re.compile(r"(?<![A-Za-z0-9])([RW]\d{1,2}\.\d{2})(?!\d)")

TOLD = {
    "toml": "不是有效的 TOML (not TOML)",
    "unknown_key": "没有这一项 (unknown key)",
    "missing": "缺少这一项 (missing key)",
    "value": "值不对 (wrong value)",
    "blank": "空白要写明 kind、row、reason (a blank needs them)",
    "setting_unknown": "设定了不是空白的项目 (a setting for something that is no blank)",
    "setting_value": "设定的值不合这个空白 (the setting doesn't fit the blank)",
    "event_unknown": "没有这种事件 (unknown event)",
    "no_start": "期限没有开始事件 (limit without start event)",
    "no_stop": "期限没有停止事件 (limit without stop event)",
    "role_nobody": "没有人担任这个岗位 (role that nobody has)",
    "role_unmapped": "这个岗位要办事，请写明 as (a role that acts needs `as`)",
    "step_nobody": "没有岗位办理这一步 (nobody may take this step)",
    "unit_mismatch": "单位和原文不符 (unit differs from the quoted phrase)",
    "value_mismatch": "数字和原文不符 (number differs from the quoted phrase)",
    "quote_missing": "没有引用原文 (quoted phrase missing)",
    "twice": "同一件事有两条规定 (two rules for one event)",
    "field_unfilled": "表单上的这一项没有哪一步填写 (form field that no step fills)",
    "step_unknown": "没有这一步 (unknown step)",
    "limit_unknown": "没有这个期限 (unknown limit)",
    "severity_unknown": "没有这一级 (unknown class)",
    "category_unknown": "没有这个类别 (unknown category)",
    "fact_unknown": "没有这种情况可以判断 (unknown fact)",
    "effect_unknown": "没有这种后果 (unknown effect)",
    "subject_unknown": "没有这种审批事项 (unknown subject of approval)",
    "channel_unknown": "没有这个渠道 (unknown channel)",
    "mode_unknown": "没有这种方式 (unknown mode)",
    "row_foreign": "条目属于别的制度 (row of another rule book)",
    "row_unknown": "没有这个条目 (unknown row)",
    "row_missing": "文件里没有提到这个条目 (row named nowhere in the file)",
    "stage_unknown": "没有这个环节 (unknown stage)",
    "sample": "示范机构和制度不符 (the sample doesn't fit the rule book)",
}


def describe(parser: argparse.ArgumentParser) -> None:
    """What can be done with rule books."""
    what = parser.add_subparsers(dest="what", required=True)
    files = what.add_parser("check", help="everything that is wrong in the shipped files, or in these")
    files.add_argument("file", type=Path, nargs="*")
    table = what.add_parser("table", help="write docs/regimes.md: every row and the tests that name it")
    table.add_argument("--missing", action="store_true", help="only list the rows without a test")
    table.add_argument("--run", action="store_true", help="run those tests and print each row with how they went")


def run(given: argparse.Namespace) -> int:
    """Runs the command; needs no database."""
    if given.what == "check":
        return check(given.file)
    return cli_rows.run(TESTS, tests_by_row(TESTS)) if given.run else table(missing=given.missing)


def check(files: list[Path]) -> int:
    """Prints every fault of the files; 0 where there is none."""
    texts = [(str(file), file.read_text(encoding="utf-8")) for file in files]
    texts = texts or [(f"{code}.toml", regimes.shipped(code)) for code in regimes.codes()]
    found = [one for name, text in texts for one in regimes.faults_in(text, name)]
    for one in found:
        say(worded(one))
    say(f"{len(texts)} 个文件，{len(found)} 处不对 (files, faults)")
    return 1 if found else 0


def worded(one: Fault) -> str:
    """A fault in words, with an example of how it is right."""
    what = f"{TOLD[one.code]}" + (f"：{one.found}" if one.found else "")
    example = "\n    例如 (for example): " + one.example.replace("\n", "; ") if one.example else ""
    return f"✗ {one.file}:{one.line} {one.key}\n    {what}{example}"


def table(*, missing: bool) -> int:
    """Writes the acceptance table, or lists what is missing; says how many rows are proved."""
    named = tests_by_row(TESTS)
    if missing:
        for row in rows():
            if not row.out and row.row not in named:
                say(f"{row.row}\t{row.topics}\t{row.quote}")
    else:
        PAGE.write_text(page(named), encoding="utf-8")
    done, out, total = tally(named)
    say(f"{total} 条：{done} 条有测试，{out} 条在范围外，还差 {total - done - out} 条 (rows: tested, out, missing)")
    return 0


def tally(named: dict[str, list[str]]) -> tuple[int, int, int]:
    """Rows with a test, rows out of scope, all rows."""
    out = sum(bool(row.out) for row in rows())
    return sum(row.row in named and not row.out for row in rows()), out, len(rows())


def tests_by_row(folder: Path) -> dict[str, list[str]]:
    """The tests that name each row, in their name, their docstring or their marks."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        source = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for row in dict.fromkeys(_rows_of(node)):
                    found[row].append(f"{file.relative_to(folder).as_posix()}::{node.name}")
    return dict(found)


def _rows_of(node: ast.FunctionDef) -> Iterator[str]:
    yield from (f"{code.upper()}.{row}" for code, row in _IN_NAME.findall(node.name))
    yield from _IN_TEXT.findall(ast.get_docstring(node) or "")
    marks = (text for text in map(ast.unparse, node.decorator_list) if text.startswith("pytest.mark.row("))
    yield from (row for mark in marks for row in _IN_TEXT.findall(mark))


def page(named: dict[str, list[str]]) -> str:
    """The acceptance table as a page."""
    done, out, total = tally(named)
    lines = [
        "# 制度条目与测试 (rows of the rule books and their tests)",
        "",
        "这一页由 `python -m shared.cli regimes table` 生成，请不要手改。R 是制度，W 是工作报告；引号里是制度的原文。",
        "",
        f"{total} 条：{done} 条有测试，{out} 条在范围外，还差 {total - done - out} 条。"
        f" ({total} rows: {done} proved by tests, {out} out of scope, {total - done - out} missing.)",
    ]
    shipped = set(regimes.codes())
    for code in dict.fromkeys(row.regime for row in rows()):
        mine = [row for row in rows() if row.regime == code]
        title = f" {regimes.of_text(regimes.shipped(code)).title}" if code in shipped else ""
        lines += ["", f"## {code}{title}", "", "| 条目 | 内容 | 原文 | 测试 |", "|---|---|---|---|"]
        lines += [_line(row, named.get(row.row, [])) for row in mine]
    return "\n".join(lines) + "\n"


def _line(row: DigestRow, tests: list[str]) -> str:
    proof = f"范围外：{row.out}" if row.out else "<br>".join(f"`{test}`" for test in tests) or "—"
    quote = f"“{row.quote}”" if row.quote else ""
    return f"| {row.row} | {row.topics} | {quote} | {proof} |"
