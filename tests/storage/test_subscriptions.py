"""Who receives which campaigns: one condition for the estimate, the lines, who joins late, and the last look."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from messages.language import Language
from messages.meaning.neighbourhoods import folded
from storage import campaigns, expansion, notices, subscriptions
from storage.campaign_records import Audience, Campaign, Subscription
from storage.outbox import Lane
from storage.records import CampaignId, OfficerId, ReporterId, WardCode
from storage.store import Store, ms
from storage.writes import Write
from tests.bot.owing import NOON, WARD, a_reporter, a_store, every, one

OTHER = WardCode("00097")
C = CampaignId("c")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as opened:
        yield opened


MUTED = NOON + timedelta(days=7)
PEOPLE: dict[str, tuple[Subscription, str]] = {
    "all": (Subscription(WARD), ""),
    "fire": (Subscription(WARD, themes=("fire", "scam")), "tổ 3"),
    "drugs": (Subscription(WARD, themes=("drugs",), language="en"), "Tổ dân phố số 05"),
    "muted": (Subscription(WARD, muted_until=MUTED), "tổ 3"),
    "elsewhere": (Subscription(OTHER), "tổ 3"),
}
AUDIENCES: list[tuple[Audience, str]] = [
    (Audience((WARD,)), "all fire drugs"),
    (Audience((WARD, OTHER)), "all fire drugs elsewhere"),
    (Audience((WARD,), theme="fire"), "all fire"),
    (Audience((WARD,), theme="drugs"), "all drugs"),
    (Audience((WARD,), theme="traffic"), "all"),
    (Audience((WARD,), language="en"), "drugs"),
    (Audience((WARD,), language="vi"), "all fire"),
    (Audience((WARD,), neighbourhoods=("TDP 3",)), "fire"),
    (Audience((WARD,), neighbourhoods=("3", "khu phố 5")), "fire drugs"),
    (Audience((WARD,), neighbourhoods=("tổ 13",)), ""),
    (Audience((WARD,), theme="drugs", neighbourhoods=("tổ 3",)), ""),
    (Audience((WARD,), theme="drugs", emergency=True), "all fire drugs muted"),
    (Audience((WARD,), neighbourhoods=("tổ 3",), emergency=True), "fire muted"),
]


async def settle(store: Store) -> None:
    for who, (chosen, neighbourhood) in PEOPLE.items():
        reporter = await a_reporter(store, who)
        await store.db.commit(
            subscriptions.subscribe(store.seal, reporter, chosen=chosen, neighbourhood=neighbourhood, now=NOON)
        )


async def going_out(store: Store, whom: Audience) -> Campaign:
    """A campaign to these that is approved and begun."""
    drafted = Campaign(
        id=C, wards=whom.wards, words="w", status="approved", version=1, author=OfficerId("o"), author_name="",
        approved_by=OfficerId("p"), repeats="once", starts_at=NOON, due_at=NOON, theme=whom.theme,
        language=whom.language, neighbourhoods=whom.neighbourhoods, emergency=whom.emergency,
    )  # fmt: skip
    await store.db.commit([campaigns.draft(store.seal, drafted)])
    await store.db.commit([campaigns.begin(drafted, said="", audience=0, now=NOON)])
    found = await campaigns.campaign(store, C)
    assert found is not None
    return found


async def readers(store: Store) -> str:
    rows = await every(store, "SELECT reporter FROM lines ORDER BY reporter")
    found = {str(row[0]).removeprefix("reporter-") for row in rows}
    return " ".join(who for who in PEOPLE if who in found)


@pytest.mark.parametrize(("whom", "who"), AUDIENCES)
async def test_the_estimate_counts_whom_the_lines_reach(store: Store, whom: Audience, who: str) -> None:
    await settle(store)
    assert await subscriptions.audience(store, whom) == len(who.split())
    campaign = await going_out(store, whom)
    assert campaign.whom == whom
    upto = await expansion.next_subscribers(store, campaign)
    await store.db.commit(expansion.expand(campaign, upto=upto, now=NOON))
    assert await readers(store) == who
    assert await one(store, "SELECT owed FROM campaigns") == (len(who.split()),)


@pytest.mark.parametrize(("whom", "who"), AUDIENCES)
async def test_who_joins_while_it_goes_out_gets_it_only_if_it_is_for_them(
    store: Store, whom: Audience, who: str
) -> None:
    campaign = await going_out(store, whom)
    await store.db.commit([Write("UPDATE campaigns SET cursor = '~' WHERE id = ?", (campaign.id,))])
    await settle(store)
    assert await readers(store) == who


async def test_the_line_of_who_joins_late_does_not_tell_when_they_wrote(store: Store) -> None:
    campaign = await going_out(store, Audience((WARD,)))
    await store.db.commit([Write("UPDATE campaigns SET cursor = '~', status = 'paused' WHERE id = ?", (campaign.id,))])
    who, wrote = await a_reporter(store, "late"), NOON + timedelta(minutes=7, milliseconds=331)
    await store.db.commit(subscriptions.subscribe(store.seal, who, chosen=Subscription(WARD), now=wrote))
    assert await every(store, "SELECT due_at, owed_at FROM lines") == [(ms(NOON), ms(NOON))]


async def test_who_wants_it_no_more_is_passed_over_at_the_last_look(store: Store) -> None:
    await settle(store)
    campaign = await going_out(store, Audience((WARD,), theme="fire"))
    upto = await expansion.next_subscribers(store, campaign)
    await store.db.commit(expansion.expand(campaign, upto=upto, now=NOON))
    lines = await notices.claim(store, NOON, due=NOON, lane=Lane.CAMPAIGN, limit=8)
    for line in lines:
        gate = await notices.gate(store, line)
        assert gate is not None and gate.wanted
    chosen = Subscription(WARD, themes=("scam",))
    assert lines[0].reporter is not None
    await store.db.commit(subscriptions.subscribe(store.seal, lines[0].reporter, chosen=chosen, now=NOON))
    gate = await notices.gate(store, lines[0])
    assert gate is not None and gate.end_of(lines[0], NOON) == "muted"


async def test_a_mute_ends_by_itself_with_its_day(store: Store) -> None:
    await settle(store)
    whom = Audience((WARD,))
    for passed, count in ((timedelta(days=7), 3), (timedelta(days=8), 4)):
        await store.db.commit([subscriptions.unmute(NOON + passed)])
        assert await subscriptions.audience(store, whom) == count


async def test_what_was_chosen_is_kept_but_where_somebody_lives_is_nowhere_to_be_read(store: Store) -> None:
    await settle(store)
    for who, (chosen, neighbourhood) in PEOPLE.items():
        reporter = id_of(who)
        found = await subscriptions.of(store, reporter)
        assert found is not None
        assert replace(found, muted_until=None, has_neighbourhood=False) == replace(chosen, muted_until=None)
        assert found.has_neighbourhood == bool(neighbourhood)
    stored = await every(store, "SELECT neighbourhood, themes FROM subscriptions WHERE neighbourhood <> ''")
    hashes = [str(row[0]) for row in stored]
    assert len(set(hashes)) == 3, "the same number in another ward is another place"
    assert all(len(found) == subscriptions.HASHED for found in hashes)
    reporter = id_of("fire")
    changed = replace(PEOPLE["fire"][0], language="en")
    await store.db.commit(subscriptions.subscribe(store.seal, reporter, chosen=changed, now=NOON))
    assert await subscriptions.audience(store, Audience((WARD,), neighbourhoods=("3",))) == 1, "it stays"
    await store.db.commit(subscriptions.subscribe(store.seal, reporter, chosen=changed, neighbourhood="", now=NOON))
    assert await subscriptions.audience(store, Audience((WARD,), neighbourhoods=("3",))) == 0


def id_of(who: str) -> ReporterId:
    """Of somebody who is settled already."""
    return ReporterId(f"reporter-{who}")


async def test_a_campaigns_neighbourhoods_are_sealed_beside_their_hashes(store: Store) -> None:
    campaign = await going_out(store, Audience((WARD,), neighbourhoods=("xóm Chùa", "tổ 3")))
    assert campaign.neighbourhoods == ("xóm Chùa", "tổ 3")
    row = await one(store, "SELECT named, neighbourhoods FROM campaigns")
    assert row is not None and isinstance(row[0], bytes)
    assert "Chùa".encode() not in row[0]
    assert len(str(row[1]).split(",")) == 2


@pytest.mark.parametrize(
    ("named", "same"),
    [
        ("tổ 3", "3"),
        ("Tổ dân phố số 03", "3"),
        ("TDP 3", "3"),
        ("khu phố 12", "12"),
        ("Thôn Nhật Tân", "nhat tan"),
        ("...", ""),
    ],
)
def test_a_neighbourhood_is_the_same_however_it_is_spelled(named: str, same: str) -> None:
    assert folded(named) == same


@pytest.mark.parametrize(("language", "found"), [("vi", "vi"), ("en", "en")])
async def test_a_line_is_read_in_the_language_its_reader_chose(store: Store, language: Language, found: str) -> None:
    reporter = await a_reporter(store, "lan")
    await store.db.commit(
        subscriptions.subscribe(store.seal, reporter, chosen=Subscription(WARD, language=language), now=NOON)
    )
    campaign = await going_out(store, Audience((WARD,)))
    await store.db.commit(expansion.expand(campaign, upto="~", now=NOON))
    [line] = await notices.claim(store, NOON, due=NOON, lane=Lane.CAMPAIGN, limit=8)
    assert await notices.language_of(store, line) == found
