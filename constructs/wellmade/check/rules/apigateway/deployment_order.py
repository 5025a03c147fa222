"""Deployments of APIs wait for the methods that they publish."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.waits import waits_for
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for deployment in graph.of_type("AWS::ApiGateway::Deployment"):
        api = graph.target(deployment.get("RestApiId"), "AWS::ApiGateway::RestApi")
        methods = [
            method
            for method in graph.of_type("AWS::ApiGateway::Method")
            if api and method.stack == deployment.stack and graph.target(method.get("RestApiId")) is api
        ]
        if methods and not waits_for(graph, deployment, {method.id for method in methods}):
            names = ", ".join(method.logical_id for method in methods[:4])
            message = f"waits for none of the methods of {api.logical_id if api else 'the API'}: {names}"
            yield Violation(deployment, "DependsOn", message)


RULE = Rule(
    id="deployment-order",
    title="Deployments of APIs wait for the methods that they publish",
    severity=Severity.ERROR,
    explanation=(
        "CloudFormation creates a deployment as soon as the API is there. Without the methods it "
        "fails, or publishes an API that lacks some of them, and which ones changes from run to "
        "run."
    ),
    fix="name the methods in DependsOn of the deployment",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html",
    check=_check,
)
