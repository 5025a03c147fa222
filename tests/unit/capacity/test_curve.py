"""The picture of a day shows what the report says: load, capacity and backlog, hour by hour."""

from pathlib import Path

import pytest
from PIL import Image

from tests.unit.capacity.worlds.spec import Part, World
from tests.unit.capacity.worlds.templates import report_of
from wellmade.capacity import curve_picture
from wellmade.capacity.curve import Curve, Step, curves
from wellmade.capacity.curve_text import COLUMNS, text
from wellmade.cli import main

WORLD = World(
    (Part("One", seconds=1, each=0, batch=1, reserved=5, maximum=5),), ("One",), rate=2.0, peak=4.0, hours=6
)


@pytest.fixture
def day(tmp_path: Path) -> Curve:
    (found,) = curves(report_of(WORLD, tmp_path), 24)
    return found


def test_the_steps_are_those_of_the_day(day: Curve, tmp_path: Path) -> None:
    passage = next(iter(report_of(WORLD, tmp_path).outcome.passages.values()))
    assert [one.load for one in day.steps] == [8.0] * 6 + [2.0] * 18
    assert {one.capacity for one in day.steps} == {5.0}
    assert day.deepest == pytest.approx(passage.backlog) == pytest.approx(3 * 6 * 3600)
    assert [round(one.backlog / 3600, 6) for one in day.steps[:14]] == [
        *(3, 6, 9, 12, 15, 18),
        *(18, 15, 12, 9, 6, 3, 0, 0),
    ]


def test_a_terminal_shows_it_in_blocks(tmp_path: Path) -> None:
    title, load, capacity, backlog, hours = text(curves(report_of(WORLD, tmp_path), COLUMNS))
    assert title == "OneSource to One: load up to 8/s, capacity 5/s"
    assert load == "  load     " + "█" * 18 + "▂" * 54
    assert capacity == "  capacity " + "▅" * 72
    assert backlog.startswith("  backlog  ▁▁▁▂▂▃▃▄▄")
    assert backlog.endswith(" 64,800")
    assert hours.startswith("  hour     0        3        6        9 ")


def test_a_capacity_without_a_bound_is_said() -> None:
    free = Curve("Topic → One", [Step(0, 1.0, float("inf"), 0.0)])
    title, _, _, backlog, _ = text([free])
    assert title == "Topic to One: load up to 1/s, capacity without a bound"
    assert backlog.endswith("none")


def test_a_picture_has_the_load_the_capacity_and_the_backlog(tmp_path: Path) -> None:
    file = tmp_path / "day.png"
    curve_picture.write_picture(curves(report_of(WORLD, tmp_path), curve_picture.STEPS), file)
    with Image.open(file) as opened:
        assert (opened.format, opened.size) == ("PNG", (960, 240))
        pixels = opened.convert("RGB").load()
    assert pixels is not None

    def seen(hour: float, up: int, panel: int) -> str:
        left = curve_picture.LEFT + round(hour * 12 * curve_picture.STEP) + 1
        foot = curve_picture.TOP + curve_picture.RATES
        foot += panel * (curve_picture.GAP + curve_picture.DEPTHS)
        colour = pixels[left, foot - up]
        assert isinstance(colour, tuple)
        return "#" + "".join(f"{int(part):02x}" for part in colour)

    above, low = curve_picture.RATES * 7 // 8, 10
    assert (seen(3, above, 0), seen(12, above, 0)) == (curve_picture.LOAD, curve_picture.PAPER)
    assert seen(12, low, 0) == curve_picture.LOAD
    assert seen(12, round(curve_picture.RATES * 5 / 8), 0) == curve_picture.CAPACITY
    assert (seen(6, 40, 1), seen(18, 2, 1)) == (curve_picture.BACKLOG, curve_picture.PAPER)


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    report_of(WORLD, tmp_path)
    return [str(tmp_path / "world.json"), "--load", str(tmp_path / "capacity.yaml")]


def test_the_command_shows_and_writes_it(
    paths: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "day.png"
    assert main(["capacity", *paths, "--day", "--picture", str(file)]) == 0
    assert "OneSource to One: load up to 8/s, capacity 5/s" in capsys.readouterr().out
    with Image.open(file) as opened:
        assert opened.format == "PNG"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--day", "--format", "json"], "--day must stand without --format json: it is for people"),
        (["--picture", "none/day.png"], "none/day.png: No such file or directory; name a file"),
    ],
    ids=["json", "folder"],
)
def test_what_cannot_be_shown_is_one_line(
    options: list[str], message: str, paths: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["capacity", *paths, *options]) == 2
    assert f"wellmade: {message}" in capsys.readouterr().err
