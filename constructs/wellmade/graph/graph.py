"""The graph: resources, what refers to what, and the edges between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.every import edges_of
from wellmade.graph.environment import environment_of
from wellmade.graph.placement import Placement, Placements
from wellmade.graph.resource import Resource
from wellmade.graph.stack import Stack
from wellmade.graph.statements import Statement, Statements, own_policy
from wellmade.graph.targets import Targets
from wellmade.graph.values import Value

if TYPE_CHECKING:
    import networkx as nx


class Graph:
    """Everything that was read together; edges are worked out when first asked for."""

    def __init__(self, resources: Iterable[Resource], stacks: Sequence[Stack] = ()) -> None:
        """Index the resources by id and type; `stacks` are the templates that they stand in."""
        self.stacks = list(stacks)
        self.resources: dict[str, Resource] = {resource.id: resource for resource in resources}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources.values():
            self._by_type[resource.type].append(resource)

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of these types, in the order of the templates."""
        return [resource for name in types for resource in self._by_type.get(name, [])]

    def edges(
        self, kind: Kind | None = None, source: Resource | None = None, target: Resource | None = None
    ) -> list[Edge]:
        """Return the edges of a kind, from a resource, to a resource; each restriction is optional."""
        if source:
            candidates = self._from.get(source, [])
        elif target:
            candidates = self._to.get(target, [])
        else:
            candidates = self._edges
        return [
            edge
            for edge in candidates
            if (kind is None or edge.kind is kind) and (target is None or edge.target is target)
        ]

    def target(self, value: Value, *types: str) -> Resource | None:
        """Return the resource that a reference, an ARN, a URL or a name means; None when it is none of these.

        Args:
            value: What a property holds; a resource is returned as it is.
            types: Only resources of these types; a bare name is safest looked up with them. Default: any.
        """
        return self._targets.target(value, types)

    def function(self, value: Value) -> Resource | None:
        """Return the function that a value means, also by one of its versions or aliases."""
        return self._targets.function(value)

    def destination(self, value: Value) -> Resource | None:
        """Return what a value means, with versions and aliases followed to their function."""
        return self._targets.destination(value)

    def statements_of(self, resource: Resource) -> list[Statement]:
        """Return all policy statements that apply to a role, or to the role behind a function or task."""
        return self._statements.of(resource)

    def role_of(self, resource: Resource) -> Resource | None:
        """Return the role with which a function, a task or another resource works."""
        return self._statements.role_of(resource)

    def policies_on(self, resource: Resource) -> list[Statement]:
        """Return the statements of the resource policies that guard a bucket, queue, topic, key and so on."""
        guards = [edge.via for edge in self.edges(Kind.GUARDS, target=resource)]
        return [*own_policy(resource), *(each for guard in guards for each in own_policy(guard))]

    def placement(self, resource: Resource) -> Placement | None:
        """Return in which subnets a resource runs and how they are connected; None when it names none."""
        return self._placements.of(resource)

    def environment_of(self, resource: Resource) -> Mapping[str, Value]:
        """Return the environment variables of a function, a task or any other compute resource."""
        return environment_of(resource)

    @cached_property
    def network(self) -> "nx.MultiDiGraph[str]":
        """The same for networkx: nodes are ids and have `resource`, edges have `kind` and `edge`."""
        import networkx as nx  # noqa: PLC0415 -- takes 0.1 s, and most readers do without

        network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        network.add_nodes_from((key, {"resource": resource}) for key, resource in self.resources.items())
        for edge in self._edges:
            network.add_edge(edge.source.id, edge.target.id, kind=edge.kind, edge=edge)
        return network

    @cached_property
    def _targets(self) -> Targets:
        return Targets(self.resources)

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self)

    @cached_property
    def _placements(self) -> Placements:
        return Placements(self)

    @cached_property
    def _edges(self) -> list[Edge]:
        return list(edges_of(self))

    @cached_property
    def _from(self) -> dict[Resource, list[Edge]]:
        return _indexed((edge.source, edge) for edge in self._edges)

    @cached_property
    def _to(self) -> dict[Resource, list[Edge]]:
        return _indexed((edge.target, edge) for edge in self._edges)


def _indexed(pairs: Iterable[tuple[Resource, Edge]]) -> dict[Resource, list[Edge]]:
    index: dict[Resource, list[Edge]] = defaultdict(list)
    for resource, edge in pairs:
        index[resource].append(edge)
    return index
