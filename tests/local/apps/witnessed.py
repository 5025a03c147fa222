"""Functions in two languages that call AWS, one with less and one with more than they may."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

_NODE = """
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
exports.handler = async () => {
  const item = { pk: { S: "a" }, note: { B: Buffer.from("bytes") } };
  await new DynamoDBClient().send(new PutItemCommand({ TableName: process.env.TABLE, Item: item }));
  try {
    await new S3Client().send(new GetObjectCommand({ Bucket: process.env.BUCKET, Key: "a/b" }));
  } catch (error) {
    return error.name;
  }
};
"""
_PYTHON = """
import os, boto3
def handler(event, context):
    boto3.client("sns").publish(TopicArn=os.environ["TOPIC"], Message="a message of the customer")
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="a/b", Body=b"x")
"""


class WitnessedStack(cdk.Stack):
    """A function of Node that may not read what it reads, and one of Python that may list besides."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        table = dynamodb.Table(
            self, "Table", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
        )
        bucket = s3.Bucket(
            self, "Files", encryption=s3.BucketEncryption.KMS, encryption_key=kms.Key(self, "Key")
        )
        topic = sns.Topic(self, "News")
        names = {"TABLE": table.table_name, "BUCKET": bucket.bucket_name, "TOPIC": topic.topic_arn}
        node = self._function("Node", lambda_.Runtime.NODEJS_22_X, _NODE, names)
        python = self._function("Python", lambda_.Runtime.PYTHON_3_13, _PYTHON, names)
        table.grant(node, "dynamodb:PutItem")
        topic.grant_publish(python)
        bucket.grant_put(python)
        python.add_to_role_policy(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn])
        )

    def _function(
        self, name: str, runtime: lambda_.Runtime, code: str, environment: dict[str, str]
    ) -> lambda_.Function:
        function = lambda_.Function(
            self,
            name,
            runtime=runtime,
            handler="index.handler",
            code=lambda_.Code.from_inline(code),
            timeout=cdk.Duration.seconds(30),
            environment=environment,
        )
        cdk.CfnOutput(self, f"{name}Name", value=function.function_name)
        return function
