"""Policies of endpoints allow the calls that go through them."""

from wellmade.check.delivery.network.endpoint_policies import refused
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="endpoint-policy",
    title="Policies of endpoints allow the calls that go through them",
    severity=Severity.ERROR,
    explanation=(
        "A call that goes through an endpoint takes a statement of its policy as well as one of the role. "
        "What it does not allow is refused. The layers of images lie in a bucket of AWS."
    ),
    fix="add a statement to the policy of the endpoint",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    check=refused,
)
