"""Pictures that are wider than a screen, in numbered sheets."""

import json
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from tests.unit.draw.geometry import faults_in
from tests.unit.draw.templates import wide
from wellmade.cli import main
from wellmade.draw.layout import laid_out
from wellmade.draw.picture import Arrow, Box, Flow, Frame, Picture
from wellmade.draw.places import SCREEN, Layout
from wellmade.draw.svg import as_svg

GROUPS, EACH = 5, 13


def box(key: str) -> Box:
    return Box(key, key.replace("/", ""), "Lambda function", "function")


def many() -> Picture:
    """Groups of which all boxes call the first, and of each group one the next group's first."""
    groups = [[f"g{group}/b{number}" for number in range(EACH)] for group in range(GROUPS)]
    frames = tuple(
        Frame(f"s//g{number}", f"G{number}", "construct", tuple(map(box, keys)))
        for number, keys in enumerate(groups)
    )
    within = [Arrow(key, keys[0], Flow.CALL) for keys in groups for key in keys[1:]]
    between = [Arrow(one[1], other[0], Flow.EVENT) for one, other in pairwise(groups)]
    return Picture((Frame("s", "Shop", "stack", (), frames),), (*within, *between))


@pytest.fixture(scope="module")
def layout() -> Layout:
    return laid_out(many())


def test_every_box_is_on_one_sheet_and_every_arrow_is_drawn(layout: Layout) -> None:
    drawn = [key for key, one in layout.picture.boxes.items() if not one.stands_for]
    assert sorted(drawn) == sorted(many().boxes)
    assert set(layout.ways) == set(range(len(layout.picture.arrows)))
    assert layout.width <= SCREEN


def test_sheets_are_readable_and_nothing_lies_over_anything(layout: Layout) -> None:
    assert faults_in(as_svg(layout)) == []


def test_an_arrow_to_another_sheet_ends_at_a_box_that_says_which(layout: Layout) -> None:
    first, second, *_ = layout.picture.frames
    boxes = layout.picture.boxes
    told = [(each.title, each.kind, each.stands_for) for each in first.boxes if each.stands_for]
    assert first.title == "1 · Shop / G0"
    assert second.title == "2 · Shop / G1"
    assert told == [("g1b0", "sheet 2", ("g1/b0",))]
    across = [each for each in layout.picture.arrows if boxes[each.target].stands_for]
    assert [(each.source, boxes[each.target].stands_for) for each in across] == [
        (f"g{group}/b1", (f"g{group + 1}/b0",)) for group in range(GROUPS - 1)
    ]


def test_the_whole_is_drawn_in_one_where_it_is_asked() -> None:
    whole = laid_out(many(), "down", whole=True)
    assert whole.picture == many()
    assert whole.width > SCREEN


def test_one_box_that_all_others_need_keeps_sheets_narrow() -> None:
    keys = [f"b{number}" for number in range(70)]
    hub = Frame("s", "Shop", "stack", (box("hub"), *map(box, keys)))
    layout = laid_out(Picture((hub,), tuple(Arrow(key, "hub", Flow.CALL) for key in keys)))
    assert layout.width <= SCREEN
    assert faults_in(as_svg(layout)) == []


@pytest.mark.parametrize("count", [3, 40])
def test_what_no_arrow_touches_stands_in_rows(count: int) -> None:
    alone = tuple(box(f"b{number}") for number in range(count))
    frame = Frame("s", "Shop", "stack", (box("one"), box("two"), *alone))
    layout = laid_out(Picture((frame,), (Arrow("one", "two", Flow.CALL),)))
    foot = layout.places["two"].y + layout.places["two"].height
    assert {layout.places[each.id].y > foot for each in alone} == {True}
    assert layout.width <= SCREEN
    assert len(layout.picture.frames) == 1
    assert faults_in(as_svg(layout)) == []


def test_arrows_within_a_frame_that_nothing_else_touches_are_drawn() -> None:
    frames = tuple(
        Frame(f"s//{name}", name, "construct", (box(f"{name}/a"), box(f"{name}/b"))) for name in "abcd"
    )
    arrows = tuple(Arrow(f"{name}/a", f"{name}/b", Flow.CALL) for name in "abcd")
    layout = laid_out(Picture((Frame("s", "Shop", "stack", (), frames),), arrows))
    assert set(layout.ways) == {0, 1, 2, 3}
    assert faults_in(as_svg(layout)) == []


def test_no_sheet_is_a_thicket() -> None:
    """Each of 22 functions uses each of 8 tables, which are no more boxes than fit a sheet."""
    tables, functions = (
        [box(f"{name}{number}") for number in range(count)] for name, count in (("t", 8), ("f", 22))
    )
    arrows = tuple(Arrow(one.id, other.id, Flow.CALL) for one in functions for other in tables)
    found = laid_out(Picture((Frame("s", "Shop", "stack", (*tables, *functions)),), arrows))
    assert len(found.picture.frames) > 1
    for sheet in found.picture.frames:
        ids = {each.id for each in sheet.every_box()}
        assert sum(each.source in ids for each in found.picture.arrows) <= 120
    assert faults_in(as_svg(found)) == []


def test_a_frame_that_no_arrow_reaches_is_no_larger_than_what_it_holds() -> None:
    names = [f"a stack with a long name of its own {number}" for number in range(4)]
    network = Frame("s0/n", "network", "network", (), (Frame("s0/n/p", "private", "subnets", (box("in"),)),))
    stacks = (
        Frame("s0", names[0], "stack", (box("b0"),), (network,)),
        *(Frame(f"s{number}", names[number], "stack", (box(f"b{number}"),)) for number in (1, 2, 3)),
    )
    layout = laid_out(Picture(stacks, ()))
    for frame in (each for stack in stacks for each in stack.every_frame()):
        ids = [*(each.id for each in frame.boxes), *(each.id for each in frame.frames)]
        held = [layout.places[each] for each in ids]
        place, foot = layout.places[frame.id], max(each.y + each.height for each in held)
        assert place.y + place.height - foot < min(each.height for each in held), frame.title
    assert faults_in(as_svg(layout)) == []


def test_a_title_without_room_above_stands_below() -> None:
    """Arrows from all boxes above enter the frame, as close as arrows stand."""
    above = tuple(box(f"a{number}") for number in range(7))
    inner = Frame("s//in", "a title as wide as its frame, or nearly", "construct", (box("in"),))
    frame = Frame("s", "Shop", "stack", above, (inner,))
    layout = laid_out(Picture((frame,), tuple(Arrow(each.id, "in", Flow.CALL) for each in above)))
    assert faults_in(as_svg(layout)) == []


def test_the_page_is_told_to_be_wide_where_the_whole_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "wide.template.json", tmp_path / "wide.svg"
    file.write_text(json.dumps(wide(12)))
    assert main(["draw", str(file), "--out", str(out), "--direction", "down", "--whole"]) == 0
    assert "pixels wide, more than a screen shows" in capsys.readouterr().err
    assert float(ET.parse(out).getroot().get("width", "0")) > SCREEN  # noqa: S314 - our own picture
