"""How many clicks are lost or doubled by the readers of a stream and of a table's changes, with faults.

Clicks of 50 users are written to the stream of the deployed stack in the order of each user, with a tenth of
the records written twice, one bad record in a hundred, and of one click in 49 another with its user and id
and other contents; processes of the functions are killed (SIGKILL) while they work, and calls are throttled
or not answered. Of two clicks that contradict each other the one that the stream has first counts. Counters
must hold every click once; scores, which depend on the order of a user's clicks, must be those that the
clicks give in order; a case must be open for each suspicious user and for no other. The target is 0 lost, 0
doubled, 0 mixed, 0 out of order, that every bad record is reported to both readers' on-failure queues, and
that both have set every contradiction apart.

    python -m bench.stream_faults [--count 2000] [--kills 25] [--calls 1] [--seed 1]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from aws_cdk import Duration

from bench.chaos import (
    Options,
    contradictions,
    failed_calls,
    in_batches,
    items,
    killing,
    options,
    uncontradicted,
    wait_until,
)
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
READERS = ("Counting", "Scoring")
TABLES = ("CountersTableName", "ScoresTableName")
"""Of these readers, as outputs name them."""
FAST = 5
"""Users whose clicks come faster than a person's."""
BEGIN = datetime(2026, 11, 26, 18, tzinfo=UTC)
Click = dict[str, Any]
Record = tuple[str, Click | None]
"""A user, and a click of theirs or a bad record."""


def main() -> int:
    """Run and print the figures; 1 when a click is lost, doubled or out of order."""
    # Few, because the embedded AWS hands out one batch after the other: all wait where one call hangs.
    faults = options(__doc__, calls=1)
    with cloud_for("streams", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), ClickstreamStack, "clickstream", timeout=TIMEOUT)
        clicks = [_click(number) for number in range(faults.count)]
        pairs = contradictions(clicks, _contradicting, faults.chance)
        records = _records(clicks, pairs, faults)
        bad = sum(record is None for _, record in records)
        with killing(cloud, faults) as killed:
            _write(cloud, outputs["StreamName"], records)
            _wait(cloud, outputs, faults.count, bad, len(pairs))
        print(f"{faults.count} clicks of {USERS} users, {len(pairs)} contradicted, {len(records)} records")
        print(f"{bad} of them bad, {killed[0]} processes killed")
        print(failed_calls(cloud))
        return _report(cloud, outputs, records, bad, len(pairs))


def _click(number: int) -> Click:
    apart = 0.1 if number % USERS < FAST else 5.0
    at = (BEGIN + timedelta(seconds=number // USERS * apart)).isoformat()
    return {"click_id": f"c-{number}", "user": f"u-{number % USERS}", "page": f"p-{number % 7}", "at": at}


def _contradicting(one: Click) -> Click:
    """Return another click of the same id, on another page and a little earlier."""
    earlier = (datetime.fromisoformat(one["at"]) - timedelta(seconds=1)).isoformat()
    return {**one, "page": f"other {one['page']}", "at": earlier}


def _records(clicks: Sequence[Click], pairs: Sequence[tuple[Click, Click]], faults: Options) -> list[Record]:
    first_of = {first["click_id"]: first for first, _ in pairs}
    found: list[Record] = []
    for each in clicks:
        found.append((each["user"], first_of.get(each["click_id"], each)))
        if faults.chance.random() < 0.01:
            found.append((each["user"], None))
    for first, second in pairs:
        _insert_later(found, first, second, faults)
    # What a producer wrote twice comes later, behind newer clicks of its user, as after a time-out.
    for again in faults.chance.sample(uncontradicted(clicks, pairs), faults.count // 10):
        _insert_later(found, again, again, faults)
    return found


def _insert_later(found: list[Record], first: Click, second: Click, faults: Options) -> None:
    after_it = found.index((first["user"], first)) + 1
    found.insert(faults.chance.randrange(after_it, len(found) + 1), (second["user"], second))


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


def _wait(cloud: LocalCloud, outputs: Mapping[str, str], count: int, bad: int, contradicted: int) -> None:
    """Wait until both readers are through: every record was counted or given up, every one scored."""
    last = _scored(cloud, outputs)

    def done() -> bool:
        nonlocal last
        counted, scored = _counted(cloud, outputs), _scored(cloud, outputs)
        quiet = scored == last
        last = scored
        return (
            quiet
            and min(counted, sum(scored.values())) >= count
            and all(_failures(cloud, outputs, reader) >= bad for reader in READERS)
            and all(_set_apart(cloud, outputs, name) >= contradicted for name in TABLES)
        )

    wait_until(
        done, lambda: f"{_counted(cloud, outputs)} counted, {sum(_scored(cloud, outputs).values())} scored"
    )


def _failures(cloud: LocalCloud, outputs: Mapping[str, str], reader: str) -> int:
    found = cloud.client("sqs").get_queue_attributes(
        QueueUrl=outputs[f"{reader}OnFailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def _set_apart(cloud: LocalCloud, outputs: Mapping[str, str], table: str) -> int:
    return sum(key.startswith("contradicted#") for key in items(cloud, outputs[table]))


def _counted(cloud: LocalCloud, outputs: Mapping[str, str], name: str = "all") -> int:
    return ShardedCounters(cloud.client("dynamodb"), outputs["CountersTableName"]).read(name)


def _scored(cloud: LocalCloud, outputs: Mapping[str, str]) -> dict[str, int]:
    return {user: int(score["clicks"]["N"]) for user, score in _scores(cloud, outputs).items()}


def _scores(cloud: LocalCloud, outputs: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the scores by user, without the markers of clicks."""
    found = items(cloud, outputs["ScoresTableName"])
    return {key.removeprefix("user#"): score for key, score in found.items() if key.startswith("user#")}


def _report(
    cloud: LocalCloud, outputs: Mapping[str, str], records: Sequence[Record], bad: int, contradicted: int
) -> int:
    """Compare with what the same records give when they are scored one after the other, each once."""
    wanted: dict[str, Score] = {}
    once: dict[str, Click] = {}
    for _, record in records:
        if record:
            once.setdefault(record["click_id"], record)
    for number, record in enumerate(once.values()):
        wanted[record["user"]] = after(
            wanted.get(record["user"]), click(record, now=float("inf")), str(number)
        )
    scores = _scores(cloud, outputs)
    otherwise = [user for user, score in wanted.items() if _stored_of(scores.get(user)) != _facts(score)]
    counted, cases = _counted(cloud, outputs), set(items(cloud, outputs["CasesTableName"]))
    suspicious = {user for user, score in wanted.items() if score.suspicious}
    pages = Counter(record["page"] for record in once.values())
    others = {record["page"] for _, record in records if record}
    mixed = sum(abs(_counted(cloud, outputs, f"page#{page}") - pages[page]) for page in others)
    reported = [_failures(cloud, outputs, reader) for reader in READERS]
    print(f"lost: {max(len(once) - counted, 0)}   doubled: {max(counted - len(once), 0)}   mixed: {mixed}")
    print(f"users scored otherwise than in order: {len(otherwise)} of {len(wanted)}")
    print(f"cases: {len(cases)} of {len(suspicious)}, {len(cases ^ suspicious)} wrong")
    apart = [_set_apart(cloud, outputs, table) for table in TABLES]
    print(f"reported to the on-failure queues: {' and '.join(map(str, reported))} of {bad}")
    print(f"set apart: {' and '.join(map(str, apart))} of {contradicted}")
    wrong = counted != len(once) or otherwise or mixed or cases != suspicious
    return int(bool(wrong or min(reported) < bad or set(apart) != {contradicted}))


def _facts(score: Score) -> tuple[int, list[float], bool]:
    return score.clicks, list(score.recent), score.suspicious


def _stored_of(item: dict[str, Any] | None) -> tuple[int, list[float], bool] | None:
    if item is None:
        return None
    recent = [float(moment["N"]) for moment in item["recent"]["L"]]
    return int(item["clicks"]["N"]), recent, item["suspicious"]["BOOL"]


if __name__ == "__main__":
    sys.exit(main())
