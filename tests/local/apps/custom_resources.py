"""CDK's own custom resources, of which each is a function of Node or Python that CDK brings along."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
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
        for name, file, source in (("Common", "index.js", COMMON), ("Module", "index.mjs", MODULE)):
            (folder / name).mkdir()
            (folder / name / file).write_text(source)
            function = lambda_.Function(
                self,
                name,
                runtime=lambda_.Runtime.NODEJS_22_X,
                handler="index.handler",
                code=lambda_.Code.from_asset(str(folder / name)),
                timeout=cdk.Duration.seconds(20),
            )
            allowed = ["s3:ListAllMyBuckets", "dynamodb:ListTables"]
            function.add_to_role_policy(cdk.aws_iam.PolicyStatement(actions=allowed, resources=["*"]))
            cdk.CfnOutput(self, f"{name}Name", value=function.function_name)
