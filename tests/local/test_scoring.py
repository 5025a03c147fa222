"""Payments that are scored while their callers wait, by a table and a cache that may hang."""

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aws_cdk as cdk
import psutil
import pytest

from bench.cloud import deploy_reference
from bench.scoring import keep_profiles
from bench.signed_requests import SignedApi
from stacks.scoring import ScoringStack
from wellmade.local.server import LocalCloud

pytestmark = [pytest.mark.local, pytest.mark.scan]


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The stack, deployed, with profiles of some accounts."""
    out = tmp_path_factory.mktemp("cdk.out")
    outputs = deploy_reference(cloud, out, ScoringStack, "scoring", timeout=cdk.Duration.seconds(10))
    keep_profiles(cloud, outputs)
    return outputs


@pytest.fixture(scope="module")
def ask(cloud: LocalCloud, outputs: Mapping[str, str]) -> Callable[..., tuple[int, Any]]:
    """Ask for the score of a payment of 20 euros."""
    api = SignedApi(cloud, outputs["ScoresApiId"], "$default")

    def send(payment_id: str, account: str = "a-0", *, signed: bool = True, **more: object) -> Any:
        payment = {"payment_id": payment_id, "account": account, "amount_cents": 2_000, "country": "DE"}
        return api.ask("POST", "/scores", {**payment, **more}, signed=signed)

    return send


@contextmanager
def hanging_caches(cloud: LocalCloud) -> Iterator[None]:
    """Stop every cache of the cloud for a while: it takes connections, and answers nothing."""
    of_cloud = psutil.Process(cloud.pid).children(recursive=True)
    caches = [each for each in of_cloud if each.name() == "redis-server"]
    assert caches
    for each in caches:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in caches:
            each.send_signal(signal.SIGCONT)


def test_a_payment_is_scored_by_what_table_and_cache_know(
    ask: Callable[..., tuple[int, Any]], eventually: Callable[..., None]
) -> None:
    # A machine with other work may be late with a lookup, which is then named.
    eventually(lambda: ask("p-1")[1]["unknown"] == [])
    reasons: list[str] = []

    def known(payment_id: str, account: str, **more: object) -> bool:
        status, answer = ask(payment_id, account, **more)
        assert status == 200
        reasons[:] = answer["reasons"]
        return bool(answer["unknown"] == [])

    eventually(lambda: known("p-2", "a-0"))
    assert reasons == []
    eventually(lambda: known("p-3", "a-0", country="FR", amount_cents=90_000))
    assert reasons == ["another country", "unusual amount"]
    eventually(lambda: known("p-4", "a-1"))
    assert reasons == ["new account"]


def test_many_payments_of_one_account_are_noticed_by_all_copies(
    ask: Callable[..., tuple[int, Any]], eventually: Callable[..., None]
) -> None:
    for number in range(6):
        ask(f"many-{number}", "a-2")
    eventually(lambda: "many payments in a minute" in ask("many-6", "a-2")[1]["reasons"])


def test_a_cache_that_hangs_is_named_and_nothing_approved(
    cloud: LocalCloud, ask: Callable[..., tuple[int, Any]], eventually: Callable[..., None]
) -> None:
    with hanging_caches(cloud):
        status, answer = ask("hanging-1", "a-4")
    assert (status, answer["decision"]) == (200, "review")
    assert "velocity" in answer["unknown"]
    eventually(lambda: ask("hanging-2", "a-4")[1]["decision"] == "approve")


def test_lookups_without_an_answer_are_counted(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    ask: Callable[..., tuple[int, Any]],
    eventually: Callable[..., None],
) -> None:
    with hanging_caches(cloud):
        ask("counted", "a-6")
    dimensions = [{"Name": "function", "Value": outputs["ScorerFunctionName"]}]

    def counted() -> bool:
        found = cloud.client("cloudwatch").list_metrics(
            Namespace="Wellmade", MetricName="UnansweredLookups", Dimensions=dimensions
        )
        return bool(found["Metrics"])

    eventually(counted)


def test_unsigned_requests_and_what_is_no_payment_are_refused(ask: Callable[..., tuple[int, Any]]) -> None:
    assert ask("p-9", signed=False)[0] == 403
    status, answer = ask("p-9", amount_cents=-1)
    assert (status, "amount_cents must be" in answer["error"]) == (400, True)


def test_no_payment_is_in_the_log(
    cloud: LocalCloud, outputs: Mapping[str, str], ask: Callable[..., tuple[int, Any]]
) -> None:
    ask("card-4111111111111111", "a-8")
    logs = cloud.client("logs")
    groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    own = [each for each in groups if "scoring" in each or outputs["ScorerFunctionName"] in each]
    assert own
    for group in own:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            assert "4111111111111111" not in json.dumps(page["events"])
