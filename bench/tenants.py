"""What tenants notice while one of them sends fifty times what it may, on the embedded AWS.

Three tenants ask for reports, as often as they may at most, first alone and then beside a fourth one of the
smallest tier that sends 50 times its rate from a process of its own. Then it stops, and asks again as it may.
The targets: no result of the others changed, none of their requests refused, the 95th percentile of their
requests at most 1.5 times that of the quiet time, and the loud one throttled and let back by itself.

    python -m bench.tenants [--seconds 60]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from typing import Any

from aws_cdk import Duration

from bench.cloud import cloud_for, deploy_reference
from bench.signed_requests import SignedApi
from stacks.tenant_api import TIERS, TenantApiStack
from wellmade.local.server import LocalCloud

LOUD, OTHERS = "CornerShop", ("Acme", "Bolt", "Dune")
TIMES = 50
EACH_SECOND = 0.5
"""Jobs a second of each other tenant: half of what the smallest tier may ask for."""
SLOWER = 1.5
USUAL, THROTTLED = TIERS["free"].rate_limit, TIERS["free"].while_throttled


@dataclass
class Outcome:
    """What tenants have noticed."""

    answers: Counter[int] = field(default_factory=Counter)
    """Statuses of the others' requests."""
    waits: list[float] = field(default_factory=list)
    """Seconds that each of these took."""
    ends: Counter[str] = field(default_factory=Counter)
    """How their jobs ended, as they were told."""

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 requests were answered."""
        return quantiles(self.waits, n=20)[-1]


@dataclass(frozen=True)
class Client:
    """Where an API is, and the key that is sent to it."""

    endpoint: str
    secret_key: str
    api_id: str
    key: str = field(repr=False)

    def api(self) -> SignedApi:
        """Return the API."""
        return SignedApi(self, self.api_id, headers={"x-api-key": self.key})


class Tenants:
    """The tenants of the stack, each with its key.

    Args:
        cloud: Where it is deployed.
        outputs: Of the stack.
    """

    def __init__(self, cloud: LocalCloud, outputs: Mapping[str, str]) -> None:
        self._cloud, self._outputs = cloud, outputs
        self._gateway = cloud.client("apigateway")

    def caller(self, tenant: str) -> "Client":
        """Return a tenant as whoever calls for it, in any process."""
        key = self._gateway.get_api_key(apiKey=self._outputs[f"KeyIdOf{tenant}"], includeValue=True)
        cloud = self._cloud
        return Client(cloud.endpoint, cloud.secret_key, self._outputs["ReportsApiId"], key["value"])

    def api(self, tenant: str) -> SignedApi:
        """Return the API as a tenant calls it."""
        return self.caller(tenant).api()

    def rate(self, tenant: str) -> float:
        """Return what a tenant's plan lets pass now."""
        key = self._outputs[f"KeyIdOf{tenant}"]
        plans = [
            plan
            for plan in self._gateway.get_usage_plans()["items"]
            if any(
                each["id"] == key
                for each in self._gateway.get_usage_plan_keys(usagePlanId=plan["id"])["items"]
            )
        ]
        return float(plans[0]["throttle"]["rateLimit"])


def be_loud(caller: Client, seconds: float, rate: float) -> Counter[int]:
    """Send requests at a rate, whatever becomes of them; return their statuses."""
    api = caller.api()
    begin, found = time.monotonic(), Counter[int]()
    with ThreadPoolExecutor(8) as pool:
        sent: list[Future[tuple[int, Any]]] = []
        while (at := time.monotonic() - begin) < seconds:
            due = int(at * rate) + 1 - len(sent)
            for _ in range(due):
                sent.append(pool.submit(api.ask, "PUT", f"/reports/loud-{len(sent)}", {}))
            time.sleep(0.01)
        found.update(each.result()[0] for each in sent)
    return found


def ask(apis: Mapping[str, SignedApi], name: str, seconds: float) -> Outcome:
    """Let each tenant ask for reports for a while, then read how each of them has ended."""
    found = Outcome()
    with ThreadPoolExecutor(len(apis)) as pool:
        jobs = list(pool.map(lambda api: _ask(api, name, seconds, found), apis.values()))
        list(pool.map(lambda api, asked: _read(api, asked, found), apis.values(), jobs))
    return found


def _ask(api: SignedApi, name: str, seconds: float, found: Outcome) -> Sequence[str]:
    begin = time.monotonic()
    asked: list[str] = []
    while time.monotonic() - begin < seconds:
        sent = time.monotonic()
        job = f"/reports/{name}-{len(asked)}"
        status, _ = api.ask("PUT", job, {})
        found.waits.append(time.monotonic() - sent)
        found.answers[status] += 1
        asked.append(job)
        time.sleep(max(0.0, 1 / EACH_SECOND - (time.monotonic() - sent)))
    return asked


def _read(api: SignedApi, jobs: Sequence[str], found: Outcome) -> None:
    for job in jobs:
        deadline = time.monotonic() + 120
        answer: Any = {}
        while answer.get("status") not in ("done", "failed") and time.monotonic() < deadline:
            status, answer = api.ask("GET", job)
            found.answers[status] += 1
            time.sleep(1 / USUAL * 1.1)
        found.ends[str(answer.get("result", answer.get("status")))] += 1


def main() -> int:
    """Run and print the figures; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.tenants", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each of the two times; 10 to 300")
    seconds = min(300, max(10, parser.parse_args().seconds))
    with cloud_for("tenants") as cloud, tempfile.TemporaryDirectory() as out:
        print("deploying …", flush=True)
        outputs = deploy_reference(cloud, Path(out), TenantApiStack, "tenant-api", Duration.seconds(10))
        tenants = Tenants(cloud, outputs)
        apis = {name: tenants.api(name) for name in OTHERS}
        ask(apis, "warm", 5)
        alone = ask(apis, "quiet", seconds)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            loud = apart.submit(be_loud, tenants.caller(LOUD), seconds, TIMES * USUAL)
            beside = ask(apis, "loud", seconds)
            answered = loud.result()
        throttled = _within(90, lambda: tenants.rate(LOUD) == THROTTLED)
        back = _within(240, lambda: tenants.rate(LOUD) == USUAL)
        again, _ = tenants.api(LOUD).ask("PUT", "/reports/again", {})
    return _tell(alone, beside, answered, back=throttled and back and again == 202)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(1)
    return holds


def _tell(alone: Outcome, beside: Outcome, answered: Counter[int], *, back: bool) -> int:
    refused = sum(count for status, count in beside.answers.items() if status not in (200, 202))
    changed = sum((beside.ends - Counter(dict.fromkeys(alone.ends, beside.ends.total()))).values())
    ratio = beside.p95 / alone.p95
    print(
        f"loud tenant: {answered.total()} requests, {answered[202]} taken, {answered[429]} refused with 429"
    )
    print(f"others: {beside.answers.total()} requests, {refused} refused; {beside.ends.total()} jobs")
    print(f"results changed: {changed}")
    print(f"p95: quiet {alone.p95 * 1000:.0f} ms, beside {beside.p95 * 1000:.0f} ms, {ratio:.2f} times")
    print(f"loud tenant throttled and back by itself: {'yes' if back else 'no'}")
    return int(bool(refused or changed or ratio > SLOWER or not back))


if __name__ == "__main__":
    sys.exit(main())
