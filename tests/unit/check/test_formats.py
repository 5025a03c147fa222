"""Findings for machines, each read back by a parser."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from wellmade.check.formats import FORMATS
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding, Severity
from wellmade.check.run import check
from wellmade.graph import load

ODD = Finding(
    template="a b/<x>.yaml",
    resource="Orders",
    rule="queue-visibility",
    path="Properties.A",
    severity=Severity.ADVICE,
    message="is \"<&>' and \x07 and ü",
    fix="mend it",
    source="https://docs.aws.amazon.com/",
)


@pytest.fixture
def findings(bad: Path) -> list[Finding]:
    return check(load([bad]), [all_rules()["queue-visibility"]])


def test_json_says_everything(findings: list[Finding], bad: Path) -> None:
    document = json.loads(FORMATS["json"](findings))
    assert set(document) == {"findings"}
    (found,) = document["findings"]
    expected = {"rule", "severity", "template", "resource", "path", "message", "fix", "source"}
    assert expected <= set(found)
    assert found["severity"] == "error"
    assert found["template"] == str(bad)
    assert (found["resource"], found["path"]) == ("Orders", "Properties.VisibilityTimeout")


@pytest.mark.parametrize("kind", ["json", "sarif"])
def test_json_of_nothing_and_of_odd_text(kind: str) -> None:
    assert json.loads(FORMATS[kind]([]))
    assert ODD.message in json.loads(FORMATS["json"]([ODD]))["findings"][0]["message"]


def _sarif(findings: list[Finding]) -> dict[str, Any]:
    document = json.loads(FORMATS["sarif"](findings))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return dict(run)


def test_sarif_has_what_the_standard_and_code_hosts_require(findings: list[Finding]) -> None:
    run = _sarif(findings)
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert {*all_rules(), "suppression-unused", "suppression-without-reason"} == set(rules)
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    (result,) = run["results"]
    assert result["ruleId"] in rules
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("is 60 s, must be at least 360 s")
    place = result["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 2
    assert result["partialFingerprints"]["wellmade/v1"] == "queue-visibility:bad.yaml:Orders"


def test_sarif_names_files_by_address() -> None:
    place = _sarif([ODD])["results"][0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%3Cx%3E.yaml"
    assert place["physicalLocation"]["region"]["startLine"] == 1
    assert place["logicalLocations"] == [{"name": "Orders", "fullyQualifiedName": "Orders"}]


def test_junit_has_a_case_a_rule(findings: list[Finding]) -> None:
    suite = ET.fromstring(FORMATS["junit"](findings))  # noqa: S314 - what we wrote ourselves
    assert suite.tag == "testsuite"
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["queue-visibility"]
    assert suite.get("tests") == str(len(suite)) == str(len(all_rules()))
    assert suite.get("failures") == "1"


def test_junit_does_not_fail_for_advice_and_survives_odd_text() -> None:
    suite = ET.fromstring(FORMATS["junit"]([ODD]))  # noqa: S314 - what we wrote ourselves
    assert suite.get("failures") == "0"
    (said,) = suite.iter("system-out")
    assert "<&>" in (said.text or "")
    assert "ü" in (said.text or "")
