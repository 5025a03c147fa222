"""What a service does with the rights of who called it is not told unused."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import function, prove, role
from tests.unit.prove.support import allow, call
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings
from wellmade.prove.written.fix import Fixes

LINKED = "arn:aws:iam::123456789012:role/aws-service-role/*"


@pytest.mark.parametrize(("given", "wanted"), [({}, set()), ({"RoleARN": "the-role"}, {"s3:CreateBucket"})])
def test_cloudformation_acts_as_its_caller_unless_it_is_given_a_role(
    tmp_path: Path, given: dict[str, str], wanted: set[str]
) -> None:
    granted = role(allow(["cloudformation:DeleteStack", "iam:PassRole", "s3:CreateBucket"], "*"))
    stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/mine/1"
    made = call("cloudformation", "DeleteStack", StackName=stack, **given)
    report = prove(tmp_path, {"Role": granted, "Worker": function()}, made).report
    assert {each.action for each in report.unused} - {"iam:PassRole"} == wanted
    doubtful = {each.what for each in report.not_judged}
    assert ("s3:CreateBucket on *" in doubtful) is not bool(wanted)


def test_a_role_that_a_service_may_define_is_not_judged(tmp_path: Path) -> None:
    granted = role(
        allow(["organizations:CreateOrganization"], "*"), allow("iam:CreateServiceLinkedRole", LINKED)
    )
    made = call("organizations", "CreateOrganization", FeatureSet="ALL")
    report = prove(tmp_path, {"Role": granted, "Worker": function()}, made).report
    assert report.unused == []
    assert [each.what for each in report.not_judged] == [f"iam:CreateServiceLinkedRole on {LINKED}"]


def test_without_a_call_of_a_stack_its_grants_are_unused(tmp_path: Path) -> None:
    granted = role(allow(["cloudformation:DescribeStacks", "s3:CreateBucket"], "*"))
    made = call("cloudformation", "DescribeStacks", StackName="mine")
    report = prove(tmp_path, {"Role": granted, "Worker": function()}, made).report
    assert {each.action for each in report.unused} == {"s3:CreateBucket"}


def test_a_stack_that_the_call_does_not_tell_is_still_a_stack(tmp_path: Path) -> None:
    granted = role(allow(["cloudformation:DeleteStack", "s3:CreateBucket"], "*"))
    made = call("cloudformation", "DeleteStack", StackName="mine")
    report = prove(tmp_path, {"Role": granted, "Worker": function()}, made).report
    assert report.unused == []
    assert "s3:CreateBucket on *" in {each.what for each in report.not_judged}


def test_what_a_query_of_athena_reads_is_read_as_its_caller(tmp_path: Path) -> None:
    granted = role(
        allow(
            [
                "athena:StartQueryExecution",
                "glue:GetTable",
                "s3:GetObject",
                "s3:DeleteObject",
                "s3:PutObject",
            ],
            "*",
        )
    )
    made = call("athena", "StartQueryExecution", QueryString="<str>", WorkGroup="primary")
    report = prove(tmp_path, {"Role": granted, "Worker": function()}, made).report
    assert {each.action for each in report.unused} == {"s3:DeleteObject"}
    assert {each.what for each in report.not_judged} == {"glue:GetTable on *", "s3:GetObject on *"}


def test_a_policy_that_iam_refuses_is_not_judged_and_not_written(tmp_path: Path) -> None:
    granted = role(allow("sqs:SendMessage", ""))
    template = {"Role": granted, "Worker": function()}
    found = prove(tmp_path, template, call("sqs", "ListQueues"))
    assert found.verdict == "not judged"
    proofs = Proofs(load([tmp_path / "template.json"]), read(tmp_path / "calls.json"), Settings(tmp_path))
    assert list(Fixes(proofs, proofs.every()).lines("diff")) == []
