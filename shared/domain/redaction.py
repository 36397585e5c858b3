"""What can be seen at a glance to identify a person, masked before a text goes to a unit."""

from __future__ import annotations

import re

MASK = "〔已隐去〕"
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s-]?\d{7,8}|\d{16,19})(?!\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")


def mask_obvious(text: str, names: tuple[str, ...] = ()) -> str:
    """The text without ID, phone and card numbers, mail addresses and the names given; a person checks the rest."""
    masked = _MAIL.sub(MASK, _NUMBERS.sub(MASK, text))
    for name in names:
        if len(name) >= 2:
            masked = masked.replace(name, MASK)
    return masked
