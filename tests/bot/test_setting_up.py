"""A ward in service: what setup asks and makes, the poster, and the two people it takes to destroy a tip."""

import asyncio
import re
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commands.erase import code_for
from bot.commands.setup import write_env
from bot.opening import open_store
from bot.settings import read_settings
from messages.address import Address, ChannelName, Place
from messages.receipt import Receipt
from storage import entries, keys, media, officers, tips, wards
from storage.records import Entry, EntryId, MediaId, OfficerId, Role, TipId, TipNumber, Urgency, WardCode
from storage.seal import Where
from storage.store import Store
from storage.writes import Write
from tests.bot_api_fake.server import BotApiFake
from tests.installed import install

TAY_HO = WardCode("00103")
NOW = datetime.now(UTC)
STORY = "hai thanh niên rình mấy xe máy"
Answer = TypeVar("Answer")
CODE = re.compile(r"^  code: +([0-9a-z]{16})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    install(tmp_path / "data")
    return tmp_path


def baotin(*words: str, answers: tuple[str, ...] = ()) -> Result:
    told = "".join(f"{line}\n" for line in answers) or None
    return CliRunner().invoke(app, list(words), input=told, prog_name="baotin", catch_exceptions=False)


def looked(look: Callable[[Store], Awaitable[Answer]]) -> Answer:
    async def opened() -> Answer:
        async with open_store(read_settings(), tell=lambda _: None) as store:
            return await look(store)

    return asyncio.run(opened())


# --- setup ------------------------------------------------------------------------------------------------------


def test_setup_asks_and_brings_a_ward_into_service() -> None:
    result = baotin(
        "setup", answers=("", "n", "", "", "", "tay ho", "00103", "024 3829 0000", "12 Yên Phụ", "7:30–17:30")
    )
    assert result.exit_code == 0, result.output
    assert "which one?\n  00103  Tây Hồ Ward, Hà Nội\n" in result.output
    ward = looked(lambda store: wards.ward(store, TAY_HO))
    assert ward is not None
    assert (ward.served, ward.phone, ward.office) == (True, "024 3829 0000", "12 Yên Phụ")
    code = CODE.search(result.stdout)
    assert code is not None
    invite = looked(lambda store: officers.invite_of(store, code[1]))
    assert invite is not None
    assert (invite.role, invite.ward) == (Role.CHIEF, TAY_HO)
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600


def test_setup_asks_again_until_an_answer_can_be_used() -> None:
    wrong_then_right = ("12", "", "perhaps", "có", "Hanoi", "", "", "", "nowhere at all", "00103", "no idea", "024 1")
    result = baotin("setup", answers=(*wrong_then_right, "", ""))
    assert result.exit_code == 0, result.output
    for problem in ("is no token", "answer y or n", "must be a time zone", "no ward called so", "is no phone number"):
        assert problem in result.output
    assert (read_settings().trial, read_settings().timezone.key) == (True, "Asia/Ho_Chi_Minh")


def test_setup_that_is_left_in_the_middle_says_nothing_of_a_mistake() -> None:
    result = baotin("setup", answers=("", "n", "", "", ""))
    assert result.exit_code == 1
    assert "Aborted" in result.output
    assert "mistake" not in result.output


def test_setup_makes_the_folder_of_the_key_apart_from_the_data_and_tells_where(folder: Path) -> None:
    data, key = folder / "dữ liệu", folder / "dữ liệu-key" / "master.key"
    result = baotin("setup", "--yes", "--ward", "00103", "--phone", "024 1", "--data", str(data))
    assert result.exit_code == 0, result.output
    assert f"key file: {key}" in result.stdout
    assert read_settings().key_file == key
    assert (stat.S_IMODE(key.stat().st_mode), stat.S_IMODE(key.parent.stat().st_mode)) == (0o600, 0o700)


def test_setup_with_another_key_file_than_the_databases_leaves_the_settings_as_they_were(folder: Path) -> None:
    assert baotin("setup", "--yes", "--ward", "00103", "--phone", "024 1").exit_code == 0
    before = Path(".env").read_text("utf-8")
    result = baotin("setup", "--yes", "--key-file", str(folder / "elsewhere" / "master.key"))
    assert result.exit_code == 1
    assert "bring it back from its safe place" in result.output
    assert Path(".env").read_text("utf-8") == before


@pytest.mark.parametrize("refused", [True, False])
async def test_setup_asks_telegram_for_the_bot_before_it_takes_a_token(
    monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    async with BotApiFake() as fake:
        monkeypatch.setenv("BAOTIN_TELEGRAM_API", fake.base_url.removesuffix("/bot"))
        token = f"{fake.token}x" if refused else fake.token
        result = await asyncio.to_thread(
            baotin, "setup", "--yes", "--ward", "00103", "--phone", "1 13", "--token", token
        )
    if refused:
        assert "Telegram does not know this token" in result.output
        assert read_settings().telegram_token is None
    else:
        assert "Telegram: we are @bao_tin_test_bot" in result.stdout
        assert "https://t.me/bao_tin_test_bot?start=o_" in result.stdout


def test_setup_again_changes_only_what_is_told_anew_and_leaves_one_invite() -> None:
    key = (Path("data") / "baotin.key").read_bytes()
    first = baotin("setup", "--yes", "--ward", "00103", "--phone", "024 1", "--hours", "8-17", "--trial")
    again = baotin("setup", "--yes", "--phone", "024 2")
    assert (first.exit_code, again.exit_code) == (0, 0), again.output
    ward = looked(lambda store: wards.ward(store, TAY_HO))
    assert ward is not None
    assert (ward.phone, ward.hours, read_settings().trial) == ("024 2", "8-17", True)
    assert (Path("data") / "baotin.key").read_bytes() == key
    old, new = CODE.search(first.stdout), CODE.search(again.stdout)
    assert old is not None
    assert new is not None
    assert looked(lambda store: officers.invite_of(store, old[1])) is None
    assert looked(lambda store: officers.invite_of(store, new[1])) is not None


def test_a_ward_with_a_chief_gets_no_further_invite_for_one() -> None:
    looked(a_chief)
    result = baotin("setup", "--yes", "--ward", "00103", "--phone", "024 1")
    assert "It has a chief already" in result.stdout
    assert looked(lambda store: store.db.fetch_all("SELECT 1 FROM invites")) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--ward", "nowhere at all"), "there is no ward called so"),
        (("--ward", "tay ho"), "which one?"),
        ((), "there is no ward called so"),
        (("--ward", "00103", "--phone", "ask the clerk"), "is no phone number"),
        (("--ward", "00103", "--token", "12"), "BAOTIN_TELEGRAM_TOKEN: is no token"),
        (("--ward", "00103", "--timezone", "Hanoi"), "BAOTIN_TIMEZONE"),
    ],
)
def test_setup_refuses_what_is_wrong_and_leaves_settings_that_can_be_read(words: tuple[str, ...], problem: str) -> None:
    result = baotin("setup", "--yes", *words)
    assert result.exit_code == 2
    assert problem in result.output
    assert read_settings().telegram_token is None


def test_a_settings_file_keeps_its_other_lines_and_reads_back_as_it_was_told(folder: Path) -> None:
    Path(".env").write_text("# ours\nBAOTIN_WEB_PORT=9001\nBAOTIN_DATA=old\n", "utf-8")
    odd = str(folder / "it's a \\ folder # 1")
    write_env(Path(".env"), {"BAOTIN_DATA": odd, "BAOTIN_TELEGRAM_TOKEN": ""})
    assert Path(".env").read_text("utf-8").startswith("# ours\nBAOTIN_WEB_PORT=9001\n")
    settings = read_settings()
    assert (str(settings.data), settings.web_port, settings.telegram_token) == (odd, 9001, None)


# --- the poster -------------------------------------------------------------------------------------------------


async def test_the_poster_opens_the_bot_and_the_page_and_names_the_numbers_to_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with BotApiFake() as fake:
        monkeypatch.setenv("BAOTIN_TELEGRAM_TOKEN", fake.token)
        monkeypatch.setenv("BAOTIN_TELEGRAM_API", fake.base_url.removesuffix("/bot"))
        monkeypatch.setenv("BAOTIN_PUBLIC_URL", "https://baotin.example.vn")
        words = ("ward", "enable", "00103", "--phone", "024 3829 0000", "--hours", "7:30 & later")
        assert (await asyncio.to_thread(baotin, *words)).exit_code == 0
        result = await asyncio.to_thread(baotin, "qr", "--ward", "00103", "--to", "poster")
    assert result.exit_code == 0, result.output
    look_at_the_poster(Path("poster"))


def look_at_the_poster(folder: Path) -> None:
    files = sorted(path.name for path in folder.iterdir())
    assert files == [f"baotin-00103{rest}" for rest in ("-chat.png", "-chat.svg", "-web.png", "-web.svg", ".html")]
    page = (folder / "baotin-00103.html").read_text("utf-8")
    for wanted in (
        "https://t.me/bao_tin_test_bot?start=w_00103", "https://baotin.example.vn/?w=00103", "024 3829 0000",
        "7:30 &amp; later", "113", "114", "115", "Công an phường Tây Hồ",
    ):  # fmt: skip
        assert wanted in page
    assert "chạy thử" not in page
    assert page.count("<svg") == 2
    assert "src=" not in page and "href=" not in page
    for path in folder.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    with Image.open(folder / "baotin-00103-chat.png") as code:
        assert code.size[0] == code.size[1] >= 500


def test_a_poster_without_anything_to_open_is_refused() -> None:
    assert baotin("ward", "enable", "00103", "--phone", "024").exit_code == 0
    result = baotin("qr", "--ward", "00103")
    assert result.exit_code == 1
    assert "there is nothing to open yet" in result.output
    assert baotin("qr", "--ward", "00070").exit_code == 1
    assert baotin("qr", "--ward", "00103", "--language", "fr").exit_code == 2


# --- erasing ----------------------------------------------------------------------------------------------------


async def a_chief(store: Store) -> None:
    web = ChannelName("web")
    contents = officers.Contents("Dung", Address(web, "dung"), Place(web, "dung"))
    act = officers.enrol(store.seal, OfficerId("dung"), contents=contents, status="active", now=NOW)
    await store.db.commit([*act, officers.grant(OfficerId("dung"), ward=TAY_HO, role=Role.CHIEF)])


async def a_closed_tip(store: Store) -> None:
    tip, entry, photo = TipId("tip-1"), EntryId("entry-1"), MediaId("photo-1")
    key, wrapped = store.seal.fresh_key(tip)
    filing = tips.Filing(tip, TAY_HO, TAY_HO, "TH", 2026, Urgency.NORMAL, "Sen Vàng", NOW, NOW)
    said = entries.seal_contents(key, entry, contents=entries.Contents(STORY))
    kept = "INSERT INTO media (id, tip, kind, state, handle, channel) VALUES (?, ?, 'photo', 'kept', x'', 'web')"
    await store.db.commit(
        [
            keys.keep(tip, wrapped),
            *tips.file(filing, seal=store.seal, receipt=Receipt("BT-1"), link=b"sealed"),
            entries.add(Entry(id=entry, kind="told", at=NOW, media=photo), tip=tip, sealed=said),
            Write(kept, (photo, tip)),
            tips.change(tip, version=None, at=NOW, columns={"status": "closed", "outcome": "spam"}),
        ]
    )
    folder = read_settings().media_folder
    folder.mkdir(exist_ok=True)
    (folder / photo).write_bytes(key.seal(b"picture", Where("media", photo, "file")))


async def the_code(store: Store) -> str:
    """What the chief was sent."""
    tip = await tips.tip_numbered(store, TipNumber("TH-26-0001"))
    dung = await officers.officer(store, OfficerId("dung"))
    assert tip is not None
    assert dung is not None
    return code_for(store.seal, tip, officer=dung, day=NOW)


async def events(store: Store) -> list[tuple[str, ...]]:
    rows = await store.db.fetch_all("SELECT what, officer, detail FROM events WHERE tip = 'tip-1' ORDER BY seq")
    return [tuple(row) for row in rows]


def test_a_tip_is_destroyed_only_by_two_people_and_leaves_its_history() -> None:
    looked(a_chief)
    looked(a_closed_tip)
    asked = baotin("erase", "th 26 1", "--why", "law")
    assert (asked.exit_code, "A code goes to the one who may agree" in asked.stdout) == (0, True), asked.output
    code = looked(the_code)
    assert code not in asked.output
    assert len(looked(lambda store: store.db.fetch_all("SELECT 1 FROM lines"))) == 1
    wrong = baotin("erase", "TH-26-0001", "--why", "law", "--code", "aaaaaaaa")
    assert wrong.exit_code == 2
    assert looked(lambda store: keys.key_of(store, "tip-1")) is not None

    done = baotin("erase", "TH-26-0001", "--why", "law", "--code", code.upper())
    assert (done.exit_code, "is destroyed" in done.stdout) == (0, True), done.output
    assert looked(lambda store: keys.key_of(store, "tip-1")) is None
    assert looked(lambda store: entries.opened(store, EntryId("entry-1"))) is None
    assert looked(lambda store: tips.link_of(store, TipId("tip-1"))) is None
    assert list((Path("data") / "media").iterdir()) == []
    assert looked(lambda store: media.state_of(store, MediaId("photo-1"))) == ""
    assert looked(events) == [
        ("filed", "reporter", ""), ("erase-asked", "operator", "law"), ("erased", "dung", "law"),
    ]  # fmt: skip


def test_an_open_tip_is_not_destroyed_and_nobody_may_agree_where_there_is_no_chief() -> None:
    looked(a_closed_tip)
    assert "nobody can agree" in baotin("erase", "TH-26-0001", "--why", "trial").output
    reopen = tips.change(TipId("tip-1"), version=None, at=NOW, columns={"status": "new"})
    looked(lambda store: store.db.commit([reopen]))
    assert "an officer closes it first" in baotin("erase", "TH-26-0001", "--why", "trial").output
    assert baotin("erase", "TH-26-0099", "--why", "trial").exit_code == 2
    assert baotin("erase", "TH-26-0001", "--why", "boredom").exit_code == 2
