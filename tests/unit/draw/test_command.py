import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.unit.draw.conftest import Answers
from tests.unit.draw.geometry import faults_in
from tests.unit.draw.templates import NETWORK, QUEUE_WORKER, wide
from wellmade.cli import main
from wellmade.draw.places import SCREEN
from wellmade.draw.png import as_png
from wellmade.errors import WellmadeError


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return written(tmp_path, QUEUE_WORKER)


def written(folder: Path, body: dict[str, Any], name: str = "app") -> Path:
    file = folder / f"{name}.template.json"
    file.write_text(json.dumps(body))
    return file


@pytest.mark.parametrize("body", [QUEUE_WORKER, NETWORK], ids=["worker", "network"])
@pytest.mark.parametrize("level", ["overview", "services", "everything"])
@pytest.mark.parametrize("direction", ["down", "right"])
def test_nothing_lies_over_anything_else(
    tmp_path: Path, body: dict[str, Any], level: str, direction: str
) -> None:
    out = tmp_path / "a.svg"
    template = written(tmp_path, body)
    assert main(["draw", str(template), "--level", level, "--direction", direction, "--out", str(out)]) == 0
    assert faults_in(out.read_text()) == []


@pytest.mark.parametrize("body", [QUEUE_WORKER, NETWORK], ids=["worker", "network"])
def test_a_long_title_makes_a_frame_wider_and_not_higher(tmp_path: Path, body: dict[str, Any]) -> None:
    sizes = []
    for name in ("a", "a-service-of-many-words-that-somebody-called-by-all-that-it-does" * 2):
        out = tmp_path / f"{name}.svg"
        assert main(["draw", str(written(tmp_path, body, name)), "--out", str(out)]) == 0
        root = ET.fromstring(out.read_text())  # noqa: S314 -- our own picture
        sizes.append((float(root.get("width", "0")), float(root.get("height", "0"))))
    (narrow, height), (wide, same) = sizes
    assert wide > narrow
    assert same == height


def test_a_picture_too_wide_either_way_is_folded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "wide.template.json", tmp_path / "wide.svg"
    file.write_text(json.dumps(wide(12)))
    widths = {}
    for direction in ("down", "right", None):
        chosen = ["--direction", direction] if direction else []
        assert main(["draw", str(file), "--out", str(out), *chosen]) == 0
        told = "pixels wide, more than a screen shows" in capsys.readouterr().err
        widths[direction] = float(ET.parse(out).getroot().get("viewBox", "").split()[2])  # noqa: S314 - ours
        assert told == (widths[direction] > SCREEN)
    assert widths["down"] > SCREEN < widths["right"]
    assert widths[None] <= SCREEN
    assert faults_in(out.read_text()) == []


def test_the_same_template_gives_the_same_bytes(template: Path, tmp_path: Path, laid_out: Answers) -> None:
    for name in ("one.svg", "two.svg", "one.png", "two.png"):
        laid_out.clear()
        main(["draw", str(template), "--out", str(tmp_path / name)])
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_png_has_the_width_that_is_asked(template: Path, tmp_path: Path) -> None:
    from PIL import Image

    main(["draw", str(template), "--out", str(tmp_path / "a.png"), "--width", "1234"])
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 1234
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 50  # glyphs and letters are there


def test_a_png_is_drawn_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this one nothing else would go on meanwhile, not even the word that it is at work."""
    monkeypatch.delitem(sys.modules, "resvg_py", raising=False)

    assert as_png('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')[1:4] == b"PNG"
    assert "resvg_py" not in sys.modules


def test_a_picture_that_cannot_be_drawn_is_one_line() -> None:
    with pytest.raises(WellmadeError, match="resvg could not draw the picture: "):
        as_png("no picture")


def test_what_has_no_box_is_told(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["draw", str(template), "--out", str(tmp_path / "a.mmd")])
    assert capsys.readouterr().err.splitlines()[1] == (
        "wellmade: without a box of their own: 1 CloudWatch::Alarm, 1 IAM::Role, 1 Lambda::EventSourceMapping, "
        "1 SNS::Topic; --level everything has all"
    )


def test_a_change_shows_its_legend(template: Path, tmp_path: Path) -> None:
    old = written(tmp_path, {"Resources": {"Inbox": QUEUE_WORKER["Resources"]["Rows"]}}, "old")
    out = tmp_path / "a.svg"
    assert main(["draw", "--diff", str(old), str(template), "--out", str(out)]) == 0
    assert ">added</text>" in out.read_text()
    assert faults_in(out.read_text()) == []


def test_an_icon_that_is_no_picture_leaves_no_hole(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("lambda.svg", "lambda.png"):
        icons = tmp_path / name.replace(".", "-")
        icons.mkdir()
        (icons / name).write_text("not a picture")
        assert main(["draw", str(template), "--out", str(tmp_path / "a.svg"), "--icons", str(icons)]) == 2
        assert f"{name} must be a picture as its ending says; take it out of the folder" in "".join(
            capsys.readouterr().err.split("\n")
        )


def test_icons_of_ones_own_are_taken(template: Path, tmp_path: Path) -> None:
    icons = tmp_path / "icons"
    icons.mkdir()
    (icons / "Arch_AWS-Lambda_48.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (icons / "._Arch_AWS-Lambda_48.svg").write_text("what an archive made on a Mac has beside each file")
    out = tmp_path / "a.svg"
    assert main(["draw", str(template), "--out", str(out), "--icons", str(icons)]) == 0
    assert out.read_text().count('href="data:image/svg+xml;base64,') == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "PATH must be a cdk.out folder or a template, or else --diff OLD NEW, got none"),
        (["T", "--out", "a.gif"], "--out must end in .svg, .png, .html, .mmd, got a.gif"),
        (["T", "--show", "alarms,colour"], "--show must be of alarms, concurrency, got colour"),
        (["T", "--width", "100"], "--width must be given with a .png, got architecture.svg"),
        (["T", "--icons", "nowhere"], "--icons must be a folder with .svg or .png files, got nowhere"),
        (
            ["T", "--out", "/nowhere/a.mmd"],
            "/nowhere/a.mmd: No such file or directory; name a file that can be written",
        ),
    ],
    ids=["nothing", "ending", "note", "width", "icons", "folder"],
)
def test_wrong_use_is_told_in_a_line(
    template: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw", *(str(template) if each == "T" else each for each in arguments)]) == 2
    assert capsys.readouterr().err == f"wellmade: {said}\n"


def test_names_cannot_leave_their_places_in_svg_and_page(tmp_path: Path) -> None:
    resource = {
        "Type": "AWS::SQS::Queue",
        "Metadata": {"aws:cdk:path": "app/<script>alert(1)</script>&\"'/Resource"},
    }
    template = written(tmp_path, {"Resources": {"A": resource}})
    for name in ("a.svg", "a.html"):
        assert main(["draw", str(template), "--out", str(tmp_path / name)]) == 0
        assert "<script>alert" not in (tmp_path / name).read_text()
    assert faults_in((tmp_path / "a.svg").read_text()) == []


def test_a_title_is_no_place_for_the_picture(tmp_path: Path) -> None:
    resource = {"Type": "AWS::SQS::Queue"}
    template = written(tmp_path, {"Resources": {"A": resource}}, "a@SVG@TITLE@")
    assert main(["draw", str(template), "--out", str(tmp_path / "a.html")]) == 0
    assert (tmp_path / "a.html").read_text().count("<svg") == 1


@pytest.mark.parametrize(
    "name",
    ["a" * 5000, "a\x00\x1b\ud800b", "注文キュー", "x/" * 300],
    ids=["long", "control", "wide", "deep"],
)
def test_hostile_names_are_drawn(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    resource = {"Type": "AWS::SQS::Queue", "Metadata": {"aws:cdk:path": f"app/{name}/Resource"}}
    template = written(tmp_path, {"Resources": {"A": resource}})
    for file in ("a.svg", "a.png", "a.mmd", "a.html"):
        assert main(["draw", str(template), "--out", str(tmp_path / file)]) == 0
    assert faults_in((tmp_path / "a.svg").read_text()) == []
    assert ("the font of the PNG has no" in capsys.readouterr().err) == (name == "注文キュー")


def test_an_empty_template_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", str(written(tmp_path, {"Resources": {"R": {"Type": "AWS::IAM::Role"}}}))]) == 2
    assert capsys.readouterr().err == "wellmade: nothing to draw at this level; try --level everything\n"


def test_help_needs_nothing_but_the_command_line() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['wellmade', 'draw', '--help']\nfrom wellmade.cli import main\ntry:\n    main()\nfinally:\n    print('PIL' in sys.modules, file=sys.stderr)"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.stderr == "False\n"
    assert "wellmade draw --diff main.out cdk.out" in shown.stdout


@pytest.mark.parametrize("name", ["a\0b", "a\x1bb", "a\ud800b", "a\ufffeb"])
def test_a_name_that_no_page_can_hold_breaks_no_picture(tmp_path: Path, name: str) -> None:
    template = written(tmp_path, {"Resources": {name: QUEUE_WORKER["Resources"]["Inbox"]}})
    for ending in ("svg", "png", "html", "mmd"):
        assert main(["draw", str(template), "--out", str(tmp_path / f"a.{ending}")]) == 0
    ET.parse(tmp_path / "a.svg")  # noqa: S314 -- our own picture
    assert not set("\0\x1b\ufffe") & set((tmp_path / "a.mmd").read_text())
