"""What a rule at synth finds is told; one that raises leaves the others judged."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from wellmade.kit.refusals import RefusedError, refusal, warning
from wellmade.kit.synth_checks import Synthesized, check_at_synth, refuse_older_cdk

Synth = Callable[[], dict[str, Any]]


def told(stack: cdk.Stack) -> list[tuple[str, str]]:
    stage = cdk.Stage.of(stack)
    assert stage is not None
    report = json.loads(Path(stage.outdir, "validation-report.json").read_text())
    return [(v["severity"], v["description"]) for p in report["pluginReports"] for v in p["violations"]]


def test_a_rule_that_raises_is_told_and_the_others_are_judged(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.CfnQueue(stack, "Queue")

    def fails(_: Synthesized) -> Iterator[RefusedError]:
        yield refusal(queue, "first", "right", "wrong", "mend it")
        raise TypeError("unhashable type: 'dict'")

    def finds(_: Synthesized) -> Iterator[RefusedError]:
        yield refusal(stack, "second", "right", "wrong", "mend it")

    check_at_synth(queue, fails)
    check_at_synth(stack, finds)
    with pytest.raises(RuntimeError):
        synth()
    first, failed, second = (text for _, text in told(stack))
    assert first == "Test/Queue: first must be right, got wrong; mend it"
    assert failed.startswith(
        "Test/Queue: template must be one that the construct's rules can read, "
        "got TypeError (unhashable type: 'dict') in test_synth_checks.py:"
    )
    assert second == "Test: second must be right, got wrong; mend it"


def test_a_warning_is_told_and_fails_nothing(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.CfnQueue(stack, "Queue")
    check_at_synth(stack, lambda _: [warning(queue, "timeout", "known", "a reference", "write it")])
    synth()
    assert told(stack) == [("warning", "Test/Queue: timeout must be known, got a reference; write it")]


def test_a_cdk_that_goes_on_after_a_refusal_is_refused() -> None:
    with pytest.raises(ImportError, match=r"^aws-cdk-lib must be at least 2\.262, got 2\.261\.0; install"):
        refuse_older_cdk("2.261.0")
    refuse_older_cdk("2.262.0")
    refuse_older_cdk("3.0.0rc1")
