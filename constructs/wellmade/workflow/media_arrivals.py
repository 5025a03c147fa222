"""From a bucket to a workflow: one execution for each object that arrives."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.object_events import created_pattern, send_events
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import seconds
from wellmade.kit.names import early_name, rule_arn
from wellmade.kit.roles import WorkloadRole
from wellmade.workflow.media_alarms import UNDELIVERED
from wellmade.workflow.workflow import Workflow

EVENTS = "events.amazonaws.com"
LONGEST, MOST_ATTEMPTS = Duration.hours(24), 185
"""What EventBridge tries at most.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""
TOLD = {
    "bucket": "$.detail.bucket.name",
    "key": "$.detail.object.key",
    "version": "$.detail.object.version-id",
}
"""An execution's data, with where it stands in an event of S3.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""
VERSION = "version"
"""Of an object, which no other object has: what an execution claims."""


def define_arrivals(
    scope: Construct,
    bucket: s3.IBucket,
    workflow: Workflow,
    *,
    prefix: str,
    suffixes: Sequence[str],
    encryption_key: kms.IKey | None,
    removal_policy: RemovalPolicy,
) -> sqs.Queue:
    """Define the rule that starts an execution for each object; return the queue of what is not delivered.

    Args:
        scope: The pipeline.
        bucket: Where objects arrive.
        workflow: What is started.
        prefix: What their keys begin with.
        suffixes: What their keys end with; none for every object.
        encryption_key: The user's key for the queue.
        removal_policy: Of the queue.
    """
    name = early_name(scope, "Arrivals", max_length=64)
    source = {"ArnEquals": {"aws:SourceArn": rule_arn(scope, name)}}
    queue, _ = define_dead_letters(
        scope,
        "Undelivered",
        meaning=UNDELIVERED,
        threshold=None,
        encryption_key=encryption_key,
        removal_policy=removal_policy,
    )
    allow_delivery(scope, queue, EVENTS, source)
    send_events(scope, bucket)
    service = iam.ServicePrincipal(EVENTS, conditions=source)
    role = WorkloadRole(scope, "ArrivalsRole", assumed_by=cast(iam.IPrincipal, service), policy_name="Start")
    used_by = "the rule, to start an execution for each video"
    role.allow(["states:StartExecution"], [workflow.state_machine_arn], used_by=used_by)
    events.CfnRule(
        scope,
        "Arrivals",
        name=name,
        event_pattern=created_pattern(bucket, prefix, suffixes),
        targets=[_target(workflow, role, queue)],
    )
    return queue


def _target(workflow: Workflow, role: WorkloadRole, queue: sqs.Queue) -> events.CfnRule.TargetProperty:
    of_rule = events.CfnRule
    template = ", ".join(f'"{name}": <{name}>' for name in TOLD)
    return of_rule.TargetProperty(
        arn=workflow.state_machine_arn,
        id="Workflow",
        role_arn=role.role_arn,
        input_transformer=of_rule.InputTransformerProperty(
            input_paths_map=TOLD, input_template=f"{{{template}}}"
        ),
        dead_letter_config=of_rule.DeadLetterConfigProperty(arn=queue.queue_arn),
        retry_policy=of_rule.RetryPolicyProperty(
            maximum_event_age_in_seconds=seconds(LONGEST), maximum_retry_attempts=MOST_ATTEMPTS
        ),
    )
