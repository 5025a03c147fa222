"""What the security groups of some templates surely keep out."""

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from wellmade.graph import Graph, Resource, Value, as_list, is_known, number

_GROUP = "AWS::EC2::SecurityGroup"
_NOWHERE = "255.255.255.255/32"
"""How CDK writes that a group has no rule."""
_ALL = "-1"
_NAMES = {"tcp": "6", "6": "6", "udp": "17", "17": "17", "icmp": "1", "1": "1", "-1": _ALL}
_KNOWN: "WeakKeyDictionary[Graph, SecurityGroups]" = WeakKeyDictionary()
Rules = list[Mapping[str, Value]] | None
"""Rules as they are written; None where not all of them are known."""


class SecurityGroups:
    """The rules of all groups, inline and as resources of their own."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._into = self._rules("Ingress")
        self._out = self._rules("Egress")

    @classmethod
    def of(cls, graph: Graph) -> "SecurityGroups":
        """Return those of a graph, read once."""
        if graph not in _KNOWN:
            _KNOWN[graph] = cls(graph)
        return _KNOWN[graph]

    def named(self, values: Iterable[Value]) -> list[Resource] | None:
        """Return the groups that a property names; None if one of them is not in the templates."""
        found = [self._graph.target(value, _GROUP) for value in values]
        groups = [group for group in found if group]
        return groups if groups and len(groups) == len(found) else None

    def keep_out(self, groups: Iterable[Resource], port: float, callers: Iterable[Resource]) -> bool:
        """Tell whether none of the groups lets one of the callers' groups in on a TCP port."""
        return self._none(self._into, groups, port, callers, "SourceSecurityGroupId")

    def open_to_nobody(self, groups: Iterable[Resource], port: float) -> bool:
        """Tell whether no rule of the groups covers a TCP port, whoever it lets in."""
        lists = [self._into.get(group) for group in groups]
        return all(each is not None for each in lists) and not any(
            _covers(rule, port) for each in lists for rule in each or ()
        )

    def lead_nowhere(self, groups: Iterable[Resource], port: float) -> bool:
        """Tell whether no rule of the groups lets a packet out on a TCP port, wherever to."""
        lists = [self._out.get(group) for group in groups]
        return all(each is not None for each in lists) and not any(
            _covers(rule, port) and rule.get("CidrIp") != _NOWHERE for each in lists for rule in each or ()
        )

    def lead_to_groups_only(self, groups: Iterable[Resource], port: float) -> bool:
        """Tell whether no rule lets a packet out on a TCP port to addresses or to a list of them."""
        lists = [self._out.get(group) for group in groups]
        return all(each is not None for each in lists) and not any(
            _covers(rule, port)
            and rule.get("DestinationSecurityGroupId") is None
            and rule.get("CidrIp") != _NOWHERE
            for each in lists
            for rule in each or ()
        )

    def keep_in(self, groups: Iterable[Resource], port: float, targets: Iterable[Resource]) -> bool:
        """Tell whether none of the groups lets a packet out to one of the targets' groups on a TCP port."""
        return self._none(self._out, groups, port, targets, "DestinationSecurityGroupId")

    def _none(
        self,
        rules: Mapping[Resource, Rules],
        groups: Iterable[Resource],
        port: float,
        others: Iterable[Resource],
        key: str,
    ) -> bool:
        far = set(others)
        lists = [rules.get(group) for group in groups]
        return all(each is not None for each in lists) and not any(
            self._passes(rule, port, far, key) for each in lists for rule in each or ()
        )

    def _passes(self, rule: Mapping[str, Value], port: float, far: set[Resource], key: str) -> bool:
        """Tell whether a rule may let the packet through; addresses may be anybody's."""
        if not _covers(rule, port):
            return False
        other = rule.get(key)
        if other is None:
            return rule.get("CidrIp") != _NOWHERE
        found = self._graph.target(other, _GROUP)
        return found is None or found in far

    def _rules(self, way: str) -> dict[Resource, Rules]:
        found: dict[Resource, Rules] = {}
        for group in self._graph.of_type(_GROUP):
            found[group] = _inline(group, f"SecurityGroup{way}", way)
        for rule in self._graph.of_type(f"AWS::EC2::SecurityGroup{way}"):
            holder = self._graph.target(rule.get("GroupId"), _GROUP)
            rules = found.get(holder) if holder else None
            if rules is not None:
                rules.append(rule.properties)
            elif holder is None and not is_known(rule.get("GroupId")):
                found = dict.fromkeys(found)
        return found


def _inline(group: Resource, path: str, way: str) -> Rules:
    given = group.get(path)
    if given is None:
        return [{"IpProtocol": _ALL}] if way == "Egress" else []
    entries = as_list(given)
    if not is_known(given) or not all(isinstance(entry, dict) for entry in entries):
        return None
    return list(entries)


def _covers(rule: Mapping[str, Value], port: float) -> bool:
    protocol = _NAMES.get(str(rule.get("IpProtocol")))
    first, last = number(rule.get("FromPort")), number(rule.get("ToPort"))
    if protocol in (None, _ALL) or not isinstance(rule.get("IpProtocol"), str | int):
        return True
    if protocol != "6":
        return False
    return first is None or last is None or first == -1 or first <= port <= last
