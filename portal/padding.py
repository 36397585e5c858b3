"""Answers around a receipt are as long as each other: their size on the line tells nobody what they say (promises 1).

A page is filled up to a whole number of blocks. Where the browser takes gzip it is sent as gzip without compression:
so nobody on the way compresses it, and how well it would compress tells nothing of a secret beside typed words.
"""

from __future__ import annotations

import gzip

from flask import Response, request

from portal import bp

BLOCK = 16 * 1024
PADDED = frozenset({"portal.track", "portal.track_again", "portal.case", "portal.submit_done"})


@bp.after_request
def padded(response: Response) -> Response:
    """Fills the answer up with line ends, which no page shows."""
    if request.endpoint not in PADDED or response.mimetype != "text/html" or response.status_code == 303:
        return response
    body = response.get_data()
    body += b"\n" * (-len(body) % BLOCK)
    if request.accept_encodings["gzip"]:
        body = gzip.compress(body, 0, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    response.set_data(body)
    return response
