"""Settings: every one is documented, every wrong one is named, nothing starts on a guess."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shared import config, config_sms
from shared.config import ROOT, BadSettings, Fault, load
from shared.config_reader import parse_env

WRONG = {
    "HUIYIN_ENV": "live",
    "DATABASE_URL": "mysql://h/d",
    "REDIS_URL": "http://h",
    "SECRET_KEY": "short",
    "KEY_DIR": "pyproject.toml",
    "FILES_DIR": "README.md",
    "FILE_STORE": "tape",
    "HUIYIN_FONT_DIR": "README.md",
    "S3_ENDPOINT": "s3",
    "S3_PATH_STYLE": "maybe",
    "BACKUP_KEY": "short",
    "BACKUP_KEYS_KEY": "short",
    "SURFACES": "portal,office",
    "PROXY_COUNT": "-1",
    "PORT": "70000",
    "WEB_WORKERS": "two",
    "METRICS_PORT": "-1",
    "COOKIE_SECURE": "maybe",
    "SMTP_URL": "smtp://host:port",
    "MAIL_FROM": "nobody",
    "SMS_PROVIDER": "pigeon",
    "SMS_SECOND_PROVIDER": "pigeon",
    "ALIYUN_SMS_ENDPOINT": "dysms",
    "ALIYUN_SMS_TEMPLATES": "nothing:SMS_1",
    "TENCENT_SMS_ENDPOINT": "sms",
    "TENCENT_SMS_TEMPLATES": "accepted:",
    "GATEWAY_SMS_URL": "ftp://h",
    "SMS_RECEIPT_TOKEN": "short",
    "SMS_CAP_NUMBER": "0",
    "SMS_CAP_PREFIX": "-1",
    "SMS_CAP_DAY": "many",
    "SMS_BULK_FROM": "1",
    "CLAMD_SOCKET": "clamd",
    "EXIT_URL": "javascript:alert(1)",
    "MAX_FILE_MB": "²",
    "MAX_FILES": "0",
    "STAFF_IDLE_MINUTES": "4",
    "STAFF_SECOND_FACTOR": "maybe",
    "PASSWORD_PROFILE": "strong",
    "BREACHED_PASSWORDS": "README.md",
    "VISIT_IDLE_MINUTES": "9999999999",
    "LOG_LEVEL": "loud",
    "DEFAULT_LOCALE": "fr",
    "TIME_ZONE": "Mars/Base",
    "CHECKPOINT_DIR": "README.md",
    "CHECKPOINT_EMAIL": "nobody",
}


class Listening(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture
def refused(tmp_path: Path):
    def faults(env: dict[str, str], **more) -> list[Fault]:
        with pytest.raises(BadSettings) as caught:
            load(env, data_dir=tmp_path, **more)
        return caught.value.faults

    return faults


def test_every_setting_stands_in_the_example_and_in_the_handbook(tmp_path: Path) -> None:
    env = Listening()
    load(env, data_dir=tmp_path)
    example = re.findall(r"^(?:# )?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    handbook = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert sorted(example) == sorted(env.asked)
    assert sorted(handbook) == sorted(env.asked)


def test_the_example_is_accepted_as_it_stands(tmp_path: Path) -> None:
    example = parse_env((ROOT / ".env.example").read_text())
    assert load(example, data_dir=tmp_path, stated=example).demo


def test_all_faults_are_listed_at_once_each_with_its_remedy(refused) -> None:
    faults = refused(WRONG)
    assert {fault.name for fault in faults} == set(WRONG)
    assert all(fault.problem and fault.remedy for fault in faults)


def test_production_does_not_start_on_the_demo_s_defaults(refused) -> None:
    names = {fault.name for fault in refused({"HUIYIN_ENV": "production"})}
    assert names == {"SECRET_KEY", "KEY_DIR", "TRUSTED_HOSTS", "SMTP_URL", "MAIL_FROM"}


def test_keys_must_not_lie_where_the_data_lies_nor_be_open_to_others(refused, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o755)
    found = refused({"HUIYIN_ENV": "production", "KEY_DIR": str(keys)})
    assert len([fault for fault in found if fault.name == "KEY_DIR"]) == 2


@pytest.mark.parametrize(("provider", "names"), config_sms.NEEDS.items())
@pytest.mark.parametrize("setting", ["SMS_PROVIDER", "SMS_SECOND_PROVIDER"])
def test_a_provider_of_text_messages_needs_its_account(refused, provider, names, setting) -> None:
    assert {fault.name for fault in refused({setting: provider})} == set(names)


def test_the_second_provider_is_another(refused) -> None:
    given = {"SMS_PROVIDER": "gateway", "GATEWAY_SMS_URL": "https://h.example", "GATEWAY_SMS_SECRET": "s"}
    [fault] = refused(given | {"SMS_SECOND_PROVIDER": "gateway"})
    assert fault.name == "SMS_SECOND_PROVIDER"


def test_files_in_a_storage_need_its_place_and_its_keys(refused) -> None:
    names = {fault.name for fault in refused({"FILE_STORE": "s3"})}
    assert names == {f"S3_{part}" for part in ("ENDPOINT", "BUCKET", "KEY_ID", "SECRET")}


def test_keys_are_not_backed_up_for_the_key_of_the_data(refused) -> None:
    [fault] = refused({"BACKUP_KEY": "a" * 64, "BACKUP_KEYS_KEY": "A" * 64})
    assert fault.name == "BACKUP_KEYS_KEY"


def test_a_misspelt_name_in_the_env_file_is_named_with_what_was_meant(refused) -> None:
    [fault] = refused({"SMTP_ULR": "x"}, stated=["SMTP_ULR"])
    assert fault.name == "SMTP_ULR"
    assert "SMTP_URL" in fault.remedy


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = load({}, data_dir=tmp_path), load({}, data_dir=tmp_path)
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "keys" / "session.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "given",
    ["postgresql://u:p@db.example/h", "postgres://u:p@db.example/h", "postgresql+psycopg://u:p@db.example/h"],
)
def test_every_way_to_write_postgresql_uses_the_installed_driver(tmp_path: Path, given: str) -> None:
    assert load({"DATABASE_URL": given}, data_dir=tmp_path).database_url == "postgresql+psycopg://u:p@db.example/h"


def test_a_socket_path_with_a_blank_moves_too_for_workers_could_not_read_it() -> None:
    url = load({}, data_dir=Path("/srv/新 家/var")).redis_url
    assert "%20" not in url


def test_a_socket_path_too_long_for_the_kernel_moves_to_a_short_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("很长的文件夹" * 12)
    short, long = (load({"SECRET_KEY": "s" * 32}, data_dir=place).redis_url for place in (Path("/srv/h/var"), deep))
    assert short == "unix:///srv/h/var/redis/socket?db=0"
    assert len(long) < config.LONGEST_SOCKET_PATH


def test_the_env_file_may_hold_comments_quotes_and_exports() -> None:
    text = "\ufeff# 注释\nexport A = '甲 = 乙'\nB=\"2\"\nC=x#y\n\nno value\n"
    assert parse_env(text) == {"A": "甲 = 乙", "B": "2", "C": "x#y"}


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=8123\nMAX_FILES=3\n")
    for name in set(os.environ) & {"PORT", "MAX_FILES", "DATABASE_URL", "REDIS_URL", "HUIYIN_ENV"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "8124")
    settings = config.from_environment(tmp_path)
    assert (settings.port, settings.max_files) == (8124, 3)
