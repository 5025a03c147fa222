"""What SAM grants in ways of its own: templates of policies under a condition, and connectors."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import said
from tests.unit.prove.support import call, record
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String}}
Conditions: {IsProduction: !Equals [!Ref Stage, production]}
Resources:
  Inbox: {Type: AWS::S3::Bucket}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.13
      Environment: {Variables: {INBOX: !Ref Inbox}}
"""
POLICIES = "      Policies: [!If [IsProduction, {}, {}]]\n"
READS, WRITES = "{S3ReadPolicy: {BucketName: !Ref Inbox}}", "{S3WritePolicy: {BucketName: !Ref Inbox}}"
ARN = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
NOTHING = "!Ref AWS::NoValue"


def prove(folder: Path, more: str) -> Proof:
    (folder / "template.yaml").write_text(TEMPLATE + more)
    made = call("s3", "GetObject", Bucket="an-inbox", Key="a")
    recorded = record(folder, made, file="src/app.py", variables={"INBOX": "an-inbox"})
    [proof] = Proofs(load([folder / "template.yaml"]), read(recorded), Settings(folder)).every()["functions"]
    return proof


@pytest.mark.parametrize(
    ("then", "otherwise", "is_denied"),
    [(READS, READS, False), (READS, ARN, False), (READS, NOTHING, True), (WRITES, READS, True), (ARN, WRITES, True)],
)  # fmt: skip
def test_a_template_of_a_policy_may_depend_on_a_condition(
    tmp_path: Path, then: str, otherwise: str, *, is_denied: bool
) -> None:
    proof = prove(tmp_path, POLICIES.format(then, otherwise))
    assert (said(proof)[1], proof.report.not_judged) == ({"s3:GetObject"} if is_denied else set(), [])


@pytest.mark.parametrize(
    "connector",
    [
        "  Joins: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Worker}, Destination: {Id: Inbox}, Permissions: [Read]}}\n",
        "    Connectors: {Joins: {Properties: {Destination: {Id: Inbox}, Permissions: [Read]}}}\n",
        "    Connectors: {Joins: {Properties: {Destination: [{Id: Inbox}], Permissions: [Read]}}}\n",
    ],
    ids=["on its own", "within the function", "to several"],
)  # fmt: skip
def test_what_a_connector_allows_is_not_judged(tmp_path: Path, connector: str) -> None:
    proof = prove(tmp_path, connector)
    assert said(proof) == ("not judged", set(), set())
    assert "Joins of SAM allows" in proof.report.not_judged[0].reason
