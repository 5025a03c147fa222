"""The command line: what it prints, with which exit code, and one line for what cannot be read."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wellmade.check.registry import all_rules
from wellmade.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]

UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "malformed": ("t.yaml", b"Resources:\n\tA: 1", "t.yaml:2: is no YAML"),
    "truncated": ("t.json", b'{"Resources": {\n"A": {"Type": ', "t.json:2: is no JSON"),
    "enormous": ("t.json", b" " * 10_485_760, "t.json:1: the template has more than 8 MB"),
    "deeply nested": ("t.json", b"[" * 200_000, "t.json:1: nested too deeply"),
    "circular": ("t.yaml", b"Resources: &all\n  A: *all", "t.yaml:1: is no YAML"),
    "not UTF-8": ("t.yaml", b"Resources:\n  A: \xff", "t.yaml:2: byte 16 is not UTF-8"),
    "empty": ("t.yaml", b"", "t.yaml:1: a template is a mapping with Resources, got empty"),
    "binary": ("t.yaml", bytes(range(256)), "t.yaml:2: byte 128 is not UTF-8"),
    "binary JSON": ("t.json", b"\x00\x01\x02", "t.json:1: is no"),
    "a folder without templates": ("package.json", b"{}", "holds no manifest.json"),
}


@pytest.mark.parametrize(("name", "content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_one_line_and_2_for_what_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    path = tmp_path / name if name.startswith("t.") else tmp_path
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"wellmade: {tmp_path}")
    assert message in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("kind", ["truncated", "deeply nested", "binary", "a folder without templates"])
def test_the_whole_process_leaves_no_traceback(wellmade: Run, tmp_path: Path, kind: str) -> None:
    name, content, message = UNREADABLE[kind]
    (tmp_path / name).write_bytes(content)
    ran = wellmade("check", name if name.startswith("t.") else ".")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_piped_it_has_no_colours_and_exits_1(wellmade: Run, bad: Path) -> None:
    ran = wellmade("check", bad.name)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "\x1b" not in ran.stdout
    assert "error queue-visibility\n" in ran.stdout
    assert "bad.yaml:2  Orders  Properties.VisibilityTimeout\n" in ran.stdout
    assert f"fix: {all_rules()['queue-visibility'].fix}\n" in ran.stdout
    assert "1 error, " in ran.stdout.splitlines()[-1]


def test_clean_is_0(capsys: pytest.CaptureFixture[str], clean: Path) -> None:
    assert main(["check", str(clean)]) == 0
    assert capsys.readouterr().out == "Nothing found.\n"


def test_formats_go_to_stdout_alone(wellmade: Run, bad: Path) -> None:
    ran = wellmade("check", bad.name, "--format", "json")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert json.loads(ran.stdout)["findings"]


def test_explains_a_rule_with_both_templates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "queue-visibility"]) == 0
    said = capsys.readouterr().out
    rule = all_rules()["queue-visibility"]
    for text in (rule.title, rule.explanation, rule.fix, rule.source, "not found in", "Resources:"):
        assert text in said


def test_explains_what_a_suppression_rule_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "suppression-unused"]) == 0
    assert "remove the suppression" in capsys.readouterr().out


def test_a_rule_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "queue-visibilty"]) == 2
    said = capsys.readouterr().err
    assert said == (
        "wellmade: rule 'queue-visibilty' does not exist; did you mean queue-visibility? "
        "See: wellmade check --list\n"
    )


def test_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--list"]) == 0
    said = capsys.readouterr().out
    assert all(rule in said for rule in all_rules())


def test_without_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        "wellmade: PATH must be a cdk.out folder or a template, got none; try: wellmade check cdk.out\n"
    )


def test_findings_are_printed_beside_a_file_that_cannot_be_read(
    wellmade: Run, bad: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("Resources: {A: {Type: AWS::SQS::Queue, Type\n")
    done = wellmade("check", bad, broken)
    assert done.returncode == 2
    assert "queue-visibility" in done.stdout
    assert f"wellmade: {broken}:" in done.stderr


def test_all_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for file in files:
        file.write_text("Resources: [\n")
    assert main(["check", *map(str, files)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(".yaml:")[0] for line in told] == [
        f"wellmade: {file.with_suffix('')}" for file in files
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--list", "t.yaml"], "--list takes no path, got t.yaml; leave it out"),
        (["--explain", "queue-policy", "t.yaml"], "--explain takes no path, got t.yaml; leave it out"),
        (["--new-rule", "sqs/a-b", "t.yaml"], "--new-rule takes no path, got t.yaml; leave it out"),
        (["--graph", "--lint", "t.yaml"], "--lint changes nothing beside --graph; leave it out"),
        (["--list", "--write-baseline", "b"], "--write-baseline changes nothing beside --list; leave it out"),
        (["--explain", ""], "rule '' does not exist; See: wellmade check --list"),
    ],
)
def test_what_would_be_passed_over_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["check", *arguments]) == 2
    assert capsys.readouterr().err == f"wellmade: {message}\n"


def test_names_that_no_file_can_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{'a' * 300}.yaml"
    assert main(["check", name]) == 2
    assert capsys.readouterr().err == (
        f"wellmade: {name}: does not exist; give a cdk.out folder, a template file or a folder of them\n"
    )
    (tmp_path / "t.yaml").write_text(
        f"Resources:\n  Inner: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./{name}}}}}\n"
    )
    assert main(["check", str(tmp_path / "t.yaml")]) == 1
    assert "leads to no file" in capsys.readouterr().out


def test_a_check_imports_no_large_library(bad: Path) -> None:
    """The process takes half a second; each of these takes as long again."""
    code = (
        "import sys; from wellmade.cli import main; "
        f"main(['check', {str(bad)!r}, '--format', 'json']); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"policy_sentry", "botocore", "cfnlint", "aws_cdk", "networkx", "rich"} & set(
        ran.stderr.split()
    )
