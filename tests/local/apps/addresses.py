"""An app with everything that has an address."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

ANSWER = """
import json, os
def handler(event, context):
    about = event["requestContext"]
    path = "/prod/" if about.get("stage") == "prod" else "/"
    own = "https://" + about["domainName"] + path
    body = {"told": os.environ.get("OTHER", ""), "ok": True, "own": own, "other": "https://x.lambda-url.eu-west-1.on.aws/"}
    return {"statusCode": 200, "body": json.dumps(body), "headers": {"Location": own}}
"""


class AddressesStack(cdk.Stack):
    """A REST API, an HTTP API, a function URL and a website.

    Args:
        folder: Where assets are made.
    """

    def __init__(self, scope: Construct, construct_id: str, *, folder: Path) -> None:
        super().__init__(scope, construct_id)
        function = self._function("Answer", {})
        api = rest.LambdaRestApi(self, "Rest", handler=function)
        caller = self._function("Told", {"OTHER": api.url})
        url = caller.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)
        integration = integrations.HttpLambdaIntegration("Integration", function)
        modern = http.HttpApi(self, "Http", default_integration=integration)
        site = s3.Bucket(
            self,
            "Site",
            website_index_document="index.html",
            website_error_document="error.html",
            public_read_access=True,
            block_public_access=s3.BlockPublicAccess(
                block_public_acls=False,
                block_public_policy=False,
                ignore_public_acls=False,
                restrict_public_buckets=False,
            ),
        )
        (folder / "site" / "docs").mkdir(parents=True)
        for name in ("index.html", "error.html", "docs/index.html"):
            (folder / "site" / name).write_text(name)
        deployment.BucketDeployment(
            self, "Files", destination_bucket=site, sources=[deployment.Source.asset(str(folder / "site"))]
        )
        addresses = {
            "RestUrl": api.url,
            "HttpUrl": modern.url or "",
            "FunctionUrl": url.url,
            "SiteUrl": site.bucket_website_url,
        }
        for name, value in addresses.items():
            cdk.CfnOutput(self, name, value=value)

    def _function(self, name: str, environment: dict[str, str]) -> lambda_.Function:
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(ANSWER),
            environment=environment,
            timeout=cdk.Duration.seconds(20),
        )
