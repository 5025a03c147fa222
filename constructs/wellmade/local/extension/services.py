"""Gap: a service is called deployed whatever its program does, and a rollback is called a success.

CloudFormation waits until the tasks of a release run and answer their health check, and fails with the reason
when they do not. Here too, in seconds instead of hours, and the reason has the last lines of the program.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import http.client
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.services import alb, ecs
from ministack.services.cloudformation import provisioners

from . import programs

MOST_PATIENCE = 60.0
"""Seconds that the tasks of a release have at most, once they may run, to answer their health check."""
_MOST_STARTS = 3
"""Tasks of a release that may end before the release is given up."""
_LINES = 12

Service = dict[str, Any]


def apply() -> None:
    """Wait for releases, as CloudFormation does."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::ECS::Service"]
    create, update = handler["create"], handler["update"]

    def create_and_wait(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        result = create(logical_id, properties, stack)
        try:
            _demand_answers(result[0], properties)
        except ValueError:
            handler["delete"](result[0], properties)  # a rollback knows nothing of what was not created
            raise
        return result

    def update_and_wait(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Any:
        result = update(physical_id, old, new, stack)
        if old.get("TaskDefinition") != new.get("TaskDefinition"):
            _demand_answers(result[0], new)
        return result

    handler |= {"create": create_and_wait, "update": update_and_wait}


def _demand_answers(arn: str, properties: dict[str, Any]) -> None:
    """Wait until every task of a release answers.

    Raises:
        ValueError: If they do not, with the last lines of the program.
    """
    [service] = [each for each in ecs._services.values() if each["serviceArn"] == arn]
    wanted = str(properties.get("TaskDefinition", ""))
    deadline = time.monotonic() + programs.STARTS_WITHIN + MOST_PATIENCE
    reason, ran = "its tasks did not start", False
    while time.monotonic() < deadline:
        found = _failure(service, wanted)
        if found is not None:
            raise ValueError(_told(service, found, wanted))
        tasks = list(_running(service, wanted))
        if len(tasks) >= int(service.get("desiredCount", 1)):
            reason = next((why for task in tasks if (why := _not_healthy(service, task))), "")
            if not reason:
                return
            if not ran:
                ran, deadline = True, time.monotonic() + _patience(service)
        time.sleep(2 if ran else 0.1)
    raise ValueError(_told(service, reason, wanted))


def _patience(service: Service) -> float:
    """Return the seconds after which a load balancer would call a task that never answered unhealthy."""
    groups = [alb._tgs.get(each.get("targetGroupArn")) or {} for each in service.get("loadBalancers") or []]
    checks = [
        int(group.get("HealthCheckIntervalSeconds", 30)) * int(group.get("UnhealthyThresholdCount", 2))
        for group in groups
    ]
    grace = int(service.get("healthCheckGracePeriodSeconds") or 0)
    return min(MOST_PATIENCE, max(checks, default=0) + grace)


def _failure(service: Service, wanted: str) -> str | None:
    """Return why a release is given up: ECS rolled it back, or its tasks ended again and again."""
    for deployment in service.get("deployments", []):
        if deployment["taskDefinition"] == wanted and deployment.get("rolloutState") == "FAILED":
            return str(deployment.get("rolloutStateReason") or "ECS rolled it back")
    ended = [task for task in _tasks(service, wanted) if task.get("lastStatus") == "STOPPED"]
    silent = programs.silent_since(wanted)
    if silent:
        return silent
    if len(ended) >= _MOST_STARTS:
        return f"{len(ended)} tasks ended: {ended[-1].get('stoppedReason') or 'the program exited'}"
    return None


def _tasks(service: Service, wanted: str) -> Iterator[dict[str, Any]]:
    for task in list(ecs._tasks.values()):
        if task.get("group") == f"service:{service['serviceName']}" and task["taskDefinitionArn"] == wanted:
            yield task


def _running(service: Service, wanted: str) -> Iterator[dict[str, Any]]:
    return (task for task in _tasks(service, wanted) if task.get("lastStatus") == "RUNNING")


def _not_healthy(service: Service, task: dict[str, Any]) -> str:
    """Return how a task fails the health check of a load balancer; nothing where it passes, or has none."""
    for balancer in service.get("loadBalancers") or []:
        group = alb._tgs.get(balancer.get("targetGroupArn")) or {}
        said = _health(group, str(ecs._task_ip(task)), int(balancer["containerPort"]))
        if said:
            return said
    return ""


def answers_well(group: Mapping[str, Any], address: str, port: int) -> bool:
    """Tell whether a target passes the health check of its group."""
    return not _health(group, address, port, patience=1)


def _health(group: Mapping[str, Any], address: str, port: int, *, patience: float = 5) -> str:
    """Return how a target fails the health check of its group; nothing where it passes, or there is none."""
    if group.get("HealthCheckProtocol", "HTTP") not in ("HTTP", "HTTPS"):
        return ""
    path = group.get("HealthCheckPath") or "/"
    status = _status(address, port, path, patience)
    if status in _codes(str((group.get("Matcher") or {}).get("HttpCode") or "200")):
        return ""
    return f"its health check GET {path} {f'answers {status}' if status else 'does not answer'}"


def _status(address: str, port: int, path: str, patience: float) -> int | None:
    connection = http.client.HTTPConnection(address, port, timeout=patience)
    try:
        connection.request("GET", path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
        return connection.getresponse().status
    except OSError:
        return None
    except http.client.HTTPException:
        return None
    finally:
        connection.close()


def _codes(matcher: str) -> set[int]:
    """Read `200`, `200,302` or `200-399`."""
    codes: set[int] = set()
    for part in matcher.split(","):
        first, _, last = part.partition("-")
        codes.update(range(int(first), int(last or first) + 1))
    return codes


def _told(service: Service, reason: str, wanted: str) -> str:
    lines = programs.last_lines(wanted)[-_LINES:]
    said = f"; its last lines: {' / '.join(lines)}" if lines else "; its program wrote nothing"
    return f"{service['serviceName']}: {reason}{said}"
