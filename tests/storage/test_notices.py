"""Lines of campaigns: made in chunks, claimed, counted once, mended, cleared, and paid for within a budget."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from messages.address import MessageRef
from storage import campaigns, expansion, notices, outbox, reporters, subscriptions
from storage.campaign_records import Campaign, Subscription
from storage.notices import Budget, Outcome, Settled
from storage.outbox import Lane, Line
from storage.records import EVERY_WARD, CampaignId, ReporterId, WardCode
from storage.store import Store
from storage.writes import Write
from tests.bot.owing import NOON, WARD, a_campaign, a_notice, a_reporter, a_store, every, one

OTHER = WardCode("00097")
C = CampaignId("c")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as opened:
        yield opened


async def claim(
    store: Store, *, limit: int = 8, lane: Lane = Lane.CAMPAIGN, budget: Budget | None = None
) -> list[Line]:
    given = budget or Budget()
    return await notices.claim(store, NOON, due=NOON, lane=lane, limit=limit, paid_limit=limit, budget=given)


async def subscribes(store: Store, who: str, *wards: WardCode) -> ReporterId:
    reporter = await a_reporter(store, who)
    for ward in wards or (WARD,):
        await store.db.commit(subscriptions.subscribe(store.seal, reporter, chosen=Subscription(ward), now=NOON))
    return reporter


async def fresh(store: Store, *wards: WardCode) -> Campaign:
    """A campaign that has begun and made no line yet."""
    await a_campaign(store)
    await store.db.commit([Write("UPDATE campaigns SET cursor = '', wards = ?", (",".join(wards or (WARD,)),))])
    found = await campaigns.campaign(store, C)
    assert found is not None
    return found


async def expanded(store: Store, campaign: Campaign) -> Campaign:
    while campaign.cursor != campaigns.EVERYBODY:
        upto = await expansion.next_subscribers(store, campaign)
        await store.db.commit(expansion.expand(campaign, upto=upto, now=NOON))
        campaign = replace(campaign, cursor=upto)
    return campaign


@pytest.mark.parametrize(
    ("wards", "owed"), [((WARD,), "ab"), ((WARD, OTHER), "abc"), ((EVERY_WARD,), "abc"), ((OTHER,), "bc")]
)
async def test_each_subscriber_gets_one_line_whatever_chunks_and_however_many_wards(
    store: Store, monkeypatch: pytest.MonkeyPatch, wards: tuple[WardCode, ...], owed: str
) -> None:
    monkeypatch.setattr(expansion, "CHUNK", 1)
    for who, theirs in (("a", (WARD,)), ("b", (WARD, OTHER)), ("c", (OTHER,))):
        await subscribes(store, who, *theirs)
    await expanded(store, await fresh(store, *wards))
    assert [row[0] for row in await every(store, "SELECT reporter FROM lines ORDER BY id")] == [
        f"reporter-{who}" for who in owed
    ]
    assert await one(store, "SELECT owed, cursor FROM campaigns") == (len(owed), campaigns.EVERYBODY)


async def test_a_chunk_that_was_made_already_is_stale_and_makes_none_twice(store: Store) -> None:
    await subscribes(store, "a")
    campaign = await fresh(store)
    writes = expansion.expand(campaign, upto="reporter-a", now=NOON)
    await store.db.commit(writes)
    with pytest.raises(Exception, match="0"):
        await store.db.commit(writes)
    assert await one(store, "SELECT count(*) FROM lines") == (1,)


async def test_who_joins_while_it_goes_out_gets_it_once_and_who_leaves_does_not(store: Store) -> None:
    await subscribes(store, "m")
    await expanded(store, await fresh(store))
    late = await subscribes(store, "a")
    assert await one(store, "SELECT count(*) FROM lines") == (2,)
    lines = await claim(store)
    await store.db.commit(notices.settle([Settled(line, "sent", 1, MessageRef("7")) for line in lines], NOON))
    await store.db.commit(subscriptions.unsubscribe(late))
    await store.db.commit(subscriptions.subscribe(store.seal, late, chosen=Subscription(WARD), now=NOON))
    assert await one(store, "SELECT count(*) FROM lines") == (0,), "it was shown to them already"
    leaver = await subscribes(store, "b")
    await store.db.commit(subscriptions.unsubscribe(leaver))
    assert await one(store, "SELECT sent, muted FROM campaigns") == (2, 1)
    assert await claim(store) == []


@pytest.mark.parametrize("outcome", ["sent", "gone", "refused", "unknown", "expired", "cancelled", "muted"])
async def test_what_became_of_a_line_is_counted_once_even_if_the_mark_is_written_twice(
    store: Store, outcome: Outcome
) -> None:
    await a_campaign(store)
    await a_notice(store, await a_reporter(store))
    [line] = await claim(store)
    for _ in range(2):
        await store.db.commit(notices.settle([Settled(line, outcome, 1, MessageRef("7"))], NOON))
    columns = ("sent", "gone", "refused", "unknown", "expired", "cancelled", "muted")
    assert await one(store, "SELECT sent, gone, refused, unknown, expired, cancelled, muted FROM campaigns") == tuple(
        int(column == outcome) for column in columns
    )
    assert await one(store, "SELECT count(*) FROM lines") == (0,)
    assert await one(store, "SELECT count(*) FROM notices") == (int(outcome == "sent"),)


async def test_at_a_start_a_campaigns_claimed_lines_are_unknown_and_corrections_go_once_more(store: Store) -> None:
    await a_campaign(store)
    for who in ("a", "b"):
        await a_notice(store, await a_reporter(store, who))
    [line, _] = await claim(store)
    await store.db.commit(notices.settle([Settled(line, "sent", 1, MessageRef("7"))], NOON))
    await store.db.commit([campaigns.correct(C, version=1, words="Khác.")])
    corrected = await campaigns.campaign(store, C)
    assert corrected is not None
    await store.db.commit(expansion.amend(corrected, upto=campaigns.EVERYBODY, now=NOON))
    assert len(await claim(store, lane=Lane.CORRECTION)) == 1
    await store.db.commit(outbox.void_claims(NOON))
    assert await one(store, "SELECT sent, unknown FROM campaigns") == (1, 1)
    assert await every(store, "SELECT lane, state FROM lines") == [(3, "waiting")]


async def test_who_is_being_shown_the_old_words_in_that_very_moment_is_owed_the_new_ones(store: Store) -> None:
    await a_campaign(store)
    await a_notice(store, await a_reporter(store))
    [line] = await claim(store)
    await store.db.commit([campaigns.correct(C, version=1, words="Khác.")])
    await store.db.commit(notices.settle([Settled(line, "sent", 1, MessageRef("7"))], NOON))
    [correction] = await claim(store, lane=Lane.CORRECTION)
    assert await notices.message_of(store, correction) == "7"
    assert await expansion.may_still_mend(store, C)
    await store.db.commit(notices.settle([Settled(correction, "sent", 2, MessageRef("7"))], NOON))
    assert not await expansion.may_still_mend(store, C)
    assert await one(store, "SELECT sent, amended, missed FROM campaigns") == (1, 1, 0)


async def test_a_paused_campaigns_lines_stay_and_those_of_another_go(store: Store) -> None:
    for name in ("c", "d"):
        await a_campaign(store, name)
        await a_notice(store, await a_reporter(store, name), campaign=name)
    await store.db.commit([campaigns.steer(C, "pause", version=1)])
    assert [line.campaign for line in await claim(store)] == ["d"]
    await store.db.commit([campaigns.steer(C, "resume", version=2)])
    assert [line.campaign for line in await claim(store)] == ["c"]


async def test_what_is_not_sent_any_more_is_cleared_in_chunks_and_counted_with_those_who_never_got_a_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "CLEARED", 2)
    await a_campaign(store)
    for number in range(5):
        await a_notice(store, await a_reporter(store, f"s{number}"))
    campaign = await campaigns.campaign(store, C)
    assert campaign is not None
    await store.db.commit([expansion.never_made(campaign, outcome="expired", count=4)])
    chunks = 0
    while writes := await expansion.clear(store, campaign, outcome="expired"):
        await store.db.commit(writes)
        chunks += 1
    assert chunks == 3
    assert await one(store, "SELECT expired FROM campaigns") == (9,)
    assert await one(store, "SELECT count(*) FROM lines") == (0,)


async def test_no_more_is_ever_spent_than_the_budget_whatever_happens(store: Store) -> None:
    await a_campaign(store, audience=2_000)
    for number in range(9):
        await a_notice(store, await a_reporter(store, f"s{number}"))
    budget = Budget(tenths=5, audience=1_800)
    paid = await claim(store, limit=3, budget=budget)
    assert [line.paid for line in paid] == [True] * 3
    rest = await claim(store, limit=3, budget=budget)
    assert [line.paid for line in rest] == [True] * 2, "two tenths of a Star were left"
    assert [line.paid for line in await claim(store, limit=3, budget=budget)] == [False] * 3
    assert await notices.spent(store.db) == 5
    await store.db.commit(notices.settle([Settled(paid[0], "cancelled", refund=True)], NOON))
    assert await notices.spent(store.db) == 4
    assert [line.paid for line in await claim(store, limit=3, budget=budget)] == [True]


async def test_a_small_audience_is_not_paid_for(store: Store) -> None:
    await a_campaign(store, audience=1_799)
    await a_notice(store, await a_reporter(store))
    assert [line.paid for line in await claim(store, budget=Budget(tenths=50, audience=1_800))] == [False]
    assert await notices.spent(store.db) == 0


async def test_a_subscriber_who_is_gone_is_counted_in_every_campaign(store: Store) -> None:
    reporter = await a_reporter(store)
    for name in ("c1", "c2"):
        await a_campaign(store, name)
        await a_notice(store, reporter, campaign=name)
    await store.db.commit([*outbox.end_subscriber(reporter), *reporters.mark_gone(reporter, gone=True)])
    assert await every(store, "SELECT gone FROM campaigns") == [(1,), (1,)]
    assert await one(store, "SELECT count(*) FROM lines") == (0,)


async def test_nothing_says_who_was_shown_what_once_they_are_forgotten_or_a_month_has_passed(store: Store) -> None:
    await a_campaign(store)
    people = [await a_reporter(store, who) for who in ("a", "b")]
    for reporter in people:
        await a_notice(store, reporter)
    lines = await claim(store)
    await store.db.commit(notices.settle([Settled(line, "sent", 1, MessageRef("7")) for line in lines], NOON))
    await store.db.commit(reporters.forget(people[0]))
    assert await every(store, "SELECT reporter FROM notices") == [(people[1],)]
    assert await expansion.forget_shown(store, NOON - timedelta(days=30)) == []
    await store.db.commit(await expansion.forget_shown(store, NOON + timedelta(seconds=1)))
    assert await every(store, "SELECT reporter FROM notices") == []
