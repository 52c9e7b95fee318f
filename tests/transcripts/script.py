"""How a transcript is read, played and written.

A file begins with its title and settings, then come what people do and what the bot shows:

    # title
    buttons: no          (choices become numbered lines; otherwise there are buttons)
    trial: yes           (the unit only tries this out)
    wards: 00103 00097   (the wards served; otherwise only Tây Hồ, 00103)
    Minh: chief 00103    (an officer, enrolled; officer, chief, fire, admin, auditor)
    Ann: chief 00103 en  (one whose device speaks English)
    invite k7: chief 00103   (an invite with the code k7, good for three days)
    Smith: en            (somebody whose device speaks English)
    ---
    Lan > words          a message; /start w_00103 is a command
    Lan > [Gửi ngay]     a button
    Minh > [[Tôi nhận]]  a button that an edit has just replaced: two were pressing at once
    Lan > (photo) words  a picture; (album) words: one of an album
    Lan > (pin) 21.0,105.8
    Lan > (video) words  a recording or file (video, video-note, voice, audio, document); (album-video) one of an album
    Lan > (huge) words   a video larger than the channel hands over; (zip) a "photo" that is none
    Lan > (edited) words an earlier message, as it reads now
    Lan > (sticker)      another kind of message
    Lan > (card) Hương   their own contact card
    Lan > (blocks)
    Minh @ nhóm > words  said in a group; (joins) adds the bot to it
    Minh ^ words         a reply to the newest message in that chat
    + 35 min             time goes by (min, h, d)
        Lan | what the bot shows, line by line; [a] [b] are its buttons

Everything after a step's line that begins with four blanks is what was shown; `pytest --rewrite` writes it anew.
"""

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from PIL import Image

from messages.address import Place
from messages.incoming import Contact, Edited, Membership, Other, Text
from storage.records import Role, WardCode
from tests.world import TAY_HO, Person, Shown, World, a_world

INDENT = "    "
RECORDINGS = {
    "video": b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00",
    "video-note": b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00",
    "voice": b"OggS",
    "audio": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "document": b"%PDF-1.7",
}
"""Beginnings of files of each kind, by which they are known."""
TEXTS = {"empty": "\u200b \u2060", "long": "dài " * 2500}
"""Texts that cannot be written in a transcript."""
SPANS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass
class Script:
    """A transcript as it stands in its file."""

    head: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def buttons(self) -> bool:
        """Whether the channel has buttons."""
        return "buttons: no" not in self.head

    @property
    def trial(self) -> bool:
        """Whether the unit only tries this out."""
        return "trial: yes" in self.head

    @property
    def served(self) -> tuple[WardCode, ...]:
        """The wards the installation serves."""
        for line in self.head:
            if line.startswith("wards:"):
                return tuple(WardCode(code) for code in line.removeprefix("wards:").split())
        return (TAY_HO,)


def read(path: Path) -> Script:
    """A transcript's file."""
    script = Script(text=path.read_text(encoding="utf-8"))
    head, _, body = script.text.partition("\n---\n")
    script.head = head.splitlines()
    script.steps = [line for line in body.splitlines() if line and not line.startswith(INDENT)]
    return script


async def play(script: Script, folder: Path) -> str:
    """The transcript as it really goes."""
    async with a_world(folder, buttons=script.buttons, served=script.served, trial=script.trial) as world:
        people = await _people(script, world)
        lines = [*script.head, "---"]
        for step in script.steps:
            lines.append(step)
            lines.extend(_shown(_in_order(await _act(step, world, people), step)))
        return "\n".join(lines) + "\n"


async def _people(script: Script, world: World) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for line in script.head:
        name, colon, words = line.partition(": ")
        if not colon or name in {"buttons", "wards", "trial"} or line.startswith("#"):
            continue
        if name.startswith("invite "):
            role, _, ward = words.partition(" ")
            await world.invites(name.removeprefix("invite "), Role(role), ward=WardCode(ward or TAY_HO))
        elif words == "en":
            people[name] = world.person(name, language="en")
        else:
            role, ward, language = (*words.split(), "", "")[:3]
            served = WardCode(ward or TAY_HO)
            people[name] = await world.officer(name, Role(role), ward=served, language=language or "vi")
    return people


async def _act(step: str, world: World, people: dict[str, Person]) -> list[tuple[Place, Shown]]:
    if step.startswith("#"):
        return []
    if step.startswith("+ "):
        number, unit = step[2:].split()
        return await world.passes(int(number) * SPANS[unit])
    who, sign, words = _split(step)
    name, _, group = who.partition(" @ ")
    person = people.setdefault(name, world.person(name))
    if group:
        person = person.within(group)
    if sign == "^":
        return await person.replies(person.newest, words)
    return await _does(person, words)


def _split(step: str) -> tuple[str, str, str]:
    found = re.match(r"(.+?) ([>^]) ?(.*)$", step)
    assert found is not None, f"not a step: {step!r}"
    return found[1], found[2], found[3]


async def _does(person: Person, words: str) -> list[tuple[Place, Shown]]:
    late = re.fullmatch(r"\[\[(.+)\]\]", words)
    if late:
        return await person.presses(late[1], late=True)
    pressed = re.fullmatch(r"\[(.+)\]", words)
    if pressed:
        return await person.presses(pressed[1])
    special = re.match(r"\((\w[\w-]*)\) ?(.*)$", words)
    if special is None:
        return await person.says(words.replace("\\n", "\n"))
    return await _sends(person, kind=special[1], rest=special[2])


async def _sends(person: Person, *, kind: str, rest: str) -> list[tuple[Place, Shown]]:
    match kind:
        case "photo" | "album":
            return await person.sends_photo(a_picture(), rest, album="album" if kind == "album" else "")
        case "pin":
            latitude, longitude = rest.split(",")
            return await person.sends_pin(float(latitude), float(longitude))
        case "blocks":
            return await person.blocks()
        case "joins":
            return await person.sends(Membership("added"))
        case "edited":
            return await person.sends(Edited(rest))
        case "card":
            return await person.sends(Contact("0912345678", rest, own=True))
        case "empty" | "long":
            return await person.sends(Text(TEXTS[kind] + rest))
        case "huge":
            return await person.sends_file("video", b"", rest, size=60_000_000)
        case "zip":
            return await person.sends_photo(b"PK\x03\x04 no picture", rest)
        case "video" | "video-note" | "voice" | "audio" | "document":
            return await person.sends_file(kind, RECORDINGS[kind], rest)
        case "album-video":
            return await person.sends_file("video", RECORDINGS["video"], rest, album="album")
        case _:
            return await person.sends(Other(kind, rest))


def _in_order(news: list[tuple[Place, Shown]], step: str) -> list[tuple[Place, Shown]]:
    """Chat by chat, whoever spoke first: between two chats delivery promises no order, within one it does."""
    return sorted(news, key=lambda one: (not step.startswith(one[0].chat), one[0].chat))


def _shown(news: list[tuple[Place, Shown]]) -> list[str]:
    lines: list[str] = []
    for place, shown in news:
        buttons = " ".join(f"[{button.label}]" for button in shown.buttons)
        said = [*shown.text.split("\n"), *([buttons] if buttons else [])]
        lines.extend(f"{INDENT}{place.chat} | {line}".rstrip() for line in said)
    return lines


def a_picture() -> bytes:
    """A small real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (180, 40, 40)).save(out, "JPEG")
    return out.getvalue()
