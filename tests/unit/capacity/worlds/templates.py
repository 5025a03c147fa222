"""A world as a CloudFormation template with its capacity file: what the tool under test reads."""

import json
from pathlib import Path
from typing import Any

from tests.unit.capacity.worlds.spec import Part, World
from wellmade.capacity.build import build
from wellmade.capacity.report import Report
from wellmade.capacity.workload import read_workload
from wellmade.graph import load

Resources = dict[str, Any]
_FAILURES = {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:failures"}}


def report_of(world: World, folder: Path) -> Report:
    """Return what the tool says about a world."""
    (folder / "world.json").write_text(json.dumps(template(world)))
    (folder / "capacity.yaml").write_text(json.dumps(capacity(world)))
    return Report(build(load([folder / "world.json"]), read_workload(folder / "capacity.yaml")), 1.0)


def template(world: World) -> Resources:
    resources: Resources = {}
    for part in world.parts:
        resources |= _source(world, part) | _consumer(world, part) | _alarms(world, part)
    return {"Resources": resources}


def capacity(world: World) -> Resources:
    arrival: Resources = {"per_second": world.rate}
    if world.hours:
        arrival["peak"] = {"multiple": world.peak, "hours": world.hours}
    named = {part.name: part for part in world.parts}
    return {
        "account": {"concurrency": world.pool, "keep_free": 0},
        "arrivals": {f"{name}Source": arrival for name in world.entries},
        "functions": {name: _runs(world, one) for name, one in named.items() if one.kind != "tasks"},
        "tasks": {
            f"{name}Service": {"seconds": one.seconds, "failures": one.failures, "start": one.start}
            for name, one in named.items()
            if one.kind == "tasks"
        },
        "sources": {f"{name}Source": _said(one) for name, one in named.items() if _said(one)},
        "databases": {
            f"{name}Proxy": {"connections": one.connections} for name, one in named.items() if one.connections
        },
        "limits": {f"{name}-service": one.call_limit for name, one in named.items() if one.call_limit},
    }


def _said(part: Part) -> Resources:
    if part.kind == "fifo":
        return {"groups": part.groups}
    return {"kilobytes": part.kilobytes} if part.kind == "stream" else {}


def _runs(world: World, part: Part) -> Resources:
    calls: Resources = {
        f"{target}Source": gain for source, target, gain in world.links if source == part.name
    }
    if part.call_limit:
        calls[f"{part.name}-service"] = 1
    if part.units:
        calls[f"{part.name}Table"] = 1
    return {
        "seconds": part.seconds, "seconds_per_item": part.each, "failures": part.failures,
        "poison": part.poison, "calls": calls,
    }  # fmt: skip


def _ref(name: str, attribute: str = "Arn") -> Resources:
    return {"Fn::GetAtt": [name, attribute]}


def _made(kind: str, **properties: Any) -> Resources:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _source(world: World, part: Part) -> Resources:
    name = f"{part.name}Source"
    if world.source(part.name) != part.name:
        return {}
    if part.kind == "stream":
        return {name: _made("Kinesis::Stream", ShardCount=part.shards)}
    if part.kind == "topic":
        subscription = _made(
            "SNS::Subscription", TopicArn={"Ref": name}, Protocol="lambda", Endpoint=_ref(part.name)
        )
        return {name: _made("SNS::Topic"), f"{name}To": subscription}
    if part.kind == "api":
        limits = {"ThrottlingRateLimit": part.throttle} if part.throttle else {}
        return {
            name: _made("ApiGatewayV2::Api"),
            f"{name}Stage": _made("ApiGatewayV2::Stage", ApiId={"Ref": name}, DefaultRouteSettings=limits),
            f"{name}To": _made(
                "ApiGatewayV2::Integration", ApiId={"Ref": name}, IntegrationUri=_ref(part.name)
            ),
        }
    queue: Resources = {"VisibilityTimeout": part.visibility, "MessageRetentionPeriod": part.retention}
    if part.receives:
        owner = dict(world.dead).get(part.name)
        dead = _ref(f"{owner}Source") if owner else "arn:aws:sqs:eu-west-1:111122223333:dead"
        policy = {"maxReceiveCount": part.receives, "deadLetterTargetArn": dead}
        queue["RedrivePolicy"] = json.dumps(policy) if part.as_text and not owner else policy
    if part.kind == "fifo":
        queue |= {
            "FifoQueue": True,
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        }
    return {name: _made("SQS::Queue", **queue)}


def _consumer(world: World, part: Part) -> Resources:
    targets = [target for source, target, _ in world.links if source == part.name]
    statements = [
        {"Effect": "Allow", "Action": "kinesis:PutRecord" if world.part(one).kind == "stream" else "sqs:SendMessage",
         "Resource": _ref(f"{one}Source")}
        for one in targets
    ]  # fmt: skip
    if part.units:
        statements.append(
            {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": _ref(f"{part.name}Table")}
        )
    if part.kind == "tasks":
        return _tasks(world, part)
    # Lambda refuses a source whose queue hides messages for less long than the function may run.
    timeout = world.part(world.source(part.name)).visibility if part.kind in ("queue", "fifo") else 900
    function: Resources = {"Timeout": timeout, "Role": _ref(f"{part.name}Role")}
    if part.reserved is not None:
        function["ReservedConcurrentExecutions"] = part.reserved
    found: Resources = {}
    if part.connections:
        function["Environment"] = {"Variables": {"DATABASE": _ref(f"{part.name}Proxy", "Endpoint")}}
        found[f"{part.name}Proxy"] = _made("RDS::DBProxy")
    if part.units:
        throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": part.units}
        found[f"{part.name}Table"] = _made("DynamoDB::Table", ProvisionedThroughput=throughput)
    if part.kind == "topic":
        found[f"{part.name}Config"] = _made(
            "Lambda::EventInvokeConfig", FunctionName={"Ref": part.name}, Qualifier="$LATEST",
            **({"MaximumEventAgeInSeconds": part.most_age} if part.most_age else {}),
            **({"DestinationConfig": _FAILURES} if part.destination else {}),
        )  # fmt: skip
    policy = {"PolicyName": "next", "PolicyDocument": {"Statement": statements}}
    found |= {
        part.name: _made("Lambda::Function", **function),
        f"{part.name}Role": _made("IAM::Role", Policies=[policy]),
    }
    return found | (
        {f"{part.name}Mapping": _mapping(world, part)} if part.kind in ("queue", "fifo", "stream") else {}
    )


def _mapping(world: World, part: Part) -> Resources:
    found: Resources = {
        "FunctionName": {"Ref": part.name}, "EventSourceArn": _ref(f"{world.source(part.name)}Source"),
        "BatchSize": part.batch, "MaximumBatchingWindowInSeconds": part.window,
    }  # fmt: skip
    if not part.enabled:
        found["Enabled"] = False
    if part.partial:
        found["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if part.kind == "stream":
        found |= {"ParallelizationFactor": part.parallel, "MaximumRetryAttempts": part.retries}
        found["BisectBatchOnFunctionError"] = part.bisect
        if part.destination:
            found["DestinationConfig"] = _FAILURES
        if part.most_age:
            found["MaximumRecordAgeInSeconds"] = part.most_age
    if part.maximum:
        found["ScalingConfig"] = {"MaximumConcurrency": part.maximum}
    if part.provisioned:
        least, most = part.provisioned
        found["ProvisionedPollerConfig"] = {"MinimumPollers": least, "MaximumPollers": most}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": found}


def _tasks(world: World, part: Part) -> Resources:
    name, queue = part.name, f"{world.source(part.name)}Source"
    statement = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": _ref(queue)}
    policy = {"PolicyName": "take", "PolicyDocument": {"Statement": [statement]}}
    place = {"Fn::Sub": f"service/${{{name}Cluster}}/${{{name}Service.Name}}"}
    found = {
        f"{name}Role": _made("IAM::Role", Policies=[policy]),
        f"{name}Task": _made("ECS::TaskDefinition", TaskRoleArn=_ref(f"{name}Role")),
        f"{name}Cluster": _made("ECS::Cluster"),
        f"{name}Service": _made(
            "ECS::Service", TaskDefinition={"Ref": f"{name}Task"}, Cluster={"Ref": f"{name}Cluster"}
        ),
        f"{name}Scaling": _made(
            "ApplicationAutoScaling::ScalableTarget",
            ResourceId=place,
            MinCapacity=part.least,
            MaxCapacity=part.most,
        ),
    }
    target = {"ScalingTargetId": {"Ref": f"{name}Scaling"}}
    if part.per_task:
        tracking = {
            "TargetValue": part.per_task,
            "CustomizedMetricSpecification": {"MetricName": "BacklogPerTask"},
        }
        return found | {f"{name}Policy": _made(
            "ApplicationAutoScaling::ScalingPolicy", TargetTrackingScalingPolicyConfiguration=tracking, **target
        )}  # fmt: skip
    lowest = part.steps[0][0]
    adjustments = [
        {"MetricIntervalLowerBound": bound - lowest, "ScalingAdjustment": more} for bound, more in part.steps
    ]
    stepping = {"AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "StepAdjustments": adjustments}
    dimension = {"Name": "QueueName", "Value": _ref(queue, "QueueName")}
    return found | {
        f"{name}Policy": _made("ApplicationAutoScaling::ScalingPolicy", StepScalingPolicyConfiguration=stepping, **target),
        f"{name}Deep": _made(
            "CloudWatch::Alarm", MetricName="ApproximateNumberOfMessagesVisible", Threshold=lowest, Period=60,
            EvaluationPeriods=1, Dimensions=[dimension], AlarmActions=[{"Ref": f"{name}Policy"}],
        ),
    }  # fmt: skip


def _alarms(world: World, part: Part) -> Resources:
    found: Resources = {}
    dimension = {"Name": "QueueName", "Value": _ref(f"{world.source(part.name)}Source", "QueueName")}
    for metric, said in (
        ("ApproximateAgeOfOldestMessage", part.alarm_age),
        ("ApproximateNumberOfMessagesVisible", part.alarm_depth),
    ):
        if said:
            found[f"{part.name}{metric}"] = _made(
                "CloudWatch::Alarm", MetricName=metric, Threshold=said[0], Period=60, EvaluationPeriods=said[1],
                ComparisonOperator="GreaterThanThreshold", Dimensions=[dimension],
            )  # fmt: skip
    return found
