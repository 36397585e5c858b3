"""What an installation may set: every setting, its default, and what is wrong with a given value."""

import os
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import quote
from zlib import crc32
from zoneinfo import available_timezones

from shared import breached, config_places
from shared.antivirus import sound_place
from shared.config_places import Places
from shared.config_reader import BadSettings, Fault, Reader, parse_env, sound_url
from shared.config_sms import SmsSettings, read_sms

__all__ = ["BadSettings", "Fault", "Settings", "from_environment", "load"]

ROOT = Path(__file__).resolve().parent.parent
SURFACES = ("portal", "backoffice")
SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
POSTGRESQL = ("postgresql", "postgresql+psycopg", "postgres")
SHORTEST_SECRET = 32
LONGEST_SOCKET_PATH = 100  # the kernel holds 108 bytes, the closing zero and a temporary suffix included


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation decides; a field is the setting's name in small letters (HUIYIN_ENV is `env`)."""

    env: str
    data_dir: Path
    database_url: str
    redis_url: str
    embedded_redis: bool
    secret_key: str
    key_dir: Path
    worker_key_dir: Path
    crypto_profile: str
    key_service_url: str
    key_service_token: str
    files_dir: Path
    places: Places
    checkpoint_dir: Path
    checkpoint_email: str
    surfaces: frozenset[str]
    trusted_hosts: tuple[str, ...]
    proxy_count: int
    bind: str
    port: int
    web_workers: int
    metrics_port: int
    metrics_bind: str
    cookie_secure: bool
    smtp_url: str
    catches_mail: bool
    mail_from: str
    neutral_name: str
    sms: SmsSettings
    exit_url: str
    max_file_mb: int
    max_files: int
    staff_idle_minutes: int
    staff_second_factor: str
    password_profile: str
    breached_passwords: Path | None
    visit_idle_minutes: int
    clamd_socket: str
    log_level: str
    default_locale: str
    time_zone: str

    @property
    def demo(self) -> bool:
        """Whether this installation shows made-up data and demo sign-ins."""
        return self.env == "demo"

    @property
    def production(self) -> bool:
        """Whether real citizens use this installation."""
        return self.env == "production"

    @property
    def mail_dir(self) -> Path:
        """Where the demo's mail catcher leaves what it received."""
        return self.data_dir / "mail"


def load(env: Mapping[str, str], *, data_dir: Path = ROOT / "var", stated: Collection[str] = ()) -> Settings:
    """Settings from `env`; raises BadSettings with all faults, among them names in `stated` that nobody reads."""
    read = Reader(env, ROOT)
    mode = read.choice("HUIYIN_ENV", "demo", ("demo", "production", "test"))
    settings = Settings(
        env=mode,
        data_dir=data_dir,
        database_url=_database(read, data_dir),
        redis_url=read.url("REDIS_URL", _socket_url(data_dir), ("redis", "rediss", "unix"), "redis://127.0.0.1:6379/0"),
        embedded_redis=not read.text("REDIS_URL"),
        key_dir=(key_dir := read.folder("KEY_DIR", data_dir / "keys")),
        worker_key_dir=read.folder("WORKER_KEY_DIR", key_dir / "worker"),
        crypto_profile=read.choice("CRYPTO_PROFILE", "international", ("international", "sm")),
        key_service_url=read.url("KEY_SERVICE_URL", "", ("https", "http"), "https://keys.example"),
        key_service_token=read.text("KEY_SERVICE_TOKEN"),
        secret_key=_secret(read, mode, key_dir),
        files_dir=read.folder("FILES_DIR", data_dir / "files"),
        places=config_places.read(read),
        checkpoint_dir=read.folder("CHECKPOINT_DIR", data_dir / "checkpoints"),
        checkpoint_email=read.address("CHECKPOINT_EMAIL", "", "audit@example.gov.cn"),
        surfaces=_surfaces(read),
        trusted_hosts=read.names("TRUSTED_HOSTS", "localhost,127.0.0.1,[::1]"),
        proxy_count=read.number("PROXY_COUNT", 0, 0, 5),
        bind=read.text("BIND", "127.0.0.1"),
        port=read.number("PORT", 8000, 1, 65535),
        web_workers=read.number("WEB_WORKERS", 2, 1, 64),
        metrics_port=read.number("METRICS_PORT", 0, 0, 65535),
        metrics_bind=read.text("METRICS_BIND", "127.0.0.1"),
        cookie_secure=read.flag("COOKIE_SECURE", mode == "production"),
        smtp_url=read.url(
            "SMTP_URL", "smtp://127.0.0.1:8025", SMTP_PORTS, "smtp+starttls://user:password@mail.example:587"
        ),
        catches_mail=mode == "demo" and not read.text("SMTP_URL"),
        mail_from=read.address("MAIL_FROM", "回音 <noreply@huiyin.invalid>", "监察室 <notice@example.gov.cn>"),
        neutral_name=read.text("NEUTRAL_NAME", "服务通知"),
        sms=read_sms(read),
        exit_url=read.url("EXIT_URL", "https://www.weather.com.cn/", ("https", "http"), "https://www.weather.com.cn/"),
        max_file_mb=read.number("MAX_FILE_MB", 20, 1, 200),
        max_files=read.number("MAX_FILES", 9, 1, 50),
        staff_idle_minutes=read.number("STAFF_IDLE_MINUTES", 30, 5, 480),
        staff_second_factor=read.choice(
            "STAFF_SECOND_FACTOR", "required" if mode == "production" else "optional", ("required", "optional")
        ),
        password_profile=read.choice("PASSWORD_PROFILE", "nist", ("nist", "mlps3")),
        breached_passwords=_breached(read),
        visit_idle_minutes=read.number("VISIT_IDLE_MINUTES", 30, 5, 240),
        clamd_socket=_clamd(read),
        log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        default_locale=read.choice("DEFAULT_LOCALE", "zh", ("zh", "en")),
        time_zone=_time_zone(read),
    )
    if settings.production:
        _check_production(read, settings)
    read.refuse_unknown(stated)
    if read.faults:
        raise BadSettings(read.faults)
    return settings


def from_environment(root: Path = ROOT) -> Settings:
    """Settings of this process: the `.env` file in the project folder, over which the environment wins."""
    file = root / ".env"
    kept = parse_env(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return load({**kept, **os.environ}, data_dir=root / "var", stated=kept)


def _database(read: Reader, data_dir: Path) -> str:
    value = read.text("DATABASE_URL", f"sqlite:///{data_dir / 'huiyin.sqlite'}")
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return f"sqlite:///{ROOT / value.removeprefix('sqlite:///')}"
    scheme, _, place = value.partition("://")
    # A server on this machine may be named by its socket folder alone: postgresql:///huiyin?host=/run/postgresql
    hostless = place.startswith("/") or "@/" in place
    if scheme in POSTGRESQL and (hostless or sound_url(value, POSTGRESQL)):
        return f"postgresql+psycopg://{place}"
    read.fault(
        "DATABASE_URL",
        "数据库地址看不懂 (the database address can't be read)",
        "写成 sqlite:///路径 或 postgresql://用户:密码@主机/库名 (write it like one of these)",
    )
    return value


def _socket_url(data_dir: Path) -> str:
    path = data_dir / "redis" / "socket"
    # A blank in the path breaks the client's reading of CLIENT INFO, which RQ's workers ask for.
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH or " " in str(path):
        mark = crc32(os.fsencode(data_dir))
        path = Path(gettempdir()) / f"huiyin-{os.getuid()}-{mark:08x}" / "socket"
    return f"unix://{quote(str(path))}?db=0"


def _secret(read: Reader, mode: str, key_dir: Path) -> str:
    given = read.text("SECRET_KEY")
    if given and len(given) < SHORTEST_SECRET:
        read.fault(
            "SECRET_KEY",
            "太短 (too short)",
            f"至少 {SHORTEST_SECRET} 个字符 (give at least {SHORTEST_SECRET} characters)",
        )
    if not given and mode == "production":
        made = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        read.fault("SECRET_KEY", "正式运行必须填写 (required in production)", f"生成一个 (make one): {made}")
    return given or ("" if mode == "production" or read.faults else _kept_secret(key_dir / "session.key"))


def _kept_secret(path: Path) -> str:
    """The secret this installation made for itself at its first start."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # two processes may start at once: the first one's secret stands, whole
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _surfaces(read: Reader) -> frozenset[str]:
    given = read.names("SURFACES", ",".join(SURFACES))
    if not given or not set(given) <= set(SURFACES):
        read.fault(
            "SURFACES", "只能是 (can only hold): portal、backoffice", "例如 (for example): SURFACES=portal,backoffice"
        )
    return frozenset(given)


def _clamd(read: Reader) -> str:
    value = read.text("CLAMD_SOCKET")
    if value and not sound_place(value):
        read.fault(
            "CLAMD_SOCKET",
            "不是套接字文件的路径，也不是 主机:端口 (neither a socket file nor host:port)",
            "例如 (for example): CLAMD_SOCKET=/run/clamav/clamd.ctl",
        )
    return value


def _breached(read: Reader) -> Path | None:
    value = read.text("BREACHED_PASSWORDS")
    if value and not breached.sound(Path(value)):
        read.fault(
            "BREACHED_PASSWORDS",
            "读不了，或者不是按散列排好的 SHA-1 文件 (can't be read, or no file of SHA-1 hashes)",
            "每行 40 位十六进制，可带 :次数 (a line is 40 hex digits, and :count where there is one)",
        )
    return Path(value) if value else None


def _time_zone(read: Reader) -> str:
    value = read.text("TIME_ZONE", "Asia/Shanghai")
    if value not in available_timezones():
        read.fault(
            "TIME_ZONE", f"没有“{value}”这个时区 (no such time zone)", "例如 (for example): TIME_ZONE=Asia/Shanghai"
        )
    return value


def _check_production(read: Reader, settings: Settings) -> None:
    for name, example in (
        ("TRUSTED_HOSTS", "complaints.example.gov.cn"),
        ("SMTP_URL", "smtp+starttls://user:password@mail.example:587"),
        ("MAIL_FROM", "监察室 <notice@example.gov.cn>"),
        ("KEY_DIR", "/etc/huiyin/keys"),
    ):
        if not read.text(name):
            read.fault(name, "正式运行必须填写 (required in production)", f"例如 (for example): {name}={example}")
    # Keys that lie beside the data travel with every copy of the data.
    if read.text("KEY_DIR") and any(
        settings.key_dir.is_relative_to(place) for place in (settings.data_dir, settings.files_dir)
    ):
        read.fault(
            "KEY_DIR", "密钥放在了数据文件夹里 (the keys lie inside the data folder)", "换到别处 (move them elsewhere)"
        )
    if settings.key_dir.is_dir() and settings.key_dir.stat().st_mode & 0o077:
        read.fault("KEY_DIR", "别的用户可以读 (others can read it)", f"chmod 700 {settings.key_dir}")
