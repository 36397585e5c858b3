"""With files in S3-compatible storage the same things work as with a disk; a storage that is away loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from shared.config import Settings
from shared.s3_store import S3Store
from shared.web import state
from tests.backoffice.test_copies import (  # noqa: F401  # the same facts, in another place
    test_a_copy_waits_for_the_check_of_its_original,
    test_a_flat_copy_shows_what_the_original_shows,
    test_a_recalled_copy_is_gone_for_the_unit_and_a_new_one_comes_on_the_same_slip,
)
from tests.portal.filing import WHAT, upload
from tests.security.test_antivirus import (  # noqa: F401
    service,
    test_a_clean_file_is_handed_out_only_after_it_was_looked_at,
    test_a_file_with_a_virus_is_locked_away_and_never_served,
    test_a_sweep_killed_after_locking_away_is_made_good,
    town,
)
from tests.support import s3, samples
from tests.support.office import Office
from tests.support.pages import CheckedClient
from tests.support.s3 import Storage


@pytest.fixture(autouse=True)
def storage(app: Flask) -> Iterator[Storage]:
    known = app.extensions["huiyin"]
    with s3.server() as served:
        temporary = known.settings.data_dir / "tmp"
        app.extensions["huiyin"] = replace(known, store=S3Store(served.bucket, temporary))
        yield served
    app.extensions["huiyin"] = known


def test_a_file_goes_with_the_complaint_and_is_looked_for_before(
    town: Office,  # noqa: F811
    client: CheckedClient,
    storage: Storage,
) -> None:
    assert upload(client, (samples.jpeg(), "门口.jpg")).status_code == 303
    [key] = storage.objects
    assert client.send("/submit/what?how=anonymous", **WHAT).status_code == 303
    storage.objects.clear()
    assert "没有保存好" in client.send("/submit/check").text
    storage.objects[key] = samples.jpeg()
    assert client.send("/submit/check").location == "/submit/done"


def test_a_storage_that_is_away_is_said_and_what_was_typed_comes_back(
    town: Office,  # noqa: F811
    client: CheckedClient,
    storage: Storage,
) -> None:
    storage.fails = [503] * 3
    answer = upload(client, (samples.jpeg(), "门口.jpg"), story=WHAT["story"] * 2)
    assert (answer.status_code, WHAT["story"] in answer.text) == (503, True)
    assert upload(client, (samples.jpeg(), "门口.jpg")).status_code == 303


def test_the_settings_choose_the_store(settings: Settings, tmp_path: Path) -> None:
    places = replace(settings.places, file_store="s3", s3_endpoint="http://127.0.0.1:1")
    assert isinstance(state.file_store(replace(settings, places=places)), S3Store)
