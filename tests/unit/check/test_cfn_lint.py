"""The rules inside cfn-lint: its output, its lines, its ids."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from wellmade.check.cfn_lint_ids import IDS, UNREADABLE
from wellmade.check.registry import all_rules, example
from wellmade.check.rule import Severity
from wellmade.check.suppressions import WITHOUT_REASON

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "constructs")}
LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.ADVICE: "I"}


def cfn_lint(folder: Path, *arguments: str, given: str | None = None) -> list[tuple[str, int]]:
    """Run cfn-lint with our rules and return ids and lines."""
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--append-rules", "wellmade.check.cfn_lint", "--format", "json", *arguments]
    ran = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, input=given, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return [
        (found["Rule"]["Id"], found["Location"]["Start"]["LineNumber"]) for found in json.loads(ran.stdout)
    ]


def test_findings_stand_on_the_line_of_the_property(tmp_path: Path) -> None:
    template = tmp_path / "orders.yaml"
    template.write_text(example("queue-visibility", "bad"))
    line = next(
        number
        for number, text in enumerate(template.read_text().splitlines(), 1)
        if text.strip().startswith("VisibilityTimeout")
    )
    assert (IDS["queue-visibility"], line) in cfn_lint(tmp_path, "-t", str(template))


def test_a_piped_template_is_checked(tmp_path: Path) -> None:
    found = cfn_lint(tmp_path, given=example("queue-visibility", "bad"))
    assert IDS["queue-visibility"] in dict(found)
    assert IDS["queue-visibility"] not in dict(cfn_lint(tmp_path, given=example("queue-visibility", "good")))


def test_what_is_no_graph_is_said_once(tmp_path: Path) -> None:
    template = tmp_path / "circle.yaml"
    template.write_text(
        "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: ./circle.yaml}\n"
    )
    assert [rule for rule, _ in cfn_lint(tmp_path, "-t", str(template))].count(UNREADABLE) == 1


def test_every_rule_has_an_id() -> None:
    missing = {*all_rules(), WITHOUT_REASON.id} - set(IDS)
    assert missing == set(), "append them to wellmade/check/data/cfn_lint_ids.json with the next numbers"


def test_ids_count_on_in_order() -> None:
    assert [number[1:] for number in IDS.values()] == [f"{9001 + at}" for at in range(len(IDS))]


def test_ids_that_people_use_keep_their_rules() -> None:
    """The first 96 are pinned by their digest: people have them in `ignore_checks`."""
    pinned = " ".join(list(IDS)[:96])
    assert hashlib.sha256(pinned.encode()).hexdigest()[:16] == "66a8b8ae07fd392c"


def test_the_letter_is_the_severity() -> None:
    rules = [*all_rules().values(), WITHOUT_REASON]
    right = {rule.id: LETTERS[rule.severity] for rule in rules if rule.id in IDS}
    assert {rule: IDS[rule][0] for rule in right} == right
