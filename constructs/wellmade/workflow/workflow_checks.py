"""What must hold of a workflow's definition as it was synthesized."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import CfnElement
from aws_cdk import aws_stepfunctions as sfn

from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.facts.sqs import DEFAULT_VISIBILITY
from wellmade.facts.step_functions import EXPRESS_LIMIT
from wellmade.foundation.queue_rules import redrive_policy_of
from wellmade.foundation.queue_rules import resource_of as queue_resource
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import resource_of
from wellmade.workflow.invoke import Invoke
from wellmade.workflow.send_message import SendMessageWithTaskToken
from wellmade.workflow.task import State, Task

LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


@dataclass(frozen=True)
class WorkflowChecks:
    """A state machine, and the tasks of its steps by name."""

    machine: sfn.StateMachine
    tasks: Sequence[tuple[str, Task]]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        properties = synthesized.properties(self._resource)
        definition = _definition_of(properties.get("DefinitionString"))
        if definition is None:
            fix = "override single properties of the steps instead, by their options"
            yield self._refusal("definition_string", "JSON with a list of states", "something else", fix)
            return
        states = dict(_states(definition))
        if properties.get("StateMachineType") == "EXPRESS":
            yield from self._ends_in_time(definition)
        yield from self._waits_with_an_end(definition, states)
        yield from self._outlasts_its_functions(synthesized, states)
        yield from self._outlasts_its_workers(synthesized, states)

    def _ends_in_time(self, definition: Mapping[str, Any]) -> Iterator[RefusedError]:
        given = number_of(definition.get("TimeoutSeconds"))
        yield from self._unjudged("TimeoutSeconds", definition.get("TimeoutSeconds"))
        if given is not None and given > EXPRESS_LIMIT:
            allowed = f"at most {EXPRESS_LIMIT} s of an Express workflow"
            fix = "make it a Standard workflow, or split it"
            yield self._refusal("timeout", allowed, f"{given:.12g} s", fix, "workflow-express-duration")

    def _waits_with_an_end(
        self, definition: Mapping[str, Any], states: Mapping[str, State]
    ) -> Iterator[RefusedError]:
        if "TimeoutSeconds" in definition:
            return
        for name, state in states.items():
            waits = str(state.get("Resource", "")).endswith(".waitForTaskToken")
            if waits and not any(limit in state for limit in LIMITS):
                fix = "or an execution whose worker died waits for a year"
                yield self._refusal(
                    f"step {name!r} timeout", "given for a wait", None, fix, "task-token-timeout"
                )

    def _outlasts_its_functions(
        self, synthesized: Synthesized, states: Mapping[str, State]
    ) -> Iterator[RefusedError]:
        for name, task in self.tasks:
            resource = resource_of(task.function) if isinstance(task, Invoke) else None
            state = states.get(name)
            if resource is None or state is None:
                continue
            timeout = synthesized.properties(resource).get("Timeout", DEFAULT_TIMEOUT)
            given, runs = number_of(state.get("TimeoutSeconds")), number_of(timeout)
            yield from self._unjudged("Timeout", timeout, resource)
            if given is not None and runs is not None and given < runs:
                allowed = f"at least {runs:.12g} s, the timeout of its function"
                fix = "or the step fails while the function works on"
                yield self._refusal(f"step {name!r} timeout", allowed, f"{given:.12g} s", fix)

    def _outlasts_its_workers(
        self, synthesized: Synthesized, states: Mapping[str, State]
    ) -> Iterator[RefusedError]:
        for name, task in self.tasks:
            resource = queue_resource(task.queue) if isinstance(task, SendMessageWithTaskToken) else None
            given = number_of(states.get(name, {}).get("TimeoutSeconds"))
            if resource is None or given is None:
                continue
            queue = synthesized.properties(resource)
            visibility = queue.get("VisibilityTimeout", DEFAULT_VISIBILITY)
            redriven = redrive_policy_of(queue).get("maxReceiveCount")
            hidden, receives = number_of(visibility), number_of(redriven)
            yield from self._unjudged("VisibilityTimeout", visibility, resource)
            yield from self._unjudged("maxReceiveCount", redriven, resource)
            if hidden is not None and receives is not None and given < hidden * receives:
                allowed = f"at least {hidden * receives:.12g} s, what all receives of a message may take"
                fix = "or a worker that reports later is not heard"
                yield self._refusal(f"step {name!r} timeout", allowed, f"{given:.12g} s", fix)

    def _unjudged(self, name: str, value: Any, resource: CfnElement | None = None) -> Iterator[RefusedError]:
        return unjudged(self.machine, {name: value}, resource=resource or self._resource)

    @property
    def _resource(self) -> sfn.CfnStateMachine:
        return cast(sfn.CfnStateMachine, default_child(self.machine))

    def _refusal(
        self, option: str, allowed: str, got: object, fix: str, rule: str | None = None
    ) -> RefusedError:
        return refusal(path_of(self.machine), option, allowed, got, fix, rule=rule, resource=self._resource)


def _definition_of(written: Any) -> Mapping[str, Any] | None:
    """Return a definition with every reference written as `?`; None where it is not known."""
    parts = written["Fn::Join"][1] if isinstance(written, dict) and "Fn::Join" in written else [written]
    text = "".join(part if isinstance(part, str) else "?" for part in parts)
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("States"), dict) else None


def _states(definition: Mapping[str, Any]) -> Iterator[tuple[str, State]]:
    """Yield every state with its name, those inside branches and maps included."""
    for name, state in definition["States"].items():
        yield name, state
        for inner in (*state.get("Branches", []), state.get("ItemProcessor")):
            if inner:
                yield from _states(inner)
