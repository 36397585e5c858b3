"""What may stand in an announcement."""

from __future__ import annotations

import pytest

from shared.domain import publication
from shared.domain.errors import Refused

SOURCE = "村务公开栏已经三个月没有更新，补贴名单一直看不到。"
FINE = ["公开栏更新不及时", "部分村的公开内容没有按月更新。", "今后每月五日前更新。"]


def refused(texts: list[str], **more: object) -> str:
    facts = {"sources": [SOURCE], "names": ["柳小㛃"], "complainants": 5, "least": 5, **more}
    with pytest.raises(Refused) as caught:
        publication.check(texts, **facts)  # type: ignore[arg-type]  # a table of facts
    return caught.value.code


def test_an_announcement_in_words_of_its_own_may_be_published() -> None:
    publication.check(FINE, [SOURCE], ["柳小㛃"], 5, 5)


def test_four_complainants_are_too_few() -> None:
    assert refused(FINE, complainants=4) == "too_few"


@pytest.mark.parametrize("said", ["请联系柳小㛃。", "电话13900001234。", "邮箱 a.b@example.cn。", "110101199001011234"])
def test_names_and_numbers_are_found(said: str) -> None:
    assert refused([*FINE, said]) == "personal"


@pytest.mark.parametrize(
    "said",
    [
        "村务公开栏已经三个月没有更新",
        "村务公开栏，已经三个月没有更新！",
        "补贴名单一直看不到呢村务公开栏已经三个月没有更新",
    ],
)
def test_ten_characters_in_a_row_are_a_complaints_own_whatever_the_punctuation(said: str) -> None:
    assert refused([*FINE, said]) == "overlap"


def test_nine_characters_in_a_row_are_common_speech() -> None:
    assert publication.overlaps("公开栏已经三个月没", [SOURCE]) == []


def test_the_whole_passage_is_named() -> None:
    assert publication.overlaps("他说村务公开栏已经三个月没有更新了", [SOURCE]) == ["村务公开栏已经三个月没有更新"]
