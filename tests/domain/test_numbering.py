"""Every number of a sequence is accounted for."""

from __future__ import annotations

import pytest

from shared.domain.numbering import Stretch, accounted, action_prefix, number_in


@pytest.mark.parametrize(
    ("last", "kept", "erased", "explained", "found"),
    [
        (0, [], {}, {}, []),
        (3, [1, 2, 3], {}, {}, [Stretch(1, 3, "kept")]),
        (4, [1, 4], {}, {}, [Stretch(1, 1, "kept"), Stretch(2, 3, "missing"), Stretch(4, 4, "kept")]),
        (3, [1, 2, 3], {2: "销1"}, {}, [Stretch(1, 1, "kept"), Stretch(2, 2, "erased", "销1"), Stretch(3, 3, "kept")]),
        (2, [1], {}, {2: "作废"}, [Stretch(1, 1, "kept"), Stretch(2, 2, "explained", "作废")]),
        (1, [1, 2], {}, {}, [Stretch(1, 2, "kept")]),
        (2, [], {}, {}, [Stretch(1, 2, "missing")]),
    ],
)
def test_no_number_is_left_out(last, kept, erased, explained, found):
    assert accounted(last, kept, erased, explained) == found
    assert [n for s in found for n in range(s.first, s.last + 1)] == list(range(1, max([last, *kept], default=0) + 1))


@pytest.mark.parametrize(
    ("text", "n"),
    [("临电投〔2026〕0043号", 43), ("临电投〔2025〕0043号", None), ("投诉43", None), ("甲〔2026〕123456号", 123456)],
)
def test_the_running_number_is_read_from_its_year(text, n):
    assert number_in(text, 2026) == n


def test_an_action_is_numbered_in_a_sequence_of_its_own():
    assert (action_prefix("临电投"), action_prefix("T")) == ("临电改", "T改")
