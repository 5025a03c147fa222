"""Instances give their credentials to programs that hold a session token only."""

from collections.abc import Iterator

from wellmade.check.certain import branches
from wellmade.check.every_branch import is_always
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, Resource, Value, is_known, written

_OPTIONS = {
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.",
    "AWS::AutoScaling::LaunchConfiguration": "",
    "AWS::EC2::Instance": "",
}
_REQUIRED_BY_IMAGE = ("al2023", "bottlerocket", "ubuntu", "2025-english")
"""Images that ask for version 2 unless the template says otherwise, or whose publisher may have said so."""


def _check(graph: Graph) -> Iterator[Hit]:
    for kind, prefix in _OPTIONS.items():
        for resource in graph.of_type(kind):
            tokens = resource.get(f"{prefix}MetadataOptions.HttpTokens")
            endpoint = resource.get(f"{prefix}MetadataOptions.HttpEndpoint", "enabled")
            from_template = resource.get("LaunchTemplate") is not None
            has_role = resource.get(f"{prefix}IamInstanceProfile") is not None
            lax = is_always(tokens, "optional") or (_is_left_out(tokens) and _is_plain(resource, prefix))
            if lax and has_role and not from_template and is_always(endpoint, "enabled"):
                message = "is not required: one forged request is enough for the role's credentials"
                yield Hit(resource, f"Properties.{prefix}MetadataOptions.HttpTokens", message)


def _is_left_out(tokens: Value) -> bool:
    return is_always(tokens, "optional", None)


def _is_plain(resource: Resource, prefix: str) -> bool:
    """The image is told, has its own name or number, and is none that demands version 2 itself."""
    images = list(branches(resource.get(f"{prefix}ImageId")))
    told = all(image is not None and is_known(image) for image in images)
    return told and not any(name in written(image).lower() for image in images for name in _REQUIRED_BY_IMAGE)


RULE = Rule(
    id="imds-v2",
    title="Instances give their credentials only to programs that hold a session token",
    severity=Severity.WARNING,
    explanation=(
        "With version 1, a program that can be talked into fetching an address hands the instance's "
        "credentials to a stranger. That is how one forged request became the loss of a whole bucket."
    ),
    fix="set MetadataOptions.HttpTokens to required",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    check=_check,
)
