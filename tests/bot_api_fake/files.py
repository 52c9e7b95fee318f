"""Files by id, as getFile hands them out."""

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.bot_api_fake.refusals import bad

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes; MAX_DOWNLOAD_FILE_SIZE of Telegram's server. Larger files have an id but cannot be fetched."""
PHOTO_LIMIT = 10 * 1024 * 1024
"""Bytes of a photo that is sent (Bot API manual, "Sending files")."""
FOLDERS = {"photo": "photos", "video": "videos", "voice": "voice", "audio": "music", "sticker": "stickers"}
ENDINGS = {"photo": ".jpg", "video": ".mp4", "voice": ".oga", "sticker": ".webp"}


@dataclass(frozen=True)
class StoredFile:
    """One file; `size` is what Telegram says it is."""

    file_id: str
    unique_id: str
    path: str
    content: bytes
    size: int

    def reference(self) -> dict[str, Any]:
        """The three fields that every kind of file has in a message."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """All files of this server; ids are long, opaque and differ for equal contents, as Telegram's do."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, content: bytes, kind: str, *, name: str = "", size: int | None = None) -> StoredFile:
        """Store a file; `size` claims another size than it has, to stand for one too big to handle in a test."""
        number = len(self._by_id) + 1
        ending = ENDINGS.get(kind) or ("." + name.rpartition(".")[2] if "." in name else "")
        stored = StoredFile(
            file_id="AgACAgUAAxk" + secrets.token_urlsafe(42),
            unique_id="AQAD" + hashlib.sha256(content).hexdigest()[:12],
            path=f"{FOLDERS.get(kind, 'documents')}/file_{number}{ending}",
            content=content,
            size=len(content) if size is None else size,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def keep_photo(self, content: bytes, *, size: int | None = None) -> list[dict[str, Any]]:
        """Store a photo in two sizes, the smaller first, and return them as a message's `photo`.

        Bytes that are no picture are taken too: a test may hand a bot what Telegram's clients would not.
        """
        small, width, height = thumbnail(content)
        sizes = [(self.keep(small, "photo"), 90, 68), (self.keep(content, "photo", size=size), width, height)]
        return [{**stored.reference(), "width": wide, "height": high} for stored, wide, high in sizes]

    def by_id(self, file_id: str) -> StoredFile:
        """The file with this id, or Telegram's refusal."""
        if file_id not in self._by_id:
            raise bad("invalid file_id")
        return self._by_id[file_id]

    def by_path(self, path: str) -> StoredFile | None:
        """The file that getFile gave this path to."""
        return self._by_path.get(path)


def thumbnail(content: bytes) -> tuple[bytes, int, int]:
    """A small copy, and the width and height of the picture; made-up ones for what is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            small = picture.convert("RGB")
            small.thumbnail((90, 90))
            out = io.BytesIO()
            small.save(out, "JPEG")
            return out.getvalue(), width, height
    except (UnidentifiedImageError, OSError):
        return b"small:" + content[:32], 1280, 960


def is_picture(content: bytes) -> bool:
    """Whether it can be read as one; Telegram refuses to send a photo that cannot."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        return False
    return True
