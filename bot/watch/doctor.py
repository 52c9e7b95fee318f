"""The doctor behind `baotin check`: looks at everything an installation stands on, changes nothing, shows no secret."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import aiohttp

from bot.channels.channel import Refused, TryLater
from bot.opening import explain
from bot.settings import PREFIX, Settings
from bot.wards.borders import may_be_used
from messages.place_names import full_name
from storage import installation, key_file, notices, officers, outbox, wards
from storage.database import Database
from storage.errors import KeyMissing, StorageError
from storage.migrate import pending
from storage.records import EVERY_WARD, Officer, Role, Ward
from storage.seal import Seal
from storage.standing import backup_at, has_tips
from storage.store import Store

PATIENCE: Final = 5.0
"""Seconds to wait for anybody on the network."""
FREE_BYTES: Final = 1_000_000_000
"""Photos of some months for one ward; below it a ward should look after its disk."""
CLOCK_OFF: Final = 60.0
"""Seconds a clock may be wrong: times are shown to the minute."""
BACKUP_OLD: Final = timedelta(days=2)
"""A daily backup that failed once is no alarm, twice is."""
DAILY: Final = "baotin backup PATH, every day"
BORN: Final = datetime(2025, 7, 1, tzinfo=UTC)
"""A clock before this has lost its battery: the wards we route by did not exist yet."""
LATELY: Final = timedelta(days=7)
SHOWN: Final = 5
"""Messages, and reasons, that are named."""
DEAD_COUNTED: Final = 1000

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check."""

    subject: str
    words: str
    mend: str = ""
    """What to do about it; empty when all is well."""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.mend


@dataclass(frozen=True, slots=True)
class Platform:
    """A messenger we are set to work on, as far as the doctor knows it."""

    name: str
    address: str
    token_setting: str
    greet: Callable[[], Awaitable[str]]
    """Who we are there. Raises TryLater or Refused."""


async def examine(
    settings: Settings, *, unknown: Sequence[str], platforms: Sequence[Platform], now: Clock
) -> list[Finding]:
    """Everything, in the order in which it should be mended."""
    found = [look_at_settings(unknown), *look_at_folder(settings), look_at_key_folder(settings)]
    found += await look_at_database(settings, now=now())
    found += [await look_at_platform(platform) for platform in platforms]
    if not platforms:
        found.append(Finding("messengers", "none is set; residents and officers use the web pages"))
    found += [await look_at_clock(settings, platforms, now=now), await look_at_port(settings)]
    found += await look_beside(settings)
    if settings.public_url is not None:
        found.append(await look_at_public_address(settings.public_url))
    return found


def look_at_settings(unknown: Sequence[str]) -> Finding:
    """Whether each of our variables is a setting; their values were read before anybody came here."""
    if unknown:
        return Finding("settings", "; ".join(unknown), f"rename or remove what begins with {PREFIX}")
    return Finding("settings", "read")


def look_at_folder(settings: Settings) -> list[Finding]:
    """Whether the data folder can be used, is closed to others, and has room."""
    folder = settings.data
    if not folder.exists():
        return [Finding("data folder", f"{folder} is not there yet; `baotin setup` makes it")]
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return [
            Finding("data folder", f"{folder} cannot be used", f"make it a folder of your own, or set {PREFIX}DATA")
        ]
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        private = Finding("data folder", f"{folder} is open to other users", f"chmod 700 {folder}")
    else:
        private = Finding("data folder", str(folder))
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e9:,.1f} GB free"
    return [
        private,
        Finding("disk", words, "" if free >= FREE_BYTES else "make room: photos need it, and the database"),
    ]


def look_at_key_folder(settings: Settings) -> Finding:
    """Whether the key file is there and closed to others; whether it is the right one is seen with the database."""
    try:
        key_file.read_key(settings.key_path)
    except KeyMissing as error:
        if settings.database_path.exists():
            return Finding("key file", f"{settings.key_path} is missing", explain(error, settings))
        return Finding("key file", "not there yet; `baotin setup` makes it and says where")
    except StorageError as error:
        return Finding("key file", f"{settings.key_path} cannot be used", explain(error, settings))
    return Finding("key file", str(settings.key_path))


async def look_at_database(settings: Settings, *, now: datetime) -> list[Finding]:
    """Whether it is whole, up to date, can be written and is sealed with our key; then who serves which ward."""
    path = settings.database_path
    if not path.exists():
        return [Finding("database", "not there yet; `baotin setup` makes it")]
    try:
        waiting = await asyncio.to_thread(pending, path)
        if waiting:
            words = f"{path} waits for {len(waiting)} migrations"
            return [Finding("database", words, "baotin migrate (`baotin run` does so, too)")]
        async with await Database.open(path) as db:
            if not await installation.is_sound(db):
                return [Finding("database", f"{path} is damaged", "restore the latest backup")]
            found = [await _look_at_writing(settings, db), await _look_at_messages(db, now)]
            found += [*await look_at_outbox(settings, db), await look_at_backup(db, now)]
            return [Finding("database", f"{path} is whole"), *found, *await _look_inside(settings, db)]
    except StorageError as error:
        return [Finding("database", f"{path} cannot be used", explain(error, settings))]


async def _look_at_writing(settings: Settings, db: Database) -> Finding:
    """Whether a write is let through; nothing is changed. Whether there is room for it is seen with the folder."""
    try:
        await db.commit([installation.nothing()])
    except StorageError as error:
        return Finding("writing", "no message can be taken in", explain(error, settings))
    return Finding("writing", "the database can be written")


async def _look_at_messages(db: Database, now: datetime) -> Finding:
    """Whether a mistake of ours kept messages from being understood of late."""
    aside = await installation.set_aside(db, now - LATELY)
    if not aside:
        return Finding("messages", "all of the last week were understood")
    words = f"{len(aside)} were set aside in the last week: {'; '.join(aside[:SHOWN])}"
    return Finding("messages", words, "a mistake of this program: report it with the log's lines of these numbers")


async def look_at_outbox(settings: Settings, db: Database) -> list[Finding]:
    """Whether lines were given up, and what of the budget for broadcasts is spent."""
    dead = await outbox.dead_letters(db, limit=DEAD_COUNTED)
    found = [Finding("outbox", "nothing was given up")]
    if dead:
        reasons = ", ".join(sorted({letter.reason for letter in dead})[:SHOWN])
        count = f"{len(dead)}{' or more' if len(dead) == DEAD_COUNTED else ''}"
        found = [Finding("outbox", f"{count} lines were given up ({reasons})", "baotin outbox list")]
    if settings.paid_stars:
        tenths = await notices.spent(db)
        found.append(Finding("paid broadcast", f"{tenths / 10:,.1f} of {settings.paid_stars:,} Stars spent"))
    return found


async def look_at_backup(db: Database, now: datetime) -> Finding:
    """Whether there is a recent copy of what nobody could tell us again."""
    made_at = await backup_at(db)
    if made_at is None:
        return Finding("backup", "none was made yet", DAILY if await has_tips(db) else "")
    return Finding("backup", f"made {made_at:%Y-%m-%d %H:%M} UTC", DAILY if now - made_at > BACKUP_OLD else "")


async def _look_inside(settings: Settings, db: Database) -> list[Finding]:
    """What can only be seen with the right key."""
    known = await installation.fingerprint(db)
    if known is None:
        return [Finding("wards", "the database is new", "start `baotin run`, or `baotin ward enable CODE`")]
    try:
        master, _ = await asyncio.to_thread(key_file.master_key, settings.key_path, known)
    except KeyMissing:
        return []  # said already, of the key file
    except StorageError as error:
        return [Finding("key file", "does not open this database", explain(error, settings))]
    store = Store(db, Seal(master))
    people = [officer for officer in await officers.all_officers(store) if officer.status == "active"]
    served = await wards.served(store)
    if not served:
        return [Finding("wards", "none is served", "baotin ward enable CODE --phone PHONE")]
    borders = look_at_borders(len(await wards.boundaries(store)))
    return [*(look_at_ward(ward, people) for ward in served), *borders]


def look_at_borders(loaded: int) -> list[Finding]:
    """Whether the borders that were loaded can be used here; nothing is said where there are none."""
    if not loaded:
        return []
    words = f"{loaded:,} wards have borders"
    if may_be_used():
        return [Finding("borders", words)]
    return [Finding("borders", f"{words}, not used: shapely is missing", "pip install 'baotin[boundaries]'")]


def look_at_ward(ward: Ward, people: Sequence[Officer]) -> Finding:
    """Whether somebody leads a served ward, takes its tips, and can be called."""
    roles = [officer.roles.get(ward.code) for officer in people]
    name = f"{full_name(ward.kind, ward.name, language='en')} ({ward.code})"
    chiefs, others = roles.count(Role.CHIEF), roles.count(Role.OFFICER)
    admins = sum(officer.roles.get(EVERY_WARD) is Role.ADMIN for officer in people)
    words = f"{name}: {chiefs} chiefs, {others} officers, {roles.count(Role.FIRE)} for fire"
    if not chiefs:
        fallback = "" if chiefs + others + admins else "; a tip would reach nobody"
        mend = (
            f"let the chief open the invite, or make a new one: baotin officer invite --ward {ward.code} --role chief"
        )
        return Finding("ward", words + fallback, mend)
    if not ward.phone:
        return Finding("ward", f"{words}; no phone", f"baotin ward enable {ward.code} --phone PHONE")
    return Finding("ward", words)


async def look_at_platform(platform: Platform) -> Finding:
    """Whether it answers and knows us."""
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(platform.name, f"answers; we are {await platform.greet()}")
    except Refused:
        return Finding(platform.name, "does not know the token", f"copy it again into {platform.token_setting}")
    except (TimeoutError, TryLater):
        return Finding(platform.name, f"no answer from {platform.address}", "look at the network, proxy and firewall")


async def look_at_clock(settings: Settings, platforms: Sequence[Platform], *, now: Clock) -> Finding:
    """Whether this machine's clock agrees with a platform's, else with that of the disk the data lies on."""
    for platform in platforms:
        theirs = await _date_at(platform.address)
        if theirs is not None:
            return _compare(now(), theirs, who=platform.name)
    return _compare(now(), await asyncio.to_thread(_date_on, settings.data), who="the disk")


def _compare(ours: datetime, theirs: datetime, *, who: str) -> Finding:
    off = abs((ours - theirs).total_seconds())
    if ours < BORN:
        return Finding("clock", f"{ours:%Y-%m-%d} is long ago", "set the clock; let the system keep it (NTP)")
    if off > CLOCK_OFF:
        return Finding("clock", f"{off:,.0f} seconds apart from {who}", "set the clock; let the system keep it (NTP)")
    return Finding("clock", f"agrees with {who} ({ours:%Y-%m-%d %H:%M} UTC)")


async def _date_at(address: str) -> datetime | None:
    """The time in the Date header of whatever a server answers; None without one."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError):
        return None


def _date_on(folder: Path) -> datetime:
    """The time a fresh file gets on the disk of the data folder (or of temporary files, as long as there is none)."""
    usable = folder if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryFile(dir=usable) as file:
        return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)


async def look_at_port(settings: Settings) -> Finding:
    """Whether the web pages can be served where they should, or are being served."""
    where = f"{settings.web_host} port {settings.web_port}"
    try:
        await asyncio.to_thread(_bind, settings.web_host, settings.web_port)
    except OSError as error:
        if await _is_us(settings):
            return Finding("web pages", f"baotin answers on {where}")
        reason = (error.strerror or type(error).__name__).lower()
        return Finding("web pages", f"cannot listen on {where} ({reason})", f"set {PREFIX}WEB_PORT or {PREFIX}WEB_HOST")
    return Finding("web pages", f"{where} is free")


async def look_beside(settings: Settings) -> list[Finding]:
    """Whether the console and the health port can be served; a bot that runs has them already, or has said why not."""
    if await _is_us(settings):
        return []
    found = []
    for name, where in (("console", settings.console), ("health", settings.health)):
        if where is None:
            continue
        told = f"{where.host} port {where.port}"
        try:
            await asyncio.to_thread(_bind, where.host, where.port)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            mend = f"set {PREFIX}{name.upper()} to another address and port, or 0"
            found.append(Finding(name, f"cannot listen on {told} ({reason})", mend))
        else:
            found.append(Finding(name, f"{told} is free"))
    return found


def _bind(host: str, port: int) -> None:
    """Listen for a moment. Raises OSError when that is not possible."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listening:
        if os.name == "posix":  # as servers do: a port that was just given up counts as free
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1)


async def look_at_public_address(address: str) -> Finding:
    """Whether the world's way to our pages ends at us; asked from here, which a few networks do not allow."""
    try:
        if await _answers(address):
            return Finding("public address", f"{address} leads to us")
    except aiohttp.ClientConnectorCertificateError:
        return Finding("public address", f"{address} has no valid certificate", "renew it at the reverse proxy")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        words = f"no answer from {address} ({type(error).__name__})"
        return Finding("public address", words, "start `baotin run`; look at the name, the proxy and the firewall")
    return Finding("public address", f"{address} is answered by something else", "let the proxy pass everything to us")


async def _is_us(settings: Settings) -> bool:
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    try:
        return await _answers(f"http://{host}:{settings.web_port}")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def _answers(address: str) -> bool:
    """Whether it is us who answers there."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
        session.get(f"{address}/healthz", allow_redirects=False) as answer,
    ):
        return answer.status == 200 and (await answer.content.read(16)).strip() == b"ok"
