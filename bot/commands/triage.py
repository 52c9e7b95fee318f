"""`baotin triage`: whether a message tells of danger now, for operators and for duty officers who check it.

It needs no installation, no database and no network.
"""

from typing import Annotated

import typer

from bot.commands.lines import Answered, Asked, answer_each
from messages.meaning.emergencies import Certainty, assess, evidence


def triage(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A message; - reads lines of standard input.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    why: Annotated[bool, typer.Option("--why", help="List the evidence.")] = False,
) -> None:
    """Say whether a message tells of an emergency now, and which: that decides whether the number to dial comes first.

    \b
    Example:
      baotin triage "chay can bep roi"
      baotin triage --json - < messages.txt
    """

    def answered(asked: Asked) -> Answered:
        danger = assess(asked.text)
        kind = danger.kinds[0] if danger.certainty is Certainty.SURE else None
        values: dict[str, object] = {"emergency": kind is not None, "kind": kind}
        lines = [_in_words(danger.certainty, [str(one) for one in danger.kinds])]
        if why:
            reasons = evidence(asked.text)
            values["why"] = reasons
            lines += [f"  {reason}" for reason in reasons]
        return Answered(values, "\n".join(lines))

    answer_each(text, answered, as_json=as_json)


def _in_words(certainty: Certainty, kinds: list[str]) -> str:
    match certainty:
        case Certainty.SURE:
            return f"emergency: {', '.join(kinds)}"
        case Certainty.UNSURE:
            return f"in doubt: {', '.join(kinds)}; the number is shown beside the ordinary help"
        case Certainty.NO:
            return "no emergency"
