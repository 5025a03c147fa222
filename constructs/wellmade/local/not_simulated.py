"""Say what of a template the embedded AWS only records, so that nobody takes silence for proof."""

from typing import Any

RECORDED_TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "nothing scales",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "nothing scales",
}
"""Types that deploy and do nothing, with what that means."""


def not_simulated(stack: str, template: dict[str, Any]) -> list[str]:
    """Return one line for each resource of the template that is recorded and not simulated."""
    return [
        f"{stack}/{logical_id} ({resource['Type']}): {RECORDED_TYPES[resource['Type']]}"
        for logical_id, resource in template.get("Resources", {}).items()
        if resource["Type"] in RECORDED_TYPES
    ]
