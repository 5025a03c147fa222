"""EventBridge: rules and schedules with their targets and dead-letter queues, and pipes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, by_role, by_service, need, qualified_type
from wellmade.check.delivery.senders.tasks import passes
from wellmade.facts.actions import exists
from wellmade.facts.deliveries import POLLS
from wellmade.facts.sdk_calls import iam_actions_of
from wellmade.graph import Resource, Value, as_list, as_mapping, written

_EVENTS = "events.amazonaws.com"
_BY_POLICY = {
    "AWS::SQS::Queue": "queue-policy",
    "AWS::SNS::Topic": "topic-policy",
    "AWS::Lambda::Function": "invoke-permission",
    "AWS::Serverless::Function": "invoke-permission",
}
_ANY_CALL = ":scheduler:::aws-sdk:"
_LOST = "every event is tried for a day and then dropped"
_UNSENT = "an event that the target does not take is dropped"


def _rule(deployed: Deployed, rule: Resource) -> Iterator[Need]:
    if rule.derived_from is None:
        for index, entry in enumerate(map(as_mapping, as_list(rule.get("Targets")))):
            yield from _target(deployed, rule, entry, f"Targets.{index}.")


def _target(deployed: Deployed, rule: Resource, entry: Mapping[str, Value], path: str) -> Iterator[Need]:
    arn, role, source = entry.get("Arn"), entry.get("RoleArn"), deployed.arn(rule)
    place = Place(rule, rule, f"{path}Arn", "delivers to", _LOST)
    kind = qualified_type(deployed, arn)
    if kind in _BY_POLICY and role is None:
        yield from by_service(deployed, _BY_POLICY[kind], place, _EVENTS, arn, source)
    elif kind == "AWS::ECS::Cluster":
        yield from _task(deployed, place, role, entry)
    else:
        yield from by_role(deployed, "target-permission", place, role, arn)
    failures = as_mapping(entry.get("DeadLetterConfig")).get("Arn")
    failed = Place(rule, rule, f"{path}DeadLetterConfig.Arn", "sends failed events to", _UNSENT)
    yield from by_service(deployed, "failure-policy", failed, _EVENTS, failures, source)


def _task(deployed: Deployed, place: Place, role: Value, entry: Mapping[str, Value]) -> Iterator[Need]:
    value = as_mapping(entry.get("EcsParameters")).get("TaskDefinitionArn")
    yield from by_role(deployed, "target-permission", place, role, value)
    yield from passes(deployed, place, role, value)


def _schedule(deployed: Deployed, schedule: Resource) -> Iterator[Need]:
    if schedule.derived_from is not None:
        return
    target = as_mapping(schedule.get("Target"))
    role, lost = target.get("RoleArn"), "every run fails"
    place = Place(schedule, schedule, "Target.Arn", "starts", lost)
    if qualified_type(deployed, target.get("Arn")) == "AWS::ECS::Cluster":
        yield from _task(deployed, place, role, target)
    elif _ANY_CALL in written(target.get("Arn")):
        yield from _any_call(deployed, place, role, written(target.get("Arn")))
    else:
        yield from by_role(deployed, "target-permission", place, role, target.get("Arn"))
    failures = as_mapping(target.get("DeadLetterConfig")).get("Arn")
    failed = Place(schedule, schedule, "Target.DeadLetterConfig.Arn", "sends failed runs to", _UNSENT)
    yield from by_role(deployed, "failure-permission", failed, role, failures)


def _any_call(deployed: Deployed, place: Place, role: Value, arn: str) -> Iterator[Need]:
    """A schedule may call any action of AWS; on what, stands in its input, which is not read."""
    actor = deployed.graph.target(role, "AWS::IAM::Role")
    service, _, action = arn.partition(_ANY_CALL)[2].partition(":")
    for named in iam_actions_of(service, action):
        if actor is None or not exists(named):
            continue
        prefix = named.partition(":")[0]
        found = need(deployed, "target-permission", place, actor, place.at, (named,), place.at)
        yield replace(found, arns=("*", f"arn:aws:{prefix}:*"), purpose=f"calls {service}:{action} for")


def _pipe(deployed: Deployed, pipe: Resource) -> Iterator[Need]:
    role = pipe.get("RoleArn")
    own = deployed.graph.target(role, "AWS::IAM::Role")
    polls = Place(pipe, pipe, "Source", "polls", "the pipe starts and reads nothing")
    for value in as_list(pipe.get("Source")):
        source = deployed.graph.target(value)
        if own and source and source.type in POLLS:
            yield need(deployed, "poll-permission", polls, own, source, POLLS[source.type], value)
    lost = "every batch fails"
    enriches = Place(pipe, pipe, "Enrichment", "calls", lost)
    yield from by_role(deployed, "target-permission", enriches, role, pipe.get("Enrichment"))
    yield from _pipe_target(deployed, Place(pipe, pipe, "Target", "delivers to", lost), role, pipe)
    for name, parameters in as_mapping(pipe.get("SourceParameters")).items():
        arn = as_mapping(as_mapping(parameters).get("DeadLetterConfig")).get("Arn")
        failed = Place(
            pipe, pipe, f"SourceParameters.{name}.DeadLetterConfig", "sends failed batches to", _UNSENT
        )
        yield from by_role(deployed, "failure-permission", failed, role, arn)


def _pipe_target(deployed: Deployed, place: Place, role: Value, pipe: Resource) -> Iterator[Need]:
    """A task is named beside the cluster; a state machine is waited for unless the pipe says otherwise."""
    parameters = as_mapping(pipe.get("TargetParameters"))
    if qualified_type(deployed, pipe.get("Target")) == "AWS::ECS::Cluster":
        task = as_mapping(parameters.get("EcsTaskParameters"))
        yield from _task(deployed, place, role, {"EcsParameters": task})
        return
    machine = as_mapping(parameters.get("StepFunctionStateMachineParameters"))
    waits = machine.get("InvocationType", "REQUEST_RESPONSE") == "REQUEST_RESPONSE"
    for need_ in by_role(deployed, "target-permission", place, role, pipe.get("Target")):
        is_machine = need_.target.type.endswith("StateMachine")
        action = "states:StartSyncExecution" if waits else "states:StartExecution"
        yield replace(need_, actions=(action,)) if is_machine else need_


SENDERS: dict[str, Sender] = {
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::Pipes::Pipe": _pipe,
}
