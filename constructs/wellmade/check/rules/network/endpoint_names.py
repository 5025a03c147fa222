"""Networks of endpoints with private names have DNS support and DNS host names."""

from collections.abc import Iterator

from wellmade.check.conditional import is_off, is_on, not_on
from wellmade.check.delivery.network.endpoints import ENDPOINT, is_interface
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for endpoint in graph.of_type(ENDPOINT):
        network = graph.target(endpoint.get("VpcId"), "AWS::EC2::VPC")
        if network and is_interface(endpoint) and is_on(endpoint, "PrivateDnsEnabled"):
            off = not_on(network, "EnableDnsHostnames"), is_off(network, "EnableDnsSupport")
            for name, wrong in zip(("EnableDnsHostnames", "EnableDnsSupport"), off, strict=True):
                if wrong:
                    message = f"is not true, and the private names of {endpoint.logical_id} need it"
                    yield Violation(network, f"Properties.{name}", message)


RULE = Rule(
    id="endpoint-names",
    title="Networks of endpoints with private names have DNS support and DNS host names",
    severity=Severity.ERROR,
    explanation=(
        "Private names of an endpoint need both settings of the network. Without them the "
        "deployment fails, or the names lead to the public addresses, which an isolated subnet "
        "cannot reach."
    ),
    fix="set EnableDnsSupport and EnableDnsHostnames of the network to true",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html",
    check=_check,
)
