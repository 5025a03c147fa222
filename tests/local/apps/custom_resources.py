"""CDK's own custom resources, of which each is a function of Node or Python that CDK brings along."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from aws_cdk import custom_resources as cr
from constructs import Construct

COMMON = """
const { S3Client, ListBucketsCommand } = require("@aws-sdk/client-s3");
exports.handler = async () => (await new S3Client({}).send(new ListBucketsCommand({}))).Buckets.length;
"""
OLD = """
const { S3, Kinesis } = require("aws-sdk");
const DynamoDB = require("aws-sdk/clients/dynamodb");
exports.handler = async () => [
  (await new S3().listBuckets().promise()).Buckets.length,
  (await new DynamoDB().listTables().promise()).TableNames.length,
  (await new Kinesis().listStreams().promise()).StreamNames.length,
].length;
"""
MODULE = """
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const handler = async () => (await client.send(new ListTablesCommand({}))).TableNames.length;
"""


class CustomResourcesStack(cdk.Stack):
    """One of each.

    Args:
        folder: Where assets are made.
    """

    def __init__(self, scope: Construct, construct_id: str, *, folder: Path) -> None:
        super().__init__(scope, construct_id)
        bucket = s3.Bucket(
            self, "Emptied", auto_delete_objects=True, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text("<h1>hello</h1>")
        deployment.BucketDeployment(
            self,
            "Site",
            destination_bucket=bucket,
            sources=[
                deployment.Source.asset(str(folder / "site")),
                deployment.Source.json_data("config.json", {"bucket": bucket.bucket_name}),
            ],
        )
        ec2.Vpc(self, "Vpc", max_azs=1, nat_gateways=0, restrict_default_security_group=True)
        logs.LogRetention(
            self, "Retention", log_group_name="/kept/a-week", retention=logs.RetentionDays.ONE_WEEK
        )
        call = cr.AwsSdkCall(
            service="SSM",
            action="putParameter",
            parameters={"Name": "/from/a/custom/resource", "Value": "yes", "Type": "String"},
            physical_resource_id=cr.PhysicalResourceId.of("parameter"),
        )
        everything = cr.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"])
        cr.AwsCustomResource(self, "Call", on_create=call, policy=everything)
        self._provider()
        self._handlers(folder)
        self._issuers()
        cdk.CfnOutput(self, "Bucket", value=bucket.bucket_name)

    def _provider(self) -> None:
        source = "def handler(event, context):\n    return {'Data': {'Answer': '42'}}\n"
        handler = lambda_.Function(
            self,
            "OnEvent",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(source),
        )
        provider = cr.Provider(self, "Provider", on_event_handler=handler)
        resource = cdk.CustomResource(self, "Custom", service_token=provider.service_token)
        cdk.CfnOutput(self, "Answer", value=resource.get_att_string("Answer"))

    def _handlers(self, folder: Path) -> None:
        runtimes = {"Old": lambda_.Runtime.NODEJS_16_X}
        files = (("Common", "index.js", COMMON), ("Module", "index.mjs", MODULE), ("Old", "index.js", OLD))
        for name, file, source in files:
            (folder / name).mkdir()
            (folder / name / file).write_text(source)
            function = lambda_.Function(
                self,
                name,
                runtime=runtimes.get(name, lambda_.Runtime.NODEJS_22_X),
                handler="index.handler",
                code=lambda_.Code.from_asset(str(folder / name)),
                timeout=cdk.Duration.seconds(20),
            )
            allowed = ["s3:ListAllMyBuckets", "dynamodb:ListTables"]
            function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=["*"]))
            reads = iam.ManagedPolicy.from_aws_managed_policy_name("AmazonKinesisReadOnlyAccess")
            function.role.add_managed_policy(reads)  # type: ignore[union-attr]
            cdk.CfnOutput(self, f"{name}Name", value=function.function_name)

    def _issuers(self) -> None:
        """Whom an account trusts to say who somebody is: by CDK's custom resource and by CloudFormation."""
        by_cdk = iam.OpenIdConnectProvider(
            self, "Issuer", url="https://token.example.com", client_ids=["app"], thumbprints=["a" * 40]
        )
        native = iam.OidcProviderNative(
            self, "Native", url="https://other.example.com", client_ids=["app"], thumbprints=["b" * 40]
        )
        cdk.CfnOutput(self, "Issuer1", value=by_cdk.open_id_connect_provider_arn)
        cdk.CfnOutput(self, "Issuer2", value=native.oidc_provider_arn)
