"""What anybody could send, made up by hypothesis: raw payloads for each channel, and messages once they are read."""

from typing import Any, Final

from hypothesis import strategies as st

from messages.address import MessageRef, Place
from messages.incoming import (
    Command,
    Contact,
    Content,
    Edited,
    File,
    Membership,
    Other,
    Photo,
    Pin,
    Point,
    Press,
    Text,
)
from tests.handlers.fake_facts import WEB

WORDS: Final = (
    "mất xe đạp", "tên tôi là Hương, số của tôi 0912345678", "gửi", "gui", "ok", "1", "2", "không", "huy", "xong",
    "phường Tây Hồ", "Ba Đình", "cháy nhà, cứu với", "bình chữa cháy loại nào tốt?", "làm căn cước ở đâu", "english",
    "BT-2222-2222-2222-2222", "stop", "cảm ơn", "😀" * 50, "\u200b\u2060", "\u202eđảo ngược\u202c שלום مرحبا",
    "a" * 4_096, "ộ" * 4_097, "e\u0302\u0323" * 900, "\x01\x1f", "\u2028\u0085", "\ufeff// --",
    "'; DROP TABLE tips; --",
    "{ $words }", "\ue0000\ue001", "%s {0} \\u0000", "Ð" * 30, "\u200b".join("chay"), "/start" * 200,
)  # fmt: skip
"""Words that mean something, and words in mixed encodings, right to left, at and beyond the platforms' limits."""
VERBS: Final = (
    "open", "claim", "files", "file", "contact", "note", "ask", "close", "hand", "refer", "back", "take", "reopen",
    "approve", "edit", "correct", "confirm", "refuse", "revoke", "menu", "page", "duty", "reply", "send", "more",
    "skip", "done", "keep-file", "drop-file", "as-it-is", "rewrite", "not-send",
    "event-here", "ward", "own", "cat", "group",
)  # fmt: skip
COMMANDS: Final = (
    "start", "huy", "stop", "xoa", "tindagui", "hoi", "baotin", "dangky", "ngonngu", "hangcho", "tin", "truc",
    "thongbao", "ketnoi", "ngatketnoi", "xyz",
)  # fmt: skip

JUNK: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*WORDS[:20], "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON."""


def words() -> st.SearchStrategy[str]:
    """Words of every sort, without what readers take out of them: half characters and NUL."""
    return st.sampled_from(WORDS) | st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60
    )


def handles() -> st.SearchStrategy[str]:
    """What a button might carry back: ours, ours with other bytes, and anything else."""
    ids = st.sampled_from(["tip1", "q1", "c1", "An", "on", "queue", "00091", "tip1_m1", "", "x" * 60])
    ours = st.tuples(st.sampled_from(VERBS), st.sampled_from([":", "-", ""]), ids).map("".join)
    return ours | st.binary(max_size=64).map(lambda raw: raw.decode("utf-8", "replace")) | st.text(max_size=64)


def contents() -> st.SearchStrategy[Content]:
    """Everything a message can hold."""
    sizes = st.sampled_from([0, 1, 20 << 20, 1 << 40])
    points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)) | st.sampled_from(
        [Point(21.07, 105.82), Point(0.0, 0.0)]
    )
    return st.one_of(
        words().map(Text),
        words().map(Text),
        st.builds(Photo, st.just("file"), words(), sizes),
        st.builds(
            File,
            st.sampled_from(["video", "video-note", "voice", "audio", "document"]),
            st.just("file"),
            words(),
            sizes,
        ),
        points.map(Pin),
        st.builds(Command, st.sampled_from(COMMANDS) | st.text(max_size=32), words()),
        st.builds(Press, handles(), st.integers(-1, 5), st.sampled_from(["", "press"])),
        st.builds(Press, handles(), st.just(-1), st.just("press")),
        st.builds(Contact, words(), words()),
        words().map(Edited),
        st.builds(Other, st.sampled_from(["sticker", "poll", "else", "too-large", "x y"]), words()),
        st.builds(Membership, st.sampled_from(["blocked", "returned", "added", "removed"])),
        st.just(Membership("moved", moved_to=Place(WEB, "elsewhere", shared=True))),
    )


def messages() -> st.SearchStrategy[list[tuple[Content, str, MessageRef | None]]]:
    """A conversation: contents, each with the album it is part of and what it answers."""
    replies = st.sampled_from([None, None, None, MessageRef("card"), MessageRef("nowhere")])
    return st.lists(st.tuples(contents(), st.sampled_from(["", "", "album"]), replies), min_size=8, max_size=8)


def changed(raw: Any, steps: list[tuple[list[int], Any, int]]) -> Any:
    """A payload in which some places hold something else, nothing, or something more."""
    for path, junk, how in steps:
        raw = _mutated(raw, path, junk=junk, how=how)
    return raw


def _mutated(value: Any, path: list[int], *, junk: Any, how: int) -> Any:
    if isinstance(value, dict) and value and path:
        key = sorted(value)[path[0] % len(value)]
        inner = value[key]
        if len(path) > 1 and isinstance(inner, dict | list) and inner:
            return value | {key: _mutated(inner, path[1:], junk=junk, how=how)}
        if how == 0:
            return {name: kept for name, kept in value.items() if name != key}
        return value | ({key: junk} if how == 1 else {"unheard_of": junk})
    if isinstance(value, list) and value and path:
        at = path[0] % len(value)
        return [*value[:at], _mutated(value[at], path[1:], junk=junk, how=how), *value[at + 1 :]]
    return junk


def changes() -> st.SearchStrategy[list[tuple[list[int], Any, int]]]:
    """What `changed` does to a payload."""
    paths = st.lists(st.integers(0, 30), min_size=1, max_size=5)
    return st.lists(st.tuples(paths, JUNK, st.integers(0, 2)), max_size=3)
