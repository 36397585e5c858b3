"""Checks a citizen's proof (存证证明) without the rest of the product: needs Python and two files beside this one.

python3 -m shared.cli_proof 存证证明.txt [--text 原文.txt]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shared.domain import evidence
from shared.domain.evidence import Proof, read_proof

PARTS_END = "\n---\n"


def check(text: str, words: str | None = None) -> tuple[bool, list[str]]:
    """Whether the proof holds, and what to say about it; `words` is the text as its writer has kept it."""
    proof = read_proof(text)
    if proof is None:
        return False, ["✗ 文件里没有存证证明，或者已经损坏 (no proof in this file)"]
    if not proof.leads_to_root():
        return False, ["✗ 存证码不在这个根之下 (the code is not under this root)"]
    said = [f"✓ 存证码在 {proof.institution} {proof.day} 的根之下 (the code is under the root of that day)"]
    good, more = _opened(proof, words)
    said += [*more, f"根 (root): {proof.root.hex()}", "请和 /evidence 页上那一天的根对照 (compare it with the page)"]
    return good, said


def _opened(proof: Proof, words: str | None) -> tuple[bool, list[str]]:
    if words is None and not proof.filed:
        return True, []
    content = evidence.content_hash(*_parts(words)) if words is not None else None
    if proof.opens(content):
        return True, [f"✓ 受理编号 {proof.receipt_no}、日期 {proof.filed}、内容都相符 (number, day and text agree)"]
    return False, ["✗ 受理编号、日期或内容不相符 (number, day or text differ)"]


def _parts(words: str) -> list[str]:
    """Whom it is about, what happened, what is asked for: three parts with a line of --- between them."""
    return [*words.replace("\r\n", "\n").split(PARTS_END), "", ""][:3]


def main(arguments: list[str]) -> int:
    """0 where the proof holds, 1 where it doesn't."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", type=Path)
    given = parser.parse_args(arguments)
    words = given.text.read_text(encoding="utf-8-sig") if given.text else None
    good, said = check(given.file.read_text(encoding="utf-8-sig"), words)
    sys.stdout.write("\n".join(said) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
