"""`baotin ask`, `category` and `topics review`: one answer a line, in order, without an installation."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is installed here, and nothing may be made."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str, typed: str | None = None) -> list[str]:
    """The lines that a command prints."""
    done = CliRunner().invoke(app, list(words), input=typed, prog_name="baotin", catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


def test_ask_answers_each_line_of_standard_input_in_order_as_json() -> None:
    typed = 'thang máy đứng giữa chừng, gọi ai\n\n{"text": "làm hộ chiếu ở đâu", "context_province": "Huế"}\n{broken\n'
    answers = [json.loads(line) for line in said("ask", "--json", "-", typed=typed)]
    assert len(answers) == 4
    assert answers[0]["answers"][0]["topic"] == "lift" and answers[0]["confident"] is True
    assert answers[1] == {"answers": [], "confident": False}
    assert answers[2]["confident"] is False


def test_ask_tells_a_person_how_sure_it_is_and_why() -> None:
    lines = said("ask", "--why", "mùi gas nồng nặc trong bếp thì làm gì trước")
    assert lines[0] == "sure" and "gas-leak" in lines[1]
    assert any(line.startswith("why gas-leak:") for line in lines)
    assert said("ask", "làm căn cước ở đâu")[0] in {"out of scope", "not sure"}


def test_category_ranks_kinds_of_tip() -> None:
    found = json.loads(said("category", "--json", "nhà bên đánh bạc ăn tiền suốt đêm")[0])["categories"]
    assert found[0]["category"] == "gambling" and 0 < found[0]["score"] <= 1
    assert said("category", "🔥")[0] == "nothing to go by"


def test_review_lists_what_no_fire_officer_has_approved(empty_folder: Path) -> None:
    lines = said("topics", "review")
    assert any("OWN" in line for line in lines) and lines[-1].endswith("wait for a fire officer's approval.")
    assert not list(empty_folder.iterdir())
