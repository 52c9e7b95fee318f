"""How long a sign-in holds, who needs a second factor, and when wrong codes lock the door."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.console.standing import (
    IDLE,
    LOCKED_FOR,
    MOST_TRIES,
    REMEMBERED,
    STEP,
    TRIES,
    WHOLE,
    Standing,
    factor_address,
    standing,
    step_of,
)
from messages.address import ChannelName, Place
from storage.records import EVERY_WARD, Officer, OfficerId, Role, WardCode
from storage.sign_ins import SecondFactor, SignIn

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SECRET = b"12345678901234567890"
"""The secret of the test vectors of RFC 6238, appendix B."""
PHONE = SecondFactor(SECRET, confirmed=True, latest=0)
OFFERED = SecondFactor(SECRET, confirmed=False, latest=0)


def somebody(role: Role = Role.OFFICER, status: str = "active") -> Officer:
    ward = EVERY_WARD if role in {Role.ADMIN, Role.AUDITOR} else WardCode("00103")
    place = Place(ChannelName("web"), "x")
    return Officer(OfficerId("lan"), "Lan", place, {ward: role}, status, on_duty=True)  # type: ignore[arg-type]


def signed_in(*, used: timedelta = timedelta(0), **more: object) -> SignIn:
    return SignIn(b"x", OfficerId("lan"), NOON, NOON + used, **more)  # type: ignore[arg-type]


def stands(one: SignIn, officer: Officer | None, *, factor: SecondFactor | None, at: timedelta) -> Standing:
    return standing(one, officer, factor=factor, now=NOON + at)


A_MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("used", "at", "expected"),
    [
        (timedelta(0), IDLE - A_MOMENT, Standing.OPEN),
        (timedelta(0), IDLE, Standing.OVER),
        (WHOLE - A_MOMENT, WHOLE - A_MOMENT, Standing.OPEN),
        (WHOLE - A_MOMENT, WHOLE, Standing.OVER),
    ],
)
def test_an_officer_s_sign_in_ends_when_it_is_idle_and_ends_at_last(
    used: timedelta, at: timedelta, expected: Standing
) -> None:
    assert stands(signed_in(used=used), somebody(), factor=None, at=at) is expected


@pytest.mark.parametrize(
    ("used", "at", "expected"),
    [
        (timedelta(0), IDLE - A_MOMENT, Standing.OPEN),
        (timedelta(0), IDLE, Standing.PROVE),
        (WHOLE, WHOLE, Standing.PROVE),
        (REMEMBERED - A_MOMENT, REMEMBERED - A_MOMENT, Standing.PROVE),
        (REMEMBERED - A_MOMENT, REMEMBERED, Standing.OVER),
    ],
)
def test_with_a_second_factor_a_code_goes_on_where_the_sign_in_ended(
    used: timedelta, at: timedelta, expected: Standing
) -> None:
    proved = signed_in(used=used, proved_at=NOON)
    assert stands(proved, somebody(), factor=PHONE, at=at) is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.OFFICER, Standing.OPEN),
        (Role.FIRE, Standing.OPEN),
        (Role.AUDITOR, Standing.OPEN),
        (Role.CHIEF, Standing.SET_UP),
        (Role.ADMIN, Standing.SET_UP),
    ],
)
def test_chiefs_and_admins_set_up_a_second_factor_before_anything_else(role: Role, expected: Standing) -> None:
    assert stands(signed_in(), somebody(role), factor=None, at=A_MOMENT) is expected
    assert stands(signed_in(), somebody(role), factor=OFFERED, at=A_MOMENT) is expected
    assert stands(signed_in(), somebody(role), factor=PHONE, at=A_MOMENT) is Standing.PROVE
    assert stands(signed_in(proved_at=NOON), somebody(role), factor=PHONE, at=A_MOMENT) is Standing.OPEN


def test_whoever_waits_for_the_chief_or_was_revoked_gets_no_further() -> None:
    pending, revoked = somebody(status="pending"), somebody(status="revoked")
    assert stands(signed_in(), pending, factor=None, at=A_MOMENT) is Standing.UNCONFIRMED
    assert stands(signed_in(proved_at=NOON), pending, factor=PHONE, at=A_MOMENT) is Standing.UNCONFIRMED
    assert stands(signed_in(proved_at=NOON), revoked, factor=PHONE, at=A_MOMENT) is Standing.OVER
    assert stands(signed_in(), None, factor=None, at=A_MOMENT) is Standing.OVER


@pytest.mark.parametrize(
    ("wrong", "since", "expected"),
    [
        (TRIES - 1, A_MOMENT, Standing.PROVE),
        (TRIES, LOCKED_FOR - A_MOMENT, Standing.LOCKED),
        (TRIES, LOCKED_FOR, Standing.PROVE),
        (TRIES + 1, A_MOMENT, Standing.PROVE),
        (2 * TRIES, A_MOMENT, Standing.LOCKED),
        (MOST_TRIES, LOCKED_FOR, Standing.OVER),
    ],
)
def test_wrong_codes_lock_one_browser_for_a_while_and_end_it_at_last(
    wrong: int, since: timedelta, expected: Standing
) -> None:
    assert stands(signed_in(wrong=wrong, wrong_at=NOON), somebody(), factor=PHONE, at=since) is expected


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B lists eight digits; six are the last of them."""
    assert step_of(code, PHONE, now=datetime.fromtimestamp(seconds, UTC)) == seconds // STEP


def test_a_code_is_right_for_a_step_around_now_and_only_once() -> None:
    at = datetime.fromtimestamp(1111111109, UTC)
    step = int(at.timestamp()) // STEP
    for off, expected in ((-2, None), (-1, step - 1), (0, step), (1, step + 1), (2, None)):
        code = TOTP(SECRET, 6, SHA1(), STEP).generate((step + off) * STEP).decode()
        assert step_of(code, PHONE, now=at) == expected
    assert step_of("081804", SecondFactor(SECRET, confirmed=True, latest=step), now=at) is None
    assert step_of(" 081 804 ", PHONE, now=at) == step


@pytest.mark.parametrize("told", ["", "81804", "0818040", "08180a", "०८१८०४", "-81804"])
def test_what_is_no_code_is_none(told: str) -> None:
    assert step_of(told, PHONE, now=datetime.fromtimestamp(1111111109, UTC)) is None


def test_the_set_up_says_what_authenticators_read() -> None:
    address = factor_address(SECRET, account="Lan Anh", issuer="BaoTin")
    assert address.startswith("otpauth://totp/BaoTin:Lan%20Anh?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
