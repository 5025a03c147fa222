"""Who may not reach the organization's resources, whatever their own policies say."""

from collections.abc import Sequence
from typing import Any

from aws_cdk.region_info import RegionInfo

PERIMETER = ("kms:*", "s3:*", "secretsmanager:*", "sqs:*", "sts:AssumeRole")
"""Actions of the services that control policies of resources know; tokens of pipelines come by another."""
OVER_TLS = ("s3:*", "secretsmanager:*", "sqs:*", "sts:*")
_NO_SERVICE = {"aws:PrincipalIsAWSService": "false"}


def log_accounts(regions: Sequence[str]) -> list[str]:
    """Return the accounts that load balancers of older regions write their logs with; newer have a service.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    found = (RegionInfo.get(region).elbv2_account for region in regions)
    return [account for account in found if account]


def outsiders(organization: str, trusted: Sequence[str], emergencies: str) -> list[dict[str, Any]]:
    """Return the denial of who is neither of the organization, nor trusted by name, nor a service of AWS.

    Args:
        organization: Its id.
        trusted: Accounts outside of it.
        emergencies: ARN of the role for emergencies, with its account: a stranger's role may have its name.
    """
    known: dict[str, Any] = {"aws:PrincipalOrgID": organization}
    if trusted:
        known["aws:PrincipalAccount"] = list(trusted)
    return [
        _deny(
            "Outsiders",
            PERIMETER,
            emergencies,
            {"StringNotEqualsIfExists": known, "BoolIfExists": _NO_SERVICE},
        )
    ]


def plain_http(emergencies: str) -> list[dict[str, Any]]:
    """Return the denial of requests that do not come over TLS."""
    plain = {"Bool": {"aws:SecureTransport": "false"}, "BoolIfExists": _NO_SERVICE}
    return [_deny("PlainHttp", OVER_TLS, emergencies, plain)]


def _deny(name: str, actions: Sequence[str], emergencies: str, when: dict[str, Any]) -> dict[str, Any]:
    return {
        "Sid": name,
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(actions),
        "Resource": "*",
        "Condition": {**when, "ArnNotLikeIfExists": {"aws:PrincipalArn": emergencies}},
    }
