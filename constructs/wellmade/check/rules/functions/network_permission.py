"""Roles of functions in a network may create their network interfaces."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="network-permission",
    title="Roles of functions in a network may create their network interfaces",
    severity=Severity.ERROR,
    explanation=(
        "Lambda connects a function to subnets by interfaces that it creates with the function's role. "
        "Without that right it refuses the function, and the deployment is rolled back."
    ),
    fix="add the managed policy service-role/AWSLambdaVPCAccessExecutionRole to the role",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    check=missing("network-permission"),
)
