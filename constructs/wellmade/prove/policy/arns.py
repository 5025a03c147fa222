"""How the ARNs of a policy match those of a request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from functools import lru_cache

from wellmade.prove.policy.glob import ANY, ONE, Match, matcher

SEGMENTS = 6
"""arn : partition : service : region : account : resource; the resource may hold colons itself."""


def segments(arn: str) -> list[str]:
    """Split an ARN, or a pattern of ARNs, into its segments."""
    return arn.split(":", SEGMENTS - 1)


@lru_cache(maxsize=1 << 12)
def by_segment(pattern: str) -> Match:
    """Compile a pattern of `ArnLike` or `ArnEquals`, matched segment by segment."""
    parts = [matcher(part) for part in segments(pattern)]

    def match(value: str) -> bool:
        given = segments(value)
        return len(given) == len(parts) == SEGMENTS and all(
            part(text) for part, text in zip(parts, given, strict=True)
        )

    return match


@lru_cache(maxsize=1 << 12)
def as_resource(pattern: str) -> Match:
    """Compile a pattern of the `Resource` element.

    `*` at the end of a segment reaches beyond its colon; any other wildcard before the resource does not.
    """
    *leading, _ = segments(pattern)
    inside = any(ANY in part[:-1] or ONE in part for part in leading)
    return by_segment(pattern) if inside else matcher(pattern)
