"""People are answered in the language they write; where it is not their device's, the way back is offered once."""

from handlers.flows import FLOWS
from handlers.turn import AnyTurn
from messages.frozen import replace
from messages.incoming import Attached, Incoming, Text, words_of
from messages.meaning.spoken import script_of, written_in
from messages.outgoing import Outgoing, Say
from messages.phrase import Phrase
from storage.records import Session


def heard(session: Session, said: Incoming) -> Session:
    """The session in the language of this message; the same one where that is not plain, or a language was chosen.

    What officers write for others, such as a campaign's English text, is not how they want to be spoken to.
    """
    flow = FLOWS.get(session.flow)
    if session.chose_language or said.place.shared or (flow is not None and flow.audience == "officer"):
        return session
    if said.reply_to is not None or not isinstance(said.content, Text | Attached):
        return session
    language = written_in(words_of(said.content))
    if language is None or language == session.language:
        return session
    return replace(session, language=language, chose_language=True)


def offered(turn: AnyTurn) -> AnyTurn:
    """The turn with the way back to the other language under what is said last; a number to dial stands alone."""
    says = [index for index, reply in enumerate(turn.replies) if isinstance(reply, Say) and not reply.urgent]
    if not says:
        return turn
    replies: list[Outgoing] = list(turn.replies)
    last = replies[says[-1]]
    assert isinstance(last, Say)
    replies[says[-1]] = replace(last, words=(*last.words, Phrase("language-offer")), asks=False)
    return replace(turn, replies=tuple(replies))


def number(kind: str, said: Incoming) -> Say:
    """The fixed answer to a danger, above it the numbers in the writer's own script where that is neither of ours."""
    script = script_of(words_of(said.content))
    words = (Phrase(f"emergency-in-{script}"),) if script else ()
    return Say((*words, Phrase(f"emergency-{kind}")))
