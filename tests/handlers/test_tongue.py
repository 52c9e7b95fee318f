"""Answered in the language that was written: residents are, and officers who write for others are not."""

from dataclasses import replace

from messages.incoming import Text
from messages.language import Language
from messages.outgoing import Say
from tests.handlers.officer_driver import Chat, a_staffed_world
from tests.handlers.resident_driver import Resident, a_world

ENGLISH, VIETNAMESE = "people sell drugs at number 5, Tay Ho ward", "có người bán ma túy ở số 5 phường Tây Hồ"


async def test_what_is_written_decides_once_and_what_was_chosen_stays() -> None:
    for device, words, spoken in (("vi", ENGLISH, "en"), ("en", VIETNAMESE, "vi"), ("vi", VIETNAMESE, "vi")):
        resident = Resident(a_world())
        language: Language = "vi" if device == "vi" else "en"
        resident.session = replace(resident.session, language=language)
        await resident.hears(Text(words))
        assert resident.session.language == spoken
        says = [reply for reply in resident.turn.replies if isinstance(reply, Say)]
        offered = any(phrase.key == "language-offer" for reply in says for phrase in reply.words)
        assert offered == (device != spoken)
    chosen = Resident(a_world())
    chosen.session = replace(chosen.session, chose_language=True)
    await chosen.hears(Text(ENGLISH))
    assert chosen.session.language == "vi"


async def test_an_officer_who_writes_english_for_others_is_still_spoken_to_in_vietnamese() -> None:
    chat = Chat(a_staffed_world(), "Chief")
    await chat.says("/thongbao")
    assert chat.session.flow
    await chat.says("People of the ward: please lock your doors when you go to the market")
    assert chat.session.language == "vi"
