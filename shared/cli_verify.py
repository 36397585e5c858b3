"""The command that checks the evidence: the whole chain, checkpoints kept elsewhere, a citizen's proof."""

from __future__ import annotations

import argparse
from pathlib import Path

from shared import cli_proof
from shared.domain import chain as links
from shared.processes import say
from shared.services import checkpoints, verification
from shared.services.checkpoints import Outside
from shared.signing import is_signed
from shared.web import state

TOLD = {
    "event_changed": "记录被改动 (an event was changed)",
    "event_before_missing": "上一步的记录不见了 (the event before it is missing)",
    "event_without_mac": "没有校验码的记录 (an event without a MAC)",
    "event_unknown_key": "校验码的密钥不在这里 (a MAC of an unknown key)",
    "events_missing": "这一段少了记录 (events are missing in this range)",
    "events_added": "这一段多了记录 (events were added in this range)",
    "events_changed": "这一段的记录被换过 (events were exchanged in this range)",
    "totals_differ": "各机构的件数不符 (the numbers per institution differ)",
    "checkpoint_unreadable": "检查点读不出来 (a checkpoint can't be read)",
    "checkpoint_unsigned": "检查点的签名不对 (a checkpoint's signature is wrong)",
    "checkpoint_gone": "检查点不见了 (checkpoints are missing)",
    "checkpoint_changed": "检查点被改动 (a checkpoint was changed)",
    "checkpoint_differs": "检查点和另存的不一样 (a checkpoint differs from the one kept elsewhere)",
    "lost_since": "另存的检查点这里没有，数据是旧的 (checkpoints kept elsewhere are not here: the data is older)",
    "root_changed": "公布的根被换过 (a published root was exchanged)",
    "root_missing": "公布的根不见了 (a published root is missing)",
    "leaf_changed": "存证码不在公布的根之下 (a code is not under its root)",
    "text_changed": "投诉的内容被改动 (the words of a complaint were changed)",
    "case_missing": "投诉不见了 (a complaint is missing)",
}


def describe(parser: argparse.ArgumentParser) -> None:
    """What can be checked and with what."""
    what = parser.add_subparsers(dest="what", required=True)
    whole = what.add_parser("chain", help="every event, checkpoint, root and text in the database")
    whole.add_argument("--outside", type=Path, help="folder with checkpoints kept elsewhere")
    files = what.add_parser("checkpoints", help="checkpoint files, without a database")
    files.add_argument("folder", type=Path)
    proof = what.add_parser("proof", help="a citizen's proof, without a database")
    proof.add_argument("file", type=Path)
    proof.add_argument("--text", type=Path)
    for one in (whole, files):
        one.add_argument("--key", default="", help="the public key that must have signed")


def without_database(given: argparse.Namespace) -> int:
    """Proofs and checkpoint files: nothing but the files is needed."""
    if given.what == "proof":
        return cli_proof.main([str(given.file), *(["--text", str(given.text)] if given.text else [])])
    kept = checkpoints.outside(given.folder)
    faults = [f"{number}: {fault}" for number, fault in _faults(kept, given.key)]
    for line in faults:
        say(f"✗ {line}")
    say(f"{len(kept)} 个检查点，{len(faults)} 处不符 (checkpoints, faults)")
    return 1 if faults or not kept else 0


def _faults(kept: dict[int, Outside], key: str) -> list[tuple[int, str]]:
    found, previous, expected = [], "", min(kept, default=1)
    for number, one in sorted(kept.items()):
        key = key or one.public_key
        try:
            body = links.read_body(one.body)
        except ValueError:
            found.append((number, TOLD["checkpoint_unreadable"]))
            continue
        if one.public_key != key or not is_signed(key, one.body, one.signature) or body.number != number:
            found.append((number, TOLD["checkpoint_unsigned"]))
        if number != expected:
            found.append((expected, TOLD["checkpoint_gone"]))
        elif previous and body.previous != previous:
            found.append((number - 1, TOLD["checkpoint_changed"]))
        previous, expected = links.digest(one.body), number + 1
    return found


def chain(given: argparse.Namespace) -> int:
    """Everything in the database; 0 where all is as it was."""
    kept = checkpoints.outside(given.outside) if given.outside else None
    report = verification.verify(state.keys(), kept=kept, trusted=given.key)
    for finding in report.findings:
        facts = "，".join(f"{name}={value}" for name, value in finding.facts.items())
        say(f"✗ {TOLD[finding.code]}：{facts}")
    say(
        f"{report.events} 条记录、{report.checkpoints} 个检查点、{report.complaints} 件存证，{report.faults} 处不符"
        " (events, checkpoints, complaints, faults)"
    )
    if report.backwards:
        say(f"  其中 {report.backwards} 条的时间早于上一条 (events whose clock stood before the one before)")
    return 1 if report.faults else 0
