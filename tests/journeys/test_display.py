"""Every public page in every display setting and in both languages, on the narrowest telephone."""

import pytest

from tests.journeys.citizen import Citizen
from tests.journeys.conftest import Opens
from tests.support.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])]
PAGES = [
    "/",
    "/rules",
    "/submit/how",
    "/submit/what?how=named",
    "/track",
    "/notices",
    "/stats",
    "/help",
    "/privacy",
    "/accessibility",
    "/display",
    "/no-such-page",
    "/office/sign-in",
]


@pytest.mark.parametrize(
    ("shown", "language"), [(".", "zh"), (".dark", "en"), ("large.", "en"), ("xlarge.", "zh"), ("xlarge.dark", "zh")]
)
def test_every_page_is_sound_on_a_narrow_telephone(town: World, opens: Opens, shown: str, language: str) -> None:
    phone = opens(Citizen, width=320, height=640)
    chosen = {"huiyin_display": shown, "huiyin_lang": language}
    phone.context.add_cookies([{"name": k, "value": v, "url": phone.address} for k, v in chosen.items()])
    for path in PAGES:
        phone.goes_to(path)
