"""What an application holds besides its configuration: settings, keys, the file store, the bell."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from shared import crypto, files
from shared.config import Settings
from shared.crypto import Keys
from shared.disk_store import DiskStore
from shared.file_kinds import Limits
from shared.s3 import Bucket
from shared.s3_store import S3Store
from shared.sealing.service import HttpKeys, KeyService

QUEUE = "huiyin"


@dataclass(frozen=True, slots=True)
class State:
    """One application's settings, keys, store and Redis connection."""

    settings: Settings
    keys: Keys
    store: files.Store
    limits: Limits
    redis: Redis


def init(app: Flask, settings: Settings) -> None:
    """Opens keys and store; raises crypto.KeysUnusable with every faulty key file."""
    temporary = settings.data_dir / "tmp"
    for folder in (settings.data_dir, temporary, settings.files_dir):
        folder.mkdir(parents=True, exist_ok=True)
    app.extensions["huiyin"] = State(
        settings=settings,
        keys=crypto.load_keys(
            settings.key_dir,
            create=not settings.production,
            worker=settings.worker_key_dir,
            profile=settings.crypto_profile,
            service=key_service(settings),
        ),
        store=file_store(settings),
        limits=Limits(folder=temporary, file_bytes=settings.max_file_mb * 1024 * 1024, files=settings.max_files),
        redis=Redis.from_url(settings.redis_url, socket_connect_timeout=1, socket_timeout=2),
    )


def file_store(settings: Settings) -> files.Store:
    """Where files go by the settings."""
    if settings.places.file_store == "disk":
        return DiskStore(settings.files_dir)
    at = settings.places
    bucket = Bucket(at.s3_endpoint, at.s3_bucket, at.s3_region, at.s3_key_id, at.s3_secret, at.s3_path_style)
    return S3Store(bucket, settings.data_dir / "tmp")


def key_service(settings: Settings) -> KeyService | None:
    """Who holds the root key, where it isn't a file."""
    return HttpKeys(settings.key_service_url, settings.key_service_token) if settings.key_service_url else None


def state() -> State:
    """The running application's."""
    return cast(State, current_app.extensions["huiyin"])


def settings() -> Settings:
    """The running application's settings."""
    return state().settings


def keys() -> Keys:
    """The running application's keys."""
    return state().keys


def store() -> files.Store:
    """Where evidence files lie."""
    return state().store


def limits() -> Limits:
    """What an upload may be."""
    return state().limits


def queue() -> Queue:
    """The RQ queue; JSON, for pickled jobs would run whatever somebody wrote into Redis."""
    return Queue(QUEUE, connection=state().redis, serializer=JSONSerializer)


JOB_SECONDS = 60
BELL, RINGS_SECONDS = "huiyin:rung", 20
"""While one bell hangs unanswered, another says nothing new: a backlog isn't answered by a backlog of jobs. It is
forgotten after a while, for the worker that was to answer may have died."""


def _ring(job: str, *ids: int) -> None:
    """Enqueues a job by ids; a Redis that is away costs nothing, for the sweep offers everything again."""
    try:
        queue().enqueue(job, *ids, job_timeout=JOB_SECONDS, result_ttl=60, failure_ttl=86400)
    except RedisError:
        current_app.logger.warning("bell_not_rung")


def ring() -> None:
    """Tells the workers that the outbox has something to send; call it after the commit."""
    with suppress(RedisError):
        if not state().redis.set(BELL, "1", nx=True, ex=RINGS_SECONDS):
            return
    _ring("shared.tasks.send_due")


def answer_bell() -> None:
    """A worker is about to look: whatever is committed later needs a bell of its own."""
    with suppress(RedisError):
        state().redis.delete(BELL)


def ring_copies() -> None:
    """Tells the workers that flat copies are to be made."""
    _ring("shared.tasks.make_copies")


def ring_receipts() -> None:
    """Tells the workers to ask what became of text messages."""
    _ring("shared.tasks.poll_receipts")


def ring_issue(issue_id: int) -> None:
    """Tells the workers to publish an approved common issue."""
    _ring("shared.tasks.publish_issue", issue_id)
