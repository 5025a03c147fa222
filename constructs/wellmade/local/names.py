"""Names that a deployment would take from another stack: refused before anything is changed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.local.deployed import Resource

_NAMED_BY = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""What names a resource, of types that an account has once under a name."""


def demand_free_names(templates: Mapping[str, Mapping[str, Any]], deployed: Sequence[Resource]) -> None:
    """Refuse names that another stack has, as CloudFormation does in the middle of a deployment.

    Raises:
        WellmadeError: If a resource is named as one of a stack that is deployed and has another name.
    """
    owners = {(each.type, _last(each.physical_id)): each for each in deployed}
    for stack, logical_id, kind, name in _named(templates):
        owner = owners.get((kind, _last(name)))
        if owner and owner.stack != stack:
            raise WellmadeError(
                f"{stack}: {logical_id} must have a name of its own, got {name!r}, which {owner.logical_id} "
                f"of {owner.stack} has; leave its name out, or start anew with: wellmade local down"
            )


def _named(templates: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for stack, template in templates.items():
        for logical_id, resource in template.get("Resources", {}).items():
            kind = resource.get("Type", "")
            name = (resource.get("Properties") or {}).get(_NAMED_BY.get(kind, ""))
            if isinstance(name, str):
                yield stack, logical_id, kind, name


def _last(identity: str) -> str:
    """Return the name at the end of an ARN or a URL; a log group's name has slashes of its own."""
    if identity.startswith("/"):
        return identity
    return re.split(r"[/:]", identity)[-1]
