"""How a construct refuses: one sentence with the path, the option, the allowed, the given and the fix."""

import re

from aws_cdk import CfnElement, Duration
from constructs import IConstruct

from wellmade.kit.lookups import is_unresolved, path_of, seconds

_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")


class RefusedError(ValueError):
    """What a construct raises, or reports at synth, when an option cannot work.

    Args:
        path: Path of the construct that refuses.
        option: The option's name as the user wrote it.
        allowed: What would be right, to follow "must be".
        got: What was given.
        fix: What to do, as a command.
        rule: Id of the rule of `wellmade check` that sees the same in a template, or of cfn-lint's that
            `--lint` adds, such as `cfn-lint:E3663`. Default: none does.
        page: Page of the documentation that explains it. Default: none.
        resource: What a synthesized template shows it on. Default: the template shows it nowhere.
        severity: At synth `error` fails it, and `warning` is told: something is not known. Default: `error`.
    """

    path: str
    option: str
    allowed: str
    got: str
    fix: str
    rule: str | None
    page: str | None
    resource: CfnElement | None
    severity: str

    def __init__(
        self,
        path: str,
        option: str,
        allowed: str,
        got: object,
        fix: str,
        *,
        rule: str | None = None,
        page: str | None = None,
        resource: CfnElement | None = None,
        severity: str = "error",
    ) -> None:
        hidden = "a value that is known at deployment only"
        is_hidden_number = isinstance(got, int | float) and is_unresolved(got)
        given = hidden if is_hidden_number else _TOKEN.sub(hidden, str(got))
        self.path, self.option, self.allowed, self.got, self.fix = path, option, allowed, given, fix
        self.rule, self.page, self.resource, self.severity = rule, page, resource, severity
        super().__init__(f"{path}: {option} must be {allowed}, got {given}; {fix}")


def refusal(
    scope: IConstruct | str,
    option: str,
    allowed: str,
    got: object,
    fix: str,
    *,
    rule: str | None = None,
    resource: CfnElement | None = None,
    severity: str = "error",
) -> RefusedError:
    """Return the error to raise, or to yield from a check at synth, when an option cannot work.

    Args:
        scope: The construct that refuses, or its path where it does not exist yet.
        option: The option's name as the user wrote it.
        allowed: What would be right, to follow "must be".
        got: What was given.
        fix: What to do, as a command.
        rule: Id of the rule of `wellmade check` that sees the same. Default: none does.
        resource: What a synthesized template shows it on. Default: nothing.
        severity: See `RefusedError`. Default: `error`.
    """
    path = scope if isinstance(scope, str) else path_of(scope)
    given = f"{seconds(got):.12g} s" if isinstance(got, Duration) else got
    page = None if isinstance(scope, str) else _page(scope)
    return RefusedError(
        path, option, allowed, given, fix, rule=rule, page=page, resource=resource, severity=severity
    )


def warning(
    scope: IConstruct,
    option: str,
    allowed: str,
    got: object,
    fix: str,
    *,
    rule: str | None = None,
    resource: CfnElement | None = None,
) -> RefusedError:
    """Return what a check at synth yields where a rule cannot be judged: it is told and fails nothing."""
    return refusal(scope, option, allowed, got, fix, rule=rule, resource=resource, severity="warning")


def require_between(
    scope: IConstruct | str,
    option: str,
    value: float,
    low: float,
    high: float,
    fix: str,
    *,
    rule: str | None = None,
) -> None:
    """Raise unless a number lies within bounds, both included; tokens are left to CloudFormation.

    Args:
        scope: The construct that refuses, or its path where it does not exist yet.
        option: The option's name as the user wrote it.
        value: What was given.
        low: The least that is taken.
        high: The most that is taken.
        fix: What to do, as a command.
        rule: As `refusal` takes it. Default: none does.

    Raises:
        RefusedError: If `value` is below `low` or above `high`.
    """
    if not low <= value <= high and not is_unresolved(value):
        raise refusal(scope, option, f"between {low:.12g} and {high:.12g}", f"{value:.12g}", fix, rule=rule)


def _page(scope: IConstruct) -> str | None:
    """Return the page of the first public class of ours that a construct is."""
    ours = (each for each in type(scope).__mro__ if each.__module__.startswith("wellmade."))
    public = next((each for each in ours if not each.__name__.startswith("_")), None)
    return f"docs/patterns/{public.__name__}.md" if public else None
