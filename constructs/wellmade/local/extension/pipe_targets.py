"""Hand a batch of a pipe to its target, and tell which records of it are left to do.

A function or workflow that is waited for may name those that it could not do; others take one at a time.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from . import deliveries, not_done
from .pipe_records import identity
from .pipe_templates import settled, shaped, text_of

Record = dict[str, Any]


class PartlyDoneError(Exception):
    """The target could not do some records of a batch.

    Args:
        left: These records.
    """

    def __init__(self, left: list[Record]) -> None:
        """Say how many."""
        super().__init__(f"{len(left)} records are left to do")
        self.left = left


def hand_on(pipe: Mapping[str, Any], records: list[Record], enriched: list[Any]) -> None:
    """Shape what comes of a batch, and hand it to the target: at once where that takes more than one.

    Args:
        pipe: Whose batch it is.
        records: The batch, as the source had it.
        enriched: What the enrichment made of it.

    Raises:
        ClientError: If the target, or IAM, refuses all of it.
        PartlyDoneError: If the target did some of it only.
    """
    settings = dict(pipe.get("_properties", {}).get("TargetParameters") or {})
    template = settings.pop("InputTemplate", None)
    parameters = _defaults(pipe)
    for part in settings.values():
        parameters |= part if isinstance(part, dict) else {}
    made = [shaped(template, each, pipe) for each in enriched]
    if pipe["Target"].split(":")[2] not in ("lambda", "states"):
        left = _one_by_one(pipe, records, list(zip(made, enriched, strict=True)), parameters)
    elif parameters["InvocationType"] == "REQUEST_RESPONSE":
        left = _named(deliveries.answer(pipe["Target"], json.dumps(made), pipe["RoleArn"]), records)
    else:
        left = [] if _is_delivered(pipe, json.dumps(made), parameters) else records
    if left:
        raise PartlyDoneError(left)


def _named(answer: Any, records: list[Record]) -> list[Record]:
    """Return the records that a target names as not done: all where it names one that it did not get."""
    failures = (answer.get("batchItemFailures") if isinstance(answer, dict) else None) or []
    listed = failures if isinstance(failures, list) else [failures]
    named = {each.get("itemIdentifier") if isinstance(each, dict) else None for each in listed}
    if named - {identity(each) for each in records}:
        return records
    return [each for each in records if identity(each) in named]


def _one_by_one(
    pipe: Mapping[str, Any], records: list[Record], made: list[tuple[Any, Any]], parameters: dict[str, Any]
) -> list[Record]:
    """Return the records whose delivery failed: all where one did of which nobody knows whence it came."""
    failed = []
    for number, (shape, origin) in enumerate(made):
        try:
            done = _is_delivered(pipe, text_of(shape), settled(parameters, origin))
        except (BotoCoreError, ClientError) as error:
            not_done.dropped(f"pipe {pipe['Name']} -> {pipe['Target']}: {error}")
            done = False
        if not done:
            failed.append(number)
    if failed and len(made) != len(records):
        return records
    return [records[number] for number in failed]


def _is_delivered(pipe: Mapping[str, Any], payload: str, parameters: dict[str, Any]) -> bool:
    return deliveries.deliver(pipe["Target"], payload, pipe["RoleArn"], parameters, f"pipe {pipe['Name']}")


def _defaults(pipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a pipe says where its parameters say nothing; rules, having none, do not wait."""
    return {
        "InvocationType": "REQUEST_RESPONSE",
        "Source": f"Pipe {pipe['Name']}",
        "DetailType": f"Event from aws:{pipe['Source'].split(':')[2]}",
    }
