"""How long an officer stays signed in, who needs a second factor, and when wrong codes lock the door.

Pure: what is stored goes in with the time, and what may be done comes out.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from storage.records import Officer, Role
from storage.sign_ins import SecondFactor, SignIn

IDLE: Final = timedelta(hours=12)
"""Without a deed of the officer: a long shift. What the page asks by itself does not count."""
WHOLE: Final = timedelta(days=7)
"""Since the last proof, however busy."""
REMEMBERED: Final = timedelta(days=90)
"""How long a browser is known in which a code of the second factor is enough to go on."""
DOUBLY_SURE: Final = frozenset({Role.CHIEF, Role.ADMIN})
"""Roles that need a second factor: they confirm others, open contact details, approve campaigns."""

STEP: Final = 30
"""Seconds for which a code stands (RFC 6238, 5.2)."""
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps by which a telephone's clock may be wrong in each direction (RFC 6238, 6)."""
TRIES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
"""After `TRIES` wrong codes in one browser; other browsers of the same officer are not concerned."""
MOST_TRIES: Final = 15
"""Wrong codes after which this browser is forgotten: one in 22,000 guessers would have been lucky by then."""


class Standing(StrEnum):
    """What somebody with a cookie may do now."""

    OPEN = "open"
    """Everything their roles allow."""
    UNCONFIRMED = "unconfirmed"
    """Wait: their chief has not confirmed them yet."""
    SET_UP = "set-up"
    """Set up the second factor, and nothing else."""
    PROVE = "prove"
    """Give a code of the second factor, and nothing else."""
    LOCKED = "locked"
    """Wait: too many wrong codes came from this browser."""
    OVER = "over"
    """Sign in anew."""


def needs_factor(officer: Officer) -> bool:
    """Whether somebody must have a second factor."""
    return bool(DOUBLY_SURE & set(officer.roles.values()))


def standing(one: SignIn, officer: Officer | None, *, factor: SecondFactor | None, now: datetime) -> Standing:
    """What a cookie is worth now."""
    if officer is None or officer.status == "revoked" or one.wrong >= MOST_TRIES or now >= one.began_at + REMEMBERED:
        return Standing.OVER
    is_fresh = now < one.used_at + IDLE and now < (one.proved_at or one.began_at) + WHOLE
    confirmed = factor is not None and factor.confirmed
    if not confirmed:
        if not is_fresh:
            return Standing.OVER
        if officer.status == "pending":
            return Standing.UNCONFIRMED
        return Standing.SET_UP if needs_factor(officer) else Standing.OPEN
    if is_fresh and one.proved_at is not None:
        return Standing.OPEN if officer.status == "active" else Standing.UNCONFIRMED
    return Standing.LOCKED if now < locked_until(one) else Standing.PROVE


def locked_until(one: SignIn) -> datetime:
    """When the next code may be tried; in the past where it may be now."""
    if one.wrong_at is None or one.wrong == 0 or one.wrong % TRIES:
        return one.began_at
    return one.wrong_at + LOCKED_FOR


def step_of(code: str, factor: SecondFactor, *, now: datetime) -> int | None:
    """The time step whose code this is, within `DRIFT` of now and never one that was taken before; else None."""
    told = "".join(code.split())
    if len(told) != DIGITS or not told.isascii() or not told.isdigit():
        return None
    current = int(now.timestamp()) // STEP
    clock = _clock(factor.secret)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > factor.latest and _is_right(clock, told, step=step):
            return step
    return None


def _is_right(clock: TOTP, told: str, *, step: int) -> bool:
    try:
        clock.verify(told.encode(), step * STEP)
    except InvalidToken:
        return False
    return True


def _clock(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 -- what every authenticator knows; RFC 6238 allows it


def factor_address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code of the set-up says (the otpauth address that authenticators read)."""
    return _clock(secret).get_provisioning_uri(account, issuer)
