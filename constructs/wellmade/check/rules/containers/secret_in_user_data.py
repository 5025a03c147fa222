"""User data holds no secrets."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.secrets import secrets_in
from wellmade.graph import Graph

_PLACES = {
    "AWS::EC2::Instance": "UserData",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.UserData",
    "AWS::AutoScaling::LaunchConfiguration": "UserData",
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, path in _PLACES.items():
        for resource in graph.of_type(kind):
            for name in secrets_in(resource.get(path)):
                yield Violation(resource, f"Properties.{path}", f"{name} is written in clear text")


RULE = Rule(
    id="secret-in-user-data",
    title="User data holds no secrets",
    severity=Severity.ERROR,
    explanation=(
        "Whoever may describe the instance can read its user data, and so can every process on it. The "
        "secret is also in the template and in whatever repository it comes from."
    ),
    fix="read it from Secrets Manager in the script, with the instance's role",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html",
    check=_check,
)
