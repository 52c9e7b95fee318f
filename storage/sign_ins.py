"""Officers at the console: who is signed in, one-time passes to sign in with, and the secrets of second factors.

What a cookie or a pass says is never stored, only its keyed hash; a second factor's secret is sealed.
"""

from dataclasses import dataclass
from datetime import datetime

from storage.records import OfficerId
from storage.seal import Seal, Where
from storage.store import Store, moment, ms
from storage.writes import Write

SECRET_BYTES = 20
"""Of a second factor: as long as the hash's output (RFC 4226, 4)."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """An officer at the console, in one browser."""

    id: bytes
    officer: OfficerId
    began_at: datetime
    used_at: datetime
    """When the officer last did something; what the page asks by itself does not count."""
    proved_at: datetime | None = None
    """When the second factor was last given; None where it never was."""
    wrong: int = 0
    """Wrong codes since then."""
    wrong_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What an officer's codes are made from."""

    secret: bytes
    confirmed: bool
    """Whether a first code has proved that the officer has it."""
    latest: int
    """The last time step whose code was taken."""


def _id(seal: Seal, secret: str) -> bytes:
    return seal.digest("console", f"cookie {secret}")


def _pass(seal: Seal, code: str) -> bytes:
    return seal.digest("console", f"pass {code.strip().lower()}")


def _where(officer: OfficerId) -> Where:
    return Where("second_factors", officer, "sealed")


# --- who is signed in -----------------------------------------------------------------------------------------


async def sign_in(store: Store, secret: str) -> SignIn | None:
    """The sign-in whose cookie holds this secret, whether or not it has ended."""
    row = await store.db.look_up("SELECT * FROM sign_ins WHERE id = ?", (_id(store.seal, secret),))
    if row is None:
        return None
    return SignIn(
        id=row["id"],
        officer=OfficerId(row["officer"]),
        began_at=moment(row["began_at"]),
        used_at=moment(row["used_at"]),
        proved_at=None if row["proved_at"] is None else moment(row["proved_at"]),
        wrong=row["wrong"],
        wrong_at=None if row["wrong_at"] is None else moment(row["wrong_at"]),
    )


def begin(seal: Seal, secret: str, *, officer: OfficerId, now: datetime) -> Write:
    """An officer has signed in; the browser alone knows the secret."""
    return Write(
        "INSERT INTO sign_ins (id, officer, began_at, used_at) VALUES (?, ?, ?, ?)",
        (_id(seal, secret), officer, ms(now), ms(now)),
        expects_rows=1,
    )


def used(one: SignIn, now: datetime) -> Write:
    """The officer did something."""
    return Write("UPDATE sign_ins SET used_at = ? WHERE id = ?", (ms(now), one.id))


def proved(seal: Seal, one: SignIn, *, secret: str, now: datetime) -> Write:
    """The second factor was given: from now on the cookie says something else, and a copy of the old one is worth
    nothing. Stale when the sign-in has ended meanwhile."""
    return Write(
        "UPDATE sign_ins SET id = ?, proved_at = ?, used_at = ?, wrong = 0, wrong_at = NULL WHERE id = ?",
        (_id(seal, secret), ms(now), ms(now), one.id),
        expects_rows=1,
    )


def tried(one: SignIn, now: datetime) -> Write:
    """A try is counted before it is judged, so that many at once are not one. Stale where another was counted first."""
    return Write(
        "UPDATE sign_ins SET wrong = wrong + 1, wrong_at = ? WHERE id = ? AND wrong = ?",
        (ms(now), one.id, one.wrong),
        expects_rows=1,
    )


def end(one: SignIn) -> Write:
    """Nobody is signed in there any more."""
    return Write("DELETE FROM sign_ins WHERE id = ?", (one.id,))


def end_all(officer: OfficerId) -> Write:
    """The officer is signed in nowhere any more."""
    return Write("DELETE FROM sign_ins WHERE officer = ?", (officer,))


def sweep(begun_before: datetime, now: datetime) -> list[Write]:
    """Forget sign-ins that ended long ago, and passes that nobody used."""
    return [
        Write("DELETE FROM sign_ins WHERE began_at < ?", (ms(begun_before),)),
        Write("DELETE FROM passes WHERE expires_at < ?", (ms(now),)),
    ]


# --- passes ---------------------------------------------------------------------------------------------------


def permit(seal: Seal, code: str, *, officer: OfficerId, expires_at: datetime) -> list[Write]:
    """A pass for an officer; an earlier one that was not used holds no longer."""
    return [
        Write("DELETE FROM passes WHERE officer = ?", (officer,)),
        Write(
            "INSERT INTO passes (code, officer, expires_at) VALUES (?, ?, ?)",
            (_pass(seal, code), officer, ms(expires_at)),
            expects_rows=1,
        ),
    ]


async def permitted(store: Store, code: str, *, now: datetime) -> OfficerId | None:
    """Whose pass this is; None for one that is unknown, used or expired."""
    row = await store.db.look_up(
        "SELECT officer FROM passes WHERE code = ? AND expires_at > ?", (_pass(store.seal, code), ms(now))
    )
    return None if row is None else OfficerId(row["officer"])


def spend(seal: Seal, code: str) -> Write:
    """The pass is used; Stale if somebody was faster."""
    return Write("DELETE FROM passes WHERE code = ?", (_pass(seal, code),), expects_rows=1)


# --- second factors -------------------------------------------------------------------------------------------


async def second_factor(store: Store, officer: OfficerId) -> SecondFactor | None:
    """An officer's second factor, confirmed or not."""
    row = await store.db.look_up("SELECT * FROM second_factors WHERE officer = ?", (officer,))
    if row is None:
        return None
    secret = store.seal.purpose_key("console").open(row["sealed"], _where(officer))
    return SecondFactor(secret, bool(row["confirmed"]), row["latest"])


def offered_factor(seal: Seal, one: SignIn) -> SecondFactor:
    """A second factor to set up in this browser: the same until it is confirmed, another one in every other browser.

    So nobody knows it who was signed in as this officer elsewhere.
    """
    return SecondFactor(seal.digest("console", f"factor {one.id.hex()}")[:SECRET_BYTES], confirmed=False, latest=0)


def confirm_factor(seal: Seal, officer: OfficerId, *, secret: bytes, step: int) -> Write:
    """A first code, of this time step, has proved that the officer has it. Stale where there is one already."""
    sealed = seal.purpose_key("console").seal(secret, _where(officer))
    return Write(
        "INSERT INTO second_factors (officer, sealed, confirmed, latest) VALUES (?, ?, 1, ?) "
        "ON CONFLICT (officer) DO UPDATE SET sealed = excluded.sealed, confirmed = 1, latest = excluded.latest "
        "WHERE confirmed = 0",
        (officer, sealed, step),
        expects_rows=1,
    )


def take_code(officer: OfficerId, step: int) -> Write:
    """The code of this time step was right. Stale when it, or a later one, was taken."""
    return Write(
        "UPDATE second_factors SET latest = ? WHERE officer = ? AND latest < ?",
        (step, officer, step),
        expects_rows=1,
    )


def forget_factor(officer: OfficerId) -> list[Write]:
    """The telephone is lost: the officer sets up a new second factor, and is signed in nowhere."""
    return [Write("DELETE FROM second_factors WHERE officer = ?", (officer,)), end_all(officer)]
