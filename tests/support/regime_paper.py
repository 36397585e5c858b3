"""What staff of a rule book's made-up institution hold in their hands: printed pages."""

from __future__ import annotations

from flask import Flask

from shared import clock
from tests.support import world as w
from tests.support.pages import CheckedClient


def paper(app: Flask, username: str, address: str) -> str:
    """A printed page as this person sees it on the Monday; outside an application context."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    with clock.frozen(w.MONDAY):
        client.signs_in(username)
        answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.text)
