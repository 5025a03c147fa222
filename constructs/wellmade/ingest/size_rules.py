"""What a size router refuses: work that a function cannot end in time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Size
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from wellmade.facts.lambda_ import DEFAULT_TIMEOUT, LONGEST_TIMEOUT
from wellmade.facts.s3 import LARGEST_OBJECT
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

LOWER = "lower threshold, or name the suffix in task_suffixes"
WorstCase = Duration | Mapping[str, Duration]
"""Of a file of the threshold's size: of all, or by suffix."""


def worst_cases(
    scope: IConstruct, suffixes: Sequence[str], task_suffixes: Sequence[str], stated: WorstCase
) -> Mapping[str, float]:
    """Return how many seconds the function takes for a file of each suffix at worst, by what is stated.

    Args:
        scope: The router.
        suffixes: Of the pipeline; none for every file.
        task_suffixes: Those that the function never reads.
        stated: What the user says.

    Raises:
        RefusedError: If a suffix is unknown or without a statement, or one takes longer than Lambda runs.
    """
    for each in task_suffixes:
        if suffixes and each not in suffixes:
            fix = "the pipeline is not told of such files"
            raise refusal(scope, "task_suffixes", f"some of {', '.join(suffixes)}", repr(each), fix)
    read = [each for each in suffixes or [""] if each not in task_suffixes]
    found = dict.fromkeys(read, stated) if isinstance(stated, Duration) else dict(stated)
    if set(found) != set(read):
        wrong = next(iter(sorted(set(found) ^ set(read))))
        got = f"nothing for {wrong!r}" if wrong in read else f"one for {wrong!r}"
        allowed = f"given for {', '.join(map(repr, read)) or 'no suffix'}, and for nothing else"
        fix = "say how long the function takes at worst for such a file of the threshold's size"
        raise refusal(scope, "worst_case", allowed, got, fix)
    for suffix, longest in found.items():
        if seconds(longest) > LONGEST_TIMEOUT:
            allowed = f"at most {LONGEST_TIMEOUT} s, the longest that Lambda runs"
            raise refusal(scope, _named(suffix), allowed, longest, LOWER, rule="worst-case-duration")
    return {suffix: seconds(longest) for suffix, longest in found.items()}


def refuse_express(scope: IConstruct, workflow: sfn.IStateMachine | sfn.StateMachine) -> None:
    """Raise where a workflow of this app is an Express one.

    Raises:
        RefusedError: If it is: S3 tells of some files twice, and each would be processed twice.
    """
    if getattr(workflow, "state_machine_type", None) is sfn.StateMachineType.EXPRESS:
        allowed, fix = (
            "a Standard one, which starts one execution of a name",
            "define it without express=True",
        )
        raise refusal(scope, "workflow", allowed, "an Express one", fix)


def refuse_wrong_threshold(scope: IConstruct, threshold: Size) -> None:
    """Raise where no file is smaller, or none is larger.

    Raises:
        RefusedError: If it is out of bounds.
    """
    given = threshold.to_bytes()
    if not 1 <= given <= LARGEST_OBJECT:
        got = f"{given / 10**9:.12g} GB"
        raise refusal(scope, "threshold", "between 1 byte and 50 TB", got, "S3 keeps no larger object")


def _named(suffix: str) -> str:
    return f"worst_case[{suffix!r}]" if suffix else "worst_case"


@dataclass(frozen=True)
class SizeRules:
    """What the function is left to do, against the time that it has as it was synthesized."""

    scope: IConstruct
    function: lambda_.CfnFunction
    worst_cases: Mapping[str, float]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each kind of file for which the function's timeout is too short."""
        given = synthesized.properties(self.function).get("Timeout", DEFAULT_TIMEOUT)
        yield from unjudged(
            self.scope, {"Timeout": given}, rule="worst-case-duration", resource=self.function
        )
        timeout = number_of(given)
        for suffix, longest in self.worst_cases.items():
            if timeout is not None and longest > timeout:
                allowed = f"at most {timeout:.12g} s, the function's timeout"
                fix = f"raise the timeout, {LOWER}"
                yield refusal(
                    path_of(self.scope),
                    _named(suffix),
                    allowed,
                    f"{longest:.12g} s",
                    fix,
                    rule="worst-case-duration",
                    resource=self.function,
                )
