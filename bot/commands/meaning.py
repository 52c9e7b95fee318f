"""`baotin ask`, `category` and `topics`: what the bot understands, for operators and for fire officers who check it.

None of them needs an installation, a database or a network.
"""

from typing import Annotated

import typer

from bot.commands.lines import Answered, Asked, answer_each
from messages.categories import category as category_of
from messages.meaning import search, suggest
from messages.topics import load_topics, unapproved

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Why = Annotated[bool, typer.Option("--why", help="List what spoke for each.")]

topic_commands = typer.Typer(help="Fire topics: review.", no_args_is_help=True, rich_markup_mode=None)


def ask(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A question; - reads lines of standard input.")],
    *,
    as_json: AsJson = False,
    why: Why = False,
) -> None:
    """Say which fire topics answer a question, and whether that is sure enough to be answered at once.

    \b
    Example:
      baotin ask "binh gas xi hoi thi lam sao"
      baotin ask --json - < questions.txt
    """

    def answered(asked: Asked) -> Answered:
        found = search.search(asked.text)
        answers = [{"topic": one.subject, "score": round(one.score, 4)} for one in found.topics]
        titles = {slug: topic.title["vi"] for slug, topic in load_topics().items()}
        lines = [f"{one.score:.2f}  {one.subject}  {titles[one.subject]}" for one in found.topics]
        values: dict[str, object] = {"answers": answers, "confident": found.confident}
        if why:
            reasons = {one.subject: search.why(asked.text, one.subject) for one in found.topics[:3]}
            reasons = reasons or {search.OUT: search.why(asked.text, search.OUT)}
            values["why"] = reasons
            lines += _listed(reasons)
        verdict = "sure" if found.confident else "not sure" if found.topics else "out of scope"
        return Answered(values, "\n".join([verdict, *lines]))

    answer_each(text, answered, as_json=as_json)


def category(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A tip; - reads lines of standard input.")],
    *,
    as_json: AsJson = False,
    why: Why = False,
) -> None:
    """Say which categories a tip may belong to, the likeliest first. The bot only ever offers them.

    \b
    Example:
      baotin category "nha ben canh danh bai an tien suot dem"
      baotin category --json - < tips.txt
    """

    def answered(asked: Asked) -> Answered:
        found = suggest.suggest(asked.text)
        values: dict[str, object] = {
            "categories": [{"category": one.subject, "score": round(one.score, 4)} for one in found]
        }
        lines = [f"{one.score:.2f}  {one.subject}  {category_of(one.subject).name('vi')}" for one in found]
        if why:
            reasons = {one.subject: suggest.why(asked.text, one.subject) for one in found[:3]}
            values["why"] = reasons
            lines += _listed(reasons)
        return Answered(values, "\n".join(lines) or "nothing to go by")

    answer_each(text, answered, as_json=as_json)


def _listed(reasons: dict[str, list[str]]) -> list[str]:
    return [f"why {subject}: {'; '.join(said) or 'nothing in particular'}" for subject, said in reasons.items()]


@topic_commands.command()
def review() -> None:
    """Print the fire topics that no fire officer has approved, and the statements that rest on general advice (OWN).

    To approve a topic, write who approves it into the head of messages/fire_topics/SLUG.md: approved_by = "…".

    \b
    Example:
      baotin topics review
    """
    waiting = unapproved()
    for topic in waiting:
        own = ", ".join(map(str, topic.general_advice)) or "none"
        typer.echo(f"{topic.slug}  {topic.title['vi']}\n  checked on {topic.checked_on}; facts marked OWN: {own}")
    typer.echo(f"{len(waiting)} of {len(load_topics())} topics wait for a fire officer's approval.")
