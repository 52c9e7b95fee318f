"""No JSON at all makes the reading of Telegram fail: it is read, or known to be unreadable."""

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_read import Unreadable, read
from tests.channels.test_telegram_read import ME, NOW, SAID, Raw

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**53),
    st.floats(),
    st.text(max_size=4),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.sampled_from(["private", "channel", "kicked", "restricted", "0.x"]),
)
PATH_STEP = st.integers(0, 10_000)


def mutate(value: Any, path: list[int], *, junk: Any, how: int) -> Any:
    """A copy of a JSON value in which one place, found by following `path`, is replaced, dropped or added to."""
    if isinstance(value, dict) and value and path:
        keys = sorted(value)
        key = keys[path[0] % len(keys)]
        inner = value[key]
        if len(path) > 1 and isinstance(inner, dict | list) and inner:
            return value | {key: mutate(inner, path[1:], junk=junk, how=how)}
        if how == 0:
            return {name: kept for name, kept in value.items() if name != key}
        return value | ({key: junk} if how == 1 else {"unheard_of": junk})
    if isinstance(value, list) and value and path:
        at = path[0] % len(value)
        return [*value[:at], mutate(value[at], path[1:], junk=junk, how=how), *value[at + 1 :]]
    return junk


@settings(max_examples=1500, deadline=None)
@given(
    raw=st.sampled_from([raw for raw, _ in SAID.values()]),
    changes=st.lists(
        st.tuples(st.lists(PATH_STEP, min_size=1, max_size=5), JUNK, st.integers(0, 2)), min_size=1, max_size=3
    ),
)
def test_whatever_the_json_it_is_read_or_known_to_be_unreadable(
    raw: Raw, changes: list[tuple[list[int], Any, int]]
) -> None:
    broken: Any = raw
    for path, junk, how in changes:
        broken = mutate(broken, path, junk=junk, how=how)
    try:
        said = read(broken, ME, now=NOW)
    except Unreadable:
        return
    if said is not None:
        assert isinstance(said.at, datetime)
        assert said.by.who.lstrip("-").isdigit()
        assert said.place.chat.lstrip("-").isdigit()
