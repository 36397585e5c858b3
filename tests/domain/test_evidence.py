"""Trees, codes and proofs: what they prove, and that nothing else passes for it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import pytest

from shared.domain import evidence, merkle
from shared.domain.evidence import Proof, code_of, content_hash, letters, read_code, read_proof

DAY = dt.date(2026, 9, 7)
SALT = bytes(range(15))
TEXT = ("财政所", "公开栏三个月没有更新。", "")


def leaves(n: int) -> list[bytes]:
    return [merkle.leaf(str(i).encode()) for i in range(n)]


@pytest.mark.parametrize("n", range(1, 71))
def test_every_leaf_of_every_tree_leads_to_the_root_and_no_other_leaf_does(n: int):
    tree = leaves(n)
    root = merkle.root(tree)
    paths = [merkle.path(tree, i) for i in range(n)]
    assert all(merkle.climb(leaf, path) == root for leaf, path in zip(tree, paths, strict=True))
    assert all(merkle.climb(merkle.leaf(b"x"), path) != root for path in paths)
    assert max(len(path) for path in paths) == (n - 1).bit_length()


def test_the_root_is_that_of_rfc_9162():
    def reference(tree: list[bytes]) -> bytes:
        if len(tree) == 1:
            return tree[0]
        k = 1
        while 2 * k < len(tree):
            k *= 2
        return hashlib.sha256(b"\x01" + reference(tree[:k]) + reference(tree[k:])).digest()

    assert all(merkle.root(leaves(n)) == reference(leaves(n)) for n in range(1, 71))
    assert merkle.root([]) == hashlib.sha256(b"").digest()


def test_a_code_changes_with_salt_number_day_and_each_part_of_the_text():
    code = code_of(SALT, "12345678901", DAY, content_hash(*TEXT))
    others = [
        code_of(bytes(15), "12345678901", DAY, content_hash(*TEXT)),
        code_of(SALT, "12345678902", DAY, content_hash(*TEXT)),
        code_of(SALT, "12345678901", DAY + dt.timedelta(1), content_hash(*TEXT)),
        *(code_of(SALT, "12345678901", DAY, content_hash(*TEXT[:i], "别的", *TEXT[i + 1 :])) for i in range(3)),
    ]
    assert len({code, *others}) == 7
    assert len(code) == evidence.CODE_LETTERS


def test_line_ends_and_blanks_around_a_text_make_no_difference():
    assert content_hash("甲", "一\r\n二\n", "") == content_hash("甲", " 一\n二", "\n")
    assert content_hash("甲", "乙丙", "") != content_hash("甲乙", "丙", "")


def test_a_code_is_read_however_it_is_typed():
    code = letters(bytes(range(7, 27)))
    grouped = " ".join(code[i : i + 4] for i in range(0, 32, 4))
    wide = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in evidence.ALPHABET})
    for typed in (code, grouped, grouped.lower(), code.translate(wide), f"存证码：{grouped}", code.replace("1", "I")):
        assert read_code(typed) == code
    assert [read_code(x) for x in ("", "ABC", code + "A", "查询码")] == [""] * 4


def proof() -> Proof:
    code = code_of(SALT, "12345678901", DAY, content_hash(*TEXT))
    tree = [*leaves(63), evidence.leaf_of(code)]
    path, root = tuple(merkle.path(tree, 63)), merkle.root(tree)
    return Proof("nanxi", DAY, code, path, root, DAY, "12345678901", letters(SALT), content_hash(*TEXT))


def test_a_proof_survives_as_text_with_anything_around_it():
    made = proof()
    text = "存证证明\r\n南溪镇\r\n\r\n" + made.as_text().replace("\n", "\r\n") + "\r\n谢谢\r\n"
    assert read_proof(text) == made
    assert made.leads_to_root()
    assert made.opens()
    assert made.opens(content_hash(*TEXT))


CHANGED = {
    "code": {"code": letters(bytes(20))},
    "root": {"root": bytes(32)},
    "path": {"path": (("L", bytes(32)),)},
    "side": {"path": tuple(("R", one) for _, one in proof().path)},
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_proof_with_another_part_leads_nowhere(what: str):
    assert not replace(proof(), **CHANGED[what]).leads_to_root()


@pytest.mark.parametrize("more", [{"receipt_no": "1"}, {"filed": DAY + dt.timedelta(1)}, {"salt": "0" * 24}])
def test_a_proof_with_another_opening_does_not_open(more: dict):
    assert not replace(proof(), **more).opens()
    assert not proof().opens(content_hash("财政所", "别的事。", ""))


@pytest.mark.parametrize("damage", ["", "huiyin-proof 1\n", "huiyin-proof 1\nday x\n", "huiyin-proof 1\npath L zz\n"])
def test_what_is_no_proof_is_said_to_be_none(damage: str):
    assert read_proof(damage) is None
