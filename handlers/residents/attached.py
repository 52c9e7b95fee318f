"""Photos and files on their way into a tip: what is too much, what may give its sender away, one answer to an album."""

from collections.abc import Sequence
from typing import Literal

from handlers.effects import AddEntries, AnswerAsk, Effect
from handlers.facts import Facts
from handlers.residents.telling import FULL, NO_WORDS, SEND_WORDS, files_phrase
from handlers.turn import AnyTurn, Turn
from messages.frozen import replace
from messages.incoming import Attached, Chosen, Command, File, Incoming, Other, Text, words_of
from messages.meaning.folding import fold
from messages.outgoing import Outgoing, Say
from messages.phrase import Phrase, choice, phrase
from storage.records import REPORTER, Session, TipId

MEGABYTE = 1024 * 1024
MOST_FILES = 30
"""Photos and files of one tip; with the next two, what one ward's disk can bear."""
MOST_BYTES = 200 * MEGABYTE
MOST_A_DAY = 500 * MEGABYTE
"""Bytes that one person may send in a day."""
REVEALING = frozenset({"video", "video-note", "voice", "audio"})
"""A voice is known to those who hear it, and where a camera stood shows who held it."""
KEEP = choice("keep-file")
DROP = choice("drop-file")
NOT_KEPT = frozenset({"too-large", "too-many", "too-much-today"})
"""Why a file is not kept, as the kind of the message it then is."""
KNOWN = frozenset({"sticker", "poll"})
SAID_OF_ONE = frozenset({"tip-file-kept", "after-file-added"})
"""What is said of the first file of an album; the counter says it of all."""


# --- what is too much -----------------------------------------------------------------------------------------


async def admitted(said: Incoming, facts: Facts, *, tip: TipId, beside: Sequence[int]) -> Incoming:
    """The message; with a file that is too much it is one that cannot be kept, whose caption is taken all the same.

    `beside` are the sizes of files that may go the same way and are in no row yet.
    """
    if not isinstance(said.content, Attached):
        return said
    why = await _too_much(said.content, facts, tip=tip, beside=beside)
    return replace(said, content=Other(why, said.content.caption)) if why else said


def without_file(said: Incoming) -> Incoming:
    """The message as one whose file the tip being told has no room for."""
    return replace(said, content=Other(FULL, words_of(said.content)))


async def _too_much(file: Attached, facts: Facts, *, tip: TipId, beside: Sequence[int]) -> str:
    if file.size > facts.file_limit:
        return "too-large"
    kept, size = await facts.files_of(tip), file.size + sum(beside)
    if kept.count + len(beside) >= MOST_FILES or kept.size + size > MOST_BYTES:
        return "too-many"
    return "too-much-today" if await facts.sent_today() + size > MOST_A_DAY else ""


def not_kept(other: Other, facts: Facts) -> Phrase:
    """What cannot be kept, said kindly, with what can be sent instead."""
    if other.what == "too-large":
        return phrase("file-too-large", most=round(facts.file_limit / MEGABYTE))
    if other.what in NOT_KEPT:
        return phrase(f"file-{other.what}", files=MOST_FILES, most=MOST_BYTES // MEGABYTE)
    return phrase("other-not-taken", what=Phrase(f"other-{other.what if other.what in KNOWN else 'else'}"))


# --- what may give them away ----------------------------------------------------------------------------------


def may_reveal(said: Incoming) -> bool:
    """Whether the message is a recording: it is held back until its sender has heard what it may show."""
    return isinstance(said.content, File) and said.content.what in REVEALING


def held_back(session: Session, said: Incoming) -> tuple[Session, AnyTurn]:
    """The session with the recording held in it, and the question whether it shall be sent all the same."""
    assert isinstance(said.content, File)
    held = replace(session, held=(*session.held, said.content))
    numbers = () if session.flow else (Phrase("file-urgent"),)
    return held, Turn(replies=(Say((*numbers, Phrase("file-reveals")), choices=(KEEP, DROP), columns=2),))


def answer_of(session: Session, said: Incoming) -> Literal["keep", "drop", ""]:
    """What is answered about the recordings that are held back; nothing where none is, or something else is said."""
    if not session.held:
        return ""
    match said.content:
        case Chosen(key="keep-file"):
            return "keep"
        case Chosen(key="drop-file" | "menu-cancel") | Command(name="huy" | "cancel"):
            return "drop"
        case Text(words=words) if fold(words) in SEND_WORDS:
            return "keep"
        case Text(words=words) if fold(words) in NO_WORDS:
            return "drop"
        case _:
            return ""


def dropped() -> AnyTurn:
    """What was held back is not sent."""
    return Turn(remark=(Phrase("file-dropped"),), repeat=True)


def joined(turns: Sequence[AnyTurn]) -> AnyTurn:
    """Several files sent at once as one turn: everything they cause, and the last answer."""
    effects: list[Effect] = []
    for effect in (effect for turn in turns for effect in turn.effects):
        again = isinstance(effect, AnswerAsk) and any(isinstance(one, AnswerAsk) for one in effects)
        if again and isinstance(effect, AnswerAsk):  # the open question has its answer: the rest stands beside it
            effects.append(AddEntries(effect.tip, effect.entries, REPORTER, effect.urgency, effect.due_at))
        else:
            effects.append(effect)
    return replace(turns[-1], effects=tuple(effects))


def reminded(session: Session, replies: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """While a recording is held back, whatever is said next asks about it once more."""
    if not session.held or not replies or not isinstance(replies[-1], Say) or KEEP in replies[-1].choices:
        return replies
    last = replies[-1]
    words = (*last.words, phrase("file-held", count=len(session.held)))
    return (*replies[:-1], replace(last, words=words, choices=(KEEP, DROP, *last.choices), columns=2))


# --- albums ---------------------------------------------------------------------------------------------------


def album_of(said: Incoming) -> str:
    """The album a message is part of; also where the part itself cannot be kept."""
    return said.album if isinstance(said.content, Attached | Other) else ""


def is_rest(session: Session, said: Incoming) -> bool:
    """Whether the album was answered with an earlier part of it."""
    return bool(album_of(said)) and album_of(said) == session.album


def begun(session: Session, said: Incoming, *, replies: tuple[Outgoing, ...]) -> tuple[Session, tuple[Outgoing, ...]]:
    """The first part of an album: its one answer is marked and remembered, to be edited as more comes."""
    if not album_of(said):
        return (replace(session, album_say=None) if session.album_say is not None else session), replies
    fresh = replace(session, album=said.album, album_holds=(), album_lost=0, album_asked=session.asked, album_say=None)
    last = replies[-1] if replies else None
    if isinstance(last, Say) and not (may_reveal(said) and session.held):
        told = tuple(one for one in last.words if one.key in SAID_OF_ONE)
        others = tuple(one for one in last.words if one.key not in SAID_OF_ONE)
        answer = [replace(last, album=said.album)]
        if last.wants_pin and told:  # Telegram edits no message that brought a keyboard: the count stands alone
            answer, others = [Say(told, album=said.album), replace(last, words=others)], ()
        remembered = replace(answer[0], words=others, album=said.album, asks=True)
        fresh, replies = replace(fresh, album_say=remembered), (*replies[:-1], *answer)
    return _with_part(fresh, said), replies


def counted(session: Session, said: Incoming) -> tuple[Session, tuple[Outgoing, ...]]:
    """The session with one more part, and the album's answer with the new count; in silence once something else is
    being asked."""
    after = _with_part(session, said)
    answer = after.album_say
    if answer is None or after.asked != after.album_asked:
        return after, ()
    count: list[Phrase] = []
    if after.album_holds:
        count.append(phrase("album-kept", files=files_phrase(after.album_holds)))
    if after.album_lost:
        count.append(phrase("album-not-kept", count=after.album_lost))
    words = tuple(one for one in answer.words if not one.key.startswith("file-too-"))
    return after, (replace(answer, words=(*count, *words)),)


def _with_part(session: Session, said: Incoming) -> Session:
    if isinstance(said.content, Attached):
        return replace(session, album_holds=(*session.album_holds, said.content.what))
    return replace(session, album_lost=session.album_lost + 1)
