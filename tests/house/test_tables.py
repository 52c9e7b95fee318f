"""The tables hold together: every step can be reached and left, every effect is applied, every migration is shown."""

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

from handlers import effects
from handlers.flows import FLOWS, RESIDENTS
from handlers.residents.welcome import HELP
from tests.check import ROOT
from tests.house.tree import complain


def named_steps(path: Path) -> set[str]:
    """Every step that a module's code names: literals, and both sides of a conditional or a table look-up."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.keyword(arg="goto" | "step", value=value):
                found |= words_in(value)
            case ast.Return(value=ast.Constant() | ast.IfExp() as value):
                found |= words_in(value)
            case ast.Assign() | ast.Dict():
                found |= words_in(node)
    return found


def words_in(node: ast.AST) -> set[str]:
    return {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)}


def handlers() -> list[Path]:
    return sorted((ROOT / "handlers").rglob("*.py"))


def test_help_fits_every_conversation_of_a_resident_and_names_only_steps_there_are() -> None:
    complain("a resident's flow has its help", (flow.name for flow in RESIDENTS if (flow.name, "") not in HELP))
    complain(
        "help is for a step there is",
        (f"{name} {step}" for name, step in HELP if step and step not in FLOWS[name].steps),
    )
    complain("each has words of its own for a new step", (key for key in HELP.values() if not key.startswith("help-")))


def test_every_flow_begins_at_a_step_it_has() -> None:
    complain(
        "a flow's first step is one of its steps",
        (name for name, flow in FLOWS.items() if flow.first not in flow.steps),
    )


def test_every_step_is_named_somewhere_else_than_in_its_table() -> None:
    """A step that no `goto` and no `enter` names cannot be reached."""
    named = {step for path in handlers() for step in named_steps(path)}
    lost = (
        f"{flow.name}: {step}"
        for flow in FLOWS.values()
        for step in flow.steps
        if step != flow.first and step not in named
    )
    complain("a step can be reached", lost)


def literal_goals() -> Iterator[tuple[str, str]]:
    for path in handlers():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "goto" and isinstance(node.value, ast.Constant):
                yield path.name, str(node.value.value)


def test_every_step_a_turn_goes_to_exists() -> None:
    steps = {step for flow in FLOWS.values() for step in flow.steps}
    complain(
        "a turn goes to a step that exists",
        (f"{name}: {step}" for name, step in literal_goals() if step and step not in steps),
    )


def every_effect() -> set[str]:
    return {kind.__name__ for kind in typing.get_args(effects.Effect)}


def test_every_effect_is_applied() -> None:
    applied = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot" / "incoming").glob("apply*.py"))
    complain(
        "an effect has its case in bot/incoming/apply*.py",
        (name for name in every_effect() if f"case {name}(" not in applied),
    )


def test_every_effect_is_caused_by_somebody() -> None:
    told = "\n".join(path.read_text("utf-8") for path in handlers() if not path.name.endswith("effects.py"))
    complain("an effect is caused by some handler", (name for name in every_effect() if f"{name}(" not in told))


def test_every_value_in_the_effects_module_is_in_the_union() -> None:
    values = {
        name for name, kind in vars(effects).items() if isinstance(kind, type) and kind.__module__ == effects.__name__
    }
    complain("an effect is in the closed list", values - every_effect() - {"NewEntry"})
