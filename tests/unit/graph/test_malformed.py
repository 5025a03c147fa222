"""What is no readable template gives one line with file and line, quickly, and never a traceback."""

import json
from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.graph import load

DEEP_JSON = '{"Resources": {"A": {"Type": "X", "Properties":\n' + '{"a":' * 400 + "1" + "}" * 400 + "}}}"
QUEUE = "Type: AWS::SQS::Queue"

CASES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("t.yaml", b"", "t.yaml:1: a template is a mapping with Resources, got empty"),
    "list": ("t.yaml", b"[1]", "t.yaml:1: a template is a mapping with Resources, got a list"),
    "without resources": (
        "t.yaml",
        b"Description: x",
        "t.yaml:1: there are no Resources; a template maps logical ids to resources there",
    ),
    "empty resources": (
        "t.yaml",
        b"Resources:",
        "t.yaml:1: Resources is empty; a template maps logical ids to resources there",
    ),
    "listed resources": (
        "t.json",
        b'{"Resources": []}',
        "t.json:1: Resources is a list; a template maps logical ids to resources there",
    ),
    "resource is text": (
        "t.yaml",
        b"Resources:\n  A: hello",
        "t.yaml:2: the resource A is text; write a mapping with a Type",
    ),
    "resource without type": (
        "t.json",
        b'{"Resources": {\n"A": {}}}',
        "t.json:2: the resource A has no Type; name one such as AWS::SQS::Queue",
    ),
    "properties are a list": (
        "t.yaml",
        b"Resources:\n  A: {Type: X, Properties: [1]}",
        "t.yaml:2: the Properties of A are a list; write a mapping",
    ),
    "truncated json": ("t.json", b'{"Resources": {\n"A": {"Type": ', "t.json:2: is no JSON: Expecting value"),
    "truncated yaml": (
        "t.yaml",
        b"Resources:\n  A: {Type: 'X",
        "t.yaml:2: is no YAML: found unexpected end of stream",
    ),
    "tabs": (
        "t.yaml",
        b"Resources:\n\tA: 1",
        "t.yaml:2: is no YAML: found character that cannot start any token",
    ),
    "not utf-8": (
        "t.yaml",
        b"Resources:\n  A:\n    Type: \xff\xfe",
        "t.yaml:3: byte 26 is not UTF-8; save the file as UTF-8",
    ),
    "control character": (
        "t.yaml",
        b"Resources:\n  A: \x07",
        "t.yaml:2: is no YAML: control characters are not allowed",
    ),
    "enormous": (
        "t.json",
        b" " * 10_485_760,
        "t.json:1: the template has more than 8 MB, and CloudFormation takes 1 MB; split it",
    ),
    "deep json": (
        "t.json",
        DEEP_JSON.encode(),
        "t.json:1: A: nested too deeply; at most 100 levels are read",
    ),
    "very deep json": ("t.json", b"[" * 200_000, "t.json:1: nested too deeply; at most 100 levels are read"),
    "very deep flow yaml": (
        "t.yaml",
        b"Resources:\n  A: " + b"[" * 200_000,
        "t.yaml:2: is no YAML: nested more than 100 levels deep",
    ),
    "very deep block yaml": (
        "t.yaml",
        "\n".join(" " * depth + "a:" for depth in range(3000)).encode(),
        "t.yaml:1001: is no YAML: nested more than 100 levels deep",
    ),
    "one line of dashes": (
        "t.yaml",
        b"- " * 100_000 + b"a",
        "t.yaml:1: is no YAML: nested more than 100 levels deep",
    ),
    "deep yaml": (
        "t.yaml",
        b"Resources:\n  A: " + b"[" * 150 + b"]" * 150,
        "t.yaml:2: is no YAML: nested more than 100 levels deep, or a part that holds itself",
    ),
    "holds itself": (
        "t.yaml",
        b"Resources: &all\n  A: *all",
        "t.yaml:1: is no YAML: nested more than 100 levels deep, or a part that holds itself",
    ),
    "undefined alias": ("t.yaml", b"Resources:\n  A: *x", "t.yaml:2: is no YAML: found undefined alias"),
    "key that is a list": (
        "t.yaml",
        b"Resources:\n  ? [a]\n  : 1",
        "t.yaml:2: is no YAML: a key that is no text",
    ),
    "resources need each other": (
        "t.yaml",
        f"Resources:\n  A:\n    {QUEUE}\n    Properties: {{QueueName: !Ref B}}\n"
        f"  B:\n    {QUEUE}\n    DependsOn: A".encode(),
        "t.yaml:2: resources need each other: A needs B needs A; break the cycle",
    ),
    "needs itself": (
        "t.yaml",
        f"Resources:\n  A: {{{QUEUE}, Properties: {{QueueName: !GetAtt A.Arn}}}}".encode(),
        "t.yaml:2: resources need each other: A needs A; break the cycle",
    ),
    "nests itself": (
        "t.yaml",
        b"Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./t.yaml}}",
        "t.yaml:2: the nested stack A holds t.yaml, which holds it",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), CASES.values(), ids=CASES)
def test_one_line_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WellmadeError) as caught:
        load([tmp_path / name])
    assert str(caught.value) == f"{tmp_path}/{message}"
    assert caught.value.exit_code == 2


def test_aliases_that_expand_beyond_measure(tmp_path: Path) -> None:
    levels = [f"  l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 9)]
    (tmp_path / "t.yaml").write_text("\n".join(["Resources:", "  l0: &l0 x", *levels]))
    with pytest.raises(WellmadeError, match="aliases that expand to more than"):
        load([tmp_path / "t.yaml"])


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(WellmadeError, match=r"nothing: does not exist; give a cdk\.out folder, a template"):
        load([tmp_path / "nothing"])


def test_a_folder_without_templates(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    with pytest.raises(WellmadeError, match=r"holds no manifest\.json of a cloud assembly and no template"):
        load([tmp_path])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"artifacts": 1}', '{"artifacts": {"a": 1}}'])
def test_a_manifest_that_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(WellmadeError, match=r"manifest\.json:1: is no manifest of a cloud assembly"):
        load([tmp_path])


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b'\xef\xbb\xbf{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}')
    assert list(load([tmp_path / "t.json"]).resources) == ["t/A"]


def test_a_cycle_that_a_condition_can_break_is_read(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Resources:\n"
        "  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [C, !Ref B, a]}}\n"
        "  B: {Type: AWS::SQS::Queue, DependsOn: A}\n"
        "  C: {Type: AWS::SQS::Queue, Condition: Never, DependsOn: D}\n"
        "  D: {Type: AWS::SQS::Queue, DependsOn: [C]}\n"
    )
    assert len(load([tmp_path / "t.yaml"]).resources) == 4


def test_a_nested_template_whose_name_holds_a_nul_leads_to_no_file(tmp_path: Path) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "a\0b.json"}}
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"Resources": {"Nested": nested}}))
    (stack,) = load([file]).stacks
    assert stack.unread == {"Nested": "leads to no file, and what it nests was not read"}


@pytest.mark.parametrize("name", ["a\0b.json", "a" * 300])
def test_an_assembly_with_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": name}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"app": stack}}))
    with pytest.raises(WellmadeError):
        load([tmp_path])
