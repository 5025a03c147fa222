"""Templates that are wrong, hostile or too large are reported with their place, and the others are still read."""

import json
from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.graph import Graph, load
from wellmade.graph.read.doubled import Twice

QUEUE = "Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: %s}}"


def graph_of(tmp_path: Path, text: str, name: str = "t.yaml") -> Graph:
    file = tmp_path / name
    file.write_text(text)
    return load([file])


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "-1e999", "nan"])
def test_a_number_beyond_measure_is_unknown(tmp_path: Path, number: str) -> None:
    graph = graph_of(tmp_path, f"Resources:\n  {QUEUE % number}\n")
    assert graph.of_type("AWS::SQS::Queue")[0].number("VisibilityTimeout") is None


def test_a_number_of_too_many_digits_is_refused_with_its_file(tmp_path: Path) -> None:
    text = json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}).replace("}}}", '}, "N": %s}}')
    with pytest.raises(WellmadeError, match=r"t\.json:1: holds a number of too many digits"):
        graph_of(tmp_path, text % ("9" * 5000), "t.json")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", '{"Resources": {\n"A": {"Type": "AWS::SQS::Queue"},\n"A": {"Type": "AWS::SNS::Topic"}}}'),
        ("t.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue}\n  A: {Type: AWS::SNS::Topic}\n"),
    ],
)
def test_keys_that_stand_twice_are_kept_in_mind(tmp_path: Path, name: str, text: str) -> None:
    assert graph_of(tmp_path, text, name).stacks[0].template.doubled == (Twice(("Resources", "A"), 3),)


def test_the_line_of_a_doubled_key_of_json_is_found_below_lists_and_doubled_keys(tmp_path: Path) -> None:
    queue = (
        '{"Type": "AWS::SQS::Queue", "Properties": {"Tags": [ {"Key": "a"},\n{"Key": "b",\n"Key": "c"} ]}}'
    )
    text = f'{{"Resources": {{"Q": {{"Type": "AWS::SQS::Queue"}},\n"Q": {queue}}}}}'
    keys = ("Resources", "Q", "Properties", "Tags", "1", "Key")
    doubled = graph_of(tmp_path, text, "t.json").stacks[0].template.doubled
    assert doubled == (Twice(("Resources", "Q"), 2), Twice(keys, 4))


def test_a_key_that_a_merge_overrides_does_not_stand_twice(tmp_path: Path) -> None:
    text = "X: &x {Type: AWS::SQS::Queue}\nResources:\n  A: {<<: *x, Type: AWS::SNS::Topic}\n"
    assert graph_of(tmp_path, text).stacks[0].template.doubled == ()


@pytest.mark.parametrize(
    ("keys", "expected"), [("[M, zz, T, {DefaultValue: 30}]", 30), ("[M, a, T, {DefaultValue: 30}]", 5)]
)
def test_a_map_without_the_key_gives_the_default(tmp_path: Path, keys: str, expected: int) -> None:
    mapped = QUEUE % f"!FindInMap {keys}"
    graph = graph_of(tmp_path, f"Mappings: {{M: {{a: {{T: 5}}}}}}\nResources:\n  {mapped}\n")
    assert graph.of_type("AWS::SQS::Queue")[0].number("VisibilityTimeout") == expected


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("a" * 300 + ".yaml", "leads to no file"),
        ("missing.yaml", "leads to no file"),
        ("../outside.yaml", "leads out of the folder"),
    ],
)
def test_a_nested_template_that_is_not_read_is_named(tmp_path: Path, location: str, reason: str) -> None:
    (tmp_path / "outside.yaml").write_text("Resources:\n  A: {Type: AWS::SQS::Queue}\n")
    folder = tmp_path / "inside"
    folder.mkdir()
    nested = f"N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {location}}}}}"
    graph = graph_of(folder, f"Resources:\n  {nested}\n")
    assert graph.stacks[0].unread["N"].startswith(reason)
    assert not graph.of_type("AWS::SQS::Queue")


def test_stacks_that_fan_out_end_at_a_limit(tmp_path: Path) -> None:
    for level in range(20):
        nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"n{level + 1}.json"}}
        (tmp_path / f"n{level}.json").write_text(json.dumps({"Resources": {"A": nested, "B": nested}}))
    (tmp_path / "n20.json").write_text(json.dumps({"Resources": {}}))
    with pytest.raises(WellmadeError, match=r"n0\.json:1: nests more than 1,000 stacks"):
        load([tmp_path / "n0.json"])


@pytest.mark.parametrize(
    ("head", "loop", "message"),
    [
        ("", '[I, [a], {"T${I}": {Type: AWS::SQS::Queue}}]', "needs the transform"),
        ("Transform: AWS::LanguageExtensions\n", "[I, [a]]", "must be a list of a name"),
    ],
)
def test_a_loop_that_is_not_expanded_is_refused(tmp_path: Path, head: str, loop: str, message: str) -> None:
    with pytest.raises(WellmadeError, match=message):
        graph_of(tmp_path, f"{head}Resources:\n  Fn::ForEach::A: {loop}\n")


def test_the_others_are_read_where_one_is_broken(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("Resources:\n  A: {Type: AWS::SQS::Queue}\n")
    (tmp_path / "broken.yaml").write_text("Resources: {A: {Type: AWS::SQS::Queue, Type\n")
    unreadable: list[WellmadeError] = []
    graph = load([tmp_path / "good.yaml", tmp_path / "broken.yaml"], unreadable)
    assert len(graph.of_type("AWS::SQS::Queue")) == 1
    assert [str(error).partition(":")[0] for error in unreadable] == [str(tmp_path / "broken.yaml")]


def test_what_is_missing_or_holds_no_template_keeps_nobody_from_reading_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("Resources:\n  A: {Type: AWS::SQS::Queue}\n")
    (tmp_path / "empty").mkdir()
    unreadable: list[WellmadeError] = []
    graph = load([tmp_path / "empty", tmp_path / "none.yaml", tmp_path / "good.yaml"], unreadable)
    assert len(graph.of_type("AWS::SQS::Queue")) == 1
    assert ["empty: holds no" in str(unreadable[0]), "none.yaml: does not" in str(unreadable[1])] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Resources:\n  A: {Type: AWS::SQS::Queue}\n",
        "Resources: {A: {DeletionPolicy: Retain,Type: 'AWS::SQS::Queue'}}\n",
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n",
        "{Resources: {A: {Type: Custom::Thing}}}\n",
    ],
)
def test_a_folder_is_searched_for_resources_however_they_are_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "any.yaml").write_text(text)
    assert len(load([tmp_path]).resources) == 1


def test_what_has_no_end_is_refused() -> None:
    with pytest.raises(WellmadeError, match="/dev/zero:1: the template has more than 8 MB"):
        load([Path("/dev/zero")])
