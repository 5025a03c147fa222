"""APIs may call the functions of their methods and authorizers."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="api-permission",
    title="APIs may call the functions of their methods and authorizers",
    severity=Severity.ERROR,
    explanation=(
        "API Gateway asks the function's own policy. Without a permission for this API every "
        "request is answered with 500, and the function has no log of it."
    ),
    fix="add an AWS::Lambda::Permission for apigateway.amazonaws.com with the API's ARN as SourceArn",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html",
    check=missing("api-permission"),
)
