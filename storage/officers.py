"""Officers, the roles they hold ward by ward, invites, and the group chats in which desks work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from pydantic import TypeAdapter

from messages.address import Address, Place
from storage.records import EVERY_WARD, Desk, Invite, Officer, OfficerId, Role, WardCode
from storage.seal import Seal, Where
from storage.store import Store, chat_of, moment, ms
from storage.writes import Write


@dataclass(frozen=True, slots=True)
class Contents:
    """What is sealed about an officer, under the officer key."""

    name: str
    by: Address
    place: Place


_CONTENTS: TypeAdapter[Contents] = TypeAdapter(Contents)
_PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def _found_by(seal: Seal, by: Address) -> bytes:
    """Another hash than a reporter's: that an officer is also a resident is nobody's business."""
    return seal.digest("officer", str(by))


async def of(store: Store, by: Address) -> Officer | None:
    """The officer behind an address who is not revoked."""
    row = await store.db.look_up(
        "SELECT * FROM officers WHERE found_by = ? AND status <> 'revoked'", (_found_by(store.seal, by),)
    )
    return None if row is None else (await _opened(store, [dict(row)]))[0]


async def officer(store: Store, id: OfficerId) -> Officer | None:
    """The officer of an id, revoked ones included."""
    row = await store.db.look_up("SELECT * FROM officers WHERE id = ?", (id,))
    return None if row is None else (await _opened(store, [dict(row)]))[0]


async def address_of(store: Store, id: OfficerId) -> Address | None:
    """The address an officer is enrolled with."""
    row = await store.db.look_up("SELECT sealed FROM officers WHERE id = ?", (id,))
    key = store.seal.purpose_key("officer")
    return None if row is None else _CONTENTS.validate_json(key.open(row["sealed"], _where(id))).by


async def all_officers(store: Store) -> list[Officer]:
    """Every officer, revoked ones included, in the order of enrolment; at most 2,000."""
    rows = await store.db.fetch_all("SELECT * FROM officers ORDER BY enrolled_at, id LIMIT 2000")
    return await _opened(store, [dict(row) for row in rows])


async def officers_of(store: Store, ward: WardCode) -> list[Officer]:
    """Officers of a ward who are not revoked, those whose role spans the installation included."""
    rows = await store.db.look_up_all(
        "SELECT * FROM officers WHERE status <> 'revoked' AND id IN (SELECT officer FROM roles WHERE ward IN (?, ?)) "
        "ORDER BY enrolled_at, id LIMIT 500",
        (ward, EVERY_WARD),
    )
    return await _opened(store, [dict(row) for row in rows])


async def names_of(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """The names of some officers by id, for cards and histories; ids that are no officer's are left out."""
    key = store.seal.purpose_key("officer")
    names: dict[str, str] = {}
    for id in set(ids):
        row = await store.db.look_up("SELECT sealed FROM officers WHERE id = ?", (id,))
        if row is not None:
            names[id] = _CONTENTS.validate_json(key.open(row["sealed"], _where(id))).name
    return names


async def _opened(store: Store, rows: Sequence[Mapping[str, object]]) -> list[Officer]:
    """Officers with their roles, which one query finds for all of them: every tip that is filed asks for its desk."""
    marks: LiteralString = ", ".join("?" for _ in rows)
    held = await store.db.look_up_all(
        "SELECT officer, ward, role FROM roles WHERE officer IN (" + marks + ") ORDER BY officer, ward",
        tuple(str(row["id"]) for row in rows),
    )
    roles: dict[str, dict[WardCode, Role]] = {}
    for one in held:
        roles.setdefault(one["officer"], {})[WardCode(one["ward"])] = Role(one["role"])
    return [_officer(store.seal, row, roles=roles) for row in rows]


def _officer(seal: Seal, row: Mapping[str, object], *, roles: Mapping[str, Mapping[WardCode, Role]]) -> Officer:
    id, sealed = row["id"], row["sealed"]
    assert isinstance(id, str) and isinstance(sealed, bytes)
    contents = _CONTENTS.validate_json(seal.purpose_key("officer").open(sealed, _where(id)))
    return Officer(
        id=OfficerId(id),
        name=contents.name,
        place=contents.place,
        roles=roles.get(id, {}),
        status=row["status"],  # type: ignore[arg-type]  # written by us from the same literal
        on_duty=bool(row["on_duty"]),
        version=row["version"] if isinstance(row["version"], int) else 0,
    )


def _where(id: str) -> Where:
    return Where("officers", id, "sealed")


# --- enrolling ------------------------------------------------------------------------------------------------


def invite(seal: Seal, code: str, *, ward: WardCode, role: Role, expires_at: datetime) -> Write:
    """A one-time permission to enrol; only the code's keyed hash is kept."""
    return Write(
        "INSERT INTO invites (code, ward, role, expires_at) VALUES (?, ?, ?, ?)",
        (seal.digest("invite", code), ward, role, ms(expires_at)),
        expects_rows=1,
    )


def void_invites(ward: WardCode, *, role: Role) -> Write:
    """Invites for this that nobody has used hold no longer."""
    return Write("DELETE FROM invites WHERE ward = ? AND role = ? AND used_at IS NULL", (ward, role))


async def invite_of(store: Store, code: str) -> Invite | None:
    """The invite of a code, used and expired ones too."""
    code = code.strip().lower()
    row = await store.db.fetch_one("SELECT * FROM invites WHERE code = ?", (store.seal.digest("invite", code),))
    if row is None:
        return None
    return Invite(code, WardCode(row["ward"]), Role(row["role"]), moment(row["expires_at"]), row["used_at"] is not None)


def use_invite(seal: Seal, code: str, *, now: datetime) -> Write:
    """The invite is spent; Stale if somebody else was faster or it has expired."""
    return Write(
        "UPDATE invites SET used_at = ? WHERE code = ? AND used_at IS NULL AND expires_at > ?",
        (ms(now), seal.digest("invite", code), ms(now)),
        expects_rows=1,
    )


def enrol(seal: Seal, id: OfficerId, *, contents: Contents, status: str, now: datetime) -> list[Write]:
    """Somebody becomes an officer, at first without a role. An earlier, revoked enrolment gives way."""
    sealed = seal.purpose_key("officer").seal(_CONTENTS.dump_json(contents), _where(id))
    return [
        Write(
            "UPDATE officers SET found_by = NULL WHERE found_by = ? AND status = 'revoked'",
            (_found_by(seal, contents.by),),
        ),
        Write(
            "INSERT INTO officers (id, found_by, sealed, status, on_duty, enrolled_at, version) "
            "VALUES (?, ?, ?, ?, 1, ?, 1)",
            (id, _found_by(seal, contents.by), sealed, status, ms(now)),
            expects_rows=1,
        ),
    ]


def grant(officer: OfficerId, *, ward: WardCode, role: Role) -> Write:
    """An officer holds a role for a ward; a former role there is replaced."""
    return Write(
        "INSERT INTO roles (officer, ward, role) VALUES (?, ?, ?) "
        "ON CONFLICT (officer, ward) DO UPDATE SET role = excluded.role",
        (officer, ward, role),
    )


def judge(officer: OfficerId, *, version: int, status: str) -> Write:
    """Confirm a pending officer, or revoke one. Stale if they changed meanwhile."""
    return Write(
        "UPDATE officers SET status = ?, version = version + 1 WHERE id = ? AND version = ?",
        (status, officer, version),
        expects_rows=1,
    )


def revoke(officer: OfficerId, *, version: int) -> list[Write]:
    """Take all roles away at once; the name stays in histories."""
    return [
        judge(officer, version=version, status="revoked"),
        Write("DELETE FROM roles WHERE officer = ?", (officer,)),
    ]


def set_duty(officer: OfficerId, *, on_duty: bool) -> Write:
    """On or off duty."""
    return Write("UPDATE officers SET on_duty = ? WHERE id = ?", (int(on_duty), officer), expects_rows=1)


# --- group chats ----------------------------------------------------------------------------------------------


def link_group(seal: Seal, place: Place, *, ward: WardCode, now: datetime) -> Write:
    """A group chat becomes a ward's desk; a group that served another ward now serves this one."""
    chat = chat_of(seal, place)
    return Write(
        "INSERT INTO groups (chat, ward, place, linked_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (chat) DO UPDATE SET ward = excluded.ward, linked_at = excluded.linked_at",
        (chat, ward, seal_place(seal, place), ms(now)),
        expects_rows=1,
    )


def unlink_group(seal: Seal, place: Place) -> list[Write]:
    """A group is no desk any more, and shows no cards: what nobody has claimed there is alerted anew, elsewhere."""
    chat = chat_of(seal, place)
    return [
        *_leave(chat),
        Write("DELETE FROM groups WHERE chat = ?", (chat,)),
        Write("DELETE FROM lines WHERE chat = ?", (chat,)),
    ]


def _leave(chat: bytes) -> list[Write]:
    """What a group showed counts no more: tips that nobody has claimed are due."""
    unseen = "UPDATE tips SET due_at = filed_at WHERE status = 'new' AND id IN (SELECT tip FROM cards WHERE chat = ?)"
    return [
        Write(unseen, (chat,)),
        Write("DELETE FROM cards WHERE chat = ?", (chat,)),
        Write("DELETE FROM anchors WHERE chat = ?", (chat,)),
    ]


def move_group(seal: Seal, place: Place, *, to: Place) -> list[Write]:
    """A group became a supergroup: its cards are forgotten (old messages cannot be edited from there, and their buttons
    lead nowhere), and what nobody has claimed is alerted anew in the new one."""
    old = chat_of(seal, place)
    return [
        Write("DELETE FROM groups WHERE chat = ?", (chat_of(seal, to),)),
        Write("UPDATE groups SET chat = ?, place = ? WHERE chat = ?", (chat_of(seal, to), seal_place(seal, to), old)),
        *_leave(old),
    ]


async def group_ward(store: Store, place: Place) -> WardCode | None:
    """The ward whose desk this group is."""
    row = await store.db.look_up("SELECT ward FROM groups WHERE chat = ?", (chat_of(store.seal, place),))
    return None if row is None else WardCode(row["ward"])


def seal_place(seal: Seal, place: Place) -> bytes:
    """A place of officers, sealed under the officer key."""
    return seal.purpose_key("officer").seal(_PLACE.dump_json(place), Where("places", "", "place"))


def open_place(seal: Seal, sealed: bytes) -> Place:
    """What `seal_place` sealed."""
    return _PLACE.validate_json(seal.purpose_key("officer").open(sealed, Where("places", "", "place")))


async def anchored(store: Store, place: Place, *, message: str) -> str | None:
    """The tip that one of our messages in an officers' chat is about."""
    row = await store.db.look_up(
        "SELECT tip FROM anchors WHERE chat = ? AND message = ?", (chat_of(store.seal, place), message)
    )
    return None if row is None else str(row["tip"])


# --- whom a tip reaches ---------------------------------------------------------------------------------------


async def desk_places(store: Store, ward: WardCode) -> tuple[Place, ...]:
    """The linked groups, and those on duty on another channel (the duty PC's page), whom no group reaches.

    Without a group the officers on duty, else everybody; a ward without officers falls to the admins.
    """
    rows = await store.db.look_up_all("SELECT place FROM groups WHERE ward = ? ORDER BY linked_at", (ward,))
    groups = [open_place(store.seal, row["place"]) for row in rows]
    people = [one for one in await officers_of(store, ward) if one.status == "active"]
    officers = [one for one in people if one.roles.get(ward) in {Role.OFFICER, Role.CHIEF}]
    on_duty = [one for one in officers if one.on_duty]
    if groups:
        reached = {place.channel for place in groups}
        return (*groups, *(one.place for one in on_duty if one.place.channel not in reached))
    for group in (on_duty, officers, admins_among(people)):
        if group:
            return tuple(one.place for one in group)
    return ()


async def works_at(store: Store, place: Place, *, desk: WardCode) -> bool:
    """Whether a place is one where this desk's tips may be shown: its group, or the chat of an active officer of it."""
    if place.shared:
        return await group_ward(store, place) == desk
    return await officer_at(store, place, desk=desk) is not None


async def officer_at(store: Store, place: Place, *, desk: WardCode) -> Officer | None:
    """The active officer of a desk, admins included, whose own chat this is."""
    people = await officers_of(store, desk)
    return next((one for one in people if one.status == "active" and one.place == place), None)


async def fire_places(store: Store, ward: WardCode) -> tuple[Place, ...]:
    """The ward's fire officers on duty, else all of them; empty if there is none."""
    people = [one for one in await officers_of(store, ward) if one.status == "active"]
    fire = [one for one in people if one.roles.get(ward) is Role.FIRE]
    return tuple(one.place for one in ([one for one in fire if one.on_duty] or fire))


def admins_among(people: Sequence[Officer]) -> list[Officer]:
    """Those who hold the admin role of the installation."""
    return [one for one in people if one.roles.get(EVERY_WARD) is Role.ADMIN]


async def desk(store: Store, ward: WardCode, *, phone: str, fallback: bool) -> Desk:
    """The desk of a ward as it can be reached now."""
    return Desk(ward, await desk_places(store, ward), fallback, phone)
