"""Addition: hand an event to a target by its ARN, with the rights of a role; for rules and for pipes."""

import json
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from . import calls, not_done
from .log_groups import write_line

Parameters = Mapping[str, Any]


OF_QUEUES = ("MessageGroupId", "MessageDeduplicationId")
"""What a rule or pipe says about a message, as SQS calls it."""


def deliver(target: str, payload: str, role: str, parameters: Parameters, source: str) -> bool:
    """Hand a payload over, and return whether that is possible; what is not is told.

    Args:
        target: ARN.
        payload: What the target gets.
        role: Whose rights count.
        parameters: What the rule or pipe says about this target.
        source: Who delivers, for the telling.

    Raises:
        ClientError: If the target, or IAM, refuses it.
    """
    service = target.split(":")[2] if target.count(":") >= 5 else ""
    match service:
        case "kinesis":
            key = str(parameters.get("PartitionKey") or "event")
            stream = target.rpartition("/")[2]
            data = {"StreamName": stream, "Data": payload.encode(), "PartitionKey": key}
            calls.client(service, role).put_record(**data)
        case "firehose":
            record = {"Data": payload.encode()}
            calls.client(service, role).put_record(
                DeliveryStreamName=target.rpartition("/")[2], Record=record
            )
        case "logs":
            group = target.split(":log-group:")[1].removesuffix(":*").split(":")[0]
            write_line(group, parameters.get("LogStreamName") or time.strftime("%Y-%m-%d"), payload)
        case "lambda":
            kind = "Event" if parameters.get("InvocationType") == "FIRE_AND_FORGET" else "RequestResponse"
            calls.client("lambda", role).invoke(
                FunctionName=target, InvocationType=kind, Payload=payload.encode()
            )
        case "sqs":
            extra = {key: parameters[key] for key in OF_QUEUES if key in parameters}
            queues = calls.client(service, role)
            url = calls.queue_url(queues, target)
            queues.send_message(QueueUrl=url, MessageBody=payload, **extra)
        case "sns":
            calls.client(service, role).publish(TopicArn=target, Message=payload)
        case "states":
            calls.client("stepfunctions", role).start_execution(stateMachineArn=target, input=payload)
        case "events":
            calls.client(service, role).put_events(Entries=[_entry(target, payload, parameters)])
        case _:
            not_done.dropped(f"{source} -> {service or target}: nothing is delivered to this kind of target")
            return False
    return True


def answer(target: str, payload: str, role: str) -> Any:
    """Ask a function or an express workflow, and return what it answers.

    Raises:
        ClientError: If it may not be asked, or failed.
    """
    if target.split(":")[2] == "states":
        return json.loads(run(target, payload, role)["output"])
    return answered(calls.client("lambda", role).invoke(FunctionName=target, Payload=payload.encode()))


def answered(invoked: Mapping[str, Any]) -> Any:
    """Return what a function answered.

    Raises:
        ClientError: If it failed; an answer that tells of a failure is nothing to go on with.
    """
    answer = json.loads(invoked["Payload"].read() or b"null")
    if invoked.get("FunctionError"):
        failure: Any = {"Code": invoked["FunctionError"], "Message": json.dumps(answer)}
        raise ClientError({"Error": failure}, "Invoke")
    return answer


def run(machine: str, payload: str, role: str) -> dict[str, Any]:
    """Run an express workflow to its end and return what is known of it.

    Raises:
        ClientError: If it may not be run, or failed.
    """
    ended: dict[str, Any] = calls.client("stepfunctions", role).start_sync_execution(
        stateMachineArn=machine, input=payload
    )
    if ended["status"] != "SUCCEEDED":
        failure: Any = {"Code": ended.get("error", ended["status"]), "Message": ended.get("cause", "")}
        raise ClientError({"Error": failure}, "StartSyncExecution")
    return ended


def _entry(target: str, payload: str, parameters: Parameters) -> dict[str, Any]:
    return {
        "EventBusName": target.rpartition("/")[2],
        "Source": parameters["Source"],
        "DetailType": parameters["DetailType"],
        "Detail": payload if payload.startswith("{") else json.dumps({"data": payload}),
        "Resources": list(parameters.get("Resources") or []),
    }
