"""Human words stop at messages/, SQL at storage/, platform words at bot/channels/."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, complain, docstrings, files, modules, relative, strings

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE\s+FROM\b|\bCREATE\s+(TABLE|INDEX)\b|\bPRAGMA\b"
    r"|^\s*(?i:select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s)",
    re.DOTALL,
)
PLATFORM = re.compile(r"telegram|zalo", re.IGNORECASE)

# where a platform may be named outside bot/channels/, and why
MAY_NAME_PLATFORMS = {
    "bot/app.py": "the composition root holds the explicit list of channels",
    "bot/telegram_life.py": "how one channel joins the running bot, beside the composition root",
    "bot/settings.py": "an operator sets a platform's token by its name",
    "bot/commands/messengers.py": "which platforms the settings name, and the links that open the bot there",
    "bot/commands/poster.py": "which app the code on a poster opens",
    "bot/commands/setup.py": "an operator is asked for a platform's token",
    "bot/cli.py": "what an invite's link and the examples are called",
}
# beginnings of paths that hold data, not sentences
MAY_HOLD_VIETNAMESE = {
    "storage/units/": "the names of provinces and units, and what makes the list of them",
    "storage/ward_file.py": "the kinds of unit as a list brought by an installation spells them",
}
READ_BY_PEOPLE = (
    ".html",
    ".js",
    ".css",
    ".svg",
    ".toml",
    ".json",
    ".csv",
    ".sql",
    ".txt",
    ".md",
    ".jinja",
    ".webmanifest",
)


def test_vietnamese_is_written_in_messages_only() -> None:
    complain(
        "what people read lives in messages/",
        (
            f"{module.path}:{line} {text.strip()[:80]!r}"
            for module in modules("bot", "handlers", "storage")
            if not module.path.startswith(tuple(MAY_HOLD_VIETNAMESE))
            for line, text in strings(module)
            if VIETNAMESE.search(text)
        ),
    )


def test_pages_and_tables_hold_no_vietnamese_sentences() -> None:
    complain(
        "pages take their words from messages/",
        (
            f"{name}:{number} {line.strip()[:80]}"
            for path in files()
            if (name := relative(path)).startswith(("bot/", "handlers/", "storage/")) and path.suffix in READ_BY_PEOPLE
            if not name.startswith(tuple(MAY_HOLD_VIETNAMESE))
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
            if VIETNAMESE.search(line)
        ),
    )


def test_sql_is_written_in_storage_only() -> None:
    complain(
        "SQL stops at storage/",
        (
            f"{module.path}:{line} {' '.join(text.split())[:80]!r}"
            for module in modules("bot", "handlers", "messages")
            for line, text in strings(module)
            if SQL.search(text)
        ),
    )


def test_platforms_are_named_in_channels_only() -> None:
    complain(
        "platform words stop at bot/channels/",
        (
            f"{module.path}:{line} {word}"
            for module in modules()
            if not module.path.startswith("bot/channels/") and module.path not in MAY_NAME_PLATFORMS
            for line, word in [(1, module.words[-1]), *code_words(module)]
            if PLATFORM.search(word)
        ),
    )


def code_words(module: Module) -> Iterator[tuple[int, str]]:
    """Every identifier, import and string of a module's code, without docstrings and comments."""
    described = docstrings(module)
    for node in ast.walk(module.code):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.ClassDef(name=word) | ast.arg(arg=word):
                yield node.lineno, word
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word) | ast.alias(name=word):
                yield node.lineno, word
            case ast.keyword(arg=str(word)):
                yield node.lineno, word
            case ast.ImportFrom(module=str(word)):
                yield node.lineno, word
            case ast.Constant(value=str(word)) if id(node) not in described:
                yield node.lineno, word.strip()[:80]
            case _:
                pass


@pytest.mark.parametrize(
    ("pattern", "seen", "unseen"),
    [
        (VIETNAMESE, ["Gửi", "Đã", "ở"], ["Gui tin", "façade"]),
        (
            SQL,
            ["SELECT {} FROM tip", "delete from tip where x", "UPDATE tip SET x = 1"],
            ["select a ward", "update it"],
        ),
        (PLATFORM, ["TelegramChannel", "zalo_oa"], ["channel"]),
    ],
)
def test_each_pattern_sees_what_it_is_for(pattern: re.Pattern[str], seen: list[str], unseen: list[str]) -> None:
    assert [text for text in seen + unseen if pattern.search(text)] == seen
