"""A topic that other services can publish to although it is encrypted."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.foundation.workload_role import WorkloadRole, service_may

_SILENT = ("events.amazonaws.com",)
"""Services whose calls of a key carry no source, so that a condition on it shuts them out.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""


class EncryptedTopic(sns.Topic):
    """Publish with a key of one's own, over TLS only.

    The key that AWS manages for SNS cannot be used by other services: what they publish is lost in silence.
    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html

    Args:
        key_description: What the key encrypts, for whoever finds it in the account.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key_description: str) -> None:
        self._key = kms.Key(
            scope,
            f"{construct_id}Key",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
            description=key_description,
        )
        super().__init__(scope, construct_id, master_key=self._key, enforce_ssl=True)

    def let_service_publish(self, service: str, conditions: Mapping[str, Any] | None = None) -> None:
        """Let a service publish, and use the key for it, on behalf of this account alone.

        EventBridge does not tell the key for whom it acts, so that its part of the key's policy has no
        conditions; what it may publish here is decided by the topic's.

        Args:
            service: Such as `cloudwatch.amazonaws.com`.
            conditions: Narrower ones. Default: whatever of this account asks the service to.
        """
        narrowed = conditions or {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        of_key = {} if service in _SILENT else narrowed
        self._key.add_to_resource_policy(
            service_may(service, ["kms:Decrypt", "kms:GenerateDataKey*"], "*", of_key)
        )
        self.add_to_resource_policy(service_may(service, ["sns:Publish"], self.topic_arn, narrowed))

    def let_role_encrypt(self, role: WorkloadRole) -> None:
        """Let a role use the key for what it publishes here; publishing itself is granted by its owner."""
        role.allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [self._key.key_arn],
            called_by="SNS, to encrypt what the role publishes",
        )
