"""Releases of the shop's own functions."""

import aws_cdk as cdk
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.apis import orders_function
from infrastructure.services import node_function
from wellmade.api import LambdaApi
from wellmade.delivery import CanaryRelease, ReleaseCheck
from wellmade.foundation import OnDemandTable, monitor
from wellmade.messaging import QueueWorker


class Releases(cdk.Stack):
    """A function in Node.js behind a queue, and one of Python behind an API."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        news = CanaryRelease(
            self,
            "News",
            function=node_function(self),
            check=ReleaseCheck({"Records": []}),
            deployment_config=codedeploy.LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
            alarm_thresholds={"release_duration": 800},
        )
        QueueWorker(self, "Letters", function=news.alias)
        orders = orders_function(self)
        release = CanaryRelease(
            self,
            "Release",
            function=orders,
            check=ReleaseCheck(
                {"requestContext": {"http": {"method": "GET"}}},
                answer={"statusCode": 200},
                timeout=cdk.Duration.seconds(5),
            ),
        )
        # Whatever takes a function takes it as before, and invokes the alias from here on.
        LambdaApi(self, "Api", function=orders, routes=["ANY /orders"])
        OnDemandTable(self, "Table", partition_key="pk").connect(release, actions=["dynamodb:PutItem"])
        latest = node_function(self, "Other").current_version
        stable = lambda_.Alias(self, "Stable", alias_name="stable", version=latest)  # pyright: ignore[reportArgumentType]
        CanaryRelease(self, "OfAnAlias", function=stable, check=ReleaseCheck({}))
        monitor(self, news, release)
