"""Where the template says how many copies of a workload run at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import CfnResource
from constructs import IConstruct

from wellmade.data.connection_budget import ConnectionBudget
from wellmade.kit.lookups import default_child, offers
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import AnyWorkload, Workload, resource_of

RELEASE = 2
"""A release of a service starts the new tasks before it stops the old."""


@dataclass(frozen=True)
class Bound:
    """A property that bounds the copies of a workload, and what each copy holds."""

    workload: str
    resource: CfnResource
    name: str
    copies: int
    each: int
    connections: int
    """What was booked when it was connected."""


def bound_of(given: AnyWorkload, workload: str, concurrency: int, connections: int) -> Bound | None:
    """Return the property that a workload's concurrency was read from; None where it stands in none."""
    booked = concurrency * connections
    tasks: Any = getattr(given, "task_count", None)
    if tasks is not None:
        target = default_child(tasks.node.find_child("Target"))
        if isinstance(target, CfnResource):
            return Bound(workload, target, "MaxCapacity", RELEASE, connections, booked)
    function: Any = getattr(given, "function", given)
    resource = resource_of(function) if offers(function, "function_arn") else None
    if resource is None:
        return None
    return Bound(workload, resource, "ReservedConcurrentExecutions", 1, connections, booked)


def concurrency_of(scope: IConstruct, workload: Workload, given: int | None) -> int:
    """Return how many copies of a workload run at once.

    Raises:
        RefusedError: If neither it nor the user says.
    """
    found = workload.max_concurrency if given is None else given
    if found is None:
        fix = "give connect(…, max_concurrency=…), or reserve concurrency for the function"
        got = f"None for {workload.node.path}"
        raise refusal(scope, "max_concurrency", "given where a workload reserves none", got, fix)
    return found


@dataclass(frozen=True)
class BudgetRules:
    """A budget, and the properties that its bookings were read from."""

    budget: ConnectionBudget
    bounds: list[Bound]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where what is synthesized may hold more connections than there are."""
        booked = dict(self.budget.booked)
        for bound in self.bounds:
            given = synthesized.properties(bound.resource).get(bound.name)
            number = number_of(given)
            if given is None:
                yield self._unbounded(bound)
            elif number is None:
                yield from unjudged(
                    self.budget.scope, {bound.name: given}, rule="connection-budget", resource=bound.resource
                )
            else:
                booked[bound.workload] += int(number) * bound.copies * bound.each - bound.connections
        if sum(booked.values()) > self.budget.pool:
            yield self.budget.overdrawn(booked, next(iter(booked)))

    def _unbounded(self, bound: Bound) -> RefusedError:
        return refusal(
            self.budget.scope,
            "max_concurrency",
            "given where a workload reserves none",
            f"None for {bound.workload}, without {bound.name}",
            "leave the property, or give connect(…, max_concurrency=…)",
            rule="connection-budget",
            resource=bound.resource,
        )
