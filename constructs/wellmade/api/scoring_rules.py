"""What must hold of an API with a latency budget as it was synthesized."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import CfnElement
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from wellmade.api.lookup_budget import LookupBudget
from wellmade.facts.latency import COLD_START, worst_case
from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.numbers import not_known, number_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import resource_of
from wellmade_runtime.variables import LATENCY_BUDGET_SECONDS, LOOKUPS, OWN_WORK_SECONDS

_WARM = "ProvisionedConcurrencyConfig"
_SCALABLE = "AWS::ApplicationAutoScaling::ScalableTarget"


class BudgetRules:
    """A function that answers within a budget: it is warm, and its lookups leave it the time.

    Args:
        scope: The pattern.
        function: What answers.
        budget: What was asked for.
    """

    def __init__(self, scope: IConstruct, function: Handling, budget: LookupBudget) -> None:
        self._scope, self._function, self._budget = scope, function, budget

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        if self._budget.budget <= COLD_START:
            yield from self._cold(synthesized)
        resource = resource_of(self._function.given)
        if resource is not None:
            yield from self._over_budget(synthesized, resource)

    def _cold(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where requests may meet a copy that has yet to start."""
        invoked = default_child(self._function.invocable)
        if not isinstance(invoked, lambda_.CfnAlias | lambda_.CfnVersion):
            yield self._may_be_cold("one without", invoked)
            return
        config: Mapping[str, Any] = synthesized.properties(invoked).get(_WARM) or {}
        value = config.get("ProvisionedConcurrentExecutions")
        warm = number_of(value)
        if value is not None and warm is None:
            yield not_known(self._scope, _WARM, value, rule="cold-start-budget", resource=invoked)
        elif not warm:
            yield self._may_be_cold("one without", invoked)
        elif self._sleeps(synthesized, invoked):
            yield self._may_be_cold("one with none at some hours", invoked)

    def _may_be_cold(self, got: str, resource: object) -> RefusedError:
        return refusal(
            path_of(self._scope),
            "function",
            f"one with provisioned concurrency where callers wait {self._budget.budget:.12g} ms",
            got,
            f"set provisioned_concurrency, or allow more than {COLD_START} ms",
            rule="cold-start-budget",
            resource=resource if isinstance(resource, CfnElement) else None,
        )

    def _sleeps(self, synthesized: Synthesized, alias: CfnElement) -> bool:
        """Tell whether scaling may take all warm copies away."""
        name = f'"{synthesized.logical_id(alias)}"'
        for resource in synthesized.resources(alias).values():
            given = resource.get("Properties", {})
            if resource["Type"] == _SCALABLE and name in json.dumps(given.get("ResourceId")):
                actions = [each.get("ScalableTargetAction", {}) for each in given.get("ScheduledActions", ())]
                return any(_reaches_zero(each) for each in (given, *actions))
        return False

    def _over_budget(self, synthesized: Synthesized, function: CfnElement) -> Iterator[RefusedError]:
        """Judge what the handler is told, which an override may have changed."""
        environment = synthesized.properties(function).get("Environment", {}).get("Variables", {})
        told = [environment.get(name) for name in (LATENCY_BUDGET_SECONDS, OWN_WORK_SECONDS)]
        budget, own_work = (number_of(each) for each in told)
        plan = environment.get(LOOKUPS)
        if budget is None or own_work is None or not isinstance(plan, str):
            yield not_known(self._scope, LOOKUPS, plan, rule="timeout-budget", resource=function)
            return
        lookups = json.loads(plan).values()
        whole = worst_case(own_work, ((each["timeout"], each["attempts"]) for each in lookups))
        if round(whole - budget, 6) > 0:
            yield refusal(
                path_of(self._scope),
                LOOKUPS,
                f"such that all attempts and own work end within {budget:.12g} s",
                f"{whole:.12g} s",
                "take back what overrides it, or raise the budget",
                rule="timeout-budget",
                resource=function,
            )


def _reaches_zero(bounds: Mapping[str, Any]) -> bool:
    return 0 in (number_of(bounds.get("MinCapacity")), number_of(bounds.get("MaxCapacity")))
