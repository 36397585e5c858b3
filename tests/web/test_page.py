"""How a view answers: page or fragment, redirects htmx understands, headers, static files."""

import gzip
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, Response, get_flashed_messages
from flask.testing import FlaskClient
from jinja2 import DictLoader

from shared.web import headers
from shared.web.page import flash_done, page, see_other

PAGE = "<html>{% include '_list.html' %}{{ page_status }}{{ static_url('css/tokens.css') }}</html>"
FRAGMENT = {"HX-Request": "true"}
door = Blueprint("office", __name__, url_prefix="/office")


@door.route("/list")
def queue() -> Response:
    return page("list.html", fragment="_list.html", name="甲")


@door.route("/wrong", methods=["POST"])
def wrong() -> Response:
    return page("list.html", fragment="_list.html", status=422, name="乙")


@door.route("/done", methods=["POST"])
def done() -> Response:
    flash_done("已登记。")
    return see_other("office.queue", page=2)


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask(__name__, static_folder="../../static")
    app.config.update(SECRET_KEY="test", TESTING=True)
    app.jinja_loader = DictLoader({"list.html": PAGE, "_list.html": "<p>{{ name }}</p>"})
    app.register_blueprint(door)
    app.add_url_rule("/", "portal.home", lambda: "首页")
    headers.init(app)
    with app.test_client() as made:
        yield made


def test_a_browser_gets_the_whole_page(client: FlaskClient) -> None:
    answer = client.get("/office/list")
    assert "<html><p>甲</p>200" in answer.text


def test_htmx_gets_the_fragment_alone(client: FlaskClient) -> None:
    assert client.get("/office/list", headers=FRAGMENT).text == "<p>甲</p>"


def test_a_page_taken_back_from_history_is_whole(client: FlaskClient) -> None:
    answer = client.get("/office/list", headers=FRAGMENT | {"HX-History-Restore-Request": "true"})
    assert "<html>" in answer.text


@pytest.mark.parametrize("asked", [{}, FRAGMENT])
def test_pages_are_not_kept_and_vary_with_htmx(client: FlaskClient, asked: dict[str, str]) -> None:
    answer = client.get("/office/list", headers=asked)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.vary


def test_an_invalid_form_keeps_its_status_and_tells_the_template(client: FlaskClient) -> None:
    answer = client.post("/office/wrong")
    assert answer.status_code == 422
    assert "<p>乙</p>422" in answer.text


def test_after_a_post_a_browser_is_sent_on(client: FlaskClient) -> None:
    answer = client.post("/office/done")
    assert (answer.status_code, answer.location) == (303, "/office/list?page=2")
    assert get_flashed_messages() == ["已登记。"]


def test_after_a_post_htmx_is_told_to_go_there(client: FlaskClient) -> None:
    answer = client.post("/office/done", headers=FRAGMENT)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/office/list?page=2")
    assert answer.location is None


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for address in ("/", "/office/list", "/nowhere", "/static/css/none.css"):
        answer = client.get(address)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "geolocation=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_citizens_send_no_referrer_staff_only_within_the_office(client: FlaskClient) -> None:
    assert client.get("/").headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/office/list").headers["Referrer-Policy"] == "same-origin"


def test_only_an_encrypted_line_promises_encryption(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "Strict-Transport-Security" in client.get("/", base_url="https://localhost").headers


def test_a_versioned_static_file_is_kept_for_a_year(client: FlaskClient) -> None:
    address = client.get("/office/list").text.partition("200")[2].removesuffix("</html>")
    assert len(address.partition("?v=")[2]) == 10
    with client.get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("version", ["", "?v=0000000000"])
def test_an_unversioned_static_file_is_asked_for_again(client: FlaskClient, version: str) -> None:
    with client.get("/static/css/base.css" + version) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_static_text_travels_compressed(client: FlaskClient) -> None:
    packed = client.get("/static/js/huiyin.js", headers={"Accept-Encoding": "gzip"})
    with client.get("/static/js/huiyin.js") as plain:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in plain.vary


def test_a_missing_static_file_is_a_plain_404(client: FlaskClient) -> None:
    assert client.get("/static/css/none.css?v=1").status_code == 404
