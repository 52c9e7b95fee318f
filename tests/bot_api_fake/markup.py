"""Buttons: what Telegram takes, and what it refuses."""

import re
from typing import Any

from tests.bot_api_fake.refusals import bad

DATA_LIMIT = 64
"""Bytes of callback_data (Bot API manual, InlineKeyboardButton)."""
BUTTONS_LIMIT = 100
"""Buttons of one inline keyboard; more is refused as too long."""
LINK = re.compile(r"^(https?|tg|tonsite)://|^t\.me/")


def check(markup: Any, *, private: bool) -> dict[str, Any] | None:
    """The reply markup of a call if Telegram would take it, else its refusal."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [[check_inline(button) for button in row] for row in markup["inline_keyboard"]]
        rows = [row for row in rows if row]
        if sum(map(len, rows)) > BUTTONS_LIMIT:
            raise bad("reply markup is too long")
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = [[check_plain(button, private=private) for button in row] for row in markup["keyboard"]]
        return {**markup, "keyboard": rows}
    if "remove_keyboard" in markup or "force_reply" in markup:
        return markup
    raise bad("object expected as reply markup")


def check_inline(button: dict[str, Any]) -> dict[str, Any]:
    """One inline button."""
    if not str(button.get("text", "")).strip():
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String and non-empty')
    if "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    elif "url" in button:
        if not LINK.match(str(button["url"])):
            raise bad("BUTTON_URL_INVALID")
    elif not set(button) & {"web_app", "login_url", "switch_inline_query", "copy_text", "pay"}:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return button


def check_plain(button: dict[str, Any] | str, *, private: bool) -> dict[str, Any]:
    """One button of a keyboard that stands in for typing."""
    plain = {"text": button} if isinstance(button, str) else button
    if plain.get("request_contact") and not private:
        raise bad("phone number can be requested in private chats only")
    if plain.get("request_location") and not private:
        raise bad("location can be requested in private chats only")
    return plain
