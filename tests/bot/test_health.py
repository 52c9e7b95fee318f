"""Health: ready or not and why, numbers that name nobody, and a port of its own."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from bot.logs import set_up_logs
from bot.watch.health import health_app
from bot.watch.measures import Durations
from messages.address import Address
from messages.incoming import Incoming, Text
from storage import backup
from storage.database import Database
from storage.errors import DatabaseUnwritable
from storage.migrate import migrate
from storage.store import Store
from storage.writes import Write
from tests.bot_api_fake.server import BotApiFake
from tests.journeys.child import Child
from tests.ports import a_port
from tests.world import World, a_world

STORY = "hai thanh niên đang rình mấy xe máy ở đầu ngõ, phường Tây Hồ"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        yield world


async def asked(world: World, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(health_app(world.bot.health))
    async with httpx.AsyncClient(transport=transport, base_url="http://health") as client:
        return await client.get(path)


async def reasons(world: World) -> dict[str, str]:
    answer = await asked(world, "/readyz")
    told = answer.json()
    assert answer.status_code == (503 if told["reasons"] else 200)
    assert told["ready"] is (not told["reasons"])
    return dict(told["reasons"])


async def numbers(world: World) -> dict[str, float]:
    """Every line of the metrics."""
    lines = [line for line in (await asked(world, "/metrics")).text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_a_bot_that_works_is_live_and_ready(world: World) -> None:
    assert (await asked(world, "/healthz")).text == "ok"
    assert await reasons(world) == {}


async def test_whatever_keeps_us_from_work_is_a_reason_until_it_is_over(world: World, tmp_path: Path) -> None:
    health, now = world.bot.health, world.clock.monotonic()
    world.bot.readiness.note("telegram", "TryLater")
    assert await reasons(world) == {"telegram": "TryLater"}
    world.bot.readiness.note("telegram", "")
    health.measures.lateness.append(9.0)
    assert await reasons(world) == {"loop": "stalled"}
    health.measures.lateness.clear()
    health.measures.ticked["tips"] = now - 500
    assert await reasons(world) == {"ticks": "late"}
    del health.measures.ticked["tips"]
    health.measures.began_at = now - 500
    health.measures.ticked["campaigns"] = now
    assert await reasons(world) == {"ticks": "late"}, "it has failed ever since the start"
    health.measures.ticked["tips"] = now
    health.key_path.rename(tmp_path / "elsewhere")
    assert await reasons(world) == {"key": "missing"}
    (tmp_path / "elsewhere").rename(health.key_path)
    assert await reasons(world) == {}


async def test_an_answer_that_waits_for_minutes_is_a_reason(world: World) -> None:
    at = round((world.time - timedelta(minutes=6)).timestamp() * 1000)
    hold = round((world.time - timedelta(minutes=1)).timestamp() * 1000)
    line = "INSERT INTO lines (lane, state, due_at, owed_at, chat, sealed) VALUES (1, ?, ?, ?, x'01', x'02')"
    on_its_way = Write(line, ("claimed", hold, at))  # so that the other one, of the same chat, waits
    await world.store.db.commit([on_its_way, Write(line, ("waiting", hold, at))])
    assert await reasons(world) == {"delivery": "late"}
    assert (await numbers(world))['baotin_outbox_age_seconds{lane="reply"}'] == 360


async def test_a_database_that_cannot_be_read_is_a_reason_and_leaves_the_other_numbers(
    world: World, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    migrate(broken)
    async with await Database.open(broken) as db:
        broken.write_bytes(b"no database at all" * 100_000)
        health = replace(world.bot.health, store=Store(db, world.store.seal))
        world.bot = replace(world.bot, health=health)
        health.measures.ticked["tips"] = world.clock.monotonic()
        assert await reasons(world) == {"database": "SQLITE_NOTADB"}
        found = await numbers(world)
    assert found["baotin_database_readable"] == 0
    assert 'baotin_tick_age_seconds{tick="tips"}' in found


async def test_the_numbers_follow_what_happens(world: World) -> None:
    take = world.bot.health.measures.around(world.bot.intake.take)
    lan = world.person("lan")
    await take(Incoming("1", lan.by, lan.place, world.time, Text(STORY), "vi"))
    await world.settled()
    await lan.says("gui")
    world.time += timedelta(minutes=30)
    await world.store.db.commit([backup.note(world.time - timedelta(hours=1))])
    world.bot.health.measures.tick_ended("sweep", well=False)
    found = await numbers(world)
    assert found['baotin_turn_seconds_count{channel="paper"}'] == 1
    assert found['baotin_turn_seconds_bucket{channel="paper",le="+Inf"}'] == 1
    assert found['baotin_sends_total{channel="paper",lane="reply",outcome="sent"}'] >= 2
    assert found['baotin_unclaimed_tips{age="900",urgency="normal"}'] == 0
    assert sum(value for name, value in found.items() if name.startswith('baotin_unclaimed_tips{age="3600"')) == 1
    assert found["baotin_backup_age_seconds"] == 3600
    assert found['baotin_ticks_failed_total{tick="sweep"}'] == 1
    assert found["baotin_database_readable"] == 1


async def test_the_numbers_name_no_person_no_ward_and_no_tip(world: World) -> None:
    await world.officer("Minh")
    await world.person("lan").says(STORY)
    await world.person("lan").says("gui")
    # the numbers themselves may be any: somewhere in the free bytes of a disk there is a ward's code
    told = json.dumps([*await numbers(world), await reasons(world)], ensure_ascii=False)
    rows = await world.store.db.fetch_all("SELECT id, number, ward FROM tips")
    assert rows
    for secret in ('"lan"', "Minh", "Tây Hồ", "thanh", *(value for row in rows for value in tuple(row))):
        assert str(secret) not in told


async def test_every_log_line_of_a_turn_carries_its_id_and_no_other_turns(world: World) -> None:
    stream = io.StringIO()
    set_up_logs(stream, for_people=False)
    log = structlog.get_logger()

    async def take(said: Incoming) -> None:
        log.info("heard", channel=said.by.channel)
        log.info("acknowledged", channel=said.by.channel)

    lan = world.person("lan")
    for number in ("1", "2"):
        await world.bot.health.measures.around(take)(Incoming(number, lan.by, lan.place, world.time, Text("x"), "vi"))
    log.info("apart")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    first, same, second, again = (line["turn"] for line in lines[:4])
    assert (first, second) == (same, again)
    assert first != second
    assert "turn" not in lines[4]


async def test_a_turn_that_could_not_be_written_is_counted_apart(world: World) -> None:
    async def refuse(said: Incoming) -> None:
        raise DatabaseUnwritable("SQLITE_FULL")

    by = Address(world.person("lan").by.channel, "lan")
    said = Incoming("1", by, world.person("lan").place, world.time, Text("x"), "vi")
    with pytest.raises(DatabaseUnwritable):
        await world.bot.health.measures.around(refuse)(said)
    assert (await numbers(world))['baotin_turns_refused_total{channel="paper"}'] == 1


def test_a_duration_is_counted_in_the_first_bound_it_does_not_pass() -> None:
    durations = Durations()
    for seconds in (0.001, 0.005, 0.3, 99.0):
        durations.note(seconds)
    assert durations.counts == [2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


async def test_health_and_the_console_have_ports_of_their_own_and_taken_ones_end_nothing(tmp_path: Path) -> None:
    async with AsyncExitStack() as held:
        port, desk = (held.enter_context(a_port()) for _ in range(2))
        fake = await held.enter_async_context(BotApiFake())
        child = await held.enter_async_context(Child(tmp_path, fake))
        beside = {"BAOTIN_HEALTH": f"127.0.0.1:{port}", "BAOTIN_CONSOLE": f"127.0.0.1:{desk}"}
        await child.prepare(900_002, "Minh")
        await child.start(beside)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert (await client.get("/readyz")).json() == {"ready": True, "reasons": {}}
            assert "baotin_pace_limit 30.0" in (await client.get("/metrics")).text
            assert (await client.get(f"http://127.0.0.1:{desk}/sign-in")).status_code == 200
            other = Child(tmp_path / "other", fake)
            (tmp_path / "other").mkdir()
            async with other:
                await other.prepare(900_003, "Dung")
                await other.start({**beside, "BAOTIN_TELEGRAM_TOKEN": ""})
                for what in ("health", "console"):
                    assert any("port not served" in line and what in line for line in other.log)
                assert await other.stop() == 0
        assert await child.stop() == 0


def test_health_is_left_to_loopback_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    from bot.settings import Listening, WrongSettings, read_settings

    def told(value: str) -> object:
        return read_settings(_env_file=None, health=value).health

    assert read_settings(_env_file=None).health == Listening("127.0.0.1", 8081)
    assert told("9000") == Listening("127.0.0.1", 9000)
    assert told("[::1]:9000") == Listening("::1", 9000)
    assert told("0") is None
    with pytest.raises(WrongSettings, match="BAOTIN_HEALTH"):
        told("everywhere")
