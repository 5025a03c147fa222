"""How many long jobs are lost or doubled, and how many callers are never told the end, with faults.

Jobs are asked for over HTTP, a tenth of them twice, and wait in a queue; one in a hundred always fails,
one in a hundred is refused by the worker, and of one in 49 another is asked for under its name. Processes are
killed (SIGKILL) while they work, and calls are throttled or not answered. Then every caller asks how its job
stands; whoever asked for two things under one name must be told so. The target is 0, 0 and 0.

    python -m bench.long_jobs [--jobs 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from bench.chaos import (
    CONTRADICTED,
    Options,
    contradictions,
    depth,
    failed_calls,
    items,
    killing,
    options,
    uncontradicted,
    wait_until,
)
from bench.cloud import ROOT, cloud_for, deploy_reference
from bench.signed_requests import SignedApi
from stacks.settings import Settings
from wellmade.api import AsyncApi, Throttle
from wellmade.foundation import OnDemandTable, PythonFunction
from wellmade.local.server import LocalCloud

RECEIVES = 6
"""Before a job counts as failed: many, since kills use them up."""
Job = dict[str, Any]
CALLERS = 6
"""Callers that ask at the same time."""


class LongJobsStack(Stack):
    """Jobs that count themselves."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        table = OnDemandTable(self, "Counts", partition_key="pk", removal_policy=settings.removal_policy)
        function = PythonFunction(
            self,
            "Recorder",
            code=ROOT / "bench" / "lambda_src" / "job_recorder",
            timeout=Duration.seconds(2),
            reserved_concurrency=4,
        )
        api = AsyncApi(
            self,
            "Jobs",
            function=function,
            request_schema={"required": ["number"], "properties": {"number": {"type": "integer"}}},
            throttle=Throttle(rate_limit=2000, burst_limit=2000),
            batch_size=10,
            max_receive_count=RECEIVES,
            removal_policy=settings.removal_policy,
        )
        table.connect(api, actions=["dynamodb:UpdateItem"])
        outputs = {
            "ApiId": api.api_id,
            "CountsTableName": table.table_name,
            "QueueUrl": api.queue.queue_url,
            "UntoldQueueUrl": api.failures.queue.queue_url,
            "DeadLetterQueueUrl": api.dead_letter_queue.queue_url,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


@dataclass
class Outcome:
    """What came of it."""

    taken: int
    ends: Counter[str] = field(default_factory=Counter)
    """How jobs ended, as their callers were told."""
    lost: int = 0
    doubled: int = 0
    untold: int = 0
    wrong: int = 0
    """Callers that were told something else than what happened."""
    dead: int = 0
    contradicted: int = 0
    """Callers that asked for two things under one name, and were told that one of them was not done."""


def main() -> int:
    """Run and print the figures; 1 when a job is lost or doubled, or a caller is told nothing."""
    faults = options(__doc__, work="jobs")
    with cloud_for("jobs", faults.calls) as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), LongJobsStack, "long-jobs")
        found, killed = drive(cloud, outputs, faults)
        print(f"{faults.count} jobs, {found.taken} requests taken, {killed} processes killed")
        print(failed_calls(cloud))
        ends = ", ".join(f"{count} {end}" for end, count in sorted(found.ends.items()))
        print(f"callers were told: {ends}; {found.dead} kept in the dead-letter queue")
        print(f"lost: {found.lost}   doubled: {found.doubled}")
        print(f"callers that were told nothing: {found.untold}, something wrong or mixed: {found.wrong}")
        print(f"contradictions that callers were told: {found.contradicted} of {contradicted(faults)}")
    failed = found.lost or found.doubled or found.untold or found.wrong
    return int(bool(failed or found.contradicted != contradicted(faults)))


def contradicted(faults: Options) -> int:
    """Return how many jobs are contradicted."""
    return len(range(0, faults.count, CONTRADICTED))


def drive(
    cloud: LocalCloud, outputs: Mapping[str, str], faults: Options, *, every: int = 100
) -> tuple[Outcome, int]:
    """Ask for jobs, some of them twice, under faults, and account for each of them.

    Of so many jobs (`every`) one always fails, and another one is refused by the worker.
    """
    wanted = [_job(number, number % every, every) for number in range(faults.count)]
    api = SignedApi(cloud, outputs["ApiId"])
    pairs = contradictions(wanted, _contradicting, faults.chance)
    asks = [job for pair in pairs for job in pair]
    for job in uncontradicted(wanted, pairs):
        asks += [job] * (2 if faults.chance.random() < 0.1 else 1)
    faults.chance.shuffle(asks)
    with killing(cloud, faults) as killed, ThreadPoolExecutor(CALLERS) as pool:
        taken = sum(pool.map(lambda job: _ask(api, job), asks))
        urls = (outputs["QueueUrl"], outputs["UntoldQueueUrl"])
        wait_until(
            lambda: not any(depth(cloud, url) for url in urls),
            lambda: " and ".join(f"{depth(cloud, url)} in queue" for url in urls),
        )
        told = dict(
            zip((job["id"] for job in wanted), pool.map(lambda job: _end(api, job), wanted), strict=True)
        )
    return _account(cloud, outputs, (wanted, pairs), told, taken), killed[0]


def _job(number: int, place: int, every: int) -> Job:
    poison = {"poison": True} if place == every // 2 else {}
    return {"id": f"job-{number:05}", "body": {"number": -1 if place == every - 1 else number, **poison}}


def _contradicting(job: Job) -> Job:
    return {**job, "body": {"number": job["body"]["number"] + 1_000_000}}


def _ask(api: SignedApi, job: Mapping[str, Any]) -> int:
    """Ask until the job is taken, as a caller does."""
    for _ in range(20):
        status, _ = api.ask("PUT", f"/jobs/{job['id']}", job["body"])
        if status == 202:
            return 1
    return 0


def _end(api: SignedApi, job: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask how a job stands until the API answers."""
    for _ in range(20):
        status, answer = api.ask("GET", f"/jobs/{job['id']}")
        if status == 200:
            return dict(answer)
    return {}


def _account(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    asked: tuple[Sequence[Job], Sequence[tuple[Job, Job]]],
    told: Mapping[str, Mapping[str, Any]],
    taken: int,
) -> Outcome:
    counts = {
        key.rpartition("#")[2]: int(item["done"]["N"])
        for key, item in items(cloud, outputs["CountsTableName"]).items()
    }
    found = Outcome(taken, Counter(str(each.get("status")) for each in told.values()))
    found.dead = depth(cloud, outputs["DeadLetterQueueUrl"])
    wanted, pairs = asked
    for job in wanted:
        done, end = counts.get(job["id"], 0), told[job["id"]]
        fails = job["body"].get("poison") or job["body"]["number"] < 0
        found.lost += not fails and not done
        found.doubled += done > 1
        found.untold += end.get("status") not in ("done", "failed")
        either = next((pair for pair in pairs if job in pair), (job,))
        is_right = (end.get("status") == "done") is (done > 0)
        is_right &= bool(fails) or end.get("result") in [
            {"square": each["body"]["number"] ** 2} for each in either
        ]
        is_right &= ("contradicted" in end) is (len(either) == 2)
        found.contradicted += "contradicted" in end
        found.wrong += not is_right
    return found


if __name__ == "__main__":
    sys.exit(main())
