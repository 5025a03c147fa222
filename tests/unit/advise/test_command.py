"""The command line: the choice with its reasons, costs that are said or not priced, a picture, and mistakes in one line."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from wellmade.advise.fields import FIELDS
from wellmade.cli import main

EXERCISES = Path(__file__).parent / "exercises"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for file in EXERCISES.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def document(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["advise", *options, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_it_tells_choice_reasons_costs_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "global_api.yaml"]) == 0
    out = capsys.readouterr().out
    assert "Compute: AWS Lambda, 22.78 US dollars a month" in out
    assert "for: the peak is 40 times the average" in out
    assert "refused: closed to new customers since 30 April 2026" in out
    assert "Front door, from 0.1 to 1,000 a second: cheapest API Gateway HTTP API up to " in out
    assert 'api = LambdaApi(self, "Api", function=handler' in out
    assert "All of it: 120.54 US dollars a month." in out


def test_what_has_no_price_is_said_and_never_0(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "slow_database.yaml", "--region", "eu-central-1")
    (workload,) = found["workloads"]
    fifo = next(one for one in workload["questions"]["messaging"]["others"] if one["option"] == "fifo")
    assert fifo["cost"]["not_priced"] == ["FIFO requests in eu-central-1"]
    assert fifo["cost"]["at_least"]
    assert found["cost"]["at_least"]
    assert any("no measured load tells" in what for what in found["cost"]["not_priced"])


def test_each_reason_has_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    (workload,) = document(capsys, "clickstream.yaml")["workloads"]
    for answer in workload["questions"].values():
        assert all(one["source"] for one in answer["reasons"])
        assert all(other["reasons"] for other in answer["others"])
    assert "peak" not in " ".join(workload["assumed"])
    assert "StreamProcessor" in workload["code"]


def test_a_page_that_was_not_read_again_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("steady.yaml").write_text("rate: 50\npeak: 60\nrelational: yes\n")
    (workload,) = document(capsys, "steady.yaml")["workloads"]
    read = {one["because"]: one["read"] for one in workload["questions"]["compute"]["reasons"]}
    assert read["each task keeps one pool of connections for all its requests"] is None
    assert main(["advise", "steady.yaml"]) == 0
    assert "rds-proxy.html, not read again)" in capsys.readouterr().out.replace("\n", "")


def test_parts_are_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "shop.yaml")
    parts = [one["cost"]["usd_a_month"] for one in found["workloads"]]
    assert [one["name"] for one in found["workloads"]] == ["api", "thumbnails", "nightly"]
    assert found["cost"]["usd_a_month"] == pytest.approx(sum(parts), abs=0.02)


def test_where_everything_is_refused_it_says_so_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    Path("large.yaml").write_text("starts_with: messages\nsize: 20000\n")
    (workload,) = document(capsys, "large.yaml")["workloads"]
    assert workload["questions"]["messaging"]["chosen"] is None
    assert workload["code"] is None
    assert workload["no_code"] == "nothing to build: every option for messaging is refused"
    assert main(["advise", "large.yaml"]) == 0
    out = capsys.readouterr().out
    assert "Messaging: every option is refused" in out
    assert "refused: a message has 20,000 KB, and 1,024 at most fit" in out.replace("\n", " ")


def test_what_it_has_no_construct_for_is_plain_cdk(capsys: pytest.CaptureFixture[str]) -> None:
    Path("platform.yaml").write_text("team: kubernetes\n")
    found = document(capsys, "platform.yaml")["workloads"][0]
    assert "aws_eks_v2" in found["code"]
    assert found["no_code"] is None


def test_the_picture_has_a_panel_for_each_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "global_api.yaml", "--picture", "costs.png"]) == 0
    capsys.readouterr()
    with Image.open("costs.png") as picture:
        assert picture.size == (960, 3 * 330)
        colours = picture.convert("RGB").getcolors(100_000) or []
    assert {(26, 77, 143), (209, 73, 91), (46, 125, 50)} <= {colour for _, colour in colours}


def test_a_file_to_begin_with_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "new.yaml", "--init"]) == 0
    assert main(["advise", "new.yaml"]) == 0
    assert main(["advise", "new.yaml", "--init"]) == 2
    assert "new.yaml must be a new file, got one that is there" in capsys.readouterr().err


def test_it_asks_again_where_an_answer_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("messages\nmany\n20\n" + "\n" * len(FIELDS)))
    assert main(["advise", "kept.yaml", "--ask"]) == 0
    told = capsys.readouterr()
    assert "rate must be a number from 1e-07 to 1e+06, got 'many'." in told.err
    assert "Messaging: SQS standard queue" in told.out
    assert Path("kept.yaml").read_text() == "starts_with: messages\nrate: 20\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "FILE must be named, got none"),
        (["--init"], "FILE must be named for --init, got none"),
        (["x.yaml", "--init", "--ask"], "--init must be given with FILE alone"),
        (["none.yaml"], "none.yaml: No such file or directory"),
        (["global_api.yaml", "--region", "mars-1"], "--region must be one of eu-central-1"),
        (["global_api.yaml", "--picture", "none/costs.png"], "none/costs.png: No such file or directory"),
        (["--ask"], "--ask must have an answer to each question, got the end of the input"),
    ],
    ids=["no file", "init without file", "too much", "missing", "region", "picture", "closed"],
)
def test_mistakes_are_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["advise", *options]) == 2
    assert message in capsys.readouterr().err


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["advise", "--help"])
    assert "wellmade advise workload.yaml --init" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told_with_what_writes_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", "none.yaml"]) == 2
    assert "begin with: wellmade advise none.yaml --init" in capsys.readouterr().err.replace("\n", " ")
