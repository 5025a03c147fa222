"""Which condition keys of a request are known here; a condition on any other one is decided both ways.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

_OF_WHO = (
    "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:userid", "aws:username",
    "aws:PrincipalIsAWSService", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
    "aws:FederatedProvider", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:AssumedRoot",
)  # fmt: skip
"""Of a role's session; some are never there for one."""
_OF_CALLS = (
    "aws:RequestedRegion", "aws:ResourceAccount", "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn",
    "aws:SourceOwner", "aws:TagKeys", "aws:ViaAWSService", "cloudwatch:namespace", "dynamodb:Attributes",
    "dynamodb:EnclosingOperation", "dynamodb:FullTableScan", "dynamodb:LeadingKeys", "ecs:cluster",
    "elasticfilesystem:AccessPointArn", "elasticfilesystem:AccessedViaMountTarget",
    "events:detail-type", "events:source", "iam:PassedToService", "kms:CallerAccount",
    "kms:EncryptionContextKeys", "kms:RequestAlias", "kms:ViaService", "lambda:FunctionUrlAuthType",
    "lambda:InvokedViaFunctionUrl", "s3:RequestObjectTagKeys", "s3:ResourceAccount", "s3:x-amz-copy-source",
    "secretsmanager:Name", "secretsmanager:SecretId", "secretsmanager:VersionId",
    "secretsmanager:VersionStage", "sns:Endpoint", "sns:Protocol", "ssm:Overwrite", "ssm:Recursive",
    "states:StateMachineQualifier", "sts:ExternalId", "sts:RoleSessionName", "sts:SourceIdentity",
    "sts:TransitiveTagKeys",
)  # fmt: skip
"""Told by the call itself; what a call does not tell, it does not have."""
_PREFIXES = ("aws:requesttag/", "kms:encryptioncontext:", "s3:requestobjecttag/")
_KNOWN = frozenset(key.lower() for key in (*_OF_WHO, *_OF_CALLS))
_OF_SERVICES = ("dynamodb:", "kms:", "s3:")
_OLDEST = ("1.0", "1.1", "1.2")
_VARIABLE = re.compile(r"\$\{\s*([^{}',*?$]+?)\s*(?:,[^{}]*)?\}")


def is_certain(operator: str, key: str, values: Any) -> bool:
    """Tell whether a condition compares the version of TLS with one that no endpoint of AWS goes below.

    Source: https://aws.amazon.com/blogs/security/tls-1-2-required-for-aws-endpoints/
    """
    texts = values if isinstance(values, list) else [values]
    compares = operator.lower() in ("numericlessthan", "numericgreaterthanequals")
    return key.lower() == "s3:tlsversion" and compares and all(str(each) in _OLDEST for each in texts)


def is_told(key: str, told: Mapping[str, str]) -> bool:
    """Tell whether it is known which value a condition key has, or that it has none.

    Args:
        key: The condition key.
        told: Values that no template tells, those of condition keys among them.
    """
    name = key.lower()
    if key in told or name in _KNOWN or name.startswith(_PREFIXES):
        return True
    return name.startswith(_OF_SERVICES) and name in _known_of_services()


@cache
def _known_of_services() -> frozenset[str]:
    """Return the keys that the mapping of calls tells; it is large, so it is read when one is asked for."""
    from wellmade.facts.s3_actions import CONDITION_KEYS as OF_S3  # noqa: PLC0415 -- as above
    from wellmade.prove.calls.dynamodb_keys import DIRECT as OF_DYNAMODB  # noqa: PLC0415 -- as above
    from wellmade.prove.calls.keys import DIRECT as OF_KEYS  # noqa: PLC0415 -- as above

    prefixed = (*(f"dynamodb:{name}" for name in OF_DYNAMODB), *(f"kms:{name}" for name in OF_KEYS))
    return frozenset(key.lower() for key in (*OF_S3.values(), *prefixed))


def untold_in(text: str, told: Mapping[str, str]) -> list[str]:
    """Return the condition keys that a text of a policy puts in and that are not known."""
    return [key for key in _VARIABLE.findall(text) if not is_told(key, told)]


def reason(key: str) -> str:
    """Say why a condition on a key is not decided."""
    return f"the condition key {key}"
