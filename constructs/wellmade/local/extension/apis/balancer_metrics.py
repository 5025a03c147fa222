"""Gap: load balancers publish no metrics, so that no alarm on their answers or their targets can fire.

Requests are counted as they pass, and targets by what their health check answers, under the names and
dimensions of AWS.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextvars
import json
import time
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import StreamingResponse
from ministack.services import alb, cloudwatch

from ..services import answers_well  # noqa: TID252 - this package has another name where it runs

NAMESPACE = "AWS/ApplicationELB"
LOOKS = 5.0
"""Seconds between two looks at the targets of a group."""
_balancer: contextvars.ContextVar[str] = contextvars.ContextVar("balancer", default="")
_group: contextvars.ContextVar[str] = contextvars.ContextVar("group", default="")
_looked: dict[str, float] = {}
"""When the targets of a group were last looked at."""


def apply() -> None:
    """Count what passes a load balancer, and what it answers itself."""
    dispatch, forward = alb.dispatch_request, alb._forward_to_tg

    async def dispatch_and_count(balancer: Mapping[str, Any], *given: Any, **options: Any) -> Any:
        token = _balancer.set(str(balancer["LoadBalancerArn"]))
        passed = _group.set("")
        try:
            answer = await dispatch(balancer, *given, **options)
            if not _group.get() and answer[0] >= 500:
                _record("HTTPCode_ELB_5XX_Count", 1, {"LoadBalancer": _name(_balancer.get())})
            return answer
        finally:
            _group.reset(passed)
            _balancer.reset(token)

    async def forward_and_count(group: str, *given: Any, **options: Any) -> Any:
        _group.set(group)
        began = time.monotonic()
        answer = await forward(group, *given, **options)
        _count(group, answer, time.monotonic() - began)
        return answer

    alb.dispatch_request, alb._forward_to_tg = dispatch_and_count, forward_and_count


def publish_hosts() -> None:
    """Publish how many targets of each group are healthy, of those that a load balancer sends to."""
    for arn, group in list(alb._tgs.items()):
        targets = list(alb._targets.get(arn) or ())
        balancers = _balancers(arn, group)
        if group.get("TargetType") == "lambda" or not balancers or not targets:
            continue
        now = time.monotonic()
        if now - _looked.get(arn, -LOOKS) < LOOKS:
            continue
        _looked[arn] = now
        port = group.get("Port", 80)
        well = sum(answers_well(group, str(each["Id"]), int(each.get("Port") or port)) for each in targets)
        for balancer in balancers:
            of = {"LoadBalancer": _name(balancer), "TargetGroup": _name(arn)}
            _record("HealthyHostCount", well, of)
            _record("UnHealthyHostCount", len(targets) - well, of)


def _balancers(arn: str, group: Mapping[str, Any]) -> set[str]:
    """Return the load balancers that send to a group, by a listener's default or by a rule."""
    listeners = {each["ListenerArn"]: str(each["LoadBalancerArn"]) for each in list(alb._listeners.values())}
    by_rule = {
        listeners[rule["ListenerArn"]]
        for rule in list(alb._rules.values())
        if rule.get("ListenerArn") in listeners and arn in json.dumps(rule.get("Actions", []))
    }
    return {*group.get("LoadBalancerArns", ()), *by_rule}


def _count(group: str, answer: tuple[int, Any, Any], took: float) -> None:
    """Count an answer of a target, or what the load balancer says for one that gave none."""
    balancer = {"LoadBalancer": _name(_balancer.get())}
    both = {**balancer, "TargetGroup": _name(group)}
    status = answer[0]
    if _is_own(group, answer):
        _record("HTTPCode_ELB_5XX_Count", 1, balancer)
        if (alb._tgs.get(group) or {}).get("TargetType") == "lambda":
            _record("LambdaUserError", 1, both)
        return
    for of in (balancer, both):
        _record("RequestCount", 1, of)
        _record(f"HTTPCode_Target_{status // 100}XX_Count", 1, of)
        _record("TargetResponseTime", took, of, "Seconds")


def _is_own(group: str, answer: tuple[int, Any, Any]) -> bool:
    """Tell whether the load balancer wrote an answer itself: what servers answer is passed on as it comes."""
    status, _, body = answer
    if status not in (502, 503):
        return False
    if (alb._tgs.get(group) or {}).get("TargetType") == "lambda":
        return status == 502 and bytes(body).startswith(b'{"message": "Lambda error')
    return not isinstance(body, StreamingResponse)


def _name(arn: str) -> str:
    """Return how metrics call a load balancer (`app/name/id`) or a group (`targetgroup/name/id`)."""
    return arn.rpartition(":")[2].removeprefix("loadbalancer/")


def _record(metric: str, value: float, dimensions: Mapping[str, str], unit: str = "Count") -> None:
    cloudwatch.record_metric(NAMESPACE, metric, value, unit, dict(dimensions))
