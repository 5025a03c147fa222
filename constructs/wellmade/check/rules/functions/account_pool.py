"""Reservations leave 100 of the account's 1,000 concurrent executions."""

from collections import defaultdict
from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import ACCOUNT_CONCURRENCY, UNRESERVED
from wellmade.graph import Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    stacks: dict[str, dict[Resource, float]] = defaultdict(dict)
    for function in graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        reserved = least(function.get("ReservedConcurrentExecutions"))
        if reserved and function.condition is None:
            stacks[function.stack][function] = reserved
    for reservations in stacks.values():
        total = sum(reservations.values())
        reservable = ACCOUNT_CONCURRENCY - UNRESERVED
        if total > reservable:
            largest = max(reservations, key=lambda function: reservations[function])
            pool = f"{total:.12g} of {ACCOUNT_CONCURRENCY}"
            message = f"the stack reserves {pool}, must leave {UNRESERVED} (at most {reservable})"
            yield Violation(largest, "Properties.ReservedConcurrentExecutions", message)


RULE = Rule(
    id="account-pool",
    title="Reservations leave 100 of the account's 1,000 concurrent executions",
    severity=Severity.WARNING,
    explanation=(
        "Lambda refuses reservations that leave fewer than 100, so the deployment rolls back in an account "
        "whose quota was not raised. All functions without a reservation share what is left."
    ),
    fix="reserve less, or have the quota raised and suppress this with the new quota as the reason",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    check=_check,
)
