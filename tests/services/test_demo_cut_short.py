"""A demo that was cut short says how to fill it anew, rather than showing half of itself."""

from flask import Flask

from shared.demo import fill
from tests.support import world


def test_a_demo_that_was_cut_short_says_so(app: Flask):
    said: list[str] = []
    with app.app_context():
        world.township()
        assert not fill.fill(app.extensions["huiyin"].keys, world.MONDAY, said.append)
    assert "--fresh" in said[0]
