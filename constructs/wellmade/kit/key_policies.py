"""What a key's policy must hold so that a service can deliver what the key encrypts."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Annotations, Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.facts.kms import SERVICES_WITHOUT_SOURCE_CONDITION
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.service_principals import service_may

DELIVERS = ["kms:Decrypt", "kms:GenerateDataKey*"]


def let_service_use_key(key: kms.IKey, service: str, conditions: Mapping[str, Any]) -> None:
    """Let a service encrypt what it delivers.

    Args:
        key: What encrypts; what an imported key's policy must hold is said at synth.
        service: Such as `sns.amazonaws.com`.
        conditions: For whom the service may act; left out for services that do not tell.
    """
    told = {} if service in SERVICES_WITHOUT_SOURCE_CONDITION else conditions
    add_to_key_policy(key, service, service_may(service, DELIVERS, "*", told))


def add_to_key_policy(key: kms.IKey, service: str, statement: iam.PolicyStatement) -> None:
    """Add a statement to a key's policy; what that of an imported key must hold is said at synth.

    Args:
        key: Whose policy it is.
        service: Which service the statement lets use the key.
        statement: What it may do.
    """
    if not key.add_to_resource_policy(statement).statement_added:
        Annotations.of(key).add_warning_v2(
            f"wellmade:imported-key-policy:{service}",
            f"the policy of the imported key must let {service} call {' and '.join(statement.actions)}; "
            "add the statement where the key is defined",
        )


def _account_of(conditions: Mapping[str, Any]) -> str:
    """Return the account of the source that conditions name; this one where its ARN is a reference."""
    arn = str(conditions.get("ArnEquals", {}).get("aws:SourceArn", ""))
    parts = [] if is_unresolved(arn) else arn.split(":")
    return parts[4] if len(parts) > 5 and parts[4] else Aws.ACCOUNT_ID


def allow_delivery(
    scope: IConstruct, queue: sqs.IQueue, service: str, conditions: Mapping[str, Any]
) -> iam.AddToResourcePolicyResult:
    """Let a service send to a queue, and use the queue's key for it.

    The policy of an imported queue is its owner's: what it must hold is said at synth.

    Args:
        scope: What delivers.
        queue: Where to.
        service: Such as `events.amazonaws.com`.
        conditions: For which source the service may act.
    """
    statement = service_may(service, ["sqs:SendMessage"], queue.queue_arn, conditions)
    added = queue.add_to_resource_policy(statement)
    if queue.encryption_master_key:
        # By account: one key may encrypt the queue and what delivers, and naming that would close a cycle.
        of_account = {"StringEquals": {"aws:SourceAccount": _account_of(conditions)}}
        let_service_use_key(queue.encryption_master_key, service, of_account)
    if not added.statement_added:
        Annotations.of(scope).add_warning_v2(
            "wellmade:imported-queue-policy",
            f"the policy of the imported queue must let {service} call sqs:SendMessage for this source; "
            "add the statement where the queue is defined",
        )
    return added
