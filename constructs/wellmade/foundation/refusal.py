"""How a construct says no: one sentence with the path, the option, the allowed, the given and the fix."""

from aws_cdk import Duration, Token
from constructs import IConstruct

from wellmade.foundation.tree import path_of, seconds


def refusal(scope: IConstruct | str, option: str, allowed: str, got: object, fix: str) -> ValueError:
    """Return the error to raise when an option cannot work.

    Args:
        scope: The construct that refuses, or its path where it does not exist yet.
        option: The option's name as the caller wrote it.
        allowed: What would be right, to follow "must be".
        got: What was given.
        fix: What to do, as a command.
    """
    return ValueError(refusal_message(scope, option, allowed, got, fix))


def refusal_message(scope: IConstruct | str, option: str, allowed: str, got: object, fix: str) -> str:
    """Return the sentence alone, for checks that collect messages until synth."""
    path = scope if isinstance(scope, str) else path_of(scope)
    given = f"{seconds(got):.12g} s" if isinstance(got, Duration) else got
    return f"{path}: {option} must be {allowed}, got {given}; {fix}"


def require_between(scope: IConstruct, option: str, value: float, low: float, high: float, fix: str) -> None:
    """Raise unless a number lies within bounds, both included; tokens are left to CloudFormation.

    Raises:
        ValueError: If `value` is below `low` or above `high`.
    """
    if not low <= value <= high and not Token.is_unresolved(value):
        raise refusal(scope, option, f"between {low:.12g} and {high:.12g}", f"{value:.12g}", fix)
