"""What a thief of disk and key file has: every sealed cell that still opens."""

from pathlib import Path
from typing import get_args

from storage.errors import WrongKey
from storage.seal import Key, Purpose, Seal, Where
from storage.store import Store
from tests.secrecy.disk import Row


def everything(store: Store, rows: list[Row], *, media: Path) -> dict[tuple[str, int, str], bytes]:
    """Each cell, and each photo's file, that opens with any key there is, and what it says."""
    keys = _keys(store.seal, rows)
    found: dict[tuple[str, int, str], bytes] = {}
    for row in rows:
        for column, value in row.cells:
            if isinstance(value, bytes) and value:
                opened = _opened(value, keys, _places(row, column))
                if opened is not None:
                    found[row.table, row.number, column] = opened
    for path in media.iterdir() if media.is_dir() else ():
        opened = _opened(path.read_bytes(), keys, [Where("media", path.name, "file")])
        if opened is not None:
            found["files", 0, path.name] = opened
    return found


def _keys(seal: Seal, rows: list[Row]) -> list[Key]:
    """The key of every owner that still has one, and the installation's own for each purpose."""
    keys = [seal.purpose_key(purpose) for purpose in get_args(Purpose)]
    for row in rows:
        if row.table == "keys":
            owner, wrapped = row["owner"], row["wrapped"]
            assert isinstance(owner, str)
            assert isinstance(wrapped, bytes)
            keys.append(seal.unwrap(wrapped, owner))
    return keys


def _places(row: Row, column: str) -> list[Where]:
    """What the cell may be bound to: its table and any name in its row, as text or in hex, or no name."""
    names = [value.hex() if isinstance(value, bytes) else str(value) for _, value in row.cells]
    return [*(Where(row.table, name, column) for name in (*names, "")), Where("places", "", "place")]


def _opened(sealed: bytes, keys: list[Key], places: list[Where]) -> bytes | None:
    for key in keys:
        for place in places:
            try:
                return key.open(sealed, place)
            except WrongKey:
                continue
    return None
