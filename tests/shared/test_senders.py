"""Real conversations with mail servers on this machine, good and bad ones."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from shared import clock
from shared.senders import SENT, Email, OutboxSms, Outcome, Result, Sms
from shared.senders.email import connect, send_email
from tests.support.certificates import certified
from tests.support.smtp import AnyPort, Mailbox, scripted, served

SENDER = "南溪镇监察室 <notice@nanxi.example>"
LETTER = Email("li@mail.example", "您的事项有新进展（尾号0043）", "已受理。\n", "<p>已受理。</p>", "outbox-17")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's TLS whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls.pem"))
    return certified(tmp_path)


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword) -> AuthResult:
    right = (given.login, given.password) == (b"bell", b"p@ss:w/rd")
    return AuthResult(success=right, handled=right)


def test_a_letter_arrives_with_its_words_and_headers():
    box, at = Mailbox(), dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
    with served(box) as url, clock.frozen(at):
        assert send_email(url, SENDER, LETTER) == SENT
    letter = box.only()
    assert letter["Subject"] == LETTER.subject
    assert letter["From"].addresses[0].display_name == "南溪镇监察室"
    assert letter["Message-ID"] == "<outbox-17@nanxi.example>"
    assert letter["Date"].datetime == at
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_has_the_same_words_as_text_and_as_html():
    box = Mailbox()
    with served(box) as url:
        send_email(url, SENDER, LETTER)
    parts = {part.get_content_type(): part.get_content().strip() for part in box.only().iter_parts()}
    assert parts == {"text/plain": "已受理。", "text/html": "<p>已受理。</p>"}


def test_a_letter_travels_in_plain_ascii_lines_of_mail_length():
    box = Mailbox()
    with served(box, decode_data=False) as url:
        send_email(url, SENDER, Email(LETTER.to, "题" * 200, "字" * 5000, None, "outbox-18"))
    assert box.letters[0].isascii()
    assert max(map(len, box.letters[0].splitlines())) <= 78
    assert box.only()["Subject"] == "题" * 200


def test_a_second_attempt_carries_the_same_message_id():
    box = Mailbox()
    with served(box) as url:
        assert [send_email(url, SENDER, LETTER), send_email(url, SENDER, LETTER)] == [SENT, SENT]
    assert len({message_from_bytes(letter)["Message-ID"] for letter in box.letters}) == 1


def test_a_server_that_wants_a_password_gets_it():
    box = Mailbox()
    options = {"authenticator": knows, "auth_required": True, "auth_require_tls": False}
    with (
        pytest.warns(UserWarning, match="Requiring AUTH"),
        served(box, login="bell:p%40ss%3Aw%2Frd@", **options) as url,
    ):
        assert send_email(url, SENDER, LETTER) == SENT
    assert box.only()["Subject"] == LETTER.subject


def test_a_wrong_password_is_our_fault_and_is_tried_again():
    options = {"authenticator": knows, "auth_require_tls": False}
    with served(Mailbox(), login="bell:wrong@", **options) as url:
        assert send_email(url, SENDER, LETTER) == Result(Outcome.RETRY, "smtp_535")


def test_a_letter_travels_by_starttls(tls: ssl.SSLContext):
    box = Mailbox()
    with served(box, "smtp+starttls", tls_context=tls, require_starttls=True) as url:
        assert send_email(url, SENDER, LETTER) == SENT
    assert box.only()["To"] == LETTER.to


def test_a_letter_travels_by_tls_from_the_first_byte(tls: ssl.SSLContext):
    box = Mailbox()
    with served(box, "smtps", ssl_context=tls) as url:
        assert send_email(url, SENDER, LETTER) == SENT
    assert box.only()["To"] == LETTER.to


def test_a_server_that_offers_no_starttls_gets_no_letter():
    box = Mailbox()
    with served(box, "smtp+starttls") as url:
        assert send_email(url, SENDER, LETTER).outcome is Outcome.RETRY
    assert box.letters == []


def test_a_certificate_nobody_vouches_for_gets_no_letter(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    box = Mailbox()
    with served(box, "smtps", ssl_context=tls) as url:
        assert send_email(url, SENDER, LETTER) == Result(Outcome.RETRY, "tls")
    assert box.letters == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize(
    ("made", "reason"), [({"ends_in_days": -1}, "tls_expired"), ({"address": "127.0.0.9"}, "tls_name")]
)
def test_a_certificate_that_ended_or_is_another_s_gets_no_letter_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, object], reason: str, scheme: str
):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls.pem"))
    box, context = Mailbox(), certified(tmp_path, **made)
    with served(box, scheme, **{"ssl_context" if scheme == "smtps" else "tls_context": context}) as url:
        assert send_email(url, SENDER, LETTER) == Result(Outcome.RETRY, reason)
    assert box.letters == []


class Counted(AnyPort):
    """Counts the connections it is asked for."""

    made = 0

    def factory(self) -> SMTP:
        self.made += 1
        return super().factory()


def test_several_letters_travel_over_one_connection():
    box = Mailbox()
    controller = Counted(box, hostname="127.0.0.1", port=0)
    controller.start()
    before = controller.made  # the controller calls itself once to see whether it listens
    with connect(f"smtp://127.0.0.1:{controller.port}", SENDER) as post:
        assert [post.send(LETTER) for _ in range(20)] == [SENT] * 20
    made = controller.made - before
    controller.stop()
    assert (len(box.letters), made) == (20, 1)


def test_a_letter_that_is_refused_leaves_the_next_one_its_chance():
    box = Mailbox()
    with served(box) as url, connect(url, SENDER) as post:
        box.rcpt = "550 no such user"
        first = post.send(LETTER)
        box.rcpt = ""
        assert (first.outcome, first.about_address, post.send(LETTER)) == (Outcome.FAILED, True, SENT)


def test_a_connection_that_was_lost_between_two_letters_is_made_anew():
    box = Mailbox()
    with served(box) as url, connect(url, SENDER) as post:
        assert post.send(LETTER) == SENT
        post._server.sock.shutdown(socket.SHUT_RDWR)
        post._idle = 0
        assert post.send(LETTER) == SENT
    assert len(box.letters) == 2


def test_a_batch_into_a_server_that_is_down_tells_each_letter_so():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with connect(f"smtp://127.0.0.1:{port}", SENDER) as post:
        assert [post.send(LETTER) for _ in range(3)] == [Result(Outcome.RETRY, "unreachable")] * 3


@pytest.mark.parametrize(
    ("rcpt", "data", "result"),
    [
        ("550 no such user", "", Result(Outcome.FAILED, "smtp_550")),
        ("451 try later", "", Result(Outcome.RETRY, "smtp_451")),
        ("", "554 refused", Result(Outcome.FAILED, "smtp_554")),
        ("", "452 no space", Result(Outcome.RETRY, "smtp_452")),
    ],
)
def test_a_refusal_is_final_and_a_bad_day_is_not(rcpt: str, data: str, result: Result):
    with served(Mailbox(rcpt, data)) as url:
        assert send_email(url, SENDER, LETTER) == result


def test_a_server_that_never_greets_is_tried_again():
    with scripted() as url, socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))):
        assert send_email(url, SENDER, LETTER, timeout=0.2) == Result(Outcome.RETRY, "timeout")


def test_a_server_that_hangs_while_it_takes_the_letter_is_tried_again():
    with scripted(b"220 hello", b"250 hello", b"250 sender", b"250 recipient", b"354 go on") as url:
        assert send_email(url, SENDER, LETTER, timeout=0.2) == Result(Outcome.RETRY, "timeout")


def test_a_server_that_hangs_at_the_farewell_has_the_letter():
    with scripted(b"220 hello", b"250 hello", b"250 sender", b"250 recipient", b"354 go on", b"250 taken") as url:
        assert send_email(url, SENDER, LETTER, timeout=0.2) == SENT


def test_a_server_that_turns_everybody_away_is_tried_again():
    with scripted(b"554 closed today") as url:
        assert send_email(url, SENDER, LETTER, timeout=0.2) == Result(Outcome.RETRY, "smtp_554")


def test_a_server_that_is_down_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert send_email(f"smtp://127.0.0.1:{port}", SENDER, LETTER) == Result(Outcome.RETRY, "unreachable")


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "<@", "@@ "])
def test_what_is_not_one_address_fails_without_a_connection(to: str):
    letter = Email(to, "题", "文", None, "outbox-19")
    assert send_email("smtp://127.0.0.1:1", SENDER, letter) == Result(Outcome.FAILED, "address_invalid")


def test_an_address_the_server_can_not_write_fails():
    letter = Email("李@mail.example", "题", "文", None, "outbox-20")
    with served(Mailbox(), enable_SMTPUTF8=False) as url:
        assert send_email(url, SENDER, letter) == Result(Outcome.FAILED, "address_not_supported")


def test_no_message_shows_its_address_or_words_when_it_is_logged():
    shown = repr(LETTER) + repr(Sms("13800138000", "answered", "已有答复", {"tail": "0043"}, "outbox-21"))
    assert not any(word in shown for word in ("li@mail", "已受理", "13800138000", "已有答复", "0043'"))


def test_the_demo_sender_sends_nothing_and_says_sent():
    assert OutboxSms().send(Sms("13800138000", "answered", "已有答复", {}, "outbox-22")) == SENT
