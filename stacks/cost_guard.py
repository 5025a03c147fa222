"""What an environment may cost a month, over all its stacks."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.governance import CostGuard


class CostGuardStack(Stack):
    """One budget for all stacks of an environment: notices, anomalies, no new capacity once it is spent."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.guard = CostGuard(
            self,
            "CostGuard",
            monthly_limit=settings.monthly_limit,
            tags=settings.tags(self),
            counted_tag="environment",
            anomaly_monitor=self.node.try_get_context("anomaly-monitor"),
        )
        define_outputs(
            self,
            {"BudgetName": self.guard.budget.ref, "DenialArn": self.guard.denial.managed_policy_arn},
        )
        settings.tag(self)
