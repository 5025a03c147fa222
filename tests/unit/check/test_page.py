"""What docs/check.md says works as it stands."""

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import yaml  # type: ignore[import-untyped]

from wellmade.check.formats import as_json
from wellmade.check.registry import all_rules, example
from wellmade.check.rule import Rule
from wellmade.check.run import check
from wellmade.graph import load

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "check.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_python_works(tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block, "docs/check.md", "exec"), names)
    assert isinstance(names["app"], cdk.App)
    assert names["queue"].get_metadata("wellmade")["suppress"][0]["rule"] in all_rules()
    rule = names["RULE"]
    assert isinstance(rule, Rule)
    file = tmp_path / "slow.yaml"
    file.write_text("Resources:\n  Slow: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 90}}\n")
    (found,) = check(load([file]), [rule])
    assert found.message == "delays every message by 90 s"


def test_the_suppression_of_the_page_works(tmp_path: Path) -> None:
    (block,) = (each for each in blocks("yaml") if "suppress:" in each)
    suppress = json.dumps(yaml.safe_load(block)["Resources"]["Orders"]["Metadata"])
    queue = "    Type: AWS::SQS::Queue\n"
    file = tmp_path / "suppressed.yaml"
    file.write_text(
        example("queue-visibility", "bad").replace(queue, f"{queue}    Metadata: {suppress}\n", 1)
    )
    assert check(load([file]), [all_rules()["queue-visibility"]]) == []


def test_the_keys_of_a_finding_are_all_named(bad: Path) -> None:
    (named,) = re.findall(r"`\{\"findings\": \[\{(.*?)\}\]\}`", PAGE)
    found = json.loads(as_json(check(load([bad]))))["findings"][0]
    assert set(re.findall(r'"(\w+)"', named)) == set(found)


def test_the_inputs_of_the_action_are_the_documented_ones() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    section = PAGE.split("## On GitHub")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)) == set(inputs)


def test_the_example_of_the_delivery_proof_is_found(tmp_path: Path) -> None:
    section = PAGE.split("## The delivery proof")[1].split("\n## ")[0]
    (template,) = re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    file = tmp_path / "orders.yaml"
    file.write_text(template)
    (found,) = check(load([file]), [all_rules()["queue-policy"]])
    assert found.message in section
    assert found.fix.startswith(re.findall(r"fix: (.*), …", section)[0])
