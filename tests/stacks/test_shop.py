"""What stack `shop` lets pages in browsers do."""

import aws_cdk as cdk
import pytest

from stacks.settings import Settings
from stacks.shop import ShopStack
from tests.stacks.conftest import CONTEXT
from tests.templates import of_type, the

pytestmark = pytest.mark.scan

PAGE = "https://shop.example.com"


def test_pages_sign_what_they_ask_and_put_photographs() -> None:
    app = cdk.App(context=CONTEXT | {"shop-pages": PAGE})
    template = cdk.assertions.Template.from_stack(
        ShopStack(app, "shop", settings=Settings.from_context(app.node))
    ).to_json()

    api = the(template, "AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    assert api["AllowOrigins"] == [PAGE]
    assert {"authorization", "x-amz-date", "x-amz-security-token"} <= set(api["AllowHeaders"])
    buckets = [each for each in of_type(template, "AWS::S3::Bucket") if "CorsConfiguration" in each]
    (rule,) = [rule for each in buckets for rule in each["CorsConfiguration"]["CorsRules"]]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([PAGE], ["PUT"])
