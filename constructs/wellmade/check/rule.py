"""What a rule is and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from wellmade.graph import Graph, Resource


class Severity(StrEnum):
    """How bad a finding is; each of them makes `wellmade check` exit with 1 but advice."""

    ERROR = "error"
    """Data is lost, or a stranger gets in."""
    WARNING = "warning"
    """It works until the day that it does not."""
    ADVICE = "advice"
    """There is a simpler or cheaper way."""


@dataclass(frozen=True)
class Violation:
    """One place where a rule is broken, as the rule reports it.

    Args:
        resource: The resource to change.
        path: Where in it, as a dotted path: `Properties.VisibilityTimeout`.
        message: What is wrong there, with the numbers: one sentence without the fix.
        fix: What to do here, as a command. Default: what the rule says.
        cause: What is to be changed once for all violations of the rule that name the same: they become one
            finding with its places. Default: this place alone.
        line: Where it stands, from 1. Default: where the resource begins.
        name: What stands there where it is no resource: a section of the template, such as `Outputs`; the
            resource is then any one of the template. Default: the resource.
    """

    resource: Resource
    path: str
    message: str
    fix: str = ""
    cause: str = ""
    line: int = 0
    name: str = ""


@dataclass(frozen=True)
class Rule:
    """One thing that must not be, with all that a person needs to agree or to disagree.

    Args:
        id: Words with hyphens, as the rule's module is called with underscores; suppressions name it.
        title: What must hold, as a sentence without a full stop.
        severity: How bad it is when it does not.
        explanation: What happens when it does not, in two or three sentences.
        fix: What to do, as a command.
        source: The AWS page that says so.
        check: Yields a violation for each place in a graph where it does not hold; what is unknown is none.
        within: Rules that speak of the same cause: where one of them finds something on the same resource,
            what this one finds is told with it. Default: none.
        leaves_tests: Whether it leaves alone what a condition defines for tests only, whose loss fails a test
            and nothing else. Default: no.
    """

    id: str
    title: str
    severity: Severity
    explanation: str
    fix: str
    source: str
    check: Callable[[Graph], Iterator[Violation]]
    within: tuple[str, ...] = ()
    leaves_tests: bool = False


@dataclass(frozen=True, order=True)
class Finding:
    """A violation, ready to be reported, compared with a baseline and printed."""

    template: str
    resource: str
    rule: str
    path: str
    severity: Severity
    message: str
    fix: str
    source: str
    line: int = 0
    construct: str = ""
    """The construct's path where the template came from the CDK."""
    cause: str = field(default="", repr=False)
    """What all violations of one cause name; empty for a cause of its own."""
    more: "tuple[Finding, ...]" = ()
    """What else has the same cause: further places of the rule, and rules that say the same."""
