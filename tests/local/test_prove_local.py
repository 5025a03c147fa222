"""`wellmade prove --local`: what functions called in the embedded AWS, whatever their language."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from tests.local.apps.witnessed import WitnessedStack
from wellmade.graph import load
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud
from wellmade.local.witness import recording
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import of

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def witnessed(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The assembly, and what its functions called in one drive."""
    out = tmp_path_factory.mktemp("witnessed") / "cdk.out"
    app = cdk.App(outdir=str(out), analytics_reporting=False)
    WitnessedStack(app, "witnessed")
    app.synth()
    outputs = deploy_assembly(cloud, out).outputs["witnessed"]
    for name in ("NodeName", "PythonName"):
        answer = cloud.client("lambda").invoke(FunctionName=outputs[name])
        assert "FunctionError" not in answer, answer["Payload"].read()
    return out, recording(cloud)


@pytest.fixture(scope="module")
def proofs(witnessed: tuple[Path, dict[str, Any]]) -> Mapping[str, Proof]:
    out, document = witnessed
    found = Proofs(load([out]), of(document)).every()["functions"]
    return {proof.workload.logical_id.rstrip("0123456789ABCDEF"): proof for proof in found}


def test_each_call_is_of_the_function_that_made_it(witnessed: tuple[Path, dict[str, Any]]) -> None:
    calls = [each for each in witnessed[1]["calls"] if each["function"].startswith("witnessed/")]
    made = {(each["function"][10:].rstrip("0123456789ABCDEF"), each["operation"]) for each in calls}
    assert made == {
        ("Node", "PutItem"), ("Node", "GetObject"), ("Python", "Publish"), ("Python", "PutObject"),
    }  # fmt: skip


def test_a_denied_call_of_another_language_is_found(proofs: Mapping[str, Proof]) -> None:
    node = proofs["Node"]
    denied = {(each.action, each.resource.partition(":::")[2]) for each in node.report.denied}
    bucket = next(name for name in denied if name[0] == "s3:GetObject")[1]
    assert bucket.endswith("/a/b")
    assert {action for action, _ in denied} == {"s3:GetObject", "kms:Decrypt"}
    assert (node.witness, node.verdict, node.report.unused) == ("local cloud", "not proven", [])


def test_a_grant_that_no_call_used_is_found(proofs: Mapping[str, Proof]) -> None:
    report = proofs["Python"].report
    assert report.denied == []
    assert "s3:ListBucket" in {each.action for each in report.unused}
    assert "sns:Publish" not in {each.action for each in report.unused}
    assert "kms:GenerateDataKey*" not in {each.action for each in report.unused if each.why == "never used"}


def test_no_payload_and_no_credential_is_written(
    cloud: LocalCloud, witnessed: tuple[Path, dict[str, Any]]
) -> None:
    log = (cloud.state_dir / "local" / "calls.jsonl").read_text()
    for written in (log, json.dumps(witnessed[1])):
        assert "PutItem" in written
        for secret in ("a message of the customer", "Ynl0ZXM", cloud.secret_key, "ASIA", "Signature"):
            assert secret not in written
