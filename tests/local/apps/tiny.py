"""The smallest app: a topic and the greeting of its context."""

import aws_cdk as cdk
from aws_cdk import aws_sns as sns

app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
stack = cdk.Stack(app, "tiny")
sns.Topic(stack, "Topic")
cdk.CfnOutput(stack, "Greeting", value=app.node.try_get_context("greeting"))
app.synth()
