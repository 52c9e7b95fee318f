"""The fake as a process of its own: python -m tests.bot_api_fake [--port N]. Prints its URL and the bot's token."""

import argparse
import asyncio
import signal

from tests.bot_api_fake.remote import Remote
from tests.bot_api_fake.server import BotApiFake


async def serve(port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    fake = BotApiFake(port=port)
    Remote(fake)
    async with fake:
        print(f"{fake.url} {fake.token}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bot_api_fake", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asyncio.run(serve(parser.parse_args().port))
