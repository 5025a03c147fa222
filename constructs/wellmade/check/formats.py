"""Findings for machines: JSON, SARIF for code hosts, JUnit for CI."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from wellmade.check.baseline import identity
from wellmade.check.grouping import told_with
from wellmade.check.lint import linted_rules
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding, Severity
from wellmade.check.suppressions import reported_rules

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def as_json(findings: Sequence[Finding]) -> str:
    """Return `{"findings": [{"rule", "severity", "template", "resource", "path", "message", …}]}`."""
    return json.dumps({"findings": [_mapping(finding) for finding in findings]}, indent=2)


def _mapping(finding: Finding) -> dict[str, Any]:
    written = {name: value for name, value in asdict(finding).items() if name not in ("cause", "more")}
    return {**written, "more": [_mapping(each) for each in finding.more]}


def as_sarif(findings: Sequence[Finding]) -> str:
    """Return SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.explanation},
            "help": {"text": f"{rule.fix}. {rule.source}"},
            "helpUri": rule.source,
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in (*reported_rules().values(), *linted_rules(findings))
    ]
    run = {
        "tool": {"driver": {"name": "wellmade check", "rules": rules}},
        "results": [_sarif_result(finding) for finding in findings],
    }
    return json.dumps({"version": "2.1.0", "$schema": _SARIF_SCHEMA, "runs": [run]}, indent=2)


_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def _sarif_place(finding: Finding) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.template)},
            "region": {"startLine": max(finding.line, 1)},
        },
        "logicalLocations": [
            {"name": finding.resource, "fullyQualifiedName": finding.construct or finding.resource}
        ],
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": "; ".join((finding.message, finding.fix, *told_with(finding)))},
        "locations": [_sarif_place(finding)],
        "relatedLocations": [_sarif_place(each) for each in finding.more],
        # By this a code host recognises a finding when lines have moved.
        "partialFingerprints": {"wellmade/v1": ":".join(identity(finding))},
    }


def as_junit(findings: Sequence[Finding]) -> str:
    """Return JUnit XML: a test case a rule, failed where it found something that is more than advice."""
    suite = ET.Element("testsuite", name="wellmade check")
    rules = sorted({*all_rules(), *(finding.rule for finding in findings)})
    for rule in rules:
        case = ET.SubElement(suite, "testcase", classname="wellmade.check", name=rule)
        for finding in (each for each in findings if each.rule == rule):
            _add_to_case(case, finding)
    failed = len(suite.findall("testcase[failure]"))
    suite.attrib.update(tests=str(len(rules)), failures=str(failed), errors="0")
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def _add_to_case(case: ET.Element, finding: Finding) -> None:
    where = f"{finding.template}:{finding.line} {finding.resource} {finding.path}"
    message = _NOT_IN_XML.sub("?", f"{where}: {finding.message}")
    details = _NOT_IN_XML.sub("?", "\n".join((finding.fix, *told_with(finding), finding.source)))
    if finding.severity is Severity.ADVICE:
        ET.SubElement(case, "system-out").text = f"{message}\n{details}"
    else:
        ET.SubElement(case, "failure", message=message).text = details


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
}
