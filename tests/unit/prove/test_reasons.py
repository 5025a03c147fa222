"""The reason of what is not judged names what bears on it, and nothing else."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, prove, role
from tests.unit.prove.support import Document, allow, call

READS = allow("s3:GetObject", "arn:aws:s3:::inbox/*")
MADE = call("s3", "GetObject", Bucket="inbox", Key="a")


def when(key: str, statement: Document) -> Document:
    return {**statement, "Condition": {"StringEquals": {key: "a"}}}


OTHERS = [
    when("aws:PrincipalTag/team", allow("sqs:SendMessage", "*")),
    when("aws:SourceVpc", allow("s3:GetObject", "arn:aws:s3:::outbox/*")),
]


@pytest.mark.parametrize(
    "statements", [[*OTHERS, when("aws:SourceIp", READS)], [when("aws:SourceIp", READS), *OTHERS]]
)
def test_it_names_the_condition_key_that_decides(tmp_path: Path, statements: list[Document]) -> None:
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG, *statements)}, MADE)
    reasons = [each.reason for each in proof.report.not_judged if each.what.startswith("s3:GetObject on")]
    assert reasons == ["depends on the condition key aws:SourceIp"]


def test_it_names_each_that_decides(tmp_path: Path) -> None:
    statements = [when("aws:SourceIp", READS), when("aws:SourceVpce", READS)]
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG, *statements)}, MADE)
    [reason] = [each.reason for each in proof.report.not_judged if each.what.startswith("s3:GetObject on")]
    assert reason == "depends on the condition key aws:SourceIp; the condition key aws:SourceVpce"


def test_a_policy_that_nobody_knows_bears_on_everything(tmp_path: Path) -> None:
    unknown = "arn:aws:iam::123456789012:policy/theirs"
    granted = role(LOG, *OTHERS, ManagedPolicyArns=[unknown])
    proof = prove(tmp_path, {"Worker": function(), "Role": granted}, MADE)
    reasons = [each.reason for each in proof.report.not_judged if each.what.startswith("s3:GetObject on")]
    assert reasons == [f"depends on what {unknown} allows"]


@pytest.mark.parametrize(("value", "verdict"), [("a", "proven"), ("b", "not proven")])
def test_a_condition_key_is_told_like_every_other_value(tmp_path: Path, value: str, verdict: str) -> None:
    """Which organization an account is in stands in no template."""
    organization = when("aws:PrincipalOrgID", READS)
    told = {"values": {"aws:PrincipalOrgID": value}}
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG, organization)}, MADE, settings=told)
    assert proof.verdict == verdict


def test_no_session_of_a_role_is_one_of_a_root(tmp_path: Path) -> None:
    """Control policies deny a root everything and spare sessions that the organization has opened for one."""
    no_root = {**allow("*", "*"), "Effect": "Deny"}
    no_root["Condition"] = {
        "StringLike": {"aws:PrincipalArn": "arn:*:iam::*:root"},
        "BoolIfExists": {"aws:AssumedRoot": "false"},
    }
    proof = prove(tmp_path, {"Worker": function(), "Role": role(LOG, READS, no_root)}, MADE)
    assert proof.verdict == "proven"
