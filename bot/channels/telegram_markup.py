"""Buttons on Telegram: under a message, or in place of the keyboard where a position is asked for."""

from typing import Final, TypeAlias

from messages.address import Place
from messages.rendered import Button, Text

Keyboard: TypeAlias = dict[str, object]
"""A keyboard as the Bot API writes it (its manual: InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove)."""
NO_KEYBOARD: Final[Keyboard] = {"remove_keyboard": True}


def keyboard_of(line: Text, to: Place) -> Keyboard | None:
    """The keyboard of a new message.

    Only a keyboard in place of the phone's own can ask for a position, and one message has one keyboard. So where a
    position is wanted the choices stand there too, as plain words that come back as if they had been typed. It folds
    away after a press. Whoever ignores it keeps it until the next text without buttons takes it away; its words are
    understood until then like any typed ones.
    """
    if asks_for_pin(line, to):
        pin = {"text": line.pin_label, "request_location": True}
        rows = [[pin], *([{"text": button.label} for button in row] for row in line.buttons)]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    if line.buttons:
        return inline_keyboard(line.buttons)
    # Telegram never edits a message that took a keyboard away, and cards must stay editable.
    return None if to.shared or line.is_card or line.will_change else NO_KEYBOARD


def asks_for_pin(line: Text, to: Place) -> bool:
    """Whether the message brings Telegram's own control for a position; only private chats have it."""
    return line.wants_pin and bool(line.pin_label) and not to.shared


def inline_keyboard(rows: tuple[tuple[Button, ...], ...]) -> Keyboard | None:
    """The buttons under a message, row by row; None takes them away from an edited one."""
    if not any(rows):
        return None
    shown = [[{"text": button.label, "callback_data": button.handle} for button in row] for row in rows if row]
    return {"inline_keyboard": shown}
