"""The restore drill: the disk is lost, and the installation goes on from the backup that was made while it ran."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from tests.bot_api_fake.server import BotApiFake
from tests.check import ROOT
from tests.journeys.child import Child
from tests.journeys.steps import STORY, WHERE, card_in, sends
from tests.journeys.test_photos import taken


async def baotin(child: Child, *words: object) -> tuple[int, str]:
    """A command beside whatever runs; its exit code and all it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=child.settings.data.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "BAOTIN_DATA": str(child.settings.data)},
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def lose_the_disk(child: Child, *, but: Path) -> None:
    """Everything of the installation is gone; the key's copy was kept elsewhere."""
    shutil.copy2(child.settings.key_path, but)
    shutil.rmtree(child.settings.data)
    child.settings.data.mkdir(mode=0o700)


async def test_a_lost_disk_is_replaced_by_last_nights_backup(tmp_path: Path) -> None:
    backup, kept_key = tmp_path / "backup", tmp_path / "key-in-the-safe"
    async with BotApiFake() as fake, Child(tmp_path, fake) as child:
        minh = await child.prepare(900_002, "Minh")
        await child.start()
        lan = fake.person(501)
        lan.sends_photo(taken("red"), caption=STORY)
        await lan.chat.waits_for("Việc xảy ra ở đâu?")
        lan.says(WHERE)
        await lan.chat.waits_for("Gửi tới Công an")
        receipt = await sends(lan)
        await card_in(minh.chat, "chưa ai nhận", "1 ảnh")

        code, said = await baotin(child, "backup", backup)
        assert code == 0, said
        assert "1 photos" in said
        minh.presses("Tôi nhận")
        await card_in(minh.chat, "đang xử lý")
        await child.kill()
        lose_the_disk(child, but=kept_key)

        code, said = await baotin(child, "restore", backup)
        assert (code, "bring the key file back first" in said) == (1, True), said
        shutil.copy2(kept_key, child.settings.key_path)
        code, said = await baotin(child, "restore", backup)
        assert code == 0, said
        assert "whole and opened by its key" in said
        code, said = await baotin(child, "restore", backup)
        assert (code, "is there already" in said) == (2, True), said

        await child.start()
        await card_in(minh.chat, "chưa ai nhận", "1 ảnh")
        lan.says(receipt)
        await lan.chat.waits_for("Tây Hồ")
        minh.presses("Tôi nhận")
        await card_in(minh.chat, "đang xử lý")
        minh.presses("Xem đầy đủ")
        await minh.chat.waits_for(lambda shown: STORY in shown.text and WHERE in shown.text)
        labels = [button["text"] for shown in minh.chat.screen() for button in shown.inline_buttons]
        minh.presses(next(label for label in reversed(labels) if "ảnh" in label.lower()))
        await fake.until(lambda: any("photo" in shown.raw for shown in minh.chat.screen()))
        assert await child.store_rows("tips") == 1
        assert await child.stop() == 0
