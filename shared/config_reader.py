"""Reads single settings out of text and collects what is wrong with them."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit


class Fault(NamedTuple):
    """One wrong setting: its name, what is wrong, what to do."""

    name: str
    problem: str
    remedy: str


class BadSettings(Exception):
    """The start is refused; `faults` holds every wrong setting, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{f.name}: {f.problem}" for f in faults))
        self.faults = faults


class Reader:
    """Reads settings one by one and remembers every fault instead of stopping at the first."""

    def __init__(self, env: Mapping[str, str], root: Path) -> None:
        self._env = env
        self._root = root
        self.asked: set[str] = set()
        self.faults: list[Fault] = []

    def fault(self, name: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(name, problem, remedy))

    def text(self, name: str, default: str = "") -> str:
        self.asked.add(name)
        return self._env.get(name, "").strip() or default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value[:9]) <= high:
            return int(value)
        self.fault(
            name,
            f"“{value}”不是 {low} 至 {high} 之间的整数 (not a whole number from {low} to {high})",
            f"改成整数，例如 {name}={default} (give a whole number)",
        )
        return default

    def choice(self, name: str, default: str, allowed: Collection[str]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            listed = "、".join(allowed)
            self.fault(
                name, f"“{value}”不在可选范围内 (not one of the choices)", f"改成其中之一 (choose one): {listed}"
            )
        return value if value in allowed else default

    def flag(self, name: str, default: bool) -> bool:
        return self.choice(name, "true" if default else "false", ("true", "false")) == "true"

    def names(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, default).split(",") if part.strip())

    def folder(self, name: str, default: Path) -> Path:
        path = self._root / Path(self.text(name, str(default))).expanduser()
        if path.exists() and not path.is_dir():
            self.fault(name, f"{path} 不是文件夹 (not a folder)", "改成一个文件夹的路径 (give the path of a folder)")
        return path

    def url(self, name: str, default: str, schemes: Collection[str], example: str) -> str:
        value = self.text(name, default)
        if value and not sound_url(value, schemes):
            self.fault(name, "地址看不懂 (the address can't be read)", f"写成这样 (write it like this): {example}")
        return value

    def address(self, name: str, default: str, example: str) -> str:
        value = self.text(name, default)
        if value and "@" not in parseaddr(value)[1]:
            self.fault(name, "不是邮箱地址 (no mail address)", f"例如 (for example): {name}={example}")
        return value

    def refuse_unknown(self, stated: Collection[str]) -> None:
        for name in sorted(set(stated) - self.asked):
            close = get_close_matches(name, self.asked, n=1)
            meant = f"改成 {close[0]} (did you mean this?)" if close else "从 .env 里删去 (remove it from .env)"
            self.fault(name, "没有这个设置 (no such setting)", meant)


def parse_env(text: str) -> dict[str, str]:
    """NAME=value lines of a `.env` file; `#` starts a comment line, quotes round a value are dropped."""
    found = {}
    for line in text.lstrip("\ufeff").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        value = value.strip()
        if equals and not name.startswith("#"):
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found[name.strip()] = value[1:-1] if quoted else value
    return found


def sound_url(value: str, schemes: Collection[str]) -> bool:
    """Whether an address has one of the schemes, a host (a path for a socket) and a possible port."""
    try:
        parts = urlsplit(value)
        sound_port = parts.port is None or parts.port > 0
    except ValueError:  # a port that is no number, a bracket that never closes
        return False
    return parts.scheme in schemes and sound_port and bool(parts.path if parts.scheme == "unix" else parts.hostname)
