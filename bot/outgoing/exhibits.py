"""What officers see of a tip's photos and files: fresh uploads of our own copies, never the sender's message or name.

A picture is shown as a cleaned copy. A recording plays where it is shown, without what could be taken out of it.
Everything else, and a "photo" that is none, is named by type and size, and comes only when asked for.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.channel import TryLater
from bot.media.pictures import NotAPicture, cleaned
from bot.media.recordings import JPEG, PNG, FileType, neutral, type_of
from messages.incoming import MediaKind
from messages.outgoing import Exhibit
from messages.phrase import Phrase, phrase
from messages.rendered import Button, File, Picture, Text, handle_of
from storage import media
from storage.records import MediaId
from storage.store import Store

HOME_WITHIN = 3.0
"""Seconds a file that is still on its way is waited for, once; then the officer is told."""
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gallery:
    """Where the sealed files lie."""

    store: Store
    folder: Path
    _decoding: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One picture at a time: the largest that is opened takes a quarter of a gigabyte."""

    async def show(
        self, wanted: Exhibit, words: Callable[[Phrase], str], *, silent: bool, first_try: bool
    ) -> Text | Picture | File:
        """The file as it is shown at this moment. Raises TryLater for one on its way, once."""
        id_ = MediaId(wanted.media)
        standing = await media.standing_of(self.store, id_)
        if standing.state == "wanted" and first_try:
            raise TryLater(HOME_WITHIN)
        kept = standing.state == "kept"
        original = await media.read_picture(self.store, self.folder, media=id_) if kept else None
        if original is None:
            key = "file-on-its-way" if standing.state == "wanted" else "file-missing"
            return Text(words(Phrase(key)), protect=True, silent=silent, anchored=True)
        if wanted.whole:
            return await self._whole(original, words, silent=silent)
        if standing.what == "photo":
            try:
                return Picture(await self._cleaned(original), silent=silent)
            except NotAPicture:
                return _offered(original, wanted, words=words, silent=silent, first=[Phrase("file-unreadable")])
        if standing.what != "document" and type_of(original).plays:
            return await _played(original, standing.what, words=words, silent=silent)
        return _offered(original, wanted, words=words, silent=silent, first=[])

    async def campaign_photo(self, photo: MediaId) -> bytes | None:
        """A campaign's photo as everybody may see it, cleaned; None where it is not here, or is no picture."""
        original = await media.read_picture(self.store, self.folder, media=photo)
        try:
            return None if original is None else await self._cleaned(original)
        except NotAPicture:
            return None

    async def before_words(
        self, photo: MediaId, words: Callable[[Phrase], str], *, protect: bool, first_try: bool
    ) -> Picture | Text:
        """The same for officers who look at the campaign. Raises TryLater for one that is on its way, once."""
        if first_try and await media.state_of(self.store, photo) == "wanted":
            raise TryLater(HOME_WITHIN)
        picture = await self.campaign_photo(photo)
        if picture is None:
            return Text(words(Phrase("campaign-photo-unreadable")), protect=protect)
        return Picture(picture, protect=protect)

    async def _whole(self, original: bytes, words: Callable[[Phrase], str], *, silent: bool) -> Picture | File:
        """As it came; what is a picture all the same, as a picture."""
        if type_of(original) in (JPEG, PNG):
            with suppress(NotAPicture):
                return Picture(await self._cleaned(original), silent=silent)
        return await _played(original, "document", words=words, silent=silent)

    async def _cleaned(self, original: bytes) -> bytes:
        async with self._decoding:
            return await asyncio.to_thread(cleaned, original)


async def _played(original: bytes, what: MediaKind, *, words: Callable[[Phrase], str], silent: bool) -> File:
    found = type_of(original)
    caption = words(phrase("file-shown", what=Phrase(f"file-type-{found.name}"), size=size_phrase(len(original))))
    content = await asyncio.to_thread(neutral, original)
    return File(content, what, name=_name(what, found), caption=caption, silent=silent)


def _offered(
    original: bytes, wanted: Exhibit, *, words: Callable[[Phrase], str], silent: bool, first: list[Phrase]
) -> Text:
    """A file by its type and size, with the button that fetches it."""
    kind = Phrase(f"file-type-{type_of(original).name}")
    said = [*first, phrase("file-offered", type=kind, size=size_phrase(len(original)))]
    fetch = Button(words(Phrase("choice-o-file")), handle_of(0, f"file:{wanted.tip}_{wanted.media}"))
    text = "\n".join(words(one) for one in said)
    return Text(text, buttons=((fetch,),), protect=True, silent=silent, anchored=True)


def _name(what: MediaKind, found: FileType) -> str:
    """A name of our own: a sender's file name may hold theirs."""
    return f"{what}{found.ending}"


def size_phrase(size: int) -> Phrase:
    """A size in words: "340 kB", "1,2 MB"."""
    if size < _MEGABYTE:
        return phrase("size-kb", count=max(1, round(size / 1024)))
    tenths = round(size * 10 / _MEGABYTE)
    return phrase("size-mb", whole=tenths // 10, tenths=tenths % 10)
