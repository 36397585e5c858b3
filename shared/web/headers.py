"""Headers that every answer carries: what the page may load, what it may tell others, how long it may be kept."""

from __future__ import annotations

from flask import Flask, Response, request

from shared.web import static_files

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SHUT = [
    "camera",
    "microphone",
    "geolocation",
    "accelerometer",
    "gyroscope",
    "magnetometer",
    "midi",
    "usb",
    "payment",
    "display-capture",
    "screen-wake-lock",
    "publickey-credentials-get",
    "xr-spatial-tracking",
    "browsing-topics",
]
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in SHUT)
OFFICE_PERMISSIONS = PERMISSIONS_POLICY.replace("credentials-get=()", "credentials-get=(self)")
"""Staff sign in with passkeys; nobody else is asked for one."""
YEAR = 365 * 24 * 60 * 60


def init(app: Flask) -> None:
    """Adds the headers to every answer and `static_url` to every template."""
    static_files.init(app)
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers, office = response.headers, request.blueprint == "office"
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    # The office needs its own referrer for nothing but the way back; a citizen's address bar is nobody's business.
    headers["Referrer-Policy"] = "same-origin" if office else "no-referrer"
    headers["Permissions-Policy"] = OFFICE_PERMISSIONS if office else PERMISSIONS_POLICY
    headers["X-Frame-Options"] = "DENY"  # for browsers that don't know frame-ancestors
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
