"""Function URLs require authentication."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    places = {"AWS::Lambda::Url": "AuthType", "AWS::Serverless::Function": "FunctionUrlConfig.AuthType"}
    for kind, path in places.items():
        for resource in graph.of_type(kind):
            if always_equals(resource.get(path), "NONE"):
                yield Violation(
                    resource, f"Properties.{path}", "is NONE: anybody who knows the address may call"
                )


RULE = Rule(
    id="public-function-url",
    title="Function URLs require authentication",
    severity=Severity.ERROR,
    explanation=(
        "The address stands in every browser and log that saw it, and has no throttle and no web firewall. "
        "Whoever finds it runs the function as often as the account's concurrency allows, at your cost."
    ),
    fix=(
        "set AuthType to AWS_IAM, with CloudFront or an API in front for the public; where the function "
        "verifies each request itself, as a webhook's signature, suppress the rule with that reason"
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    check=_check,
)
