"""What costs nothing in most settings and something in a few: nested stacks, parameters, certificates."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/systems-manager/pricing/"
ADVANCED = flat("advanced parameters", PAGE, "ssm_parameter_store_advanced_parameter_month")


def nested(resource: Resource, usage: Usage) -> Iterator[NotPriced]:
    """Say that nobody read what a stack nests, where that is so; else its resources have rows."""
    stack = usage.graph.stack_of(resource)
    if stack is None or resource.logical_id not in stack.children:
        yield NotPriced("what it nests, which was not read")


def parameter(resource: Resource, _: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a parameter of the tier Advanced; others cost nothing."""
    tier = resource.get("Tier", "Standard")
    if tier == "Advanced":
        yield Charge(ADVANCED, 1, fixed=True)
    elif tier != "Standard":
        yield NotPriced("a parameter that may be one of the tier Advanced")


def certificate(resource: Resource, _: Usage) -> Iterator[NotPriced]:
    """Say that a private certificate costs, and one that may leave AWS; others cost nothing."""
    if resource.get("CertificateAuthorityArn") is not None:
        yield NotPriced("a certificate of a private authority")
    if resource.get("CertificateExport", "DISABLED") != "DISABLED":
        yield NotPriced("a certificate that may be exported")


PRICED = {
    "AWS::CertificateManager::Certificate": certificate,
    "AWS::CloudFormation::Stack": nested,
    "AWS::SSM::Parameter": parameter,
    "AWS::Serverless::Application": nested,
}
