"""docs/regimes.md is what the command would write, and every row that a test names is a row of the digest."""

from __future__ import annotations

import pytest

from shared import cli_regimes, cli_rows
from shared.domain.regimes.rows import rows

NAMED = cli_regimes.tests_by_row(cli_regimes.TESTS)


def test_the_page_of_rows_is_up_to_date() -> None:
    page = cli_regimes.PAGE.read_text(encoding="utf-8")
    assert page == cli_regimes.page(NAMED), "run: python -m shared.cli regimes table"


def test_tests_name_rows_that_exist() -> None:
    assert set(NAMED) - {row.row for row in rows()} == set()


def test_a_row_counts_once_as_tested_out_of_scope_or_missing() -> None:
    done, out, total = cli_regimes.tally(NAMED)
    assert total == len({row.row for row in rows()}) == 248
    assert done + out <= total


def test_every_row_has_a_test_or_a_reason_why_it_is_out_of_scope() -> None:
    assert [row.row for row in rows() if not row.out and row.row not in NAMED] == []


REPORT = """<testsuites><testsuite>
<testcase classname="tests.regimes.test_r01" name="test_good[a]"/>
<testcase classname="tests.regimes.test_r01" name="test_good[b]"/>
<testcase classname="tests.regimes.test_r01" name="test_bad[a]"/>
<testcase classname="tests.regimes.test_r01" name="test_bad[b]"><failure/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("tests", "result"),
    [
        (["test_r01.py::test_good"], cli_rows.PASSED),
        (["test_r01.py::test_good", "test_r01.py::test_bad"], cli_rows.FAILED),
        (["test_r01.py::test_good", "test_r01.py::test_gone"], cli_rows.NOT_RUN),
        ([], cli_rows.MISSING),
    ],
)
def test_a_row_holds_only_where_all_its_tests_ran_and_passed(tests: list[str], result: str) -> None:
    row = next(one for one in rows() if not one.out)
    assert cli_rows.result_of(row, tests, cli_rows.outcomes(REPORT)) == result


def test_a_row_out_of_scope_says_why() -> None:
    row = next(one for one in rows() if one.out)
    assert cli_rows.result_of(row, [], {}) == row.out


def test_every_fault_has_words_and_an_example() -> None:
    from shared.domain.regimes.faults import EXAMPLES

    assert set(EXAMPLES) <= set(cli_regimes.TOLD)
