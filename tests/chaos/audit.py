"""What must be true after every round: of the tips, of what was owed, of the platform's limits, of every sync."""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from messages.address import Place
from storage import entries, media
from storage.database import Database
from storage.records import MediaId, TipId, WardCode
from storage.seal import Seal
from storage.store import Store, chat_of
from tests.bot_api_fake.server import BotApiFake, Entry
from tests.bot_api_fake.updates import Update
from tests.chaos.disk import Disk, put
from tests.chaos.installation import Installation
from tests.chaos.people import MARK, THANKS, Book, Told
from tests.journeys.office import TELEGRAM

A_SECOND = 1.0
ACKS_LOOKED_AT = 4
"""Acknowledgements of a round for which the disk of that very moment is built and looked into."""
CARD = re.compile(r"Tin [A-Z]{2,3}-\d\d-\d{4,} ·")
KINDS = ("lost", "twice", "unsaid", "doubled", "unsynced", "hurried", "broken")


@dataclass
class Findings:
    """What a round did wrong, by kind; empty when all is well. `named` is what was given up with a reason."""

    lost: list[str] = field(default_factory=list)
    """Tips that were confirmed and are not there, or lack something."""
    twice: list[str] = field(default_factory=list)
    """Tips that are there more than once."""
    unsaid: list[str] = field(default_factory=list)
    """Replies and alerts that never arrived."""
    doubled: list[str] = field(default_factory=list)
    """Messages that came more often than can be explained by calls whose answer was not read."""
    unsynced: list[str] = field(default_factory=list)
    """Acknowledged before it was on the disk."""
    hurried: list[str] = field(default_factory=list)
    """Sends beyond the platform's limit."""
    broken: list[str] = field(default_factory=list)
    """A damaged database, somebody left waiting, a bot that does not start: anything else."""
    named: Counter[str] = field(default_factory=Counter)
    in_doubt: int = 0
    repeated: int = 0
    """Messages that came twice because they were in doubt."""

    def wrong(self) -> dict[str, list[str]]:
        """What must be empty, by name."""
        return {kind: found for kind in KINDS if (found := getattr(self, kind))}

    def forget(self, known: set[str]) -> None:
        """What an earlier round found is not found again; what is new is added to `known`."""
        for kind in KINDS:
            fresh = [one for one in getattr(self, kind) if one not in known]
            known.update(fresh)
            setattr(self, kind, fresh)


# --- the dead bot -----------------------------------------------------------------------------------------------


def look_at_acknowledgements(
    installation: Installation, updates: Sequence[tuple[float, Update]], chance: random.Random
) -> Iterator[str]:
    """At the moment of an acknowledgement, was what it acknowledges on the disk? For a few of them, in order.

    Follows the journal to its end.
    """
    disk, seal = installation.disk, installation.seal
    looked_at = sorted(chance.sample(list(updates), min(ACKS_LOOKED_AT, len(updates))), key=lambda one: one[0])
    for at, update in looked_at:
        disk.follow(until=int(at * 1e9))
        digest = _heard_as(seal, update, bot=installation.fake.world.bot["id"])
        if digest is not None and not _is_heard(disk, digest, scratch=installation.scratch / "moment"):
            yield f"update {update.number} was acknowledged before it was on the disk"
    disk.follow()


def _heard_as(seal: Seal, update: Update, *, bot: object) -> bytes | None:
    """The mark that intake leaves; None for poison, which no intake takes."""
    return None if update.key == "raw" else seal.digest("find", f"heard telegram {bot}:{update.number}")


def _is_heard(disk: Disk, digest: bytes, *, scratch: Path) -> bool:
    put(scratch, disk.kept("all", random.Random(0)))
    with closing(sqlite3.connect(scratch / "baotin.db")) as opened:
        return opened.execute("SELECT 1 FROM heard WHERE id = ?", (digest,)).fetchone() is not None


def look_at_wreck(database: Path, findings: Findings, *, chats: dict[bytes, int]) -> Counter[int]:
    """Is the database whole, and which chats have lines in doubt?"""
    with closing(sqlite3.connect(database)) as opened:
        verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            findings.broken.append(f"the database is damaged: {verdict}")
        claimed = opened.execute("SELECT chat FROM lines WHERE state = 'claimed'").fetchall()
    return Counter(chats.get(bytes(chat), 0) for (chat,) in claimed)


def chats_of(seal: Seal, book: Book, officers: Iterable[int], *, tips: dict[TipId, Told]) -> dict[bytes, int]:
    """Which chat is meant by the keyed hash of a line."""
    numbers = [*(told.person.number for told in book.tips), *officers]
    known = {chat_of(seal, Place(TELEGRAM, str(number))): number for number in numbers}
    for tip, told in tips.items():
        known[seal.digest("find", f"tip {tip}")] = told.person.number
    return known


def unanswered(ledger: Sequence[Entry]) -> Counter[int]:
    """By chat, the calls that were done and whose answer did not come through."""
    return Counter(entry.chat or 0 for entry in ledger if entry.outcome in ("hang", "cut") and _is_send(entry))


# --- the bot that has come back and has nothing left to do ------------------------------------------------------


async def look_at_tips(installation: Installation, book: Book, findings: Findings) -> dict[TipId, Told]:
    """Every confirmed tip is there once, with its picture, its pin and its history. Which tip is whose."""
    found: dict[TipId, Told] = {}
    async with await Database.open(installation.backup()) as db:
        store = Store(db, installation.seal)
        tellers = {told.person.number: told for told in book.tips}
        seen: Counter[str] = Counter()
        for row in await db.fetch_all("SELECT id, number FROM tips LIMIT 100000"):
            tip = TipId(row["id"])
            told = await _teller(store, tip, tellers=tellers)
            if told is None:
                findings.broken.append(f"tip {tip} was told by nobody")
                continue
            found[tip] = told
            told.number = row["number"]
            seen[told.words] += 1
            findings.lost += [
                f"{told.words}: {what}" async for what in _lacks(store, tip, told, installation.settings.media_folder)
            ]
        for told in book.tips:
            if told.is_sent and not seen[told.words]:
                findings.lost.append(told.words)
            if seen[told.words] > int(told.is_sent):
                findings.twice.append(f"{told.words}: {seen[told.words]}")
    return found


async def _teller(store: Store, tip: TipId, *, tellers: dict[int, Told]) -> Told | None:
    for entry in await entries.of_tip(store, tip):
        opened = await entries.opened(store, entry.id)
        mark = MARK.search(opened.contents.words) if opened is not None else None
        if mark is not None and int(mark[0]) in tellers:
            return tellers[int(mark[0])]
    return None


async def _lacks(store: Store, tip: TipId, told: Told, folder: Path) -> AsyncIterator[str]:
    parts = await entries.of_tip(store, tip)
    events = await store.db.fetch_all("SELECT what FROM events WHERE tip = ? ORDER BY seq", (tip,))
    if [row["what"] for row in events].count("filed") != 1:
        yield "its history does not tell of its filing, or twice"
    if told.has_pin:
        opened = [await entries.opened(store, entry.id) for entry in parts]
        if sum(one is not None and one.contents.point is not None for one in opened) != 1:
            yield "its pin"
    photos = [MediaId(entry.media) for entry in parts if entry.media]
    if len(photos) != bool(told.picture):
        yield f"{len(photos)} pictures"
    for photo in photos:
        if await media.read_picture(store, folder, media=photo) != told.picture:
            yield "its picture cannot be seen"


def look_at_lines(installation: Installation, findings: Findings) -> None:
    """What is still owed after the drain was forgotten; what was given up has its reason."""
    with closing(installation.connect()) as opened:
        for state, reason, count in opened.execute("SELECT state, reason, count(*) FROM lines GROUP BY state, reason"):
            if state in ("dead", "away"):
                findings.named[f"{state}: {reason}"] += count
            else:
                findings.unsaid.append(f"{count} lines {state} ({reason or 'no reason'})")


def look_at_chats(
    fake: BotApiFake, book: Book, findings: Findings, *, officers: Mapping[WardCode, int], doubts: Counter[int]
) -> None:
    """Everybody got what they were owed, and nothing twice but what was in doubt."""
    findings.unsaid += [words[:300] for words in book.stuck]
    for told in book.tips:
        if told.stuck:
            findings.unsaid.append(f"{told.words}: {told.stuck[:300]}")
        if told.is_sent and not told.blocks and not any(THANKS in words for words in _said(fake, told.person.number)):
            findings.unsaid.append(f"{told.words}: no thanks")
    for told in book.tips:
        if told.number and not any(told.number in words for words in _said(fake, officers[told.ward])):
            findings.unsaid.append(f"{told.words}: no card of {told.number}")
    for chat in (*officers.values(), *(told.person.number for told in book.tips)):
        more = sum(count - 1 for count in Counter(map(_same, _said(fake, chat))).values())
        findings.repeated += more
        if more > doubts[chat]:
            twice = [words[:60] for words, count in Counter(map(_same, _said(fake, chat))).items() if count > 1]
            findings.doubled.append(f"chat {chat}: {more} more than once, {doubts[chat]} in doubt: {twice}")


def _said(fake: BotApiFake, chat: int) -> list[str]:
    return [message.text for message in fake.world.chats[chat].messages.values() if message.is_bots]


def _same(words: str) -> str:
    """A card is the same card however often it was edited."""
    card = CARD.match(words)
    return card[0] if card else words


def _is_send(entry: Entry) -> bool:
    """Whether it shows something in a chat. Telegram does not tell large letters of a method from small ones."""
    method = entry.method.lower()
    return method.startswith(("send", "edit")) and method != "sendchataction"


def look_at_pace(ledger: Sequence[Entry], findings: Findings, *, most: int) -> int:
    """The most sends in any second, by the platform's own clock."""
    times = sorted(entry.at for entry in ledger if _is_send(entry))
    worst = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= A_SECOND:
            first += 1
        worst = max(worst, last - first + 1)
    if worst > most:
        findings.hurried.append(f"{worst} sends in one second")
    return worst
