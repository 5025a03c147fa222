"""A function's address asks who calls."""

from collections.abc import Iterator

from wellmade.check.every_branch import is_always
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Hit]:
    places = {"AWS::Lambda::Url": "AuthType", "AWS::Serverless::Function": "FunctionUrlConfig.AuthType"}
    for kind, path in places.items():
        for resource in graph.of_type(kind):
            if is_always(resource.get(path), "NONE"):
                yield Hit(resource, f"Properties.{path}", "is NONE: anybody who knows the address may call")


RULE = Rule(
    id="public-function-url",
    title="A function's address asks who calls",
    severity=Severity.ERROR,
    explanation=(
        "The address stands in every browser and log that saw it, and has no throttle and no web firewall. "
        "Whoever finds it runs the function as often as the account's concurrency allows, at your cost."
    ),
    fix="set AuthType to AWS_IAM, with CloudFront or an API in front for the public",
    source="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    check=_check,
)
