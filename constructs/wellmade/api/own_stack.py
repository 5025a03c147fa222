"""A function that needs what its API defines, and that the API needs."""

from pathlib import Path

from constructs import IConstruct

from wellmade.foundation.function_option import FunctionOption
from wellmade.kit.lookups import default_child, outermost_stack, same_stack, stack_of
from wellmade.kit.refusals import refusal


def refuse_function_elsewhere(scope: IConstruct, function: FunctionOption) -> None:
    """Raise where a function of another stack would work on the table of a pattern of this one.

    Its stack would need the table, and this one the function.

    Raises:
        RefusedError: If it is of another stack.
    """
    if isinstance(function, str | Path) or default_child(function) is None or same_stack(scope, function):
        return
    theirs, ours = outermost_stack(stack_of(function)), outermost_stack(stack_of(scope))
    if theirs is not ours:
        raise refusal(
            scope,
            "function",
            f"of the pattern's own stack, {ours.stack_name}",
            f"one of {theirs.stack_name}",
            "define both in one stack, or CloudFormation finds that each stack needs the other one first",
        )
