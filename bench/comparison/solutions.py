"""The same of AWS Solutions Constructs, with their defaults."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_solutions_constructs.aws_s3_sqs import S3ToSqs
from aws_solutions_constructs.aws_sqs_lambda import SqsToLambda

app = cdk.App()
stack = cdk.Stack(app, "files")
arriving = S3ToSqs(stack, "Arriving")
function = lambda_.FunctionProps(
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="handler.handler",
    code=lambda_.Code.from_asset("code"),
)
worker = SqsToLambda(stack, "Worker", existing_queue_obj=arriving.sqs_queue, lambda_function_props=function)
arriving.s3_bucket.grant_read(worker.lambda_function)
app.synth()
