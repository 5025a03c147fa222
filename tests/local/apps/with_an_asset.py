"""A folder as an asset: what CDK takes fingerprints of."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sns as sns

app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
stack = cdk.Stack(app, "with-an-asset")
asset = assets.Asset(stack, "Code", path=str(Path(__file__).parent))
sns.Topic(stack, "Topic")
cdk.CfnOutput(stack, "Key", value=asset.s3_object_key)
app.synth()
