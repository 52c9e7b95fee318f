"""Every text exists in every language with the same arguments, and every key in the code is a text that exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from tests.house.tree import Module, complain, files, modules, relative, strings

LANGUAGES = ("vi", "en")

# functions that take a text's key first, and the keyword arguments that are their own, not the text's
TAKES_KEY: dict[str, set[str]] = {
    "phrase": set(),
    "Phrase": {"key", "args"},
    "say": {"choices", "columns"},
    "again": {"draft"},
}
# beginnings of keys that are put together elsewhere than in such a call -> where
BUILT_KEYS: dict[str, str] = {
    "console-stand-": "the queue's filters are named by the table in bot/console/listing.py",
    "choice-menu-": "the menu's buttons are named by the table in handlers/residents/welcome.py",
}


@dataclass
class Uses(Visitor):
    """What a text refers to: variables, and other texts and terms (`-name`)."""

    variables: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the library's name for it
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802
        self.texts.add(node.id.name)

    def visit_TermReference(self, node: ftl.TermReference) -> None:  # noqa: N802
        self.texts.add(f"-{node.id.name}")


@cache
def entries(language: str) -> list[tuple[str, ftl.EntryType]]:
    """File name and entry of everything in a language's files."""
    return [
        (relative(path), entry)
        for path in files()
        if relative(path).startswith(f"messages/texts/{language}/") and path.suffix == ".ftl"
        for entry in FluentParser().parse(path.read_text("utf-8")).body
    ]


@cache
def texts(language: str) -> dict[str, Uses]:
    """What each text of a language uses, terms and the texts it includes followed to the end."""
    direct: dict[str, Uses] = {}
    for _, entry in entries(language):
        if isinstance(entry, ftl.Message | ftl.Term):
            uses = Uses()
            uses.visit(entry)
            direct[f"-{entry.id.name}" if isinstance(entry, ftl.Term) else entry.id.name] = uses
    for uses in direct.values():
        waiting = list(uses.texts)
        while waiting:
            other = direct.get(waiting.pop(), Uses())
            uses.variables |= other.variables
            waiting += other.texts - uses.texts
            uses.texts |= other.texts
    return direct


def test_there_are_texts_in_every_language() -> None:
    complain("a language has texts", (language for language in LANGUAGES if not texts(language)))


def test_every_text_is_well_formed_and_written_once() -> None:
    complain(
        "Fluent understands the text",
        (
            f"{name}: {(entry.content or '').strip()[:100]!r}"
            for language in LANGUAGES
            for name, entry in entries(language)
            if isinstance(entry, ftl.Junk)
        ),
    )
    for language in LANGUAGES:
        counted = Counter(entry.id.name for _, entry in entries(language) if isinstance(entry, ftl.Message))
        complain(f"a key is written once in {language}", (key for key, count in counted.items() if count > 1))


def test_every_text_exists_in_every_language_with_the_same_arguments() -> None:
    vi, en = ({key: uses for key, uses in texts(language).items() if key[0] != "-"} for language in LANGUAGES)
    complain(
        "a text exists in vi and in en",
        (f"{key}: only in {'vi' if key in vi else 'en'}" for key in vi.keys() ^ en.keys()),
    )
    complain(
        "a text has the same arguments in every language",
        (
            f"{key}: vi {sorted(vi[key].variables)}, en {sorted(en[key].variables)}"
            for key in vi.keys() & en.keys()
            if vi[key].variables != en[key].variables
        ),
    )


def test_what_a_text_includes_exists() -> None:
    complain(
        "a text includes only texts and terms that exist",
        (
            f"{language} {key}: {other}"
            for language in LANGUAGES
            for key, uses in texts(language).items()
            for other in uses.texts - texts(language).keys()
        ),
    )


@dataclass(frozen=True)
class Mention:
    """A text's key in the code; `arguments` is None where they cannot be read off."""

    where: str
    key: str
    arguments: frozenset[str] | None


def mentions(module: Module) -> Iterator[Mention]:
    """The keys that calls of the vocabulary name as literals."""
    for node in ast.walk(module.code):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        where = f"{module.path}:{node.lineno}"
        if name in TAKES_KEY and (key := literal(argument(node, 0, "key"))):
            yield Mention(where, key, given(node, name))
        elif name == "choice" and (key := literal(argument(node, 0, "key"))) and not argument(node, 1, "label"):
            yield Mention(where, f"choice-{key}", frozenset())
        elif name == "choice" and (label := literal(argument(node, 1, "label"))):
            yield Mention(where, label, frozenset())


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    by_name = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return call.args[place] if len(call.args) > place else by_name


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def given(call: ast.Call, name: str) -> frozenset[str] | None:
    """The text's arguments that a call gives; None if some are only known at run time."""
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    if name != "Phrase":
        return frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - TAKES_KEY[name]
    match argument(call, 1, "args"):
        case None:
            return frozenset()
        case ast.Dict(keys=keys) if all(literal(key) for key in keys):
            return frozenset(str(literal(key)) for key in keys)
        case _:
            return None


def test_keys_are_read_off_every_way_of_writing_them() -> None:
    source = """
phrase("a", n=1); Phrase("b", {"n": 1}); Phrase(key="c"); Turn.again("d", draft=draft, n=1); say("e", columns=2)
choice("f"); choice("g", "g-label"); phrase("h", **more); Phrase("i", {name: 1}); phrase(f"status-{x}"); print("j")
"""
    module = Module("bot/example.py", source, ast.parse(source))
    assert {said.key: said.arguments for said in mentions(module)} == {
        "a": {"n"}, "b": {"n"}, "c": set(), "d": {"n"}, "e": set(), "choice-f": set(), "g-label": set(),
        "h": None, "i": None,
    }  # fmt: skip
    assert list(built_prefixes(module)) == ["status-"]


def test_every_key_in_the_code_is_a_text() -> None:
    known = texts("vi").keys()
    complain(
        "a key in the code is in messages/texts",
        (f"{said.where} {said.key}" for module in modules() for said in mentions(module) if said.key not in known),
    )


def test_every_call_gives_its_text_all_its_arguments() -> None:
    known = texts("vi")
    complain(
        "a text is given the arguments it shows",
        (
            f"{said.where} {said.key}: lacks {', '.join(sorted(lacking))}"
            for module in modules()
            for said in mentions(module)
            if said.key in known and said.arguments is not None
            if (lacking := known[said.key].variables - said.arguments)
        ),
    )


def built_prefixes(module: Module) -> Iterator[str]:
    """How the keys begin that a call of the vocabulary puts together: "status-" for phrase(f"status-{tip.status}")."""
    for node in ast.walk(module.code):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {*TAKES_KEY, "choice"}:
            # choice()'s own label is f"choice-{key}", whose keys are known from its callers
            for key in (argument(node, 0, "key"), argument(node, 1, "label")):
                if isinstance(key, ast.JoinedStr) and (begin := literal(key.values[0])) and begin != "choice-":
                    yield begin


def test_every_text_is_said_somewhere() -> None:
    pages = [
        path for path in files() if relative(path).startswith("bot/") and path.suffix in (".html", ".js", ".jinja")
    ]
    said = {word for path in pages for word in re.findall(r"[a-z0-9-]+", path.read_text("utf-8"))}
    said |= {text for module in modules() for _, text in strings(module)}
    said |= {mention.key for module in modules() for mention in mentions(module)}
    said |= {other for uses in texts("vi").values() for other in uses.texts}
    prefixes = tuple({begin for module in modules() for begin in built_prefixes(module)} | BUILT_KEYS.keys())
    complain(
        "a text is said somewhere (a key put together elsewhere has its beginning in BUILT_KEYS)",
        (key for key in texts("vi") if key not in said and not key.startswith(prefixes)),
    )


def test_every_listed_beginning_has_texts() -> None:
    complain(
        "a beginning in BUILT_KEYS has texts",
        (begin for begin in BUILT_KEYS if not any(key.startswith(begin) for key in texts("vi"))),
    )
