"""Functions let in the services that call them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="invoke-permission",
    title="Functions let in the services that call them",
    severity=Severity.ERROR,
    explanation=(
        "Services call a function only if its own policy lets them. Without a permission, or with "
        "one for another source, no call ever arrives, and the function has no log of it."
    ),
    fix="add an AWS::Lambda::Permission for the service with the caller's ARN as SourceArn",
    source="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    check=missing("invoke-permission"),
)
