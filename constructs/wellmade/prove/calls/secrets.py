"""Calls of AWS Secrets Manager, of Systems Manager's parameters, and of the RDS Data API with its secret.

Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html,
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html and
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
"""

from collections.abc import Iterator, Mapping

from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, UNTOLD, AccountContext, Call, Need, Rule
from wellmade.prove.policy import Value

SUFFIX = "-??????"
"""Secrets Manager ends a secret's ARN with six characters of its own; unknown ones match only wildcards."""

_REFERENCE = "/aws/reference/secretsmanager/"
"""How the names of parameters begin that are secrets.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
"""

ANY_STAGE: Mapping[str, Value] = {"secretsmanager:VersionStage": [UNTOLD]}
"""A version has labels that a call need not name, and AWS does not tell whether a policy sees them."""

OF_PARAMETERS = (
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetParameterHistory",
    "PutParameter",
)
OF_THE_DATA_API = ("BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "ExecuteStatement")


def _on_secret(call: Call, account: AccountContext) -> Iterator[Need]:
    if not (name := call.text("SecretId", "Name")):
        yield from regular.needs(call, account)
        return
    keys = ("Name", "SecretId", "VersionId", "VersionStage")
    stage = ANY_STAGE if call.operation == "GetSecretValue" else {}
    given = {f"secretsmanager:{key}": call.text(key) for key in keys if call.text(key)}
    context = {**stage, **given}
    yield Need(f"secretsmanager:{call.operation}", _secret(call, account, name), context)


def _secrets(call: Call, account: AccountContext) -> Iterator[Need]:
    if call.parameters.get("Filters"):
        raise call.unmapped("a filter does not tell which secrets are read; pass SecretIdList")
    yield Need("secretsmanager:BatchGetSecretValue")
    for name in call.parameters.get("SecretIdList", ()):
        yield Need("secretsmanager:GetSecretValue", _secret(call, account, name), ANY_STAGE)


def _secret(call: Call, account: AccountContext, name: str) -> str:
    return name if name.startswith("arn:") else account.arn(call, "secretsmanager", f"secret:{name}{SUFFIX}")


def _on_parameters(call: Call, account: AccountContext) -> Iterator[Need]:
    keys = {"GetParametersByPath": "Recursive", "PutParameter": "Overwrite"}
    key = keys.get(call.operation)
    context: dict[str, Value] = {f"ssm:{key}": bool(call.parameters.get(key))} if key else {}
    for name in call.parameters.get("Names") or [call.text("Name", "Path")]:
        yield Need(f"ssm:{call.operation}", _parameter(call, account, name), context)
        secret = name.partition(_REFERENCE)[2]
        if secret and call.operation in ("GetParameter", "GetParameters"):
            yield Need("secretsmanager:GetSecretValue", _secret(call, account, secret), ANY_STAGE)


def _parameter(call: Call, account: AccountContext, name: str) -> str:
    """Return the ARN of a parameter; a version or label behind the name is no part of it."""
    if name.startswith("arn:"):
        return ":".join(name.split(":")[:6])
    return account.arn(call, "ssm", f"parameter/{name.partition(':')[0].lstrip('/')}")


def _data_api(call: Call, account: AccountContext) -> Iterator[Need]:
    yield from regular.needs(call, account)
    yield Need("secretsmanager:GetSecretValue", call.text("secretArn"), ANY_STAGE)


SECRETS_MANAGER: dict[str, Rule] = {"BatchGetSecretValue": _secrets, OTHERWISE: _on_secret}


def _compliance(call: Call, account: AccountContext) -> Iterator[Need]:
    """The id tells whether an instance is one of EC2 or one that is managed elsewhere."""
    instance = call.text("ResourceId")
    is_managed = instance.startswith("mi-")
    service, kind = ("ssm", "managed-instance") if is_managed else ("ec2", "instance")
    yield Need("ssm:PutComplianceItems", account.arn(call, service, f"{kind}/{instance}"))


PARAMETERS: dict[str, Rule] = {
    "PutComplianceItems": _compliance,
    **dict.fromkeys(OF_PARAMETERS, _on_parameters),
    **dict.fromkeys(("DeleteParameter", "DeleteParameters", "LabelParameterVersion"), _on_parameters),
}
DATA_API: dict[str, Rule] = dict.fromkeys((*OF_THE_DATA_API, "RollbackTransaction"), _data_api)
