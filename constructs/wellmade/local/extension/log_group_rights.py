"""Gap: rights on a log group as CloudFormation names it, with `:*` at the end, are no rights on the group.

Source: the page of CloudWatch Logs on its resources, by which both names of a group are good in a policy.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from ministack.core import iam_evaluator

_STREAMS = ":log-stream:"


def apply() -> None:
    """Let a statement match a group by its name, and by what stands for its streams."""
    matches = iam_evaluator._resource_matches

    def match_either(arn: str, resources: list[str], not_resources: list[str]) -> bool:
        if ":log-group:" not in arn or not resources:
            return bool(matches(arn, resources, not_resources))
        names = [arn] if _STREAMS in arn or arn.endswith(":*") else [arn, f"{arn}{_STREAMS}"]
        return any(matches(name, resources, not_resources) for name in names)

    iam_evaluator._resource_matches = match_either
