"""The citizen's own proof: what the page of the case says of it, and the file to keep."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.receipts import in_fours
from shared.domain.evidence import Proof, letters
from shared.domain.receipts import grouped
from shared.services import evidence
from shared.services.queries_citizen import OwnCase
from shared.web.dates import day
from shared.web.state import keys


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the complaint stands in the published record; `proof` is None until its day has ended."""

    code: str
    filed: dt.date
    whole: bool
    """The words on the page are those that were filed."""
    proof: Proof | None = None


def evidence_of(own: OwnCase) -> Evidence | None:
    """The evidence of a case; None for one that came in before there was any."""
    code, filed = ((own.first.facts.get(name) if own.first else None) for name in ("leaf", "filed"))
    if own.first is None or not (code and filed):
        return None
    date = dt.date.fromisoformat(filed)
    whole = evidence.code_again(keys(), own.case, own.first) in ("", code)
    if own.leaf is None or own.root is None:
        return Evidence(code, date, whole)
    proof = Proof(
        institution=own.institution.slug,
        day=own.root.day,
        code=own.leaf.code,
        path=tuple((side, bytes.fromhex(one)) for side, one in own.leaf.path),
        root=bytes.fromhex(own.root.root),
        filed=date,
        receipt_no=own.case.receipt_no,
        salt=letters(evidence.salt_again(keys(), own.case, own.first)),
        content=evidence.content_of(own.case),
    )
    return Evidence(code, date, whole and proof.leads_to_root(), proof)


def as_text(own: OwnCase, proof: Proof) -> str:
    """The proof as a file: a few lines for people, then what a machine reads."""
    lines = [
        _("存证证明"),
        f"{own.institution.name} {own.institution.office_name}",
        _("受理编号：%(no)s", no=grouped(proof.receipt_no)),
        _("存证码：%(code)s", code=in_fours(proof.code)),
        _("列入 %(day)s的存证记录。", day=day(proof.day)),
        _("请保存这个文件，不要改动。在“存证”页粘贴全文，或者选用别人提供的核对程序，都可以核对。"),
        "",
    ]
    return "\r\n".join([*lines, *proof.as_text().splitlines()]) + "\r\n"
