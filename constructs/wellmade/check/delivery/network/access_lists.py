"""What the network ACLs of some templates surely drop, in the order in which their entries decide."""

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network
from weakref import WeakKeyDictionary

from wellmade.graph import Graph, Resource, Value, as_mapping, flag, number, text

_ASSOCIATION = "AWS::EC2::SubnetNetworkAclAssociation"
_ENTRY = "AWS::EC2::NetworkAclEntry"
_LIST = "AWS::EC2::NetworkAcl"
_EVERYWHERE = "0.0.0.0/0"
_TCP = ("6", "-1")
Ports = tuple[float, float]
EPHEMERAL: Ports = (1024, 65535)
"""The ports to which answers go.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
"""
_FEW = 1000
"""With fewer ports open, such as that of the service alone, hardly an answer arrives."""
_KNOWN: "WeakKeyDictionary[Graph, AccessLists]" = WeakKeyDictionary()


class AccessLists:
    """The lists of all subnets; one that names none has its network's own, which drops nothing."""

    def __init__(self, graph: Graph) -> None:
        self._of: dict[Resource, Resource | None] = {}
        for each in graph.of_type(_ASSOCIATION):
            subnet = graph.target(each.get("SubnetId"), "AWS::EC2::Subnet")
            if subnet:
                known = None if each.condition else graph.target(each.get("NetworkAclId"), _LIST)
                self._of[subnet] = None if subnet in self._of else known
        self._entries: dict[Resource, list[Resource]] = {each: [] for each in graph.of_type(_LIST)}
        for entry in graph.of_type(_ENTRY):
            owner = graph.target(entry.get("NetworkAclId"), _LIST)
            if owner is None:
                self._entries = {}  # It may belong to any of them.
                return
            self._entries[owner].append(entry)

    @classmethod
    def of(cls, graph: Graph) -> "AccessLists":
        """Return those of a graph, read once."""
        if graph not in _KNOWN:
            _KNOWN[graph] = cls(graph)
        return _KNOWN[graph]

    def drops(self, subnet: Resource, way: str, ports: Ports, other: Resource | None) -> Resource | None:
        """Return the list of a subnet if it surely drops TCP packets; None if one may pass.

        Args:
            subnet: Whose list decides.
            way: `in` or `out`.
            ports: First and last port that the packets go to; one that may pass is enough.
            other: The subnet at the other end. Default where it is None: any address.
        """
        acl = self._of.get(subnet)
        entries = self._entries.get(acl) if acl else None
        if acl is None or entries is None:
            return None
        return acl if set(_fitting(entries, way, ports, other)) <= {"deny"} else None


def _fitting(entries: list[Resource], way: str, ports: Ports, other: Resource | None) -> Iterator[str]:
    """Yield what entries decide about some of the packets, until one surely decides about all of them."""
    for entry in sorted(entries, key=lambda each: each.number("RuleNumber") or 0):
        outward = flag(entry.get("Egress", False))
        if outward is not None and outward != (way == "out"):
            continue
        fits = _fits(entry, ports, other)
        if fits == "never":
            continue
        decided = text(entry.get("RuleAction"))
        known = (
            outward is not None and decided in ("allow", "deny") and entry.number("RuleNumber") is not None
        )
        yield str(decided) if known else "allow"
        if fits == "always" and known and entry.condition is None:
            return


def _fits(entry: Resource, ports: Ports, other: Resource | None) -> str:
    parts = (_protocol(entry.get("Protocol")), _ports(entry, ports), _addresses(entry, other))
    if "never" in parts:
        return "never"
    return "always" if set(parts) == {"always"} else "perhaps"


def _protocol(value: Value) -> str:
    known = number(value)
    if known is None:
        return "perhaps"
    return "always" if str(int(known)) in _TCP else "never"


def _ports(entry: Resource, ports: Ports) -> str:
    given = as_mapping(entry.get("PortRange"))
    if not given:
        return "always" if entry.get("PortRange") is None else "perhaps"
    first, last = number(given.get("From")), number(given.get("To"))
    if first is None or last is None:
        return "perhaps"
    common = min(last, ports[1]) - max(first, ports[0]) + 1
    if common < 1 or (ports == EPHEMERAL and common < _FEW):
        return "never"
    return "always" if first <= ports[0] and last >= ports[1] else "perhaps"


def _addresses(entry: Resource, other: Resource | None) -> str:
    block = text(entry.get("CidrBlock"))
    if block == _EVERYWHERE:
        return "always"
    mine, theirs = _network(block), _network(text(other.get("CidrBlock")) if other else None)
    if mine is None or theirs is None:
        return "perhaps"
    if theirs.subnet_of(mine):
        return "always"
    return "perhaps" if theirs.overlaps(mine) else "never"


def _network(block: str | None) -> IPv4Network | None:
    try:
        found = ip_network(block or "", strict=False)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None
