"""An app whose REST APIs keep photographs in a bucket without a function in between."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

TO_TEXT, TO_BINARY = rest.ContentHandling.CONVERT_TO_TEXT, rest.ContentHandling.CONVERT_TO_BINARY
QUOTED = """
import base64

def handler(event, context):
    return base64.b64encode(bytes(range(256))).decode()
"""


class BinariesStack(cdk.Stack):
    """A bucket behind an API that knows images, one that takes all for bytes, and a function behind both."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(self, "Photographs")
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
        self.bucket.grant_read_write(self.role)
        images = rest.RestApi(self, "Images", binary_media_types=["image/*"])
        self._keeping(images.root.add_resource("plain"))
        self._keeping(images.root.add_resource("text"), into=TO_BINARY, out=TO_TEXT)
        self._keeping(images.root.add_resource("written"), into=TO_TEXT)
        self._drawing(images)
        everything = rest.RestApi(self, "Everything", binary_media_types=["*/*"])
        everything.root.add_cors_preflight(allow_origins=["https://shop.example"])
        self._keeping(everything.root.add_resource("plain"))
        for name, value in (
            ("ImagesUrl", images.url),
            ("EverythingUrl", everything.url),
            ("BucketName", self.bucket.bucket_name),
        ):
            cdk.CfnOutput(self, name, value=value)

    def _keeping(
        self,
        parent: rest.Resource,
        into: rest.ContentHandling | None = None,
        out: rest.ContentHandling | None = None,
    ) -> None:
        """Put and get objects below a path."""
        objects = parent.add_resource("{key}")
        for verb, handling, answer in (("PUT", into, None), ("GET", None, out)):
            kind = "method.response.header.Content-Type"
            response = rest.IntegrationResponse(
                status_code="200",
                content_handling=answer,
                response_parameters={kind: "integration.response.header.Content-Type"},
            )
            objects.add_method(
                verb,
                rest.AwsIntegration(
                    service="s3",
                    integration_http_method=verb,
                    path=f"{self.bucket.bucket_name}/{{key}}",
                    options=rest.IntegrationOptions(
                        credentials_role=self.role,
                        content_handling=handling,
                        request_parameters={
                            "integration.request.path.key": "method.request.path.key",
                            "integration.request.header.Content-Type": "method.request.header.Content-Type",
                        },
                        integration_responses=[response],
                    ),
                ),
                request_parameters={
                    "method.request.path.key": True,
                    "method.request.header.Content-Type": False,
                },
                method_responses=[rest.MethodResponse(status_code="200", response_parameters={kind: True})],
            )

    def _drawing(self, api: rest.RestApi) -> None:
        """A function that answers an image as base64, as a function must that is no proxy."""
        function = lambda_.Function(
            self,
            "Draw",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(QUOTED),
        )
        drawn = rest.LambdaIntegration(
            function,
            proxy=False,
            integration_responses=[rest.IntegrationResponse(status_code="200", content_handling=TO_BINARY)],
        )
        response = rest.MethodResponse(status_code="200")
        api.root.add_resource("drawn").add_method("GET", drawn, method_responses=[response])
