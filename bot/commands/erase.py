"""`baotin erase`: destroy a tip for good. Two people have to want it: whoever types it, and a chief or an admin.

The first call sends each of them a code of their own; who has heard the reason and agrees reads it out, and the second
call destroys. The tip's history stays, with a line that says who agreed, and why.
"""

import asyncio
import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import typer

from bot.commands.ending import WRONG_USE, CannotDo, note, settings_or_end, work
from bot.commands.ward import OPERATOR
from handlers.officers.queue import tip_number
from messages.outgoing import Say
from messages.phrase import Phrase, phrase
from storage import cards, media, officers, outbox, tips
from storage.outbox import Lane, ToPlace
from storage.records import EVERY_WARD, Officer, Role, Status, Tip
from storage.seal import Seal
from storage.store import Store

CODE_LETTERS: Final = 8
CODE_FOR: Final = timedelta(days=1)
"""A code is good on the day on which it was sent and on the next one (UTC)."""


class Why(StrEnum):
    """Why a tip is destroyed; a word and not a text, since it stays in the history for ever."""

    LAW = "law"
    REPORTER = "reporter"
    MISTAKE = "mistake"
    TRIAL = "trial"


def erase(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The tip's number, such as TH-26-0412.")],
    *,
    why: Annotated[Why, typer.Option(help="A duty by law, the reporter's wish, sent by mistake, or a trial.")],
    code: Annotated[str, typer.Option(help="The code that a chief or an admin was sent and has read out.")] = "",
) -> None:
    """Destroy a closed tip for good: first without a code, which sends one to its chiefs; then with it.

    \b
    Example:
      baotin erase TH-26-0412 --why law
      baotin erase TH-26-0412 --why law --code k3v7q2ma
    """
    settings = settings_or_end()
    now = datetime.now(UTC)

    async def done(store: Store) -> str:
        tip = await tips.tip_numbered(store, tip_number(number))
        if tip is None:
            raise CannotDo(f"there is no tip {number}", code=WRONG_USE)
        if tip.status not in {Status.CLOSED, Status.REFERRED}:
            raise CannotDo(f"{tip.number} is open: an officer closes it first")
        people = await _who_may_agree(store, tip)
        if not code:
            return await _ask(store, tip, people=people, why=why, now=now)
        agreed = _agreed(store.seal, tip, people=people, code=code, now=now)
        photos = [entry.media for entry in tip.entries if entry.media is not None]
        await store.db.commit(
            [
                *tips.erase(store.seal, tip.id),
                tips.event(tip.id, agreed.id, what="erased", at=now, detail=why),
                tips.log(OPERATOR, what="erased", at=now, detail=tip.id),
                *cards.refresh_cards(tip.id, Lane.ALERT, now=now),
            ]
        )
        await asyncio.to_thread(media.remove_files, settings.media_folder, photos)
        if not await store.db.checkpoint():
            note("The log still holds it for a minute, until the running bot empties it.")
        note("Backups made before still hold it. What officers were shown in their chats is theirs to delete.")
        return f"{tip.number} is destroyed; its history stays."

    typer.echo(work(done))


async def _who_may_agree(store: Store, tip: Tip) -> list[Officer]:
    """Active chiefs of the tip's desk, and the admins."""
    people = await officers.officers_of(store, tip.desk)
    return [
        one
        for one in people
        if one.status == "active" and (one.roles.get(tip.desk) is Role.CHIEF or one.roles.get(EVERY_WARD) is Role.ADMIN)
    ]


async def _ask(store: Store, tip: Tip, *, people: Sequence[Officer], why: Why, now: datetime) -> str:
    """Send each a code of their own, and leave a line in the history that it was asked for."""
    if not people:
        raise CannotDo(f"nobody can agree: {tip.desk} has no chief and the installation no admin")
    reason = Phrase(f"erase-why-{why}")
    lines = [
        outbox.owe(
            store.seal,
            ToPlace(one.place, "vi"),
            outgoing=Say(
                (
                    phrase(
                        "erase-asked",
                        number=tip.number,
                        why=reason,
                        code=code_for(store.seal, tip, officer=one, day=now),
                    ),
                ),
                protect=True,
            ),
            lane=Lane.ALERT,
            now=now,
            expires_at=now + CODE_FOR,
        )
        for one in people
    ]
    await store.db.commit([*lines, tips.event(tip.id, OPERATOR, what="erase-asked", at=now, detail=why)])
    each = "the one who may agree" if len(people) == 1 else f"each of the {len(people)} who may agree"
    command = f"baotin erase {tip.number} --why {why} --code CODE"
    return f"A code goes to {each}, within a minute while the bot runs. With the code read out: {command}"


def code_for(seal: Seal, tip: Tip, *, officer: Officer, day: datetime) -> str:
    """The code by which this officer agrees to this on this day; nothing of it is stored."""
    digest = seal.digest("invite", f"erase {tip.id} {officer.id} {day.astimezone(UTC):%Y-%m-%d}")
    return base64.b32encode(digest).decode().lower()[:CODE_LETTERS]


def _agreed(seal: Seal, tip: Tip, *, people: Sequence[Officer], code: str, now: datetime) -> Officer:
    """Whose code it is; raises CannotDo."""
    told = code.strip().lower().encode()
    for one in people:
        for day in (now, now - CODE_FOR):
            if hmac.compare_digest(code_for(seal, tip, officer=one, day=day).encode(), told):
                return one
    raise CannotDo("the code is not right, or no longer good; without --code a new one is sent", code=WRONG_USE)
