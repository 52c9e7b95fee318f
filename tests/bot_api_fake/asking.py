"""The methods by which a bot asks and sets things up: itself, chats, files, updates, webhook, commands."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.bot_api_fake.call import Call
from tests.bot_api_fake.files import DOWNLOAD_LIMIT
from tests.bot_api_fake.refusals import WEBHOOK_ACTIVE, WEBHOOK_SET, Refusal, bad
from tests.bot_api_fake.webhook import Couriers, Hook
from tests.bot_api_fake.world import RIGHTS, World

DESCRIPTION_LIMITS = {"description": 512, "short_description": 120}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_SCOPE = '{"type": "default"}'
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS_LIMIT = 100


async def get_me(world: World, call: Call) -> dict[str, Any]:
    """getMe."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(world: World, call: Call) -> dict[str, Any]:
    """getChat."""
    chat = world.find_chat(call.chat)
    if not chat.is_private:
        chat.may_write()
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    return {**chat.raw, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


async def get_chat_member(world: World, call: Call) -> dict[str, Any]:
    """getChatMember."""
    chat = world.find_chat(call.chat)
    chat.may_write()
    user = world.users.get(call.number("user_id"))
    if user is None:
        raise bad("user not found")
    if user is world.bot:
        return {
            "user": user,
            "status": chat.bot_is,
            **(dict.fromkeys(RIGHTS, True) if chat.bot_is == "administrator" else {}),
        }
    return {"user": user, **chat.members.get(user["id"], {"status": "left"})}


async def get_chat_administrators(world: World, call: Call) -> list[dict[str, Any]]:
    """getChatAdministrators: people only, as other bots are never listed."""
    chat = world.find_chat(call.chat)
    chat.may_write()
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    chiefs = ("creator", "administrator")
    return [
        {"user": world.users[user], **member} for user, member in chat.members.items() if member["status"] in chiefs
    ]


async def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    chat = world.find_chat(call.chat)
    chat.may_write()
    world.bot_becomes(chat, {"status": "left"}, by=world.bot)
    return True


async def get_file(world: World, call: Call) -> dict[str, Any]:
    """getFile: where to fetch it, unless it is too big."""
    stored = world.files.by_id(call.text("file_id"))
    if stored.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {**stored.reference(), "file_path": stored.path}


def note_allowed(world: World, call: Call) -> None:
    """Remember which kinds of update the bot wants; without the argument it stays as it was, [] is the default."""
    kinds = call.json("allowed_updates", "allowed updates")
    if kinds is not None:
        world.updates.allowed = frozenset(kinds) or None


async def get_updates(world: World, call: Call, *, couriers: Couriers) -> list[dict[str, Any]]:
    """getUpdates. Telegram's slowing down of a bot that asks the same again within 3 s is not modelled."""
    if couriers.hook is not None:
        raise Refusal(409, WEBHOOK_ACTIVE)
    note_allowed(world, call)
    limit, timeout = call.number("limit", 100), call.number("timeout")
    return await world.updates.poll(offset=call.number("offset"), limit=limit, seconds=timeout)


async def set_webhook(world: World, call: Call, *, couriers: Couriers) -> bool:
    """setWebhook; an empty URL removes it. Plain http is taken on this machine only."""
    url, secret = call.text("url"), call.text("secret_token")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    if url and urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if call.flag("drop_pending_updates"):
        world.updates.drop()
    note_allowed(world, call)
    if url:
        world.updates.conflict(Refusal(409, WEBHOOK_SET))
    await couriers.set(Hook(url, secret, min(max(call.number("max_connections", 40), 1), 100)) if url else None)
    return True


async def delete_webhook(world: World, call: Call, *, couriers: Couriers) -> bool:
    """deleteWebhook."""
    if call.flag("drop_pending_updates"):
        world.updates.drop()
    await couriers.set(None)
    return True


async def get_webhook_info(world: World, call: Call, *, couriers: Couriers) -> dict[str, Any]:
    """getWebhookInfo."""
    info: dict[str, Any] = {
        "url": couriers.hook.url if couriers.hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.fresh()),
    }
    if couriers.hook:
        info["max_connections"] = couriers.hook.max_connections
    if couriers.last_error:
        info |= {"last_error_date": world.now(), "last_error_message": couriers.last_error}
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


def scope_of(call: Call) -> tuple[str, str]:
    """For whom commands are set: scope and language."""
    scope = call.json("scope", "bot command scope")
    return (json.dumps(scope, sort_keys=True) if scope else DEFAULT_SCOPE), call.text("language_code")


async def set_commands(world: World, call: Call) -> bool:
    """setMyCommands."""
    commands = call.json("commands", "commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > COMMANDS_LIMIT:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = call.json("scope", "bot command scope") or {}
    if scope.get("type") in ("chat", "chat_administrators", "chat_member"):
        world.find_chat(int(scope["chat_id"]))
    world.commands[scope_of(call)] = commands
    return True


async def get_commands(world: World, call: Call) -> list[dict[str, str]]:
    """getMyCommands: those set for exactly this scope and language."""
    return world.commands.get(scope_of(call), [])


async def delete_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    world.commands.pop(scope_of(call), None)
    return True


async def set_description(world: World, call: Call) -> bool:
    """setMyDescription and setMyShortDescription."""
    name = description_name(call)
    if len(call.text(name)) > DESCRIPTION_LIMITS[name]:
        raise bad(f"{name.replace('_', ' ')} is too long")
    world.descriptions[name, call.text("language_code")] = call.text(name)
    return True


async def get_description(world: World, call: Call) -> dict[str, str]:
    """getMyDescription and getMyShortDescription; another language's default fills in."""
    name = description_name(call)
    default = world.descriptions.get((name, ""), "")
    return {name: world.descriptions.get((name, call.text("language_code")), default)}


def description_name(call: Call) -> str:
    """Which of the two is meant."""
    return "short_description" if "short" in call.method.lower() else "description"


async def set_menu_button(world: World, call: Call) -> bool:
    """setChatMenuButton, for one chat or as the default."""
    world.menu_buttons[call.chat or 0] = call.json("menu_button", "menu button") or {"type": "default"}
    return True


async def get_menu_button(world: World, call: Call) -> dict[str, Any]:
    """getChatMenuButton."""
    default = world.menu_buttons.get(0, {"type": "default"})
    return world.menu_buttons.get(call.chat or 0, default)
