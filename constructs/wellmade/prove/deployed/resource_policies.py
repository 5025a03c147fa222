"""The policies of what templates deploy, each compiled when it is first asked for: most are not."""

import re
from collections.abc import Iterator, Mapping, Sequence

from wellmade.graph import Graph, Resource, Statement, statements_in
from wellmade.prove.deployed.documents import read
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.readings import Readings
from wellmade.prove.deployed.shapes import SHAPES
from wellmade.prove.policy import Policy, PolicyError

_NOTHING = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
_KEY = re.compile(r"dynamodb:\w+", re.IGNORECASE)
"""Condition keys that tell whether it matters which items of a table a call names."""


class ResourcePolicies(Mapping[str, Readings]):
    """By ARN the policy of a bucket, a queue, a key, or of whom a role trusts.

    Args:
        graph: The templates.
        naming: How their values read.
    """

    def __init__(self, graph: Graph, naming: Naming) -> None:
        self._naming = naming
        self._written = dict(_written(graph, naming))
        self._known: dict[str, Readings] = {}

    def __getitem__(self, arn: str) -> Readings:
        """Return a policy, compiled."""
        if arn not in self._known:
            self._known[arn] = self._read(*self._written[arn])
        return self._known[arn]

    def __contains__(self, arn: object) -> bool:
        return arn in self._written

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def keys_asked_for(self) -> frozenset[str]:
        """Return the keys of items, in lower case, that a condition of any of them asks for."""
        conditions = (each.conditions for _, statements in self._written.values() for each in statements)
        asked = (key for each in conditions if each for key in _KEY.findall(repr(each)))
        return frozenset(map(str.lower, asked))

    def _read(self, resource: Resource, statements: Sequence[Statement]) -> Readings:
        name = resource.logical_id
        try:
            return read(statements, self._naming, name, "resource")
        except PolicyError as error:
            return Readings(Policy.parse(_NOTHING, name, "resource"), Policy(()), (str(error),))


def _written(graph: Graph, naming: Naming) -> Iterator[tuple[str, tuple[Resource, Sequence[Statement]]]]:
    for resource in graph.of_type(*SHAPES):
        if not resource.type.startswith("AWS::IAM::") and (statements := graph.policies_on(resource)):
            yield naming.open_arn(resource), (resource, statements)
    for role in graph.of_type("AWS::IAM::Role"):
        if trust := list(statements_in(role, "AssumeRolePolicyDocument")):
            yield naming.arn(role), (role, trust)
