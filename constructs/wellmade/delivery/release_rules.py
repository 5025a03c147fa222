"""What must hold of a release as it was synthesized."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.facts.releases import INVOKERS, LATEST, NAMING, STOP_ON_ALARM
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized


class ReleaseRules:
    """Whatever invokes a released function names its alias, and alarms take the traffic back.

    Args:
        scope: The pattern.
        function: What is released.
        group: What shifts it.
    """

    def __init__(
        self, scope: IConstruct, function: lambda_.CfnFunction, group: codedeploy.CfnDeploymentGroup
    ) -> None:
        self._scope, self._function, self._group = scope, function, group

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        yield from self._past_the_alias(synthesized)
        group = synthesized.properties(self._group)
        rollback = group.get("AutoRollbackConfiguration", {})
        alarms = group.get("AlarmConfiguration", {})
        if not alarms.get("Enabled") or not alarms.get("Alarms"):
            yield self._without_rollback("AlarmConfiguration", "enabled, with alarms")
        if not rollback.get("Enabled") or STOP_ON_ALARM not in rollback.get("Events", ()):
            yield self._without_rollback("AutoRollbackConfiguration", f"enabled for {STOP_ON_ALARM}")

    def _past_the_alias(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        name = synthesized.logical_id(self._function)
        itself: tuple[dict[str, Any], ...] = ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]})
        for logical_id, resource in synthesized.resources(self._function).items():
            properties: Mapping[str, Any] = resource.get("Properties", {})
            if _invokes(resource["Type"], properties, itself):
                yield refusal(
                    path_of(self._scope),
                    "function",
                    "invoked by its alias alone",
                    f"{logical_id}, which names the function itself",
                    "give it the release's alias, or the PythonFunction after its release was defined",
                    rule="released-alias",
                    resource=self._function,
                )

    def _without_rollback(self, option: str, allowed: str) -> RefusedError:
        return refusal(
            path_of(self._scope),
            option,
            allowed,
            "an override",
            "take the override back: nothing would take the traffic back",
            rule="release-rollback",
            resource=self._group,
        )


def _invokes(kind: str, properties: Mapping[str, Any], itself: tuple[dict[str, Any], ...]) -> bool:
    """Tell whether a resource invokes the function itself, and not by one of its versions or aliases."""
    if named_by := INVOKERS.get(kind):
        return _at(properties, named_by) in itself and "Qualifier" not in properties
    within = NAMING.get(kind)
    given = [value for name, value in properties.items() if within and within in name]
    return any(_names(value, itself) for value in given)


def _names(value: Any, itself: tuple[dict[str, Any], ...]) -> bool:
    match value:
        case {"Fn::Join": ["", list(parts)]}:
            return any(
                part in itself and _is_whole(after)
                for part, after in zip(parts, [*parts[1:], ""], strict=True)
            )
        case dict():
            return value in itself or any(_names(each, itself) for each in value.values())
        case list():
            return any(_names(each, itself) for each in value)
    return False


def _is_whole(after: Any) -> bool:
    """Tell by what stands behind the ARN of a function whether it names no version and no alias."""
    return not (isinstance(after, str) and after.startswith(":")) or after.startswith(LATEST)


def _at(properties: Mapping[str, Any], path: str) -> Any:
    found: Any = properties
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
