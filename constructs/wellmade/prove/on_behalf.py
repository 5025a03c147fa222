"""Grants that a service may use with the rights of who called it: no call shows them, so they are not judged.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html,
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAthenaFullAccess.html,
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from collections.abc import Iterable
from dataclasses import replace

from wellmade.prove.policy.glob import matcher, wild
from wellmade.prove.report import Asked, NotJudged, Report

_STACKS = frozenset({
    "CreateChangeSet", "CreateStack", "DeleteStack", "ExecuteChangeSet", "RollbackStack", "UpdateStack",
    "ContinueUpdateRollback", "CancelUpdateStack",
})  # fmt: skip
_QUERIES = "StartQueryExecution"
_OF_QUERIES = frozenset(
    f"s3:{action}".lower()
    for action in (
        "AbortMultipartUpload", "GetBucketLocation", "GetObject", "ListBucket", "ListBucketMultipartUploads",
        "ListMultipartUploadParts", "PutObject",
    )
)  # fmt: skip
_BY_ATHENA = "Athena may use it, which reads and writes with the rights of who calls it"
_LINKED = "iam:CreateServiceLinkedRole"
_VOLUMES = ("AttachVolume", "CopyImage", "CopySnapshot", "CreateVolume", "RunInstances", "StartInstances")
_BY_VOLUMES = "EC2 may use it, which asks for the keys of volumes with the rights of who calls it"
_BY_CLOUDFORMATION = "CloudFormation may use it, which acts with the rights of who calls it"
_BY_A_SERVICE = "a service that is called may use it, to define the role that is linked to it"


def without_doubtful(report: Report, asked: Iterable[Asked]) -> Report:
    """Return a report whose unused grants are not judged as far as a service may use them for the caller."""
    every = list(asked)
    stacks = any(map(_changes_a_stack, every)) or any(
        row.action.removeprefix("cloudformation:") in _STACKS for row in report.not_judged
    )
    queries = any(each.call.service == "athena" and each.call.operation == _QUERIES for each in every)
    volumes = any(each.call.service == "ec2" and each.call.operation in _VOLUMES for each in every)
    volumes = volumes or any(row.action.removeprefix("ec2:") in _VOLUMES for row in report.not_judged)
    doubtful = {}
    for each in report.unused:
        if stacks and not each.action.startswith("cloudformation:"):
            doubtful[each] = _BY_CLOUDFORMATION
        elif queries and _may_be_a_query(each.action):
            doubtful[each] = _BY_ATHENA
        elif volumes and each.action.startswith("kms:"):
            doubtful[each] = _BY_VOLUMES
        elif each.action == _LINKED and every:
            doubtful[each] = _BY_A_SERVICE
    rows = [NotJudged(f"{each.action} on {each.resource}", why) for each, why in doubtful.items()]
    kept = [each for each in report.unused if each not in doubtful]
    return replace(report, unused=kept, not_judged=[*report.not_judged, *rows])


def _may_be_a_query(action: str) -> bool:
    """Tell whether a query of Athena may use a grant: of tables, their data, its results and keys."""
    if action.startswith(("glue:", "kms:", "lakeformation:")):
        return True
    means = matcher(wild(action.lower()))
    return action.startswith("s3:") and any(map(means, _OF_QUERIES))


def _changes_a_stack(asked: Asked) -> bool:
    """Tell whether a call changes a stack, and leaves it to CloudFormation to act as the caller."""
    call = asked.call
    return (
        call.service == "cloudformation" and call.operation in _STACKS and not call.parameters.get("RoleARN")
    )
