"""A written policy as CDK code in Python or TypeScript: a grant where it is exact, else a statement.

The names of constructs are guessed from their ids; the code is meant to be read and pasted.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wellmade.graph import Resource
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.written.policy import Right, Target, WrittenPolicy

_GRANTS = ("DynamoDB::Table", "Kinesis::Stream", "KMS::Key", "Logs::LogGroup", "SQS::Queue")
"""Types whose construct has `grant(grantee, *actions)` for exactly these actions on exactly its ARN."""
_EXACT = {
    ("SNS::Topic", "sns:Publish"): "grant_publish",
    ("Events::EventBus", "events:PutEvents"): "grant_put_events_to",
    ("StepFunctions::StateMachine", "states:StartExecution"): "grant_start_execution",
}
"""Types and actions that a method of the construct grants, and nothing else."""
_ARNS = {
    "DynamoDB::Table": "table_arn",
    "Events::EventBus": "event_bus_arn",
    "KMS::Key": "key_arn",
    "Kinesis::Stream": "stream_arn",
    "Lambda::Function": "function_arn",
    "Logs::LogGroup": "log_group_arn",
    "S3::Bucket": "bucket_arn",
    "SNS::Topic": "topic_arn",
    "SQS::Queue": "queue_arn",
    "SSM::Parameter": "parameter_arn",
    "SecretsManager::Secret": "secret_arn",
    "StepFunctions::StateMachine": "state_machine_arn",
}


class _Dialect(NamedTuple):
    """How a language writes what is the same in both."""

    statement: str
    end: str
    sub: str
    camel: bool


_DIALECTS = {
    "python": _Dialect(
        "{role}.add_to_principal_policy(iam.PolicyStatement(actions={actions}, resources={resources}{more}))",
        "",
        'f"{{{arn}}}{suffix}"',
        camel=False,
    ),
    "typescript": _Dialect(
        "{role}.addToPrincipalPolicy(new iam.PolicyStatement("
        "{{ actions: {actions}, resources: {resources}{more} }}))",
        ";",
        "`${{{arn}}}{suffix}`",
        camel=True,
    ),
}


def code(written: WrittenPolicy, workload: Resource, naming: Naming, language: str) -> str:
    """Return lines of CDK code.

    Args:
        written: The policy.
        workload: What works with the role.
        naming: How values of the templates read.
        language: `python` or `typescript`.
    """
    dialect = _DIALECTS[language]
    grantee = _variable(workload, dialect)
    return "\n".join(line for right in written.rights for line in _lines(right, grantee, naming, dialect))


def _lines(right: Right, grantee: str, naming: Naming, dialect: _Dialect) -> Iterator[str]:
    left = []
    for target in right.targets:
        if grant := _grant(right, target, grantee, dialect):
            yield grant
        else:
            left.append(target)
    if left:
        yield _statement(right, left, grantee, naming, dialect)


def _grant(right: Right, target: Target, grantee: str, dialect: _Dialect) -> str:
    kind = _kind(target)
    if target.resource is None or (target.suffix and kind != "Logs::LogGroup") or right.condition:
        return ""
    variable = _variable(target.resource, dialect)
    if kind in _GRANTS:
        actions = ", ".join(json.dumps(action) for action in right.actions)
        return f"{variable}.grant({grantee}, {actions}){dialect.end}"
    exact = _EXACT.get((kind, right.actions[0])) if len(right.actions) == 1 else None
    return f"{variable}.{_spelled(exact, dialect)}({grantee}){dialect.end}" if exact else ""


def _statement(
    right: Right, targets: Sequence[Target], grantee: str, naming: Naming, dialect: _Dialect
) -> str:
    conditions = {"StringEquals": dict(right.condition)} if right.condition else None
    more = ""
    if conditions:
        name = "conditions: " if dialect.camel else "conditions="
        more = f", {name}{json.dumps(conditions)}"
    resources = ", ".join(_arn(target, naming, dialect) for target in targets)
    line = dialect.statement.format(
        role=f"{grantee}.{'role!' if dialect.camel else 'role'}",
        actions=json.dumps(list(right.actions)),
        resources=f"[{resources}]",
        more=more,
    )
    return f"{line}{dialect.end}"


def _arn(target: Target, naming: Naming, dialect: _Dialect) -> str:
    kind = _kind(target)
    if target.resource is None or kind not in _ARNS:
        return json.dumps(naming.unknowns.spell(target.text))
    attribute = f"{_variable(target.resource, dialect)}.{_spelled(_ARNS[kind], dialect)}"
    if target.suffix.startswith("/stream/"):
        return f"{_variable(target.resource, dialect)}.{_spelled('table_stream_arn', dialect)}"
    if not target.suffix or kind == "Logs::LogGroup":
        return attribute
    return dialect.sub.format(arn=attribute, suffix=target.suffix)


def _kind(target: Target) -> str:
    return (
        target.resource.type.removeprefix("AWS::").replace("Serverless", "Lambda") if target.resource else ""
    )


def _variable(resource: Resource, dialect: _Dialect) -> str:
    """Guess the name of a construct: the last part of its path that is no word of the CDK's own."""
    parts = [
        part
        for part in (resource.cdk_path or resource.logical_id).split("/")
        if part not in ("Resource", "Default")
    ]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", re.sub(r"[0-9A-F]{8}$", "", parts[-1]))
    return _spelled("_".join(word.lower() for word in words) or "resource", dialect)


def _spelled(name: str, dialect: _Dialect) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest) if dialect.camel else name
