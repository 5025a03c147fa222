"""Suppressions: they hold with a reason, and are findings themselves without one or without effect."""

from pathlib import Path
from typing import Any

import pytest

from wellmade.check.registry import all_rules, example
from wellmade.check.run import check
from wellmade.graph import load

RULE = "queue-visibility"
REASON = "the worker answers within a second"


def found(tmp_path: Path, suppress: Any, kind: str = "bad") -> dict[str, str]:
    """Return rule and message of what is found on the queue `Orders` with a suppression in its metadata."""
    text = example(RULE, kind).replace(
        "    Type: AWS::SQS::Queue\n",
        f"    Type: AWS::SQS::Queue\n    Metadata: {{wellmade: {{suppress: {suppress}}}}}\n",
        1,
    )
    file = tmp_path / "suppressed.yaml"
    file.write_text(text)
    findings = check(load([file]), [all_rules()[RULE]])
    return {each.rule: each.message for each in findings if each.resource == "Orders"}


def test_with_a_reason_it_is_heard(tmp_path: Path) -> None:
    assert found(tmp_path, f"[{{rule: {RULE}, reason: {REASON}}}]") == {}


@pytest.mark.parametrize("reason", ["", ", reason: ''", ", reason: because", ", reason: 12345678901"])
def test_without_a_reason_both_are_found(tmp_path: Path, reason: str) -> None:
    messages = found(tmp_path, f"[{{rule: {RULE}{reason}}}]")
    assert set(messages) == {RULE, "suppression-without-reason"}
    assert messages["suppression-without-reason"] == f"{RULE} is suppressed without a reason"


def test_a_rule_that_does_not_exist(tmp_path: Path) -> None:
    messages = found(tmp_path, f"[{{rule: queue-visibilty, reason: {REASON}}}]")
    assert messages["suppression-unused"] == "there is no rule queue-visibilty"
    assert RULE in messages


def test_a_rule_that_no_longer_fires(tmp_path: Path) -> None:
    messages = found(tmp_path, f"[{{rule: {RULE}, reason: {REASON}}}]", "good")
    assert messages == {"suppression-unused": f"{RULE} does not fire here"}


@pytest.mark.parametrize("suppress", [f"{{rule: {RULE}}}", RULE, "7", f"[{RULE}]", f"[{{reason: {REASON}}}]"])
def test_a_suppression_that_is_not_written_as_one_is_found(tmp_path: Path, suppress: str) -> None:
    messages = found(tmp_path, suppress)
    assert messages["suppression-without-reason"] == (
        "suppress must be a list of {rule: …, reason: …}, so it suppresses nothing"
    )
    assert RULE in messages


def test_of_rules_that_did_not_run_nothing_is_said(tmp_path: Path) -> None:
    other = next(rule for rule in all_rules() if rule != RULE)
    assert set(found(tmp_path, f"[{{rule: {other}, reason: {REASON}}}]")) == {RULE}
