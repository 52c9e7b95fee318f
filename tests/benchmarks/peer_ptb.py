"""A peer: python-telegram-bot's ConversationHandler behind a durable inbox, as a careful author would write it.

Run with the peers' own interpreter. Every update costs two commits with `synchronous=FULL`: the raw update before it
is handled, so that a crash loses none; then the conversation's state, the replies and the tip together. The inbox takes
updates concurrently; the handlers run one after another, because the documentation of ConversationHandler asks for it.
SQLite is called in one thread, a whole transaction in one hop. Replies go through PTB's `Bot`: by its own client to the
job's Bot API, or to a request object that answers at once.
"""

import asyncio
import json
import sqlite3
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    BasePersistence,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBUserWarning

from tests.benchmarks.conversation import STEPS, TOKEN, Job, asked, measure, report

T = TypeVar("T")
Context = ContextTypes.DEFAULT_TYPE
Row = tuple[Any, ...]

TOLD, PHOTO, PLACE, SEND, REACH, MORE, SENT = range(7)
LABELS = {step.name: step.words for step in STEPS}
SCHEMA = """
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, body BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE conversations (name TEXT, key TEXT, state INTEGER, PRIMARY KEY (name, key)) STRICT, WITHOUT ROWID;
CREATE TABLE people (user_id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;
CREATE TABLE replies (id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, words TEXT NOT NULL) STRICT;
CREATE TABLE tips (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, told TEXT NOT NULL) STRICT;
CREATE INDEX tips_of ON tips (user_id);
"""


class Database:
    """One connection in one thread; a transaction is one function there."""

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(SCHEMA)

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._connection)

    async def read(self, sql: str, parameters: Row = ()) -> list[Row]:
        return await self.ask(lambda connection: connection.execute(sql, parameters).fetchall())

    async def commit(self, writes: list[tuple[str, Row]]) -> None:
        def together(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for sql, parameters in writes:
                connection.execute(sql, parameters)
            connection.execute("COMMIT")

        await self.ask(together)

    def close(self) -> None:
        self._thread.shutdown()
        self._connection.close()


class Persistence(BasePersistence[dict[str, Any], dict[str, Any], dict[str, Any]]):
    """PTB's own interface to durable state: it collects what one update changed, the inbox commits it."""

    def __init__(self, database: Database) -> None:
        super().__init__(PersistenceInput(bot_data=False, chat_data=False, callback_data=False))
        self._database = database
        self.writes: list[tuple[str, Row]] = []

    def taken(self) -> list[tuple[str, Row]]:
        writes, self.writes = self.writes, []
        return writes

    async def get_conversations(self, name: str) -> Any:
        rows = await self._database.read("SELECT key, state FROM conversations WHERE name = ?", (name,))
        return {tuple(json.loads(key)): state for key, state in rows}

    async def get_user_data(self) -> dict[int, dict[str, Any]]:
        return {who: json.loads(data) for who, data in await self._database.read("SELECT user_id, data FROM people")}

    async def update_conversation(self, name: str, key: Any, new_state: object | None) -> None:
        sql = "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state"
        self.writes.append((sql, (name, json.dumps(key), new_state)))

    async def update_user_data(self, user_id: int, data: dict[str, Any]) -> None:
        sql = "INSERT INTO people VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data"
        self.writes.append((sql, (user_id, json.dumps(data))))

    async def drop_user_data(self, user_id: int) -> None:
        self.writes.append(("DELETE FROM people WHERE user_id = ?", (user_id,)))

    async def get_chat_data(self) -> dict[int, dict[str, Any]]:
        return {}

    async def get_bot_data(self) -> dict[str, Any]:
        return {}

    async def get_callback_data(self) -> None:
        return None

    async def update_chat_data(self, chat_id: int, data: dict[str, Any]) -> None: ...
    async def update_bot_data(self, data: dict[str, Any]) -> None: ...
    async def update_callback_data(self, data: Any) -> None: ...
    async def drop_chat_data(self, chat_id: int) -> None: ...
    async def refresh_user_data(self, user_id: int, user_data: dict[str, Any]) -> None: ...
    async def refresh_chat_data(self, chat_id: int, chat_data: dict[str, Any]) -> None: ...
    async def refresh_bot_data(self, bot_data: dict[str, Any]) -> None: ...
    async def flush(self) -> None: ...


class AnswersAtOnce(BaseRequest):
    """A Bot API without a network: every call succeeds."""

    ME = b'{"ok":true,"result":{"id":7000000001,"is_bot":true,"first_name":"Peer","username":"peer_bot"}}'
    DONE = b'{"ok":true,"result":true}'
    SENT = b'{"ok":true,"result":{"message_id":1,"date":1767225600,"chat":{"id":1,"type":"private"},"text":"ok"}}'

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...
    async def shutdown(self) -> None: ...

    async def do_request(  # noqa: PLR0917 -- the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        if request_data is not None:
            _ = request_data.json_parameters  # what a real one would put on the wire
        name = url.rpartition("/")[2]
        return 200, {"getMe": self.ME, "answerCallbackQuery": self.DONE}.get(name, self.SENT)


def button(*steps: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(LABELS[step], callback_data=step)] for step in steps])


class Bot:
    """The conversation: what each step stores, answers and waits for."""

    def __init__(self, persistence: Persistence) -> None:
        self._persistence = persistence

    async def _say(self, update: Update, words: str, *, keyboard: InlineKeyboardMarkup | None = None) -> None:
        chat = update.effective_chat
        assert chat is not None
        await chat.send_message(words, reply_markup=keyboard)
        sql = "INSERT INTO replies (chat_id, words) VALUES (?, ?)"
        self._persistence.writes.append((sql, (chat.id, words)))

    async def start(self, update: Update, context: Context) -> int:
        draft(context).clear()
        await self._say(update, "Chào bạn. Bạn muốn báo chuyện gì?")
        return TOLD

    async def told(self, update: Update, context: Context) -> int:
        draft(context)["told"] = words_of(update)
        await self._say(update, "Bạn có ảnh không?")
        return PHOTO

    async def photo(self, update: Update, context: Context) -> int:
        assert update.message is not None
        draft(context)["photo"] = update.message.photo[-1].file_id
        await self._say(update, "Việc này ở phường, xã nào?")
        return PLACE

    async def place(self, update: Update, context: Context) -> int:
        draft(context)["place"] = words_of(update)
        await self._say(update, f"Gửi tới Công an {words_of(update)}?", keyboard=button("send"))
        return SEND

    async def send(self, update: Update, context: Context) -> int:
        assert update.callback_query is not None
        await update.callback_query.answer()
        self._store("INSERT INTO tips (told, user_id) VALUES (?, ?)", update, context)
        await self._say(update, "Đã gửi. Công an có thể hỏi thêm bằng cách nào?", keyboard=button("reach"))
        return REACH

    async def reach(self, update: Update, context: Context) -> int:
        assert update.callback_query is not None
        await update.callback_query.answer()
        draft(context)["reach"] = update.callback_query.data
        self._store("UPDATE tips SET told = ? WHERE user_id = ?", update, context)
        await self._say(update, "Đã ghi. Bạn muốn thêm gì không?")
        return MORE

    async def more(self, update: Update, context: Context) -> int:
        draft(context)["more"] = words_of(update)
        self._store("UPDATE tips SET told = ? WHERE user_id = ?", update, context)
        await self._say(update, "Đã thêm vào tin. Tin CHƯA gửi.")
        return SENT

    async def sent(self, update: Update, context: Context) -> int:
        draft(context).clear()
        await self._say(update, "Tin của bạn: đã nhận.")
        return int(ConversationHandler.END)

    def _store(self, sql: str, update: Update, context: Context) -> None:
        assert update.effective_user is not None
        self._persistence.writes.append((sql, (json.dumps(draft(context)), update.effective_user.id)))

    def handler(self) -> ConversationHandler[Context]:
        text = filters.TEXT & ~filters.COMMAND
        return ConversationHandler(
            name="tip",
            persistent=True,
            entry_points=[CommandHandler("start", self.start)],
            fallbacks=[CommandHandler("start", self.start)],
            states={
                TOLD: [MessageHandler(text, self.told)],
                PHOTO: [MessageHandler(filters.PHOTO, self.photo)],
                PLACE: [MessageHandler(text, self.place)],
                SEND: [CallbackQueryHandler(self.send, pattern="^send$")],
                REACH: [CallbackQueryHandler(self.reach, pattern="^reach$")],
                MORE: [MessageHandler(text, self.more)],
                SENT: [MessageHandler(text, self.sent)],
            },
        )


def draft(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    return context.user_data


def words_of(update: Update) -> str:
    assert update.message is not None
    return update.message.text or ""


async def main(job: Job) -> None:
    database = Database(str(job.folder / "ptb.db"))
    persistence = Persistence(database)
    builder = Application.builder().token(TOKEN).persistence(persistence).job_queue(None)
    if job.api:
        builder = builder.base_url(f"{job.api}/bot")
    else:
        builder = builder.request(AnswersAtOnce()).get_updates_request(AnswersAtOnce())
    application = builder.build()
    application.add_handler(Bot(persistence).handler())
    one_after_another = asyncio.Lock()

    async def take(body: bytes) -> None:
        raw = json.loads(body)
        number = raw["update_id"]
        await database.commit([("INSERT OR IGNORE INTO inbox (update_id, body) VALUES (?, ?)", (number, body))])
        async with one_after_another:
            await application.process_update(Update.de_json(raw, application.bot))
            await application.update_persistence()
            done = ("UPDATE inbox SET done = 1 WHERE update_id = ?", (number,))
            await database.commit([*persistence.taken(), done])

    async with application:
        ran = await measure(take, job)
    [(tips, replies)] = await database.read("SELECT (SELECT count(*) FROM tips), (SELECT count(*) FROM replies)")
    database.close()
    report("ptb", ran, tips=tips, replies=replies)


if __name__ == "__main__":
    # PTB's hint on per_message: one conversation a person, whose buttons come under several messages, is what we want
    warnings.filterwarnings("ignore", category=PTBUserWarning, message="If 'per_message=False'")
    asyncio.run(main(asked()))
