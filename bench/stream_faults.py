"""How many clicks are lost or doubled by the readers of a stream and of a table's changes, with faults.

Clicks of 50 users are written to the stream of the deployed stack in the order of each user, with a tenth of
the records written twice and one bad record in a hundred; processes of the functions are killed (SIGKILL)
while they work, and calls are throttled or not answered. Counters must hold every click once; scores, which
depend on the order of a user's clicks, must be those that the clicks give in order; a case must be open for
each suspicious user and for no other. The target is 0 lost, 0 doubled, 0 out of order, and that every bad
record is reported to both readers' on-failure queues.

    python -m bench.stream_faults [--count 2000] [--kills 25] [--calls 1] [--seed 1]
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from aws_cdk import Duration

from bench.chaos import Options, failed_calls, in_batches, items, killing, options, wait_until
from bench.cloud import cloud_for, deploy_reference
from fraud_score.domain import Score, after
from sample_shop.clicks import click
from stacks.clickstream import ClickstreamStack
from wellmade.local.server import LocalCloud
from wellmade_runtime.sharded_counters import ShardedCounters
from wellmade_runtime.stream_producer import partition_key

USERS = 50
TIMEOUT = Duration.seconds(4)
"""Of the functions; a call that is never answered holds up its shard for a quarter of it."""
FAST = 5
"""Users whose clicks come faster than a person's."""
BEGIN = datetime(2026, 11, 26, 18, tzinfo=UTC)
Record = tuple[str, dict[str, Any] | None]
"""A user, and a click of theirs or a bad record."""


def main() -> int:
    """Run and print the figures; 1 when a click is lost, doubled or out of order."""
    # Few, because the embedded AWS hands out one batch after the other: all wait where one call hangs.
    faults = options(__doc__, calls=1)
    with cloud_for("streams", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), ClickstreamStack, "clickstream", timeout=TIMEOUT)
        records = _records(faults)
        with killing(cloud, faults) as killed:
            _write(cloud, outputs["StreamName"], records)
            _wait(cloud, outputs, records)
        bad = sum(record is None for _, record in records)
        print(f"{faults.count} clicks of {USERS} users, {len(records)} records, {bad} of them bad")
        print(f"{killed[0]} processes killed")
        print(failed_calls(cloud))
        return _report(cloud, outputs, records)


def _records(faults: Options) -> Sequence[Record]:
    found: list[Record] = []
    for number in range(faults.count):
        user = f"u-{number % USERS}"
        apart = 0.1 if number % USERS < FAST else 5.0
        at = (BEGIN + timedelta(seconds=number // USERS * apart)).isoformat()
        record = {"click_id": f"c-{number}", "user": user, "page": f"p-{number % 7}", "at": at}
        found.append((user, record))
        if faults.chance.random() < 0.01:
            found.append((user, None))
    # What a producer wrote twice comes later, behind newer clicks of its user, as after a time-out.
    for again in faults.chance.sample([each for each in found if each[1]], faults.count // 10):
        found.insert(faults.chance.randrange(found.index(again) + 1, len(found) + 1), again)
    return found


def _write(cloud: LocalCloud, stream: str, records: Sequence[Record]) -> None:
    for batch in in_batches(records, 100):
        entries = [
            {
                "Data": json.dumps(record).encode() if record else b"poison",
                "PartitionKey": partition_key(user),
            }
            for user, record in batch
        ]
        cloud.client("kinesis").put_records(StreamName=stream, Records=entries)


def _wait(cloud: LocalCloud, outputs: Mapping[str, str], records: Sequence[Record]) -> None:
    """Wait until both readers are through: every record was counted or given up, every one scored."""
    last = _scored(cloud, outputs)
    once = {record["click_id"] for _, record in records if record}

    def done() -> bool:
        nonlocal last
        counted, scored = _counted(cloud, outputs), _scored(cloud, outputs)
        quiet = scored == last
        last = scored
        return (
            quiet and min(counted, sum(scored.values())) >= len(once) and _reported(cloud, outputs, records)
        )

    wait_until(
        done, lambda: f"{_counted(cloud, outputs)} counted, {sum(_scored(cloud, outputs).values())} scored"
    )


def _reported(cloud: LocalCloud, outputs: Mapping[str, str], records: Sequence[Record]) -> bool:
    bad = sum(record is None for _, record in records)
    return all(_failures(cloud, outputs, reader) >= bad for reader in ("Counting", "Scoring"))


def _failures(cloud: LocalCloud, outputs: Mapping[str, str], reader: str) -> int:
    found = cloud.client("sqs").get_queue_attributes(
        QueueUrl=outputs[f"{reader}OnFailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def _counted(cloud: LocalCloud, outputs: Mapping[str, str]) -> int:
    return ShardedCounters(cloud.client("dynamodb"), outputs["CountersTableName"]).read("all")


def _scored(cloud: LocalCloud, outputs: Mapping[str, str]) -> dict[str, int]:
    return {user: int(score["clicks"]["N"]) for user, score in _scores(cloud, outputs).items()}


def _scores(cloud: LocalCloud, outputs: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the scores by user, without the markers of clicks."""
    found = items(cloud, outputs["ScoresTableName"])
    return {key.removeprefix("user#"): score for key, score in found.items() if key.startswith("user#")}


def _report(cloud: LocalCloud, outputs: Mapping[str, str], records: Sequence[Record]) -> int:
    """Compare with what the same records give when they are scored one after the other, each once."""
    wanted: dict[str, Score] = {}
    once = {record["click_id"]: record for _, record in records if record}
    for number, record in enumerate(once.values()):
        wanted[record["user"]] = after(
            wanted.get(record["user"]), click(record, now=float("inf")), str(number)
        )
    scores = _scores(cloud, outputs)
    otherwise = [user for user, score in wanted.items() if _stored_of(scores.get(user)) != _facts(score)]
    counted, cases = _counted(cloud, outputs), set(items(cloud, outputs["CasesTableName"]))
    suspicious = {user for user, score in wanted.items() if score.suspicious}
    print(f"lost: {max(len(once) - counted, 0)}   doubled: {max(counted - len(once), 0)}")
    print(f"users scored otherwise than in order: {len(otherwise)} of {len(wanted)}")
    print(f"cases: {len(cases)} of {len(suspicious)}, {len(cases ^ suspicious)} wrong")
    return int(counted != len(once) or bool(otherwise) or cases != suspicious)


def _facts(score: Score) -> tuple[int, list[float], bool]:
    return score.clicks, list(score.recent), score.suspicious


def _stored_of(item: dict[str, Any] | None) -> tuple[int, list[float], bool] | None:
    if item is None:
        return None
    recent = [float(moment["N"]) for moment in item["recent"]["L"]]
    return int(item["clicks"]["N"]), recent, item["suspicious"]["BOOL"]


if __name__ == "__main__":
    sys.exit(main())
