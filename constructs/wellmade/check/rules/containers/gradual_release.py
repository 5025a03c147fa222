"""ECS takes the parts of a gradual release, and CloudFormation waits for its end."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.gradual_release import (
    LEAST_PERCENT,
    LONGEST_RELEASE,
    LONGEST_WAIT,
    MOST_PERCENT,
    minutes_of,
)
from wellmade.graph import Graph, Resource

_PATH = "DeploymentConfiguration"
_NAMES = {
    "CANARY": ("canary", "CanaryConfiguration.CanaryPercent", "CanaryConfiguration.CanaryBakeTimeInMinutes"),
    "LINEAR": ("linear", "LinearConfiguration.StepPercent", "LinearConfiguration.StepBakeTimeInMinutes"),
}
_DEFAULTS = {"canary": (5.0, 10.0), "linear": (10.0, 6.0)}
"""Percent and minutes where a template gives none."""


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type("AWS::ECS::Service"):
        named = _NAMES.get(str(service.get(f"{_PATH}.Strategy")))
        if named:
            yield from _judged(service, *named)


def _judged(service: Resource, strategy: str, parts: str, waits: str) -> Iterator[Violation]:
    usual = _DEFAULTS[strategy]
    percent, wait = _given(service, parts, usual[0]), _given(service, waits, usual[1])
    kept = _given(service, "BakeTimeInMinutes", 0)
    if percent is not None and not _is_part(strategy, percent):
        least = LEAST_PERCENT[strategy]
        message = f"is {percent:.12g}, which is not in tenths between {least:.12g} and {MOST_PERCENT:.12g}"
        yield Violation(service, f"Properties.{_PATH}.{parts}", message)
        return
    for name, span in ((waits, wait), ("BakeTimeInMinutes", kept)):
        if span is not None and not 0 <= span <= LONGEST_WAIT:
            yield Violation(service, f"Properties.{_PATH}.{name}", f"is {span:.12g}, more than a day")
            return
    if percent is None or wait is None or kept is None:
        return
    whole = minutes_of(strategy, percent, wait, kept)
    if whole > LONGEST_RELEASE:
        message = f"takes {whole:.12g} minutes in all, more than {LONGEST_RELEASE}"
        yield Violation(service, f"Properties.{_PATH}", message)


def _given(service: Resource, name: str, default: float) -> float | None:
    """Return a figure, the service's own where there is none; None where it is not known."""
    path = f"{_PATH}.{name}"
    return default if service.get(path) is None else service.number(path)


def _is_part(strategy: str, percent: float) -> bool:
    return LEAST_PERCENT[strategy] <= percent <= MOST_PERCENT and round(percent, 1) == percent


RULE = Rule(
    id="gradual-release",
    title="ECS takes the parts of a gradual release, and CloudFormation waits for its end",
    severity=Severity.ERROR,
    explanation=(
        "A canary moves 0.1 to 100 percent of requests, a linear release 3 to 100 in each part, and no wait "
        "is longer than a day. CloudFormation gives up after 36 hours, so it rejects a release that takes "
        "more than 33 by its waits."
    ),
    fix="take larger parts or shorter waits",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-linearconfiguration.html",
    check=_check,
)
