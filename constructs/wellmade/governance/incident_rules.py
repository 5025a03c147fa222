"""What an incident kit refuses: remediations that nobody may carry out, and a trail that records itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_cloudtrail as cloudtrail
from constructs import Construct

from wellmade.facts.remediations import ASSUMED
from wellmade.governance.trail_archive import DAY
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized


def refuse_wrong_age(scope: Construct, unused_after: Duration) -> None:
    """Raise unless credentials may be unused for whole days.

    Raises:
        RefusedError: If they may not.
    """
    if seconds(unused_after) < DAY or seconds(unused_after) % DAY:
        fix = "give Duration.days(90), what AWS's own rule has"
        raise refusal(scope, "unused_after", "whole days, at least one", unused_after, fix)


class IncidentRules:
    """What the kit fixes can be fixed, and its trail does not record itself, as they were synthesized.

    Args:
        scope: The kit.
        remediations: What fixes, by the name of the fault.
        trail: Of the requests to objects.
    """

    def __init__(
        self, scope: Construct, remediations: Mapping[str, CfnResource], trail: cloudtrail.CfnTrail
    ) -> None:
        self._scope, self._remediations, self._trail = scope, remediations, trail

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each remediation without a role, and for the trail."""
        for name, each in self._remediations.items():
            given = synthesized.properties(each)
            if given.get("Automatic") and ASSUMED not in given.get("Parameters", {}):
                fix = f"take back the override of {each.node.path}"
                allowed = f"told which role to take by {ASSUMED}"
                yield refusal(self._scope, name, allowed, "none", fix, rule="remediation-role", resource=each)
        selectors = synthesized.properties(self._trail).get("AdvancedEventSelectors", [])
        if any(_is_everything(each.get("FieldSelectors", [])) for each in selectors):
            fix = "leave its archive out by resources.ARN NotStartsWith"
            allowed = "without the requests to its own archive"
            yield refusal(
                self._scope, "trail", allowed, "all objects", fix, rule="trail-loop", resource=self._trail
            )


def _is_everything(fields: list[dict[str, Any]]) -> bool:
    return "resources.ARN" not in {each.get("Field") for each in fields}
