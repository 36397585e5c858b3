"""Takes a backup: the database in one moment, the files that are new since the last one, and what both must hold."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine

from shared.backup import manifest, places, pool, postgres, sqlite
from shared.backup.manifest import Manifest
from shared.backup.pool import Pool
from shared.backup.sealed import Sealing
from shared.backup.snapshot import Snapshot
from shared.config import ROOT, Settings
from shared.crypto import Keys
from shared.domain.errors import Refused
from shared.files import Store
from shared.schema import db_path
from shared.sealing import envelope

Tell = Callable[[str], None]


def public_key(settings: Settings) -> bytes:
    """The key that backups are closed for; raises Refused('no_backup_key')."""
    if not settings.places.backup_key:
        raise Refused("no_backup_key")
    return bytes.fromhex(settings.places.backup_key)


def take(
    settings: Settings, engine: Engine, keys: Keys, store: Store, root: Path, now: dt.datetime, tell: Tell
) -> Manifest:
    """Makes one in a new folder of `root`; whole or not at all.

    Raises Refused: no_backup_key, backup_inside, backup_running, no_room, database_damaged.
    """
    public = public_key(settings)
    _check_place(settings, root)
    with places.alone(root):
        name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        recipient = envelope.key_id(public)
        with places.new_folder(root / name) as folder:
            tell("1/3 数据库… (database)")
            with places.new_file(folder / manifest.DATABASE) as sink:
                sealing = Sealing(sink, public, f"database|{name}", keys.profile)
                with sealing:
                    found = _dump(settings, engine, sealing)
            tell("2/3 文件… (files)")
            shared = Pool(pool.of(root, recipient), public, keys.profile)
            files, new = pool.take(store, shared, pool.known_before(root, recipient), tell)
            text = json.dumps(files, sort_keys=True)
            _write(folder / manifest.FILES, text)
            tell("3/3 清单… (manifest)")
            said = Manifest(
                name=name,
                at=now.isoformat(),
                quarter=manifest.quarter_of(now.date()),
                recipient=recipient,
                product=_product(),
                schema=found.schema,
                engine=engine.dialect.name,
                tables=found.tables,
                chain=found.chain,
                keys={ring: keys.current(ring)[0] for ring in keys.rings},
            )
            said.database = {
                "sha256": sealing.sealed.hexdigest(),
                "plain": sealing.plain.hexdigest(),
                "size": sealing.size,
            }
            said.files = {
                "sha256": places.digest(folder / manifest.FILES),
                "count": len(files),
                "new": new,
                "missing": len(found.stored - files.keys()),
            }
            _write(folder / manifest.NAME, said.signed(keys).as_text())
    return said


def old_key(root: Path, said: Manifest) -> str:
    """The quarter in which the key of this backup was first used, where that was an earlier one; else ''."""
    quarters = [one.quarter for one in map(manifest.read, manifest.all_in(root)) if one.recipient == said.recipient]
    first = min(quarters, default=said.quarter)
    return first if first < said.quarter else ""


def _dump(settings: Settings, engine: Engine, sealing: Sealing) -> Snapshot:
    path = db_path(engine)
    if path is None:
        return postgres.dump(engine, sealing)
    temporary = settings.data_dir / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(temporary).free < path.stat().st_size:
        raise Refused("no_room", place=str(temporary), needs=path.stat().st_size)
    return sqlite.dump(path, sealing, temporary)


def _check_place(settings: Settings, root: Path) -> None:
    """A backup among the data is lost with the data, one among the keys is no backup apart from the keys."""
    for place in (settings.files_dir, settings.key_dir, settings.worker_key_dir, ROOT):
        if root.resolve().is_relative_to(place.resolve()):
            raise Refused("backup_inside", place=str(place))


def _write(path: Path, text: str) -> None:
    with places.new_file(path) as file:
        file.write(text.encode())


def _product() -> str:
    try:
        return version("huiyin")
    except PackageNotFoundError:  # run from its folder, as usual
        lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        return next((line.split('"')[1] for line in lines if line.startswith("version = ")), "")
