"""What a rule may deliver to, and what each kind of target takes for it."""

from typing import Any, cast

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from wellmade.foundation.async_failures import keep_async_failures
from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.encrypted_topic import let_service_publish
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_rules import resource_of as queue_resource
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import WorkloadRole
from wellmade.messaging.consumers import function_of, machine_of, queue_of, topic_of
from wellmade.messaging.event_archive import EVENTS
from wellmade.messaging.event_rule import EventRule


def place_of(path: str, target: object) -> IConstruct:
    """Return the construct in whose stack a target's rule is defined.

    Raises:
        RefusedError: If it is nothing that a rule delivers to.
    """
    kinds = (queue_of(target), topic_of(target), machine_of(target), function_of(target))
    found = next((each for each in kinds if each is not None), None)
    if found is None:
        allowed = "a queue, a worker with one, a topic, a workflow, a state machine or a function"
        fix = "let a function take the event and pass it on"
        raise refusal(path, "target", allowed, type(target).__name__, fix)
    return found


def deliver(path: str, rule: EventRule, target: object, message_group_id: str | None) -> None:
    """Define a rule's target and let the rule in.

    Args:
        path: The target's path, for refusals.
        rule: What delivers.
        target: What is delivered to.
        message_group_id: Of messages in a queue.

    Raises:
        RefusedError: If a message group is asked for something else than a queue, or missing for a FIFO one.
    """
    queue, topic, machine = queue_of(target), topic_of(target), machine_of(target)
    if queue is not None:
        _to_queue(path, rule, queue, message_group_id)
        return
    if message_group_id is not None:
        got = f"{message_group_id!r} for {type(target).__name__}"
        raise refusal(path, "message_group_id", "given for queues alone", got, "leave it out")
    if topic is not None:
        _to_topic(rule, topic)
    elif machine is not None:
        _to_machine(rule, machine)
    else:
        _to_function(rule, cast(lambda_.IFunction, function_of(target)))


def _to_queue(path: str, rule: EventRule, queue: sqs.IQueue, group: str | None) -> None:
    if queue.fifo:
        _refuse_wrong_fifo(path, queue, group)
    allow_delivery(rule, queue, EVENTS, rule.is_source)
    more: dict[str, Any] = {}
    if group is not None:
        more["sqs_parameters"] = events.CfnRule.SqsParametersProperty(message_group_id=group)
    rule.target(queue.queue_arn, **more)


def _refuse_wrong_fifo(path: str, queue: sqs.IQueue, group: str | None) -> None:
    if group is None:
        fix = "give the group of all events of this rule, or let a workflow send, which knows each one's"
        raise refusal(path, "message_group_id", "given for a FIFO queue", None, fix, rule="fifo-target-group")
    resource = queue_resource(queue)
    if isinstance(queue, DurableQueue) and resource:
        # It takes no more than it did: where a sender gives an id, that still decides.
        resource.content_based_deduplication = True
    given = resource.content_based_deduplication if resource else True
    if not given and not is_unresolved(given):
        allowed = "one with content_based_deduplication, since EventBridge sends no deduplication id"
        fix = "switch it on where the queue is defined"
        raise refusal(path, "target", allowed, "a FIFO queue without it", fix, rule="fifo-target-group")


def _to_topic(rule: EventRule, topic: sns.ITopic) -> None:
    let_service_publish(topic, EVENTS, rule.is_source)
    rule.target(topic.topic_arn)


def _to_machine(rule: EventRule, machine: sfn.IStateMachine) -> None:
    service = iam.ServicePrincipal(EVENTS, conditions=rule.is_source)
    role = WorkloadRole(rule, "Role", assumed_by=cast(iam.IPrincipal, service), policy_name="Start")
    used_by = "the rule, to start an execution for each event"
    role.allow(["states:StartExecution"], [machine.state_machine_arn], used_by=used_by)
    rule.target(machine.state_machine_arn, role_arn=role.role_arn, input_path="$.detail")


def _to_function(rule: EventRule, function: lambda_.IFunction) -> None:
    invocable = function.invocable if isinstance(function, PythonFunction) else function
    lambda_.CfnPermission(
        rule,
        "Invoke",
        action="lambda:InvokeFunction",
        function_name=invocable.function_arn,
        principal=EVENTS,
        source_arn=rule.arn,
    )
    keeps = keep_async_failures(rule, function, invocable, rule.dead_letter_queue)
    rule.target(invocable.function_arn, failing_function=function.function_name if keeps else None)
