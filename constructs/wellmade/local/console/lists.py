"""What there is, a list a kind. Nothing here changes anything."""

from collections.abc import Iterable, Mapping
from typing import Any

from wellmade.local.activity import Watch
from wellmade.local.deploy import describe
from wellmade.local.deployed import Resource, deployed_or_none, items_of, of_type, queue_attributes
from wellmade.local.described import stacks_of
from wellmade.local.server import LocalCloud
from wellmade.local.shown import faster, gaps_of
from wellmade.local.status import not_done

Asked = Mapping[str, str]
Answer = Mapping[str, Any]
GONE = "deleted"
"""What is said instead of a number where somebody has deleted a resource beside its stack."""


def stacks(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the stacks with their outputs and resources."""
    resources = deployed_or_none(cloud)
    found = stacks_of(cloud)
    return {
        "endpoint": cloud.endpoint,
        "fast": faster(cloud) if cloud.fast > 1 else "",
        "stacks": [
            {
                "name": stack["StackName"],
                "status": stack["StackStatus"],
                "outputs": {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])},
                "resources": [_resource(each) for each in resources if each.stack == stack["StackName"]],
            }
            for stack in found
            if stack["StackName"] != "CDKToolkit"
        ],
    }


def functions(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the functions with how often they ran and failed."""
    resources = deployed_or_none(cloud)
    states = Watch(cloud, resources).state().functions
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    found = {each["FunctionName"]: each for page in pages for each in page["Functions"]}
    return {
        "functions": [
            {
                **_resource(resource),
                "invocations": state.invocations,
                "errors": state.errors,
                "runtime": found.get(resource.physical_id, {}).get("Runtime", ""),
                "group": found.get(resource.physical_id, {}).get("LoggingConfig", {}).get("LogGroup")
                or f"/aws/lambda/{resource.physical_id}",
            }
            for resource, state in zip(of_type(resources, "AWS::Lambda::Function"), states, strict=True)
        ]
    }


def queues(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the queues with how many messages wait, are worked on and are delayed."""
    return {"queues": [_queue(cloud, each) for each in _of(cloud, "AWS::SQS::Queue")]}


def _queue(cloud: LocalCloud, queue: Resource) -> Answer:
    attributes = queue_attributes(cloud, queue)
    counts = {"waiting": "", "hidden": "NotVisible", "delayed": "Delayed"}
    return {
        **_resource(queue),
        "url": queue.physical_id,
        "arn": attributes["QueueArn"] if attributes else "",
        "fifo": queue.physical_id.endswith(".fifo"),
        "deadLetter": queue.dead_letter,
        **{
            name: int(attributes.get(f"ApproximateNumberOfMessages{which}", 0)) if attributes else GONE
            for name, which in counts.items()
        },
    }


def buckets(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the buckets of the stacks."""
    return {"buckets": [_resource(each) for each in _of(cloud, "AWS::S3::Bucket")]}


def tables(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the tables with how many items they have."""
    found = list(_of(cloud, "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"))
    counts = [items_of(cloud, each) for each in found]
    return {
        "tables": [
            {**_resource(each), "items": GONE if count is None else count}
            for each, count in zip(found, counts, strict=True)
        ]
    }


def alarms(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the alarms, those in ALARM first."""
    ids = {each.physical_id: each for each in deployed_or_none(cloud)}
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
    found = [alarm for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for alarm in page[kind]]
    listed = [
        {
            "id": ids[name].logical_id if name in ids else name,
            "stack": ids[name].stack if name in ids else "",
            "name": name,
            "state": alarm["StateValue"],
            "reason": alarm.get("StateReason", ""),
            "description": alarm.get("AlarmDescription", ""),
        }
        for alarm in found
        for name in [alarm["AlarmName"]]
    ]
    return {"alarms": sorted(listed, key=lambda each: (each["state"] != "ALARM", each["id"]))}


def gaps(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return what is not as on AWS, and what happened and could not be done."""
    return {
        "gaps": [{"kind": kind, "what": what} for kind, what in gaps_of(describe(cloud))],
        "notDone": [{"times": times, "what": what} for what, times in not_done(cloud).items()],
    }


def _of(cloud: LocalCloud, *kinds: str) -> Iterable[Resource]:
    return (each for each in deployed_or_none(cloud) if each.type in kinds)


def _resource(each: Resource) -> dict[str, Any]:
    return {"id": each.logical_id, "stack": each.stack, "name": each.name, "type": each.type}
