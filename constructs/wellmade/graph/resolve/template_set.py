"""What stacks take from each other: exports, outputs and parameters of nested stacks, SSM parameters."""

from collections.abc import Iterable, Iterator
from typing import Any

from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.resolver import Resolver
from wellmade.graph.resolve.values import Unknown, Value

Source = tuple[Stack, str, Any]
"""In which stack a value stands, under which key its answer is kept, and how it is written."""


class TemplateSet:
    """All stacks that were read together; answers are worked out when first asked."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        """Know the stacks and those nested in them."""
        self.stacks: list[Stack] = [stack for root in stacks for stack in _with_children(root)]
        self._resolvers: dict[Stack, Resolver] = {}
        self._indexes: dict[str, dict[str, Source]] = {}

    def resolver(self, stack: Stack) -> Resolver:
        """Return the one resolver of a stack."""
        if stack not in self._resolvers:
            self._resolvers[stack] = Resolver(stack, self)
        return self._resolvers[stack]

    def export(self, name: Value) -> Value:
        """Return the value that some stack exports under this name."""
        found = self._index("exports").get(written(name))
        return (
            self._resolved(found)
            if found
            else Unknown(f"the export {written(name)} is not in these templates")
        )

    def output(self, stack: Stack, name: str) -> Value:
        """Return an output of a stack."""
        output = stack.section("Outputs").get(name)
        if not isinstance(output, dict):
            return Unknown(f"{stack.name} has no output {name}")
        return self._resolved((stack, f"output {name}", output.get("Value")))

    def argument(self, stack: Stack, parameter: str) -> Value:
        """Return what the parent passes to a nested stack; None when it passes nothing."""
        if stack.parent is None or parameter not in stack.passed:
            return None
        given = stack.passed[parameter]
        return self._resolved((stack.parent, f"argument {parameter} of {stack.name}", given))

    def parameter_named(self, name: str) -> Value:
        """Return the value of the SSM parameter that bears this name."""
        found = self._index("parameters").get(name)
        return (
            self._resolved(found) if found else Unknown(f"the SSM parameter {name} is not in these templates")
        )

    def _resolved(self, source: Source) -> Value:
        stack, key, value = source
        return self.resolver(stack).once(key, value)

    def _index(self, kind: str) -> dict[str, Source]:
        """Return the exports or parameters by name; a name that needs the index itself finds it empty."""
        if kind not in self._indexes:
            self._indexes[kind] = {}
            self._indexes[kind] = dict(self._exports() if kind == "exports" else self._parameters())
        return self._indexes[kind]

    def _exports(self) -> Iterator[tuple[str, Source]]:
        """Yield each export by its name, also by the one that it has if the stack is named as it is here."""
        for stack in self.stacks:
            for name, output in stack.section("Outputs").items():
                export = output.get("Export") if isinstance(output, dict) else None
                if isinstance(export, dict):
                    key = written(self.resolver(stack).resolve(export.get("Name")))
                    source = (stack, f"output {name}", output.get("Value"))
                    yield key.replace(f"${{{stack.name}:AWS::StackName}}", stack.name), source
                    yield key, source

    def _parameters(self) -> Iterator[tuple[str, Source]]:
        for stack in self.stacks:
            for logical_id, resource in stack.section("Resources").items():
                if resource["Type"] == "AWS::SSM::Parameter":
                    properties = resource.get("Properties") or {}
                    name = written(self.resolver(stack).resolve(properties.get("Name")))
                    yield name, (stack, f"value of {logical_id}", properties.get("Value"))


def _with_children(stack: Stack) -> Iterator[Stack]:
    yield stack
    for child in stack.children.values():
        yield from _with_children(child)
