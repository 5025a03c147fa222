"""Files that arrive in S3 reach a function through a queue: the pattern of this project."""

import aws_cdk as cdk

from wellmade.ingest import FilePipeline

app = cdk.App()
stack = cdk.Stack(app, "files")
FilePipeline(stack, "Files", function="tabular_ingest")
app.synth()
