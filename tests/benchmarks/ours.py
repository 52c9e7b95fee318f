"""Ours: the bytes of an update through reading, intake and delivery, against a real database with `synchronous=FULL`.

A turn is taken when its one commit is on disk; what it answers is a row of that commit, which the running delivery
claims, seals open, renders and hands to a channel that answers at once and has no pace. The clock stops when the outbox
is empty: every reply was handed over, and its row is gone. Photos are wanted, but not fetched, as with the peers.
"""

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from telegram import Update

from bot.app import Bot, compose
from bot.channels.channel import Limits, Refused
from bot.channels.telegram_read import NAME, Me, read
from bot.clock import system_clock
from bot.logs import configure
from bot.opening import open_store
from bot.settings import read_settings
from messages.address import MessageRef, Place
from messages.rendered import Rendered, Text, Toast, parse_handle
from storage import wards
from storage.records import WardCode
from storage.store import Store
from tests.benchmarks.conversation import BOT_ID, Button, Job, Step, asked, measure, person_id, report

TAY_HO: Final = WardCode("00103")
KEYS: Final = {"send": "send", "reach": "reach-here"}
"""The choice that each press of the conversation takes."""
LOOK_AGAIN: Final = 0.002
"""Seconds between two looks at whether everything was handed over."""
