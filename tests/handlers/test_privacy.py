"""What is said about who learns what: the messenger's own company is named where people have an account with one."""

from dataclasses import replace

import pytest

from handlers.desk import advance
from messages.address import Address
from messages.incoming import Chosen, Command, Content, Incoming, Text
from messages.language import LANGUAGES, Language
from messages.outgoing import Say
from messages.phrase import Phrase
from storage.records import Session
from tests.handlers.fake_facts import CATALOGUE, NOW, WEB, FakeFacts, World, a_session, private

COMPANY = {"vi": "Công ty của ứng dụng", "en": "messenger's own company"}
RECEIPT = {"vi": "mã tra cứu", "en": "receipt"}
STORED = Chosen("menu-privacy")
FIRST = (
    Command("start"),
    Command("start", "w_00103"),
    Text("xin chào"),
    Text("mất xe đạp ở ngõ 12 từ hôm qua"),
    STORED,
)


async def answer(content: Content, *, has_account: bool, language: Language = "vi") -> tuple[Session, str]:
    """What somebody new is told when this is the first thing they say, and their session afterwards."""
    session = replace(a_session("lan"), language=language, welcomed=False)
    said = Incoming("1", Address(WEB, "lan"), private("lan"), NOW, content)
    after, turn = await advance(session, said, FakeFacts(World(), session, has_account=has_account))
    phrases = [phrase for reply in turn.replies if isinstance(reply, Say) for phrase in reply.words]
    return after, "\n".join(CATALOGUE.words(phrase, language) for phrase in phrases)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", FIRST, ids=str)
async def test_only_where_there_is_an_account_its_company_is_named(content: Content, language: Language) -> None:
    _, with_account = await answer(content, has_account=True, language=language)
    _, without = await answer(content, has_account=False, language=language)
    assert COMPANY[language].lower() in with_account.lower()
    assert COMPANY[language].lower() not in without.lower()
    assert RECEIPT[language] in without


@pytest.mark.parametrize("has_account", [True, False])
async def test_it_is_said_once(has_account: bool) -> None:
    after, _ = await answer(Text("xin chào"), has_account=has_account)
    assert after.welcomed
    said = Incoming("2", Address(WEB, "lan"), private("lan"), NOW, Text("mất xe đạp ở ngõ 12 từ hôm qua"))
    _, turn = await advance(after, said, FakeFacts(World(), after, has_account=has_account))
    phrases = [phrase for reply in turn.replies if isinstance(reply, Say) for phrase in reply.words]
    assert phrases
    assert not {phrase.key for phrase in phrases} & {"welcome-privacy", "welcome-privacy-no-account"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_promised_to_be_anonymous(language: Language) -> None:
    for key in ("welcome-privacy", "welcome-privacy-no-account", "privacy-stored", "privacy-stored-no-account"):
        words = CATALOGUE.words(Phrase(key), language).lower()
        assert "ẩn danh" not in words
        assert "anonym" not in words
