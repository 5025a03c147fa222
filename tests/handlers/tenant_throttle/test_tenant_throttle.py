"""Plans follow the alarms of their tenants: throttled while one fires, let back when it is quiet."""

import json
import logging
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tenant_throttle.domain import Limits, changes, tenants_of
from tests.handlers.support import Aws, Context, answer, client, import_handler

TIER = {"rate_limit": 10, "burst_limit": 20, "throttled_rate": 1}
USUAL, THROTTLED = Limits(10.0, 20), Limits(1.0, 1)
PREFIX = "tenant-api-reports-anomaly-2a73108f-"
PLANS = {
    "acme": "ReportsTenantsacmePlan3EB909D8",
    "bolt": "ReportsTenantsboltPlan348F3058",
    "corner-shop": "ReportsTenantscornershopPlan7937B296",
    "dune": "ReportsTenantsdunePlan81C835A5",
}
"""As the stack names its alarms and plans, so that the calls prove its role."""
TENANTS = tuple(PLANS)
MARK = "4111111111111111"


class Api:
    """Two tenants, their plans and their alarms; plans are answered here, since moto's need more packages."""

    def __init__(self) -> None:
        self.plans: dict[str, dict[str, Any]] = {
            each: {"rateLimit": 10.0, "burstLimit": 20} for each in PLANS.values()
        }
        self.busy: list[bool] = []
        """Whether each of the next changes is refused."""

    def answer(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        """Answer a call of API Gateway."""
        if model.name == "GetUsagePlans":
            return answer({"items": [{"id": name, "throttle": each} for name, each in self.plans.items()]})
        if self.busy and self.busy.pop(0):
            return answer({"Error": {"Code": "TooManyRequestsException", "Message": "of the test"}}, 429)
        plan = self.plans[params["url_path"].rpartition("/")[2]]
        for change in json.loads(params["body"])["patchOperations"]:
            assert change["op"] == "replace"
            plan[change["path"].removeprefix("/throttle/")] = float(change["value"])
        return answer({})

    def limits(self, tenant: str) -> Limits:
        found = self.plans[PLANS[tenant]]
        return Limits(found["rateLimit"], int(found["burstLimit"]))

    def alarm(self, tenant: str, state: str) -> None:
        """Define an alarm of a tenant that is in a state."""
        name = f"{PREFIX}{tenant}"
        client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="TenantRequests",
            Namespace="Wellmade/Api",
            Period=60,
            Statistic="Sum",
            Threshold=3000,
        )
        client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="of the test")


TOLD = json.dumps({"team": {**TIER, "plans": PLANS}})


@pytest.fixture
def handler(aws: Aws) -> ModuleType:  # noqa: ARG001 - the simulated AWS
    return import_handler("tenant_throttle", TENANT_PLANS=TOLD, TENANT_ALARMS=PREFIX)


@pytest.fixture
def api(handler: ModuleType) -> Iterator[Api]:
    api, calls = Api(), handler.plans.apigateway.meta.events
    calls.register_first("before-call.api-gateway", api.answer)
    yield api
    calls.unregister("before-call.api-gateway", api.answer)


Run = Callable[[], None]


@pytest.fixture
def run(handler: ModuleType, api: Api) -> Run:  # noqa: ARG001 - whose plans it changes
    return lambda: handler.handler({"source": "aws.events", "detail": {}}, Context())


def test_a_tenant_is_throttled_while_its_alarm_fires_and_let_back_afterwards(api: Api, run: Run) -> None:
    for tenant in TENANTS:
        api.alarm(tenant, "OK")
    run()
    assert {api.limits(tenant) for tenant in TENANTS} == {USUAL}
    api.alarm("acme", "ALARM")
    run()
    run()
    assert (api.limits("acme"), api.limits("bolt")) == (THROTTLED, USUAL)
    api.alarm("acme", "OK")
    run()
    assert api.limits("acme") == USUAL


def test_what_somebody_undid_is_done_again(api: Api, run: Run) -> None:
    api.alarm("acme", "ALARM")
    run()
    api.plans[PLANS["acme"]]["rateLimit"] = 10.0
    run()
    assert api.limits("acme") == THROTTLED


def test_nothing_is_done_where_nothing_is_known(api: Api, run: Run) -> None:
    api.alarm("acme", "ALARM")
    run()
    api.alarm("acme", "INSUFFICIENT_DATA")
    run()
    assert (api.limits("acme"), api.limits("bolt")) == (THROTTLED, USUAL)


def test_a_plan_that_was_deleted_stops_nobody_else(api: Api, run: Run) -> None:
    for tenant in TENANTS:
        api.alarm(tenant, "ALARM")
    del api.plans[PLANS["acme"]]
    run()
    assert api.limits("bolt") == THROTTLED


def test_a_change_that_is_refused_for_now_is_made_in_the_next_run(
    api: Api, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    for tenant in TENANTS:
        api.alarm(tenant, "ALARM")
    api.busy = [False, True]
    with caplog.at_level(logging.WARNING):
        run()
    assert [api.limits(tenant) for tenant in TENANTS].count(THROTTLED) == 1
    assert "the next run goes on" in caplog.text
    run()
    assert {api.limits(tenant) for tenant in TENANTS} == {THROTTLED}


def test_tiers_keep_their_own_limits() -> None:
    told = {
        "free": {"rate_limit": 1, "burst_limit": 2, "throttled_rate": 0.1, "plans": {"bolt": "p1"}},
        "large": {"rate_limit": 50, "burst_limit": 90, "throttled_rate": 5, "plans": {"acme": "p2"}},
    }
    tenants = tenants_of(json.dumps(told))
    now = {"p1": Limits(1, 2), "p2": Limits(5, 1)}
    found = [
        (each.tenant.name, each.limits, each.is_throttle)
        for each in changes(tenants, {"bolt": "ALARM", "acme": "OK"}, now)
    ]
    assert found == [("bolt", Limits(0.1, 1), True), ("acme", Limits(50, 90), False)]


def test_a_plan_without_a_throttle_gets_it_back(api: Api, run: Run) -> None:
    api.plans[PLANS["bolt"]].clear()
    api.alarm("bolt", "OK")
    run()
    assert api.limits("bolt") == USUAL


def test_the_log_holds_nothing_of_the_event(
    api: Api, handler: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    api.alarm("acme", "ALARM")
    handler.handler({"detail": {"card": MARK}, MARK: MARK}, Context())
    captured = capsys.readouterr()
    assert MARK not in captured.out + captured.err + caplog.text
