"""Do the same with both branches of a conditional value."""

from collections.abc import Callable

from wellmade.graph.resolve.values import Absent, Either, Unknown, Value


def over(value: Value, function: Callable[[Value], Value]) -> Value:
    """Apply a function to each branch; absent and unknown ones stay as they are."""
    if isinstance(value, Either):
        return Either(
            value.condition, over(value.then, function), over(value.otherwise, function), value.stack
        )
    return value if isinstance(value, Absent | Unknown) else function(value)
