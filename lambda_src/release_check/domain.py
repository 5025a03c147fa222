"""What a new version is asked before it gets traffic, and whether its answer will do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """The event that a version is invoked with, and what its answer must hold."""

    event: Any
    answer: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version answered."""

    value: Any
    is_failure: bool
    """Whether the code raised, or did not load."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which deployment waits for an answer."""

    deployment_id: str
    hook_id: str


def check_of(text: str) -> Check:
    """Read what `CanaryRelease` tells."""
    told = json.loads(text)
    return Check(told["event"], told["answer"])


def deployment_of(event: Mapping[str, Any]) -> Deployment:
    """Read what CodeDeploy sends to a hook."""
    return Deployment(event["DeploymentId"], event["LifecycleEventHookExecutionId"])


def fault_of(check: Check, answer: Answer) -> str | None:
    """Return why an answer will not do, with the place and without the values; None where it will."""
    if answer.is_failure:
        return "the new version failed"
    place = _missing(check.answer, answer.value, "answer")
    return f"{place} is not as expected" if place else None


def _missing(wanted: Any, found: Any, place: str) -> str | None:
    """Return the first place where what was wanted is not found; more than was wanted may be there."""
    if wanted == {}:
        return None
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        places = (_missing(value, found.get(key), f"{place}.{key}") for key, value in wanted.items())
        return next(filter(None, places), None)
    return None if wanted == found and isinstance(wanted, bool) == isinstance(found, bool) else place
