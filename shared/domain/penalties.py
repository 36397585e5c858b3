"""What a penalty comes to: fixed sums, shares in bands, base points, sums per other shop, and instalments under a cap.

Amounts are decimals rounded half up to 0.01 yuan; nothing here decides whether somebody is at fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
Band = tuple[Decimal | None, Decimal]
"""The upper end of a part, None for the last, and the share taken of that part."""


def rounded(amount: Decimal) -> Decimal:
    """To whole cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def by_bands(loss: Decimal, bands: Sequence[Band]) -> Decimal:
    """A share of each part of the loss (R3.11: 20 % up to 10 000, 10 % above)."""
    total, floor = Decimal(0), Decimal(0)
    for end, share in bands:
        part = (loss if end is None else min(loss, end)) - floor
        if part <= 0:
            break
        total, floor = total + part * share, floor + part
    return rounded(total)


def by_points(loss: Decimal, all_points: Decimal, own_points: Decimal) -> Decimal:
    """R13.14: loss ÷ the department's base points × one's own."""
    return rounded(loss * own_points / all_points)


def per_other(amount: Decimal, shops: int) -> Decimal:
    """R24.04: so much to each of the other shops."""
    return rounded(amount * max(0, shops - 1))


def by_share(base: Decimal, share: Decimal) -> Decimal:
    """R13.17: so much of a bonus."""
    return rounded(base * share)


def equal_parts(fine: Decimal, parts: int) -> list[Decimal]:
    """R3.12: as even as cents allow, the first ones a cent larger; they add up to the fine exactly."""
    cents = int(rounded(fine).scaleb(2))
    least, more = divmod(cents, parts)
    return [Decimal(least + (n < more)).scaleb(-2).quantize(CENT) for n in range(parts)]


def under_cap(fine: Decimal, most: Decimal, taken: Sequence[Decimal], longest: int = 120) -> list[Decimal]:
    """R13.15: what each month takes beside what other fines already take of it; the rest goes to the months after.

    `taken` is what is spoken for in this month and those that follow. Raises ValueError where it would never end.
    """
    parts: list[Decimal] = []
    while fine > 0:
        if len(parts) >= longest:
            raise ValueError("too many months")
        before = taken[len(parts)] if len(parts) < len(taken) else Decimal(0)
        parts.append(min(fine, max(Decimal(0), most - before)))
        fine -= parts[-1]
    return parts


def ranked(counts: Mapping[int, int], places: int) -> list[int]:
    """R24.07: who has most complaints, the most first; nobody without any; of equals the one that was there first."""
    with_some = [(n, who) for who, n in counts.items() if n > 0]
    return [who for _, who in sorted(with_some, key=lambda pair: (-pair[0], pair[1]))[:places]]


def instalments(fine: Decimal, monthly: Decimal, cap_share: Decimal) -> list[Decimal]:
    """R13.15: a month takes at most this share of the bonus; raises ValueError where nothing can be taken."""
    most = rounded(monthly * cap_share)
    if fine > 0 and most <= 0:
        raise ValueError("nothing can be taken from this bonus")
    parts: list[Decimal] = []
    while fine > 0:
        parts.append(min(fine, most))
        fine -= parts[-1]
    return parts
