"""What stacks tell each other: exports, outputs and parameters of nested stacks, SSM parameters."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wellmade.graph.joining import written
from wellmade.graph.stack import Stack
from wellmade.graph.values import Unknown, Value

if TYPE_CHECKING:
    from wellmade.graph.resolve import Resolver


class Estate:
    """All stacks that were read together; answers are worked out when first asked."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        """Know the stacks and those nested in them."""
        self.stacks = [stack for root in stacks for stack in _with_children(root)]
        self._resolvers: dict[Stack, Resolver] = {}

    def resolver(self, stack: Stack) -> "Resolver":
        """Return the one resolver of a stack."""
        from wellmade.graph.resolve import Resolver  # noqa: PLC0415 -- each needs the other

        if stack not in self._resolvers:
            self._resolvers[stack] = Resolver(stack, self)
        return self._resolvers[stack]

    def export(self, name: Value) -> Value:
        """Return the value that some stack exports under this name."""
        found = self._exports.get(written(name))
        return (
            self._told(found) if found else Unknown(f"the export {written(name)} is not in these templates")
        )

    def output(self, stack: Stack, name: str) -> Value:
        """Return an output of a stack."""
        output = stack.section("Outputs").get(name)
        if not isinstance(output, dict):
            return Unknown(f"{stack.name} has no output {name}")
        return self._told((stack, f"output {name}", output.get("Value")))

    def argument(self, stack: Stack, parameter: str) -> Value:
        """Return what the parent passes to a nested stack; None when it passes nothing."""
        if stack.parent is None:
            return None
        defined = stack.parent.section("Resources")[stack.parent_logical_id]
        passed = (defined.get("Properties") or {}).get("Parameters")
        if not isinstance(passed, dict) or parameter not in passed:
            return None
        return self._told((stack.parent, f"argument {parameter} of {stack.name}", passed[parameter]))

    def parameter_named(self, name: str) -> Value:
        """Return the value of the SSM parameter that bears this name."""
        found = self._ssm.get(name)
        return self._told(found) if found else Unknown(f"the SSM parameter {name} is not in these templates")

    def _told(self, source: tuple[Stack, str, Any]) -> Value:
        stack, key, value = source
        return self.resolver(stack).once(key, value)

    @cached_property
    def _exports(self) -> dict[str, tuple[Stack, str, Any]]:
        exports: dict[str, tuple[Stack, str, Any]] = {}
        for stack in self.stacks:
            for name, output in stack.section("Outputs").items():
                export = output.get("Export") if isinstance(output, dict) else None
                if isinstance(export, dict):
                    key = written(self.resolver(stack).resolve(export.get("Name")))
                    source = (stack, f"output {name}", output.get("Value"))
                    exports[key] = source
                    exports.setdefault(key.replace(f"${{{stack.name}:AWS::StackName}}", stack.name), source)
        return exports

    @cached_property
    def _ssm(self) -> dict[str, tuple[Stack, str, Any]]:
        parameters: dict[str, tuple[Stack, str, Any]] = {}
        for stack in self.stacks:
            for logical_id, resource in stack.section("Resources").items():
                if isinstance(resource, dict) and resource.get("Type") == "AWS::SSM::Parameter":
                    properties = resource.get("Properties") or {}
                    name = written(self.resolver(stack).resolve(properties.get("Name")))
                    parameters[name] = (stack, f"value of {logical_id}", properties.get("Value"))
        return parameters


def _with_children(stack: Stack) -> Iterator[Stack]:
    yield stack
    for child in stack.children.values():
        yield from _with_children(child)
