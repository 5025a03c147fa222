"""What resolving asks for: intrinsic functions ask one stack, a stack asks the others."""

from typing import Any, Protocol

from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.values import Value


class OtherStacks(Protocol):
    """What stacks take from each other; the `TemplateSet` answers."""

    def export(self, name: Value) -> Value:
        """Return the value that some stack exports under this name."""

    def output(self, stack: Stack, name: str) -> Value:
        """Return an output of a stack."""

    def argument(self, stack: Stack, parameter: str) -> Value:
        """Return what the parent passes to a nested stack; None when it passes nothing."""

    def parameter_named(self, name: str) -> Value:
        """Return the value of the SSM parameter that bears this name."""


class Scope(Protocol):
    """The stack in which an intrinsic function stands; its `Resolver` answers."""

    stack: Stack
    others: OtherStacks

    def resolve(self, value: Any, depth: int = 0) -> Value:
        """Return the value with every intrinsic function in it resolved."""

    def reference(self, name: Any) -> Value:
        """Return what `Ref` gives."""

    def attribute(self, name: str, attribute: str) -> Value:
        """Return what `Fn::GetAtt` gives."""
