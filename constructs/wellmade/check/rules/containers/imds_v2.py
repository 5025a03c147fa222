"""Instances require IMDSv2."""

from collections.abc import Iterator

from wellmade.check.conditional import always, always_equals, branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, is_known, written

_OPTIONS = {
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.",
    "AWS::AutoScaling::LaunchConfiguration": "",
    "AWS::EC2::Instance": "",
}
_REQUIRED_BY_IMAGE = ("al2023", "bottlerocket", "ubuntu", "2025-english")
"""Images that ask for version 2 unless the template says otherwise, or whose publisher may have said so."""


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, prefix in _OPTIONS.items():
        for resource in graph.of_type(kind):
            tokens = resource.get(f"{prefix}MetadataOptions.HttpTokens")
            endpoint = resource.get(f"{prefix}MetadataOptions.HttpEndpoint", "enabled")
            from_template = resource.get("LaunchTemplate") is not None
            has_role = always(resource.get(f"{prefix}IamInstanceProfile"), lambda value: value is not None)
            lax = always_equals(tokens, "optional") or (_is_left_out(tokens) and _is_plain(resource, prefix))
            if lax and has_role and not from_template and always_equals(endpoint, "enabled"):
                message = "is not required: one forged request is enough for the role's credentials"
                yield Violation(resource, f"Properties.{prefix}MetadataOptions.HttpTokens", message)


def _is_left_out(tokens: Value) -> bool:
    return always_equals(tokens, "optional", None)


def _is_plain(resource: Resource, prefix: str) -> bool:
    """The image is known, has its own name or number, and is none that demands version 2 itself."""
    images = list(branches(resource.get(f"{prefix}ImageId")))
    known = all(image is not None and is_known(image) for image in images)
    return known and not any(
        name in written(image).lower() for image in images for name in _REQUIRED_BY_IMAGE
    )


RULE = Rule(
    id="imds-v2",
    title="Instances require IMDSv2",
    severity=Severity.WARNING,
    explanation=(
        "With version 1, a program that can be talked into fetching an address hands the instance's "
        "credentials to a stranger. A single forged request can expose a whole bucket."
    ),
    fix="set MetadataOptions.HttpTokens to required",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    check=_check,
)
