"""docs/regimes.md is what the command would write, and every row that a test names is a row of the digest."""

from __future__ import annotations

from shared import cli_regimes
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


def test_every_fault_has_words_and_an_example() -> None:
    from shared.domain.regimes.faults import EXAMPLES

    assert set(EXAMPLES) <= set(cli_regimes.TOLD)
