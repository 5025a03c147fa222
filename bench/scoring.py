"""What scoring a payment adds to a function that does nothing, on the embedded AWS.

Two APIs of one kind, each with a warm function: the one of stack `scoring`, with its table and its cache, and
one that answers at once. Requests go to them in turn, one at a time, so that both meet the same machine. The
target: the 99th percentile of the one lies at most 20 ms above that of the other, and every payment gets a
score. Where the machine is late with a lookup, the answer says so, as it would in AWS; these are counted.

    python -m bench.scoring [--requests 2000]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import aws_cdk as cdk
from constructs import Construct

from bench.cloud import cloud_for, deploy_reference
from bench.signed_requests import SignedApi
from stacks.scoring import MEMORY, ScoringStack
from stacks.settings import Settings
from wellmade.api import LambdaApi
from wellmade.foundation import PythonFunction
from wellmade.local.server import LocalCloud

MORE = 20
"""Milliseconds."""
ACCOUNTS = 50
WARM_UP = 50
NO_WORK = Path(__file__).parent / "lambda_src" / "no_work"


class NoWorkStack(cdk.Stack):
    """An API whose function does nothing."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        function = PythonFunction(
            self, "Handler", code=NO_WORK, memory_size=MEMORY, timeout=cdk.Duration.seconds(3)
        )
        api = LambdaApi(self, "Scores", routes=["POST /scores"], function=function)
        cdk.CfnOutput(self, "ScoresApiId", value=api.api_id)
        settings.tag(self)


@dataclass
class Times:
    """Milliseconds of the requests to one API."""

    waits: list[float] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """Within which 99 of 100 were answered."""
        return quantiles(self.waits, n=100)[-1]

    def __str__(self) -> str:
        """Tell the figures."""
        return f"median {median(self.waits):.1f} ms, p99 {self.p99:.1f} ms"


@dataclass
class Outcome:
    """What callers of both APIs have seen."""

    scoring: Times = field(default_factory=Times)
    no_work: Times = field(default_factory=Times)
    answers: Counter[int] = field(default_factory=Counter)
    """Of payments, by status."""
    incomplete: int = 0
    """Scores without what a lookup knows, which has not answered in its time."""


def keep_profiles(cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
    """Give every second account a profile."""
    dynamodb = cloud.client("dynamodb")
    for number in range(0, ACCOUNTS, 2):
        item = {
            "pk": {"S": f"account#a-{number}"},
            "country": {"S": "DE"},
            "typical_cents": {"N": "2000"},
        }
        dynamodb.put_item(TableName=outputs["ProfilesTableName"], Item=item)


def payment(number: int) -> dict[str, object]:
    """Return one of many payments."""
    return {
        "payment_id": f"p-{number}",
        "account": f"a-{number % ACCOUNTS}",
        "amount_cents": 1_000 + number,
        "country": "DE",
    }


def ask_in_turn(scoring: SignedApi, no_work: SignedApi, requests: int) -> Outcome:
    """Send requests to both APIs in turn, after some that count for nothing."""
    found = Outcome()
    for number in range(-WARM_UP, requests):
        for api, times in ((scoring, found.scoring), (no_work, found.no_work)):
            sent = time.perf_counter()
            status, answer = api.ask("POST", "/scores", payment(number + WARM_UP))
            took = (time.perf_counter() - sent) * 1000
            if number < 0:
                continue
            times.waits.append(took)
            if api is scoring:
                found.answers[status] += 1
                found.incomplete += bool(answer.get("unknown"))
    return found


def main() -> int:
    """Run and print the figures; 1 where the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.scoring", description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="to each API; 100 to 20,000")
    requests = min(20_000, max(100, parser.parse_args().requests))
    with cloud_for("scoring") as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out) / "scoring", ScoringStack, "scoring")
        beside = deploy_reference(cloud, Path(out) / "no-work", NoWorkStack, "no-work")
        keep_profiles(cloud, outputs)
        scoring, no_work = (SignedApi(cloud, each["ScoresApiId"], "$default") for each in (outputs, beside))
        found = ask_in_turn(scoring, no_work, requests)
    return _tell(found)


def _tell(found: Outcome) -> int:
    more = found.scoring.p99 - found.no_work.p99
    without = found.answers.total() - found.answers[200]
    print(
        f"payments: {found.answers.total()}, {without} without a score, {found.incomplete} without a lookup"
    )
    print(f"scoring:  {found.scoring}")
    print(f"no work:  {found.no_work}")
    print(f"own time, p99: {more:.1f} ms more")
    return int(more > MORE or without > 0)


if __name__ == "__main__":
    sys.exit(main())
