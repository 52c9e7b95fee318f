"""`baotin ward find` answers from the packaged tables alone, for people and for programs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def find(*words: str, lines: str = "") -> str:
    result = CliRunner().invoke(app, ["ward", "find", *words], input=lines)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_ward_is_told_in_words_and_nothing_is_made() -> None:
    assert find("p bến nghé q1") == "26740  Phường Sài Gòn, Hồ Chí Minh\n"
    assert find("quảng an, tây hồ").startswith("may be any of 2:\n00103  Phường Tây Hồ, Hà Nội\n")
    assert find("đường Trần Hưng Đạo") == "no ward is named\n"
    assert not list(Path().iterdir())


def test_a_ward_is_told_as_json_with_the_evidence_when_asked() -> None:
    assert json.loads(find("--json", "phường Tây Hồ, Hà Nội")) == {
        "wards": [{"code": "00103", "name": "Phường Tây Hồ", "province": "Hà Nội"}],
        "ambiguous": False,
    }
    told = json.loads(find("--json", "--why", "quang an tay ho"))
    assert told["ambiguous"] is True
    assert [ward["code"] for ward in told["wards"]] == ["00103", "00097"]
    assert "quang an" in told["why"][0]
    assert "former phuong Quảng An" in find("--why", "quang an tay ho")


def test_the_province_said_decides_between_namesakes() -> None:
    assert json.loads(find("--json", "--province", "ha noi", "an khanh"))["ambiguous"] is False


def test_lines_of_standard_input_are_answered_one_by_one_with_their_context() -> None:
    lines = 'an khánh\n{"text": "an khánh", "context_province": "Hà Nội"}\n\n{"text": 5}\n'
    told = [json.loads(line) for line in find("--json", "-", lines=lines).splitlines()]
    assert [answer["ambiguous"] for answer in told] == [True, False, False, False]
    assert told[1]["wards"][0]["code"] == "09877"
    assert told[2]["wards"] == told[3]["wards"] == []
