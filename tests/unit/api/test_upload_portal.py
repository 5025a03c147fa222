import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from tests.templates import actions, ids_of, of_type, statements, the
from tests.unit.api.templates import plain_function
from wellmade.api import Cors, JwtAuthorizer, UploadPortal
from wellmade.foundation import PrivateBucket
from wellmade.testing import synthesize

PAGES = Cors(["https://shop.example", "https://admin.shop.example"])


def define(stack: cdk.Stack, **options: Any) -> UploadPortal:
    return UploadPortal(stack, "Portal", **{"cors": PAGES, **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def variables(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    return found


def test_pages_of_named_origins_put_and_nothing_else(template: dict[str, Any]) -> None:
    bucket = the(template, "AWS::S3::Bucket")
    assert bucket["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedHeaders": ["content-type", "if-none-match"],
            "AllowedMethods": ["PUT"],
            "AllowedOrigins": list(PAGES.allow_origins),
            "MaxAge": 3600,
        }
    ]
    api = the(template, "AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    assert api["AllowOrigins"] == list(PAGES.allow_origins)
    assert api["AllowMethods"] == ["POST", "PUT"]


def test_a_bucket_without_pages_has_no_cors() -> None:
    made = synthesize(lambda stack: define(stack, cors=None))
    assert "CorsConfiguration" not in the(made, "AWS::S3::Bucket")


def test_parts_that_are_never_put_together_are_forgotten(template: dict[str, Any]) -> None:
    [rule] = the(template, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_tells_the_handler_what_is_taken(template: dict[str, Any]) -> None:
    told = variables(template)
    assert told["UPLOAD_URL_SECONDS"] == "900"
    assert told["UPLOAD_MAX_BYTES"] == str(5 * 1024**3)
    assert json.loads(told["UPLOAD_CONTENT_TYPES"]) == {
        "text/csv": ".csv",
        "application/x-ndjson": ".jsonl",
    }
    assert told["INBOX_PREFIX"] == "incoming/"


def test_the_function_ends_before_the_api_stops_waiting(template: dict[str, Any]) -> None:
    [function] = of_type(template, "AWS::Lambda::Function")
    [integration] = of_type(template, "AWS::ApiGatewayV2::Integration")
    assert function["Timeout"] * 1000 < integration["TimeoutInMillis"]


def test_grants_what_the_urls_need_under_the_prefix(template: dict[str, Any]) -> None:
    files = [each for each in statements(template) if "s3:PutObject" in each["Action"]]
    [granted] = files
    assert granted["Action"] == [
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    ]
    assert "incoming/*" in str(granted["Resource"])
    assert {each for each in actions(template) if each.startswith("dynamodb")} == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:DeleteItem",
    }


def test_grant_invoke_lets_a_caller_upload() -> None:
    def build(stack: cdk.Stack) -> None:
        role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        define(stack).grant_invoke(role)

    granted = [each for each in statements(synthesize(build)) if each["Action"] == "execute-api:Invoke"]
    assert len(granted) == 1


def test_connect_tells_a_workload_where() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack).connect(plain_function(stack, "Plain"), prefix="UPLOAD_")

    functions = of_type(synthesize(build), "AWS::Lambda::Function")
    assert any("UPLOAD_API_URL" in each.get("Environment", {}).get("Variables", {}) for each in functions)


def test_takes_a_bucket_a_function_and_a_key_of_ones_own() -> None:
    def build(stack: cdk.Stack) -> None:
        key = kms.Key(stack, "Key")
        bucket = PrivateBucket(stack, "Theirs", encryption_key=key)
        define(
            stack,
            bucket=bucket,
            function=plain_function(stack, "Plain"),
            encryption_key=key,
            prefix="in/videos/",
            content_types={"video/mp4": ".mp4"},
            max_size=cdk.Size.tebibytes(40),
            url_lifetime=cdk.Duration.minutes(5),
        )

    made = synthesize(build)
    assert len(of_type(made, "AWS::S3::Bucket")) == 1
    assert variables(made)["UPLOAD_URL_SECONDS"] == "300"
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(made)
    assert the(made, "AWS::DynamoDB::Table")["SSESpecification"]["SSEEnabled"] is True


def test_says_what_an_imported_bucket_must_allow() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="111122223333", region="cn-north-1"))
    define(stack, bucket=s3.Bucket.from_bucket_name(stack, "Theirs", "theirs"))
    made = app.synth().get_stack_by_name("Shop")
    assert "CORS rule where it is defined" in str([each.entry.data for each in made.messages])
    assert "arn:aws:s3" not in json.dumps(made.template).replace("arn:aws:s3:::${", "")


def test_the_bucket_may_be_of_another_stack_or_nested() -> None:
    app = cdk.App()
    owner, other = cdk.Stack(app, "Owner"), cdk.Stack(app, "Other")
    bucket = PrivateBucket(owner, "Inbox")
    UploadPortal(other, "Portal", bucket=bucket, cors=PAGES)
    nested = cdk.NestedStack(other, "Nested")
    UploadPortal(nested, "Second", bucket=PrivateBucket(nested, "Inbox"))
    made = app.synth()
    assert "CorsConfiguration" in the(made.get_stack_by_name("Owner").template, "AWS::S3::Bucket")
    assert len(of_type(made.get_stack_by_name("Other").template, "AWS::S3::Bucket")) == 0


def test_a_stage_changes_no_name_of_what_holds_data() -> None:
    def made(scope: cdk.App | cdk.Stage) -> dict[str, Any]:
        stack = cdk.Stack(scope, "Shop", stack_name="shop")
        define(stack)
        template: dict[str, Any] = scope.synth().get_stack_artifact(stack.artifact_id).template
        return template

    one, other = made(cdk.App()), made(cdk.Stage(cdk.App(), "Test"))
    for kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
        assert ids_of(one, kind) == ids_of(other, kind)


def leftover(stack: cdk.Stack) -> s3.Bucket:
    return s3.Bucket(
        stack,
        "Theirs",
        lifecycle_rules=[
            s3.LifecycleRule(prefix="other/", abort_incomplete_multipart_upload_after=cdk.Duration.days(7))
        ],
    )


REFUSED: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "long-lived": (
        lambda stack: define(stack, url_lifetime=cdk.Duration.hours(2)),
        "Test/Portal: url_lifetime in seconds must be between 60 and 900, got 7200; "
        "a client that needs longer asks for another URL, and goes on where it was",
    ),
    "unbounded": (
        lambda stack: define(stack, prefix=""),
        "Test/Portal: prefix must be a folder such as incoming/, got ''; "
        "or a sender could write anywhere in the bucket",
    ),
    "any key": (
        lambda stack: define(stack, prefix="*/"),
        "Test/Portal: prefix must be a folder such as incoming/, got '*/'; "
        "or a sender could write anywhere in the bucket",
    ),
    "too large": (
        lambda stack: define(stack, max_size=cdk.Size.tebibytes(60)),
        "Test/Portal: max_size must be between 1 byte and 50 TB, got 65970.6976666 GB; "
        "S3 keeps no larger object",
    ),
    "no type": (
        lambda stack: define(stack, content_types={}),
        "Test/Portal: content_types must be types, each with what keys of such files end with, got none; "
        "write it as in {'text/csv': '.csv'}",
    ),
    "wrong suffix": (
        lambda stack: define(stack, content_types={"text/csv": "csv"}),
        "Test/Portal: content_types must be types, each with what keys of such files end with, "
        "got 'text/csv': 'csv'; write it as in {'text/csv': '.csv'}",
    ),
    "any page": (
        lambda stack: define(stack, cors=Cors(["*"])),
        "Test/Portal: cors.allow_origins must be the origins of your own pages, got '*'; "
        "name them: whoever has a URL could upload from any page",
    ),
    "leftovers": (
        lambda stack: define(stack, bucket=leftover(stack)),
        "Test/Portal: bucket must be one that aborts incomplete multipart uploads, got one that keeps "
        "their parts, and pays for them; give it a lifecycle rule with "
        "abort_incomplete_multipart_upload_after=Duration.days(7)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    build, message = REFUSED[case]
    with pytest.raises(Exception, match=re.escape(message)):
        synthesize(build)


def test_an_override_is_judged_too() -> None:
    def build(stack: cdk.Stack) -> None:
        portal = define(stack)
        bucket = cast(s3.CfnBucket, portal.bucket.node.default_child)
        bucket.add_property_override("LifecycleConfiguration.Rules.0.Status", "Disabled")

    with pytest.raises(Exception, match="bucket must be one that aborts incomplete multipart uploads"):
        synthesize(build)


def test_takes_tokens_and_alarms_have_thresholds() -> None:
    def build(stack: cdk.Stack) -> None:
        portal = define(
            stack,
            authorizer=JwtAuthorizer(issuer="https://login.shop.example/", audience=["web"]),
            alarm_thresholds={"latency": None, "server_errors": 3},
        )
        assert portal.alarms.by_name()["latency"] is None
        assert portal.alarms.server_errors.node.default_child

    routes = of_type(synthesize(build), "AWS::ApiGatewayV2::Route")
    assert {each["AuthorizationType"] for each in routes} == {"JWT"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "upload_portal")
