"""Whether messages of a group stay in order, with none lost or doubled, with faults.

Messages of 50 groups, numbered within each, go through a deployed `OrderedQueueWorker`; a tenth is sent
twice, of one in 49 there is another with its group and number and another value, two of the groups hold a
message that always fails, processes are killed (SIGKILL) while they work, and calls are throttled or not
answered. The worker notes each number with its value; one that comes after a larger one cannot be noted, so
that it counts as lost. The target is 0 lost, 0 doubled and 0 mixed, and that each bad message and each that
contradicts one before it is in the dead-letter queue alone.

    python -m bench.ordered_faults [--count 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from bench.chaos import (
    Options,
    contradictions,
    depth,
    failed_calls,
    in_batches,
    items,
    killing,
    options,
    uncontradicted,
    wait_until,
)
from bench.cloud import ROOT, cloud_for, deploy_reference
from stacks.settings import Settings
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.local.server import LocalCloud
from wellmade.messaging import OrderedQueueWorker

GROUPS = 50
POISONED = 2
Message = dict[str, Any]


class SequenceStack(Stack):
    """A worker that notes the order of its messages. Receives are many, since kills use them up."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        table = OnDemandTable(self, "Notes", partition_key="pk", removal_policy=settings.removal_policy)
        function = PythonFunction(
            self,
            "Recorder",
            code=ROOT / "bench" / "lambda_src" / "sequence_recorder",
            timeout=Duration.seconds(2),
            reserved_concurrency=4,
        )
        worker = OrderedQueueWorker(
            self,
            "Sequence",
            function=function,
            message_group_key="group",
            # Behind a message that fails, those of its group in the same batch use up their receives too.
            batch_size=1,
            max_receive_count=8,
            removal_policy=settings.removal_policy,
        )
        table.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])
        outputs = {
            "TableName": table.table_name,
            "QueueUrl": worker.queue.queue_url,
            "DeadLetterQueueUrl": worker.dead_letter_queue.queue_url,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def main() -> int:
    """Run and print the figures; 1 when a message is lost, doubled or out of order."""
    faults = options(__doc__)
    with cloud_for("ordered", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), SequenceStack, "sequence")
        numbered = [
            {"group": f"g-{number % GROUPS}", "number": number // GROUPS, "value": 1 + number}
            for number in range(faults.count)
        ]
        pairs = contradictions(numbered, _contradicting, faults.chance)
        messages = _messages(numbered, pairs, faults)
        with killing(cloud, faults) as killed:
            _send(cloud, outputs["QueueUrl"], messages)
            _wait(cloud, outputs)
        print(
            f"{faults.count} messages in {GROUPS} groups, {len(pairs)} contradicted, "
            f"{len(messages)} sent, {killed[0]} processes killed"
        )
        print(failed_calls(cloud))
        return _report(cloud, outputs, numbered, pairs)


def _contradicting(message: Mapping[str, Any]) -> Message:
    return {**message, "value": message["value"] + 1_000_000}


def _messages(
    numbered: Sequence[Message], pairs: Sequence[tuple[Message, Message]], faults: Options
) -> Sequence[Message]:
    """Return the messages in order within each group; what is sent twice comes again at once.

    Of two that contradict each other the second follows some time later, behind others of its group.
    """
    earlier = {(first["group"], first["number"]): first for first, _ in pairs}
    found: list[Message] = []
    for one in numbered:
        message = earlier.get((one["group"], one["number"]), one)
        found += [message] * (2 if faults.chance.random() < 0.1 else 1)
    for first, second in pairs:
        found.insert(faults.chance.randrange(found.index(first) + 1, len(found) + 1), second)
    poison = [{"group": f"g-{group}", "number": -1, "poison": True} for group in range(POISONED)]
    middle = len(found) // 2
    return [*found[:middle], *poison, *found[middle:]]


def _send(cloud: LocalCloud, url: str, messages: Sequence[dict[str, Any]]) -> None:
    for start, batch in enumerate(in_batches(messages, 10)):
        entries = [
            {
                "Id": str(index),
                "MessageBody": json.dumps(message),
                "MessageGroupId": message["group"],
                "MessageDeduplicationId": f"{start}-{index}",
            }
            for index, message in enumerate(batch)
        ]
        cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)


def _wait(cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
    def waiting() -> int:
        return depth(cloud, outputs["QueueUrl"])

    wait_until(lambda: not waiting(), lambda: f"{waiting()} in the queue")


def _report(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    numbered: Sequence[Message],
    pairs: Sequence[tuple[Message, Message]],
) -> int:
    found = items(cloud, outputs["TableName"])
    groups = {key: item for key, item in found.items() if "#" not in key}
    done = {key: int(item["done"]["N"]) for key, item in groups.items()}
    wanted = Counter(message["group"] for message in numbered)
    lost, doubled = (wanted - Counter(done)).total(), (Counter(done) - wanted).total()
    values = Counter({message["group"]: 0 for message in numbered})
    for message in (*uncontradicted(numbered, pairs), *(first for first, _ in pairs)):
        values[message["group"]] += message["value"]
    mixed = sum(int(item["total"]["N"]) != values[key] for key, item in groups.items())
    dead = depth(cloud, outputs["DeadLetterQueueUrl"])
    print(f"{sum(done.values())} noted in order, {dead} in the dead-letter queue")
    print(f"lost or out of order: {lost}   doubled: {doubled}   groups with another value: {mixed}")
    return 1 if lost or doubled or mixed or dead != POISONED + len(pairs) else 0


if __name__ == "__main__":
    sys.exit(main())
