"""The role under which REST APIs of an account write their logs: one per account and region."""

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.suppressions import suppress

POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class ApiLogRole(Construct):
    """Let API Gateway write logs of REST APIs; defined once in an account and region.

    Defines: role, the account's setting that names it; both stay when they leave the stack.

    Without it a REST API with an access log cannot be deployed. It belongs into a stack of the account, not
    into that of an API: a second one would take its place, and deleting it would end the logs of all. HTTP
    APIs need none.
    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html

    Runbook:
        A stack with a REST API fails with "CloudWatch Logs role ARN must be set in account settings": this
        one is not deployed in that account and region; deploy it there first.
        Logs of all REST APIs of a region end at the same time: something else set the account's role. See
        which with `aws apigateway get-account`, and deploy this stack again.

    Example:
        ApiLogRole(self, "ApiLogs")
    """

    role: iam.Role
    """What API Gateway writes under."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=cast(iam.IPrincipal, iam.ServicePrincipal("apigateway.amazonaws.com")),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(POLICY)],
        )
        self.role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=self.role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        named = f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{POLICY}]"
        suppress(self.role, {named: "API Gateway asks for this policy, for logs of all its APIs."})
