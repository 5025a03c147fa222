"""Network ACLs let through what templates connect, and its answers."""

from wellmade.check.delivery.network.dropped import dropped
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="network-acl",
    title="Network ACLs let through what templates connect, and its answers",
    severity=Severity.ERROR,
    explanation=(
        "A network ACL keeps no state: the port that listens must be open one way, and the ports 1024 to "
        "65535, to which the answers go, the other way, at both subnets. A list of one's own starts by "
        "dropping everything, and each connection waits until it times out."
    ),
    fix="add an entry that allows the port, and one for the answers",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html",
    check=dropped,
)
