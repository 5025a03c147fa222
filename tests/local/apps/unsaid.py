"""Two stacks, of which the second imports what the first exports at last, and does not say so."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

LATE = """
import time, cfnresponse
def handler(event, context):
    time.sleep(5)
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, "late")
"""

app = cdk.App()
first, second = cdk.Stack(app, "unsaid-first"), cdk.Stack(app, "unsaid-second")
function = lambda_.Function(
    first,
    "Late",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_inline(LATE),
    timeout=cdk.Duration.seconds(30),
)
late = cdk.CustomResource(first, "Waited", service_token=function.function_arn)
cdk.CfnOutput(first, "Name", value=late.ref, export_name="UnsaidName")
sqs.Queue(second, "Queue", queue_name=cdk.Fn.import_value("UnsaidName"))
cdk.CfnOutput(second, "Imported", value=cdk.Fn.import_value("UnsaidName"))
app.synth()
