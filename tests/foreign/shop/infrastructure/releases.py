"""Releases of the shop's own functions."""

import aws_cdk as cdk
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.apis import orders_function
from infrastructure.services import node_function
from wellmade.api import LambdaApi
from wellmade.delivery import CanaryRelease, DeployRole, ReleaseCheck
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


class Pipelines(cdk.Stack):
    """Two hosts deploy the shop: GitHub to two regions with a provider that is there, and the shop's own GitLab."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        DeployRole(
            self,
            "FromGitHub",
            repository="shop@42/web@43",
            environment="production",
            provider=iam.OidcProviderNative.from_oidc_provider_arn(self, "Known", arn),
            targets=[
                cdk.Environment(account="111122223333", region=region)
                for region in ("eu-west-1", "us-east-1")
            ],
            qualifier="shop",
            role_name="shop-deploy",
        )
        DeployRole(
            self, "FromGitLab", repository="shop/web", branch="main", host="gitlab", issuer="git.shop.example"
        )
