"""`wellmade cost` as a policy-validation plugin of CDK."""

import math
from pathlib import Path

import aws_cdk as cdk
import jsii

from wellmade.capacity.workload import read_workload
from wellmade.cost.estimate import Estimate, estimate
from wellmade.cost.report import dollars
from wellmade.cost.stack_regions import the_one_of
from wellmade.facts.prices import basis
from wellmade.graph import Resource
from wellmade.validation.plugin import Plugin
from wellmade.validation.synthesized import synthesized

_MOST = 5
"""How many resources are named; `wellmade cost` has all."""


@jsii.implements(cdk.IPolicyValidationPlugin)
class MonthlyCost(Plugin):
    """Tell at synth what the app costs a month, and refuse one that is over a budget.

    The sum stands in CDK's report with the dearest resources. It is at list prices, and "at least" where
    something has no price. All stacks of the app are added up, those in stages too. Needs `wellmade[tools]`.

    Args:
        load: File that says what arrives, as `wellmade cost` reads it. Default: nothing arrives.
        region: Whose prices are taken. Default: that of the stacks, where it has prices; else us-east-1.
        budget: US dollars a month over which the synth fails. Default: none.

    Raises:
        ValueError: If the budget is no amount.

    Example:
        app = cdk.App()
        cdk.Validations.of(app).add_plugins(MonthlyCost(region="eu-west-1", budget=500))
    """

    _NAME = "wellmade-cost"

    def __init__(
        self, *, load: Path | str | None = None, region: str | None = None, budget: float | None = None
    ) -> None:
        if budget is not None and not 0 <= budget < math.inf:
            raise ValueError(f"budget must be a number from 0, got {budget:g}")
        self._load = Path(load) if load is not None else None
        self._region = region
        self._budget = budget

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Price what was synthesized.

        Args:
            context: The app, whose stacks CDK has just written.

        Raises:
            WellmadeError: If a template or the load cannot be read, or the region has no prices.
        """
        graph = synthesized(context)
        load = read_workload(self._load) if self._load else None
        found = estimate(graph, load, self._region or _region_of(context))
        fits = self._budget is None or found.stated.total <= self._budget
        named = _dearest(found) or list(graph.resources.values())[:1]
        return cdk.PolicyValidationPluginReport(
            success=fits, violations=[self._told(found, named, fits=fits)] if named else []
        )

    def _told(self, found: Estimate, named: list[Resource], *, fits: bool) -> cdk.PolicyViolation:
        bill = found.stated
        over = "" if fits else f", over the budget of {self._budget:,.2f}"
        rest = "" if self._load else "; no load is stated, so that this is what runs when nobody comes"
        places = [
            cdk.PolicyViolatingResource(
                resource_logical_id=each.logical_id,
                template_path=str(each.template),
                locations=[f"{bill.by_resource.get(each.id, 0):,.2f} US dollars a month"],
            )
            for each in named
        ]
        return cdk.PolicyViolation(
            rule_name="monthly-cost",
            description=f"{dollars(bill.total, bill)} US dollars a month{over}, of which "
            f"{dollars(bill.fixed, bill)} when nobody comes: {basis(region=found.region)}{rest}",
            fix="see each resource with: wellmade cost cdk.out",
            severity="info" if fits else "error",
            violating_resources=places,
        )


def _region_of(context: cdk.IPolicyValidationContext) -> str:
    """Return the region that all stacks name, where it has prices; no manifest tells it yet."""
    return the_one_of(one.region for one in context.stack_templates or [])


def _dearest(found: Estimate) -> list[Resource]:
    by_id = {line.resource.id: line.resource for line in found.stated.lines}
    return [by_id[name] for name, usd in found.stated.by_resource.items() if usd > 0][:_MOST]
