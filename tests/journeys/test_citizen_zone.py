"""What a citizen's browser holds after everything was done in it: a cookie that ends with it, and nothing else."""

import pytest

from tests.journeys.citizen import Citizen
from tests.support.world import World

pytestmark = pytest.mark.e2e
KEPT = """async () => [Object.keys(localStorage), Object.keys(sessionStorage),
  typeof caches === 'undefined' ? [] : await caches.keys(),
  indexedDB.databases ? (await indexedDB.databases()).map(d => d.name) : []]"""


def test_nothing_is_left_in_any_store_of_the_browser(town: World, citizen: Citizen) -> None:
    number, code = citizen.files_a_complaint("实名")
    citizen.tracks(number, code)
    citizen.follows("我的个人信息")
    citizen.chooses("要一份我的个人信息")
    citizen.presses("提交请求")
    citizen.reads("已经收到您的请求", "等我们答复")
    assert citizen.page.evaluate(KEPT) == [[], [], [], []]
    assert citizen.storage()["cookies"] == {"huiyin": -1}
