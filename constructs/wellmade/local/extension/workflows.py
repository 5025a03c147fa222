"""Gap: workflows have all the time in the world, retries no jitter, throttles no name, paths no end.

Nor do retries know a longest wait. Without jitter, what was throttled together comes back together again. And
a task of ECS that fails is taken for one that succeeds.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextvars
import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

Execution = dict[str, Any]
_NOT_SUCCEEDED = ("FAILED", "TIMED_OUT", "ABORTED")

_deadline: contextvars.ContextVar[float | None] = contextvars.ContextVar("_deadline", default=None)
"""When the execution that this thread works for is out of time; its parallel branches inherit it."""


_ENDS = {f"Execution{how}" for how in ("Succeeded", "Failed", "TimedOut", "Aborted")}


def apply() -> None:
    """Heed timeouts, heartbeats, the pace of retries, Lambda's errors, missing paths, how things end."""
    _end_in_time()
    _write_nothing_afterwards()
    _expect_heartbeats()
    _pace_retries()
    _name_throttles()
    _demand_paths()
    _heed_exit_codes()
    _give_nothing_for_failures()


def _end_in_time() -> None:
    run, fail = stepfunctions._run_execution, stepfunctions._fail_execution

    def run_in_time(arn: str) -> None:
        execution = stepfunctions._executions[arn]
        limit = _limit(execution)
        # Another execution may have started this one, and may go on with its own time once this has ended.
        token = _deadline.set(None if limit is None else time.monotonic() + limit)
        try:
            if limit is None:
                run(arn)
                return
            worker = threading.Thread(target=contextvars.copy_context().run, args=(run, arn), daemon=True)
            worker.start()
            worker.join(limit)
            if execution["status"] == "RUNNING":
                _time_out(execution)
        finally:
            _deadline.reset(token)

    def fail_unless_ended(execution: Execution, error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    stepfunctions._run_execution, stepfunctions._fail_execution = run_in_time, fail_unless_ended


def _write_nothing_afterwards() -> None:
    """Keep out of a history what a thread does that has not noticed yet that its execution is over."""
    add = stepfunctions._add_event

    def add_unless_ended(execution: Execution, kind: str, details: Any = None) -> Any:
        if execution["events"] and execution["events"][-1]["type"] in _ENDS:
            return None
        return add(execution, kind, details)

    stepfunctions._add_event = add_unless_ended


def _limit(execution: Execution) -> float | None:
    """Return the seconds that an execution has, if its workflow says so."""
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
    try:
        return json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
    except ValueError:
        return None


def _time_out(execution: Execution) -> None:
    execution |= {"status": "TIMED_OUT", "stopDate": now_iso()}
    stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    stepfunctions._emit_execution_status_event(execution)


def _expect_heartbeats() -> None:
    invoke = stepfunctions._invoke_with_callback

    def invoke_and_listen(resource: str, given: Any, token: str, state: dict[str, Any]) -> Any:
        if longest := state.get("HeartbeatSeconds"):
            run = contextvars.copy_context().run
            threading.Thread(target=run, args=(_listen, token, longest), daemon=True).start()
        return invoke(resource, given, token, state)

    stepfunctions._invoke_with_callback = invoke_and_listen


def _listen(token: str, longest: float) -> None:
    """Fail the task of a token when nothing was heard from its worker for so many seconds."""
    heard, since = None, time.monotonic()
    while time.monotonic() - since < longest:
        time.sleep(1)
        task = stepfunctions._task_tokens.get(token)
        if task is None:
            return
        if task["heartbeat"] != heard:
            heard, since = task["heartbeat"], time.monotonic()
    task["error"] = {"Error": "States.HeartbeatTimeout", "Cause": f"no heartbeat for {longest} s"}
    task["event"].set()


def _pace_retries() -> None:
    find = stepfunctions._find_matching_retrier

    def find_with_pace(retriers: Any, error: str, counts: dict[int, int]) -> tuple[Any, int]:
        retrier, index = find(retriers, error, counts)
        if retrier is None or _is_over():
            return None, -1
        return {**retrier, "IntervalSeconds": _wait(retrier, counts.get(index, 0)), "BackoffRate": 1}, index

    stepfunctions._find_matching_retrier = find_with_pace


def _is_over() -> bool:
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() > deadline


def _wait(retrier: dict[str, Any], count: int) -> float:
    """Return the seconds before the next attempt."""
    longest = float(retrier.get("MaxDelaySeconds", float("inf")))
    wait = min(retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** count, longest)
    return random.uniform(0, wait) if retrier.get("JitterStrategy") == "FULL" else wait  # noqa: S311


def _name_throttles() -> None:
    call = stepfunctions._call_lambda

    def call_and_name(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            kind = _service_error(error.cause)
            if error.error != "Lambda.Unknown" or not kind:
                raise
            raise stepfunctions._ExecutionError(f"Lambda.{kind}", error.cause) from error

    stepfunctions._call_lambda = call_and_name


def _service_error(cause: str) -> str | None:
    """Return what Lambda itself refused the call with, which is in the cause as a service's error."""
    try:
        said = json.loads(cause)
    except ValueError:
        return None
    return said.get("__type") if isinstance(said, dict) else None


def _demand_paths() -> None:
    """Fail a state whose parameters name a path that its input does not have; MiniStack takes it for null."""
    resolve = stepfunctions._resolve_params_obj

    def resolve_strictly(template: Any, data: Any, context: Any = None) -> Any:
        if isinstance(template, dict):
            for key, path in template.items():
                if key.endswith(".$") and isinstance(path, str) and path.startswith("$"):
                    _demand_path(key, path, (context or {}) if path.startswith("$$.") else data)
        return resolve(template, data, context)

    def resolve_lists_too(template: Any, data: Any, ctx: Any = None) -> Any:
        if isinstance(template, list):
            return [resolve_lists_too(each, data, ctx) for each in template]
        return resolve_strictly(template, data, ctx)

    stepfunctions._resolve_params_obj = resolve_lists_too


def _demand_path(key: str, path: str, data: Any) -> None:
    tokens = stepfunctions._parse_jsonpath_tokens(path.removeprefix("$") if path.startswith("$$.") else path)
    found = data
    for kind, value in tokens or ():
        if kind == "wildcard":
            return  # an empty projection is an answer, too
        try:
            found = found[value]
        except (KeyError, IndexError, TypeError) as error:
            said = f"The JSONPath '{path}' specified for the field '{key}' could not be found in the input"
            raise stepfunctions._ExecutionError("States.ParameterPathFailure", said) from error


def _heed_exit_codes() -> None:
    """Fail a state that waits for a task of ECS which did not start, or ended with another code than 0."""
    run = stepfunctions._invoke_ecs_run_task

    def run_and_look(resource: str, given: Any) -> Any:
        result = run(resource, given)
        if resource.rstrip("/").endswith(".sync"):
            for task in result.get("tasks") or ():
                if any(container.get("exitCode") != 0 for container in task.get("containers") or ()):
                    raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(task, default=str))
        return result

    stepfunctions._SERVICE_DISPATCH["arn:aws:states:::ecs:runTask"] = run_and_look


def _give_nothing_for_failures() -> None:
    """Leave the output out of what is told of an execution that did not succeed, as AWS does."""
    for action in (stepfunctions._start_sync_execution, stepfunctions._describe_execution):
        setattr(stepfunctions, action.__name__, _without_output(action))


def _without_output(action: Callable[[Execution], Any]) -> Callable[[Execution], Any]:
    def act_and_look(data: Execution) -> Any:
        status, headers, body = action(data)
        answer = json.loads(body)
        if answer.get("status") in _NOT_SUCCEEDED:
            answer = {key: value for key, value in answer.items() if not key.startswith("output")}
            body = json.dumps(answer).encode()
        return status, headers, body

    return act_and_look
