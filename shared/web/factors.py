"""Words and pictures around passwords and second factors: the hint above a password, the QR code, the site's name."""

from __future__ import annotations

import segno
from flask import request
from flask_babel import gettext as _

from shared.domain.passwords import Profile
from shared.services.passkeys import Site


def password_hint(profile: Profile, *, strong: bool) -> str:
    """What a new password must be."""
    least = profile.least(strong)
    if profile.kinds > 1:
        words = _(
            "至少 %(n)s 个字，大写字母、小写字母、数字、符号至少要有 %(kinds)s 种。", n=least, kinds=profile.kinds
        )
    else:
        words = _("至少 %(n)s 个字，可以是一句好记的话。", n=least)
    return str(words)


def qr(text: str) -> str:
    """A picture of the text as an address that the page may show (img-src data:)."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=3))


def site() -> Site:
    """What the browser calls this site; only a trusted host gets this far."""
    return Site(request.host.partition(":")[0], request.host_url.rstrip("/"))
