"""The graph: resources, what refers to what, and the edges between them."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.every import edges_of
from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.placement import Exit, Placement, Placements
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.settled import conditions_in
from wellmade.graph.resolve.statements import Statement, own_policy

if TYPE_CHECKING:
    import networkx as nx


class Graph(ResourceIndex):
    """Everything that was read together; edges are worked out when first asked for."""

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

    def policies_on(self, resource: Resource) -> list[Statement]:
        """Return the statements of the resource policies that guard a bucket, queue, topic, key and so on."""
        if resource not in self._policies:
            guards = [edge.via for edge in self.edges(Kind.GUARDS, target=resource)]
            policies = (*own_policy(resource), *(each for guard in guards for each in own_policy(guard)))
            self._policies[resource] = policies
        return list(self._policies[resource])

    def placement(self, resource: Resource) -> Placement | None:
        """Return in which subnets a resource runs and how they are connected; None when it names none."""
        return self._placements.of(resource)

    def construct_path(self, resource: Resource) -> str | None:
        """Return the path of the construct that defines a resource; None where CDK recorded none."""
        stack = self.stack_of(resource)
        return resource.cdk_path or (stack.construct_paths.get(resource.logical_id) if stack else None)

    def stack_of(self, resource: Resource) -> Stack | None:
        """Return the stack that a resource stands in; None where the graph was made of resources alone."""
        return self._stacks.get(resource.stack)

    def exit_of(self, subnet: Resource) -> Exit:
        """Return how traffic of a subnet leaves for the internet."""
        return self._placements.exit_of(subnet)

    def route_table(self, subnet: Resource) -> Resource | None:
        """Return the route table of a subnet; None where it has none of its own, or the templates lack it."""
        return self._placements.table_of(subnet)

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
    def is_conditional(self) -> bool:
        """Whether any condition of the templates decides more than whether the CDK reports what it does."""
        return any(
            each.condition or any(conditions_in(dict(each.properties)))
            for each in self.resources.values()
            if each.type != "AWS::CDK::Metadata"
        )

    @cached_property
    def _policies(self) -> dict[Resource, tuple[Statement, ...]]:
        return {}

    @cached_property
    def _stacks(self) -> dict[str, Stack]:
        return {stack.name: stack for stack in self.stacks}

    @cached_property
    def _placements(self) -> Placements:
        return Placements(self._targets)

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
