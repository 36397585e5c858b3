"""How a telephone number that somebody typed is read."""

import re
import unicodedata

LONGEST_TYPED = 40
_MOBILE = re.compile(r"1[3-9]\d{9}")
_KNOWN = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}|\+\d{7,15}")


def read_phone(typed: str) -> str:
    """The digits to dial, '' if this can't be a number.

    Full-width digits, spaces, hyphens, brackets and +86 don't matter; mobile, landline (0871-1234 5678), numbers
    without area code, 400 and foreign numbers with + are known.
    """
    folded = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    bare = "".join(char for char in folded if char == "+" or unicodedata.category(char)[0] not in "ZPC")
    bare = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", bare)
    # A landline is often written +86 871 …, without the 0 of its area code.
    if folded.lstrip().startswith(("+86", "0086")) and re.fullmatch(r"[2-9]\d{9,10}", bare):
        bare = "0" + bare
    return bare if bare.isascii() and _KNOWN.fullmatch(bare) else ""


def is_mobile(number: str) -> bool:
    """Whether a number as read takes text messages."""
    return _MOBILE.fullmatch(number) is not None
