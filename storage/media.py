"""Photos and files: the platform's handle until they are home, then sealed; both under the key of their tip or draft.

A row is wanted, then kept or failed. Files carry the media's id and nothing else; one without a row is swept away.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import LiteralString

from messages.address import ChannelName
from messages.incoming import MediaKind
from storage import keys
from storage.durable import make_folder, sync_folder
from storage.errors import WrongKey
from storage.outbox import LONGEST_WAIT
from storage.records import Files, MediaId, TipId
from storage.seal import Key, Where
from storage.store import Store, moment, ms
from storage.writes import Write

PART = ".part"
"""The ending of a file that is still being written."""
LOOKED_AT = 500
"""Files whose rows are read at once; there may be a hundred thousand."""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A photo or file that is still on its platform, with the tip's key, under which it will be kept."""

    id: MediaId
    tip: TipId
    channel: ChannelName
    file: str
    size: int
    attempts: int
    key: Key


def want(  # noqa: PLR0913 -- one row, named column by column
    key: Key,
    media: MediaId,
    *,
    tip: TipId,
    file: str,
    channel: ChannelName,
    size: int,
    now: datetime,
    what: MediaKind = "photo",
) -> Write:
    """Want a file brought home. `key` is the tip's or draft's own; until then only the platform's handle is held."""
    return Write(
        "INSERT INTO media (id, tip, kind, state, handle, channel, size, due_at) "
        "VALUES (?, ?, ?, 'wanted', ?, ?, ?, ?)",
        (media, tip, what, key.seal(file.encode(), Where("media", media, "handle")), channel, size, ms(now)),
        expects_rows=1,
    )


async def due(store: Store, now: datetime, *, limit: int = 4) -> tuple[list[WantedFile], list[Write]]:
    """The photos to fetch now, and the writes that drop those whose tip or draft was destroyed meanwhile."""
    rows = await store.db.fetch_all(
        "SELECT media.id, tip, channel, handle, size, attempts, keys.wrapped FROM media "
        "LEFT JOIN keys ON keys.owner = media.tip WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        (ms(now), limit),
    )
    wanted: list[WantedFile] = []
    writes: list[Write] = []
    for row in rows:
        media = MediaId(row["id"])
        try:
            if row["wrapped"] is None:
                raise WrongKey
            key = store.seal.unwrap(row["wrapped"], row["tip"])
            file = key.open(row["handle"], Where("media", media, "handle")).decode()
        except WrongKey:
            writes.append(drop(media))
            continue
        channel = ChannelName(row["channel"])
        wanted.append(WantedFile(media, TipId(row["tip"]), channel, file, row["size"], row["attempts"], key))
    return wanted, writes


async def next_due_at(store: Store) -> datetime | None:
    """When the next photo is to be fetched."""
    row = await store.db.fetch_one("SELECT due_at FROM media WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
    return None if row is None else moment(row["due_at"])


def keep_file(folder: Path, photo: WantedFile, *, picture: bytes) -> None:
    """Write a sealed photo so that it is whole and on disk, or not there at all. Blocks; raises OSError."""
    sealed = photo.key.seal(picture, Where("media", photo.id, "file"))
    make_folder(folder)
    part = folder / f"{photo.id}{PART}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / photo.id)
    sync_folder(folder)


def kept(photo: WantedFile, size: int) -> Write:
    """It is home; its handle is forgotten. Stale when the tip or draft was destroyed while it was on its way."""
    return Write(
        "UPDATE media SET state = 'kept', handle = x'', size = ?, due_at = NULL WHERE id = ? AND state = 'wanted' "
        "AND EXISTS (SELECT 1 FROM keys WHERE owner = media.tip)",
        (size, photo.id),
        expects_rows=1,
    )


def again(photo: WantedFile, due_at: datetime) -> Write:
    """Another try at that time."""
    return Write("UPDATE media SET due_at = ?, attempts = attempts + 1 WHERE id = ?", (ms(due_at), photo.id))


def hasten(now: datetime) -> Write:
    """At the start: what was put off for longer than we ever wait, or by a clock that was ahead, is due."""
    return Write("UPDATE media SET due_at = ? WHERE due_at > ?", (ms(now), ms(now + LONGEST_WAIT)))


def failed(photo: WantedFile) -> Write:
    """It will not come home: the platform no longer has it, or it is too large."""
    return Write("UPDATE media SET state = 'failed', handle = x'', due_at = NULL WHERE id = ?", (photo.id,))


def drop(media: MediaId) -> Write:
    """Forget a photo; its file is swept away."""
    return Write("DELETE FROM media WHERE id = ?", (media,))


def drop_of(tip: TipId) -> list[Write]:
    """Forget the photos of a tip or draft, with the destruction of its key; `sweep_files` removes the files."""
    return [Write("DELETE FROM media WHERE tip = ?", (tip,))]


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a file so far. `state` is wanted, kept or failed; empty if it was destroyed."""

    state: str = ""
    what: MediaKind = "photo"
    size: int = 0


async def standing_of(store: Store, media: MediaId) -> Standing:
    """Where a photo or file stands."""
    row = await store.db.look_up("SELECT state, kind, size FROM media WHERE id = ?", (media,))
    return Standing() if row is None else Standing(row["state"], row["kind"], row["size"])


async def files_of(store: Store, tip: TipId) -> Files:
    """How many files a tip or draft has, and how large they are; those given up do not count."""
    row = await store.db.look_up(
        "SELECT count(*) AS files, total(size) AS size FROM media WHERE tip = ? AND state <> 'failed'", (tip,)
    )
    return Files() if row is None else Files(row["files"], int(row["size"]))


async def state_of(store: Store, media: MediaId) -> str:
    """The state alone: wanted, kept or failed; empty if it was destroyed."""
    return (await standing_of(store, media)).state


async def read_picture(store: Store, folder: Path, *, media: MediaId) -> bytes | None:
    """The original bytes of a photo that is home; None while it is not, and once it or its tip is destroyed."""
    row = await store.db.fetch_one("SELECT tip FROM media WHERE id = ? AND state = 'kept'", (media,))
    if row is None:
        return None
    key = await keys.key_of(store, row["tip"])
    if key is None:
        return None
    try:
        return await asyncio.to_thread(_opened, key, folder / media)
    except (FileNotFoundError, WrongKey):
        return None


def _opened(key: Key, path: Path) -> bytes:
    return key.open(path.read_bytes(), Where("media", path.name, "file"))


async def sweep_files(store: Store, folder: Path) -> int:
    """Remove files that belong to no photo (their tip was destroyed, or we were stopped). How many went."""
    gone: list[str] = []
    names = await asyncio.to_thread(_names, folder)  # before the rows: no file is there before its row is
    for start in range(0, len(names), LOOKED_AT):
        part = names[start : start + LOOKED_AT]
        states = await _states(store, [name.removesuffix(PART) for name in part])
        for name in part:
            state = states.get(name.removesuffix(PART), "")
            if not state or (name.endswith(PART) and state != "wanted"):
                gone.append(name)
    await asyncio.to_thread(remove_files, folder, gone)
    return len(gone)


async def _states(store: Store, ids: Sequence[str]) -> dict[str, str]:
    among: LiteralString = ", ".join("?" for _ in ids)
    rows = await store.db.fetch_all("SELECT id, state FROM media WHERE id IN (" + among + ")", tuple(ids))
    return {row["id"]: row["state"] for row in rows}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def remove_files(folder: Path, names: Sequence[str]) -> None:
    """Remove the files of photos (each named as its photo), there or not. Blocks."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
