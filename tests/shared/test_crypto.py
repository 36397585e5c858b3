"""Facts about keys, hashes, sealed fields and tokens."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import crypto, hash_line
from shared.crypto import Keys, KeysUnusable

RECEIPT, CODE = "12345678901", "4827615033941207"
RING = {name: dict([crypto.new_key_line().split()]) for name in (*crypto.KEY_NAMES, "identity", "contact")}
KEYS = Keys({name: {kid: bytes.fromhex(key) for kid, key in ring.items()} for name, ring in RING.items()})
HARDENED = crypto.harden(crypto.hash_quickly(KEYS, RECEIPT, CODE))
PASSWORD = crypto.hash_password("correct horse 电池")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    crypto.load_keys(tmp_path / "keys", create=True)
    return tmp_path / "keys"


def test_made_keys_are_private_and_stay_the_same(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert [path.name for path in files] == sorted(crypto.KEY_NAMES)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert crypto.load_keys(folder, create=True) == crypto.load_keys(folder, create=False)


def test_missing_keys_are_all_named_and_never_replaced(folder: Path) -> None:
    (folder / "pepper").unlink()
    (folder / "content").unlink()
    with pytest.raises(KeysUnusable) as error:
        crypto.load_keys(folder, create=False)
    assert [(f.path.name, f.problem) for f in error.value.faults] == [("pepper", "missing"), ("content", "missing")]
    assert "restore" in str(error.value)
    assert not (folder / "pepper").exists()


def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "pepper").chmod(0o640)
    with pytest.raises(KeysUnusable) as error:
        crypto.load_keys(folder, create=True)
    assert error.value.faults[0].problem == "readable_by_others"


@pytest.mark.parametrize("content", [b"", b"\n", b"abc", b"00000000 " + b"00" * 32, b"\xff\xfe", b"a b c"])
def test_a_damaged_key_is_refused(folder: Path, content: bytes) -> None:
    (folder / "events").write_bytes(content)
    with pytest.raises(KeysUnusable) as error:
        crypto.load_keys(folder, create=True)
    assert error.value.faults[0].problem == "damaged"


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: crypto.load_keys(tmp_path / "new", create=True), range(8)))
    assert all(keys == loaded[0] for keys in loaded)


def test_keys_never_show_in_a_traceback_or_log() -> None:
    assert next(iter(KEYS.rings["pepper"].values())).hex() not in repr(KEYS)
    assert repr(KEYS) == "Keys()"


@pytest.mark.parametrize("stored", [crypto.hash_quickly(KEYS, RECEIPT, CODE), HARDENED], ids=["hmac", "argon2id"])
def test_a_code_opens_its_own_receipt_only(stored: str) -> None:
    assert crypto.code_matches(KEYS, stored, RECEIPT, CODE)
    assert not crypto.code_matches(KEYS, stored, RECEIPT, "4827615033941215")
    assert not crypto.code_matches(KEYS, stored, "12345678910", CODE)


def test_an_unknown_receipt_has_no_code() -> None:
    assert not crypto.code_matches(KEYS, None, RECEIPT, CODE)
    assert not crypto.code_matches(KEYS, "", RECEIPT, "")


def test_hardening_needs_no_code_and_may_run_twice() -> None:
    assert HARDENED.startswith("argon2id$")
    assert "m=19456,t=2,p=1" in HARDENED
    assert crypto.harden(HARDENED) == HARDENED


def test_a_stored_code_is_worthless_without_the_pepper() -> None:
    other = Keys({**KEYS.rings, "pepper": dict([(kid, os.urandom(32)) for kid in KEYS.rings["pepper"]])})
    assert not crypto.code_matches(other, HARDENED, RECEIPT, CODE)


def test_a_code_outlives_a_new_pepper_as_long_as_the_old_one_is_kept(folder: Path) -> None:
    stored = crypto.hash_quickly(crypto.load_keys(folder, create=False), RECEIPT, CODE)
    old = (folder / "pepper").read_text()
    (folder / "pepper").write_text(crypto.new_key_line() + old)
    assert crypto.code_matches(crypto.load_keys(folder, create=False), crypto.harden(stored), RECEIPT, CODE)
    (folder / "pepper").write_text(crypto.new_key_line())
    assert not crypto.code_matches(crypto.load_keys(folder, create=False), stored, RECEIPT, CODE)


def _hashes_run(monkeypatch: pytest.MonkeyPatch, stored: str | None) -> list[str]:
    seen: list[str] = []
    verify = type(crypto._codes).verify

    def counted(hasher: object, stored: str, secret: str) -> bool:
        seen.append(stored.rsplit("$", 2)[0])
        return verify(crypto._codes, stored, secret)

    monkeypatch.setattr(type(crypto._codes), "verify", counted)
    crypto.code_matches(KEYS, stored, RECEIPT, CODE)
    return seen


STORED = [None, crypto.hash_quickly(KEYS, RECEIPT, CODE), HARDENED]


@pytest.mark.parametrize("stored", STORED, ids=["unknown", "hmac", "argon2id"])
def test_every_answer_costs_exactly_one_hash_of_the_same_price(
    monkeypatch: pytest.MonkeyPatch, stored: str | None
) -> None:
    assert _hashes_run(monkeypatch, stored) == ["$argon2id$v=19$m=19456,t=2,p=1"]


def test_unknown_and_wrong_take_about_the_same_time() -> None:
    def spent(stored: str | None) -> float:
        begin = time.thread_time()
        crypto.code_matches(KEYS, stored, RECEIPT, "4827615033941215")
        return time.thread_time() - begin

    pairs = [(spent(None), spent(HARDENED)) for _ in range(15)]
    unknown, wrong = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / wrong < 2


def test_a_crowd_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_line, "WAIT_SECONDS", 0)
    line = hash_line.line()
    for _ in range(line.slots):
        line.hashing.acquire()
    try:
        with pytest.raises(crypto.Busy) as error:
            crypto.code_matches(KEYS, None, RECEIPT, CODE)
    finally:
        line.hashing.release(line.slots)
    assert error.value.retry_after > 0
    assert crypto.code_matches(KEYS, HARDENED, RECEIPT, CODE)


@pytest.mark.parametrize("processes", [1, 2, 7, 64])
def test_all_web_processes_together_hash_on_no_more_cores_than_there_are(processes: int) -> None:
    """R15: the bound is the machine's, each process has its part and one place at least."""
    slots = hash_line.slots_for(processes)
    assert slots >= 1
    assert slots * processes <= max(processes, os.cpu_count() or 1)


@given(st.binary(max_size=1000))
def test_what_was_sealed_comes_back(data: bytes) -> None:
    sealed = crypto.seal(KEYS, "contact", "complainant|phone|1", data)
    assert crypto.unseal(KEYS, "contact", "complainant|phone|1", sealed) == data


@pytest.mark.parametrize(
    ("purpose", "where"), [("contact", "complainant|phone|2"), ("identity", "complainant|phone|1")]
)
def test_a_field_moved_elsewhere_cannot_be_opened(purpose: str, where: str) -> None:
    sealed = crypto.seal(KEYS, "contact", "complainant|phone|1", b"13800138000")
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(KEYS, purpose, where, sealed)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_field_with_any_byte_changed_cannot_be_opened(at: int, change: int) -> None:
    sealed = bytearray(crypto.seal(KEYS, "identity", "here", b"abc"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(KEYS, "identity", "here", bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 5, 6, 17, 18, 30])
def test_a_field_cut_short_cannot_be_opened(length: int) -> None:
    sealed = crypto.seal(KEYS, "identity", "here", b"abc")
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(KEYS, "identity", "here", sealed[:length])


def test_the_length_of_a_short_field_does_not_show() -> None:
    def length(size: int) -> int:
        return len(crypto.seal(KEYS, "identity", "here", b"a" * size))

    assert length(0) == length(6) == length(63) < length(64) == length(255) < length(256)


def test_nothing_is_sealed_for_an_unknown_purpose() -> None:
    with pytest.raises(ValueError, match="pepper"):
        crypto.seal(KEYS, "pepper", "here", b"")


def test_a_password_fits_itself_however_it_was_typed() -> None:
    assert crypto.password_matches(PASSWORD, "correct horse 电池")
    assert crypto.password_matches(PASSWORD, "ｃｏｒｒｅｃｔ horse 电池")
    assert not crypto.password_matches(PASSWORD, "correct horse")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_no_account_and_no_usable_hash_match_nothing(stored: str | None) -> None:
    assert not crypto.password_matches(stored, "correct horse 电池")


def test_tokens_differ_and_are_found_by_what_does_not_reveal_them() -> None:
    first, second = crypto.token(), crypto.token()
    assert first != second
    assert len(first) >= 43
    assert crypto.token_id(first) == crypto.token_id(first) != crypto.token_id(second)
    assert first not in crypto.token_id(first)


def test_keyed_hashes_differ_by_purpose_and_key() -> None:
    other = Keys({**KEYS.rings, "pepper": {"00000000": os.urandom(32)}})
    hashes = {crypto.keyed_hash(KEYS, "receipt", "1"), crypto.keyed_hash(KEYS, "account", "1")}
    assert len(hashes | {crypto.keyed_hash(other, "receipt", "1")}) == 3
