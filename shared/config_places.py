"""Settings of places: the storage of files, the house's own fonts, the keys that backups are closed for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from shared.config_reader import Reader

STORES = ("disk", "s3")
KEY_DIGITS = 64


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where files go (`file_store` disk or s3), where own fonts lie, for which public keys backups are closed."""

    font_dir: Path | None
    file_store: str
    s3_endpoint: str
    s3_bucket: str
    s3_region: str
    s3_key_id: str
    s3_secret: str = field(repr=False)
    s3_path_style: bool
    backup_key: str
    backup_keys_key: str


def read(given: Reader) -> Places:
    """Reads them; faults are noted with the reader."""
    places = Places(
        font_dir=_fonts(given),
        file_store=given.choice("FILE_STORE", "disk", STORES),
        s3_endpoint=given.url("S3_ENDPOINT", "", ("https", "http"), "https://s3.example.gov.cn"),
        s3_bucket=given.text("S3_BUCKET"),
        s3_region=given.text("S3_REGION", "us-east-1"),
        s3_key_id=given.text("S3_KEY_ID"),
        s3_secret=given.text("S3_SECRET"),
        s3_path_style=given.flag("S3_PATH_STYLE", True),
        backup_key=_public(given, "BACKUP_KEY"),
        backup_keys_key=_public(given, "BACKUP_KEYS_KEY"),
    )
    if places.backup_key and places.backup_key == places.backup_keys_key:
        given.fault(
            "BACKUP_KEYS_KEY",
            "和 BACKUP_KEY 相同 (the same as BACKUP_KEY)",
            "换一对钥匙：一个人不该同时能打开数据和密钥 (use another pair: one person should not open both)",
        )
    for name in ("ENDPOINT", "BUCKET", "KEY_ID", "SECRET"):
        if places.file_store == "s3" and not given.text(f"S3_{name}"):
            given.fault(
                f"S3_{name}",
                "FILE_STORE=s3 时必须填写 (required with FILE_STORE=s3)",
                "填写存储服务的值 (copy it from the storage service)",
            )
    return places


def _public(given: Reader, name: str) -> str:
    value = given.text(name).lower()
    if value and not (len(value) == KEY_DIGITS and set(value) <= set("0123456789abcdef")):
        given.fault(
            name,
            f"不是 {KEY_DIGITS} 位十六进制的公钥 (not a public key of {KEY_DIGITS} hex digits)",
            "在另一台机器上生成 (make one on another machine): python -m shared.cli backup-key 文件",
        )
        return ""
    return value


def _fonts(given: Reader) -> Path | None:
    value = given.text("HUIYIN_FONT_DIR")
    if value and not Path(value).is_dir():
        given.fault(
            "HUIYIN_FONT_DIR",
            "没有这个文件夹 (no such folder)",
            "放字体文件的文件夹 (the folder with the font files): /srv/huiyin/fonts",
        )
        return None
    return Path(value) if value else None
