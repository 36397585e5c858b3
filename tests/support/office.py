"""Staff at their desks: a signed-in client for each role of a test world."""

from __future__ import annotations

from flask import Flask

from tests.support.pages import CheckedClient
from tests.support.world import PASSWORD, World


def desk(app: Flask, world: World, role: str) -> CheckedClient:
    """A browser in which the person of that role is signed in."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    answer = client.send("/office/sign-in", username=world.usernames[role], password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return client
