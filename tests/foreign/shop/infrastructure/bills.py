"""What the shop's stacks may cost, and who stops them."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infrastructure.services import node_function
from wellmade.foundation import use_alarm_topic
from wellmade.governance import CostGuard
from wellmade.messaging import QueueWorker

TAGS = {"team": "shop", "environment": "prod", "service": "letters", "cost-center": "cc-7", "owner": "mail"}


class GuardedStack(cdk.Stack):
    """A worker within a limit: told on the shop's own topic, and stopped by a role of the shop once approved."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        use_alarm_topic(self, sns.Topic(self, "OnDuty", enforce_ssl=True, master_key=key))  # pyright: ignore[reportArgumentType]
        QueueWorker(self, "Letters", function=node_function(self))
        people = iam.Role(self, "People", assumed_by=iam.AccountRootPrincipal())  # pyright: ignore[reportArgumentType]
        guard = CostGuard(
            self,
            "Cost",
            monthly_limit=120,
            tags=TAGS,
            counted_tag="owner",
            thresholds=[25, 50, 75, 100, 150],
            limited_roles=[people],
            approval_model="MANUAL",
            anomaly_monitor="arn:aws:ce::111122223333:anomalymonitor/12345678-1234-1234-1234-123456789012",
            anomaly_threshold=20,
        )
        cdk.CfnOutput(self, "BudgetName", value=guard.budget.ref)
