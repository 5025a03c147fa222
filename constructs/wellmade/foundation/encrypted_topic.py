"""A topic that other services can publish to although it is encrypted."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Annotations, Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.kit.key_policies import let_service_use_key
from wellmade.kit.lookups import stack_of
from wellmade.kit.service_principals import service_may
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, Workload, workload_of
from wellmade_runtime.variables import TOPIC_ARN

OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


class EncryptedTopic(sns.Topic):
    """Publish with a customer key, over TLS only.

    Defines: topic, its policy that refuses plain HTTP, customer key with yearly rotation.

    The key that AWS manages for SNS cannot be used by other services: what they publish is lost. Each service
    that the topic's policy lets publish may use this key, also where the CDK adds the statement, as for a
    bucket's notification.
    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html

    Runbook:
        Nothing arrives: see `NumberOfMessagesPublished`. At 0 the publisher fails, most often for want of the
        key: its role, or the service's statement in the key's policy, lacks `kms:GenerateDataKey*` and
        `kms:Decrypt`. Above 0 see `NumberOfNotificationsFailed` and `NumberOfNotificationsFilteredOut` by
        subscription.

    Example:
        topic = EncryptedTopic(self, "News", key_description="Encrypts news on their way to subscribers")

    Args:
        key_description: What the key encrypts, for whoever finds it in the account. Default: the topic's
            path.
        encryption_key: Your own key; whoever publishes is let use it. Default: one is defined.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key_description: str | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        self._key = cast(
            kms.IKey,
            encryption_key
            or kms.Key(
                scope,
                f"{construct_id}Key",
                enable_key_rotation=True,
                removal_policy=RemovalPolicy.DESTROY,
                description=key_description or f"Encrypts messages of the topic {construct_id}",
            ),
        )
        super().__init__(scope, construct_id, master_key=self._key, enforce_ssl=True)

    def add_to_resource_policy(self, statement: iam.PolicyStatement) -> iam.AddToResourcePolicyResult:
        """Add a statement, and let each service that it lets publish use the key; see `sns.Topic`."""
        if statement.effect is iam.Effect.ALLOW:
            for service in _publishing(stack_of(self).resolve(statement.to_json())):
                let_service_use_key(self._key, service, OF_THIS_ACCOUNT)
        return super().add_to_resource_policy(statement)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload publish, and set where in its variable `TOPIC_ARN`.

        Args:
            workload: What publishes.
            prefix: Before the variable's name, where a workload has several topics. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {TOPIC_ARN: self.topic_arn}, prefix=prefix)
        allow_publish(cast(sns.ITopic, self), workload_of(self, workload))


def _publishing(statement: Mapping[str, Any]) -> list[str]:
    """Return the services that a statement lets publish."""
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    publishes = "sns:Publish" in _listed(statement.get("Action", []))
    return [each for each in services if isinstance(each, str)] if publishes else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allow_publish(topic: sns.ITopic, publisher: Workload) -> None:
    """Let a workload publish to a topic, and use its key for it."""
    key = topic.master_key if isinstance(topic, sns.Topic) else None
    publisher.allow(["sns:Publish"], [topic.topic_arn], keyed=key is not None)
    if key:
        uses = ["kms:Decrypt", "kms:GenerateDataKey"]
        publisher.allow(uses, [key.key_arn], used_by="SNS, to encrypt what is published")


def let_service_publish(topic: sns.ITopic, service: str, conditions: Mapping[str, Any] | None = None) -> None:
    """Let a service publish, and use the key for it, on behalf of this account alone.

    Args:
        topic: Ours, or anybody's; what that of an imported topic must hold is said at synth.
        service: Such as `cloudwatch.amazonaws.com`.
        conditions: Narrower ones. Default: whatever of this account asks the service to.
    """
    narrowed = conditions or OF_THIS_ACCOUNT
    key = topic.master_key if isinstance(topic, sns.Topic) else None
    if key:
        let_service_use_key(key, service, OF_THIS_ACCOUNT if isinstance(topic, EncryptedTopic) else narrowed)
    statement = service_may(service, ["sns:Publish"], topic.topic_arn, narrowed)
    if isinstance(topic, EncryptedTopic):  # not by our method, which would read the statement for the service
        added = sns.Topic.add_to_resource_policy(topic, statement)
    else:
        added = topic.add_to_resource_policy(statement)
    if not added.statement_added:
        Annotations.of(topic).add_warning_v2(
            f"wellmade:imported-topic-policy:{service}",
            f"the policy of the imported topic must let {service} call sns:Publish, and that of its key "
            "use it; add the statements where the topic is defined",
        )
