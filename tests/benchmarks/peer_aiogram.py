# aiogram lives in the peers' environment alone; where it is missing, its classes are untyped:
# mypy: disable-error-code="import-not-found, misc, untyped-decorator, no-any-return"
"""A peer: aiogram's FSM over a SQLite storage, as a careful author would write it.

Run with the peers' own interpreter. aiogram writes the state and the data of a conversation separately, so a step that
moves on costs two commits with `synchronous=FULL`; it has no inbox, so that a crash may lose the update in hand, which
the other subjects do not. Updates are handled concurrently, one at a time a person (`SimpleEventIsolation`). Reads use
a connection of their own, because on the writing one they would wait behind its fsync. Replies go through aiogram's
`Bot`: by its own client to the job's Bot API, or to a session that answers at once.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import aiosqlite
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.benchmarks.conversation import BOT_ID, STEPS, TOKEN, Job, asked, measure, report

LABELS = {step.name: step.words for step in STEPS}
SCHEMA = """
CREATE TABLE states (chat_id INTEGER, user_id INTEGER, state TEXT, PRIMARY KEY (chat_id, user_id)) STRICT;
CREATE TABLE drafts (chat_id INTEGER, user_id INTEGER, data TEXT NOT NULL, PRIMARY KEY (chat_id, user_id)) STRICT;
CREATE TABLE tips (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, told TEXT NOT NULL) STRICT;
CREATE INDEX tips_of ON tips (user_id);
"""
ROUTER = Router()


class Telling(StatesGroup):
    """What the bot waits for."""

    told = State()
    photo = State()
    place = State()
    send = State()
    reach = State()
    more = State()
    sent = State()


class Database:
    """A writing connection in autocommit (a statement is a commit, in one hop to its thread) and a reading one."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: str) -> "Database":
        writer = await aiosqlite.connect(path, isolation_level=None)
        await writer.execute("PRAGMA journal_mode=WAL")
        await writer.execute("PRAGMA synchronous=FULL")
        await writer.executescript(SCHEMA)
        return cls(writer, await aiosqlite.connect(path, isolation_level=None))

    async def write(self, sql: str, *parameters: Any) -> None:
        await self._writer.execute(sql, parameters)

    async def read(self, sql: str, *parameters: Any) -> list[Any]:
        return list(await self._reader.execute_fetchall(sql, parameters))

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()


class SqliteStorage(BaseStorage):
    """aiogram's interface to durable state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        sql = "INSERT INTO states VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state"
        await self._database.write(sql, key.chat_id, key.user_id, state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        sql = "SELECT state FROM states WHERE chat_id = ? AND user_id = ?"
        rows = await self._database.read(sql, key.chat_id, key.user_id)
        return rows[0][0] if rows else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        sql = "INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data"
        await self._database.write(sql, key.chat_id, key.user_id, json.dumps(data))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        sql = "SELECT data FROM drafts WHERE chat_id = ? AND user_id = ?"
        rows = await self._database.read(sql, key.chat_id, key.user_id)
        return json.loads(rows[0][0]) if rows else {}

    async def close(self) -> None:
        await self._database.close()


class AnswersAtOnce(BaseSession):
    """A Bot API without a network: every call succeeds."""

    SENT = '{"ok":true,"result":{"message_id":1,"date":1767225600,"chat":{"id":1,"type":"private"},"text":"ok"}}'
    DONE = '{"ok":true,"result":true}'

    def __init__(self) -> None:
        super().__init__()
        self.said = 0

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 -- the name is aiogram's
    ) -> Any:
        for value in method.model_dump(warnings=False).values():
            self.prepare_value(value, bot=bot, files={})  # what a real one would put on the wire
        toast = isinstance(method, AnswerCallbackQuery)
        self.said += not toast
        content = self.DONE if toast else self.SENT
        return self.check_response(bot=bot, method=method, status_code=200, content=content).result

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("nobody downloads here")
        yield b""

    async def close(self) -> None: ...


class OverHttp(AiohttpSession):
    """aiogram's own client; what it said is counted."""

    said = 0

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 -- the name is aiogram's
    ) -> Any:
        result = await super().make_request(bot, method, timeout)
        self.said += not isinstance(method, AnswerCallbackQuery)
        return result


def button(step: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=LABELS[step], callback_data=step)]])


@ROUTER.message(CommandStart())
async def hear_start(message: Message, state: FSMContext) -> None:
    await state.set_data({})
    await state.set_state(Telling.told)
    await message.answer("Chào bạn. Bạn muốn báo chuyện gì?")


@ROUTER.message(StateFilter(Telling.told), F.text)
async def hear_told(message: Message, state: FSMContext) -> None:
    await state.update_data(told=message.text)
    await state.set_state(Telling.photo)
    await message.answer("Bạn có ảnh không?")


@ROUTER.message(StateFilter(Telling.photo), F.photo)
async def hear_photo(message: Message, state: FSMContext) -> None:
    assert message.photo is not None
    await state.update_data(photo=message.photo[-1].file_id)
    await state.set_state(Telling.place)
    await message.answer("Việc này ở phường, xã nào?")


@ROUTER.message(StateFilter(Telling.place), F.text)
async def hear_place(message: Message, state: FSMContext) -> None:
    await state.update_data(place=message.text)
    await state.set_state(Telling.send)
    await message.answer(f"Gửi tới Công an {message.text}?", reply_markup=button("send"))


@ROUTER.callback_query(StateFilter(Telling.send), F.data == "send")
async def hear_send(query: CallbackQuery, state: FSMContext, database: Database) -> None:
    await query.answer()
    sql = "INSERT INTO tips (told, user_id) VALUES (?, ?)"
    await database.write(sql, json.dumps(await state.get_data()), query.from_user.id)
    await state.set_state(Telling.reach)
    assert query.message is not None
    await query.message.answer("Đã gửi. Công an có thể hỏi thêm bằng cách nào?", reply_markup=button("reach"))


@ROUTER.callback_query(StateFilter(Telling.reach), F.data == "reach")
async def hear_reach(query: CallbackQuery, state: FSMContext, database: Database) -> None:
    await query.answer()
    told = await state.update_data(reach=query.data)
    await database.write("UPDATE tips SET told = ? WHERE user_id = ?", json.dumps(told), query.from_user.id)
    await state.set_state(Telling.more)
    assert query.message is not None
    await query.message.answer("Đã ghi. Bạn muốn thêm gì không?")


@ROUTER.message(StateFilter(Telling.more), F.text)
async def hear_more(message: Message, state: FSMContext, database: Database) -> None:
    told = await state.update_data(more=message.text)
    await database.write("UPDATE tips SET told = ? WHERE user_id = ?", json.dumps(told), message.chat.id)
    await state.set_state(Telling.sent)
    await message.answer("Đã thêm vào tin. Tin CHƯA gửi.")


@ROUTER.message(StateFilter(Telling.sent), F.text)
async def hear_sent(message: Message, state: FSMContext) -> None:
    await state.clear()
    await message.answer("Tin của bạn: đã nhận.")


async def main(job: Job) -> None:
    database = await Database.open(str(job.folder / "aiogram.db"))
    session = OverHttp(api=TelegramAPIServer.from_base(job.api)) if job.api else AnswersAtOnce()
    bot = Bot(token=TOKEN, session=session)
    assert bot.id == BOT_ID
    dispatcher = Dispatcher(storage=SqliteStorage(database), events_isolation=SimpleEventIsolation(), database=database)
    dispatcher.include_router(ROUTER)

    async def take(body: bytes) -> None:
        await dispatcher.feed_raw_update(bot, json.loads(body))

    ran = await measure(take, job)
    [(tips,)] = await database.read("SELECT count(*) FROM tips")
    await dispatcher.storage.close()
    await session.close()
    report("aiogram", ran, tips=tips, replies=session.said)


if __name__ == "__main__":
    asyncio.run(main(asked()))
