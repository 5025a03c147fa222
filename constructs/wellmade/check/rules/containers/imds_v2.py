"""Instances require IMDSv2."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import always, always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, written

_OPTIONS = {
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.",
    "AWS::AutoScaling::LaunchConfiguration": "",
    "AWS::EC2::Instance": "",
}
_REQUIRE = "set MetadataOptions.HttpTokens to required"
_TOKENS_FIRST = f"let its scripts ask for a token first, without one they then get 401; {_REQUIRE}"
_LAX_IMAGE = re.compile(r"amzn2-ami-|/amazon-linux-2(?:-[a-z]\w*)?/")
"""Images that do not ask for version 2 themselves, by the name of their parameter: of Amazon Linux 2.

Also those for ECS and EKS. What other images ask for stands in the image, and a number says nothing of it.
"""


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, prefix in _OPTIONS.items():
        for resource in graph.of_type(kind):
            tokens = resource.get(f"{prefix}MetadataOptions.HttpTokens")
            endpoint = resource.get(f"{prefix}MetadataOptions.HttpEndpoint", "enabled")
            from_template = resource.get("LaunchTemplate") is not None
            has_role = always(resource.get(f"{prefix}IamInstanceProfile"), lambda value: value is not None)
            lax = always_equals(tokens, "optional") or (_is_left_out(tokens) and _is_lax(resource, prefix))
            if lax and has_role and not from_template and always_equals(endpoint, "enabled"):
                message = "is not required: one forged request is enough for the role's credentials"
                path = f"Properties.{prefix}MetadataOptions.HttpTokens"
                yield Violation(resource, path, message, _TOKENS_FIRST if _asks_without(resource) else "")


def _asks_without(resource: Resource) -> bool:
    """Tell whether scripts of the instance read its metadata, and none of them asks for a token."""
    scripts = f"{resource.properties} {resource.metadata}"
    return "169.254.169.254" in scripts and "metadata-token" not in scripts


def _is_left_out(tokens: Value) -> bool:
    return always_equals(tokens, "optional", None)


def _is_lax(resource: Resource, prefix: str) -> bool:
    """Tell whether the image is known to take version 1 where nothing else is said."""
    return always(resource.get(f"{prefix}ImageId"), lambda image: bool(_LAX_IMAGE.search(written(image))))


RULE = Rule(
    id="imds-v2",
    title="Instances require IMDSv2",
    severity=Severity.WARNING,
    explanation=(
        "With version 1, a program that can be talked into fetching an address hands the instance's "
        "credentials to a stranger. A single forged request can expose a whole bucket."
    ),
    fix=_REQUIRE,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    check=_check,
)
