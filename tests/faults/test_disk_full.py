"""A disk that takes nothing more (R5): the page says so and gives the words back, reads go on, nothing is half there.

A limit on the size of the web process's files stands for the full disk: the same write fails, in the real process.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pytest

from shared.config import Settings
from shared.models.attachment import Attachment
from shared.models.case import Case
from tests.support import elsewhere, samples
from tests.support.serving import UNLIMITED, Visitor, Web, serving

STORY = "窗口的取号机从上周起一直不能用，排了三个上午的队也没有办成，希望尽快修好。"
SQLITE = os.environ.get("HUIYIN_TEST_DATABASE", "sqlite") == "sqlite"


@pytest.fixture(scope="module")
def web(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("full")
    with elsewhere.township(settings, folder) as app, serving(app) as made:
        yield made


@pytest.fixture(autouse=True)
def room_again(web: Web) -> Iterator[None]:
    yield
    web.limit(UNLIMITED)


def test_a_file_that_finds_no_room_is_refused_and_the_words_come_back(web: Web) -> None:
    visitor, files = Visitor(web.address), {"files": (io.BytesIO(samples.jpeg()), "现场.jpg")}
    visitor.open("/submit/what?how=anonymous")
    web.limit(1)
    status, page = visitor.send("/submit/what?how=anonymous", files, story=STORY, act="upload")
    assert (status, STORY in page) == (503, True)
    assert elsewhere.count(web.app, Attachment) == 0
    folder = web.app.extensions["huiyin"].settings.files_dir
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    web.limit(UNLIMITED)
    files = {"files": (io.BytesIO(samples.jpeg()), "现场.jpg")}
    assert visitor.send("/submit/what?how=anonymous", files, story=STORY, act="upload")[0] == 200
    assert elsewhere.count(web.app, Attachment) == 1


def test_a_database_that_finds_no_room_keeps_nothing_half_and_reads_go_on(web: Web) -> None:
    visitor, before = Visitor(web.address), elsewhere.count(web.app, Case)
    visitor.send("/submit/what?how=anonymous", respondent="财政所", story=STORY)
    if SQLITE:  # PostgreSQL's files are its server's own
        web.limit(1)
        status, page = visitor.send("/submit/check")
        assert (status, "内容没有提交，也没有丢失" in page) == (503, True)
        assert elsewhere.count(web.app, Case) == before
        assert Visitor(web.address).open("/")[0] == 200
        web.limit(UNLIMITED)
    assert visitor.send("/submit/check")[0] == 200
    assert elsewhere.count(web.app, Case) == before + 1
