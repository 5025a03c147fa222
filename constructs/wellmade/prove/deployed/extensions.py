"""What extensions of Lambda that AWS gives as layers call with the role of the function.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights.html and the policy
`CloudWatchLambdaInsightsExecutionRolePolicy`.
"""

from collections.abc import Iterator

from wellmade.graph import Resource, as_list, options
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.own_arns import own_arn

_INSIGHTS = ":layer:LambdaInsightsExtension"
_GROUP = "/aws/lambda-insights"


def extension_calls(function: Resource, naming: Naming) -> Iterator[tuple[str, str, bool]]:
    """Yield each action, its resource, and whether the extension fails without."""
    layers = [each for layer in as_list(function.get("Layers")) for each in options(layer)]
    if not any(_INSIGHTS in text for layer in layers for text in naming.texts(layer)):
        return
    group = own_arn("logs", f"log-group:{_GROUP}", naming)
    for action in ("CreateLogStream", "PutLogEvents"):
        yield f"logs:{action}", f"{group}:log-stream:{naming.name(function)}", True
    yield "logs:CreateLogGroup", f"{group}:log-stream:", False
