import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, ids_of, of_type, statements, the
from tests.unit.api.templates import plain_function
from wellmade.api import AsyncApi, Cors, JwtAuthorizer, LambdaAuthorizer, NoAuthorizer
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
SCHEMA = {"required": ["category"], "properties": {"category": {"type": "string"}}}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(
        lambda stack: AsyncApi(stack, "Reports", function="report_worker", request_schema=SCHEMA)
    )


def methods(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["HttpMethod"]: each for each in of_type(template, "AWS::ApiGateway::Method")}


def text_of(value: object) -> str:
    return json.dumps(value)


def test_no_function_stands_between_caller_and_queue(template: dict[str, Any]) -> None:
    [queue] = [name for name in ids_of(template, "AWS::SQS::Queue") if "Messages" in name]
    integration = methods(template)["PUT"]["Integration"]
    assert integration["Type"] == "AWS"
    assert f'"{queue}", "QueueName"' in text_of(integration["Uri"])
    assert "MessageBody=$util.urlEncode($input.body)" in text_of(integration["RequestTemplates"])
    assert not of_type(template, "AWS::Lambda::Permission")


def test_a_job_is_accepted_with_the_address_of_its_status(template: dict[str, Any]) -> None:
    answers = {
        each["StatusCode"]: each for each in methods(template)["PUT"]["Integration"]["IntegrationResponses"]
    }
    assert answers["202"]["ResponseParameters"] == {"method.response.header.Retry-After": "'5'"}
    assert "status_url" in answers["202"]["ResponseTemplates"]["application/json"]
    assert "SelectionPattern" not in answers["202"]


def test_a_job_that_the_queue_refuses_is_never_accepted(template: dict[str, Any]) -> None:
    for method in methods(template).values():
        patterns = [each.get("SelectionPattern") for each in method["Integration"]["IntegrationResponses"]]
        for status in ("400", "403", "404", "429", "500", "503"):
            assert len([each for each in patterns if each and re.fullmatch(each, status)]) == 1
        assert method["Integration"]["PassthroughBehavior"] == "NEVER"


def test_a_caller_reads_its_own_jobs_alone(template: dict[str, Any]) -> None:
    for method in methods(template).values():
        sent = text_of(method["Integration"]["RequestTemplates"])
        assert "$!context.identity.caller" in sent
        assert method["AuthorizationType"] == "AWS_IAM"


@pytest.mark.parametrize(
    ("authorizer", "owner"),
    [
        (LambdaAuthorizer("order_intake"), "$!context.authorizer.principalId"),
        (NoAuthorizer("Everybody may ask."), "everyone"),
    ],
)
def test_jobs_belong_to_whom_the_authorizer_tells(authorizer: Any, owner: str) -> None:
    made = synthesize(
        lambda stack: AsyncApi(stack, "Reports", function="report_worker", authorizer=authorizer)
    )
    for method in methods(made).values():
        sent = text_of(method["Integration"]["RequestTemplates"])
        assert owner in sent


def test_bodies_are_checked_before_the_queue(template: dict[str, Any]) -> None:
    assert the(template, "AWS::ApiGateway::Model")["Schema"]["type"] == "object"
    assert the(template, "AWS::ApiGateway::Model")["Schema"]["required"] == ["category"]
    assert methods(template)["PUT"]["RequestValidatorId"]


def test_the_table_forgets_jobs_after_a_late_delivery_can_come(template: dict[str, Any]) -> None:
    assert the(template, "AWS::DynamoDB::Table")["TimeToLiveSpecification"] == {
        "AttributeName": "expiration",
        "Enabled": True,
    }
    [worker] = [
        each["Environment"]["Variables"]
        for each in of_type(template, "AWS::Lambda::Function")
        if each["Environment"]["Variables"]["JOBS_LEASE_SECONDS"] == "60"
    ]
    assert worker["JOBS_TTL_SECONDS"] == str(29 * 86400)


def test_a_failed_job_passes_the_one_who_tells_its_caller(template: dict[str, Any]) -> None:
    queues = {
        name: r["Properties"] for name, r in template["Resources"].items() if r["Type"] == "AWS::SQS::Queue"
    }
    after = {
        name: properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for name, properties in queues.items()
        if "RedrivePolicy" in properties
    }
    [jobs] = [name for name in queues if "Messages" in name]
    assert "Untold" in after[jobs]
    assert "DeadLetters" in after[after[jobs]]
    polled = [
        each["EventSourceArn"]["Fn::GetAtt"][0]
        for each in of_type(template, "AWS::Lambda::EventSourceMapping")
    ]
    assert sorted(polled) == sorted([jobs, after[jobs]])


def test_grants_the_api_one_call_each_and_the_functions_theirs(template: dict[str, Any]) -> None:
    found = [(each["Action"], text_of(each["Resource"])) for each in statements(template, "ApiRole")]
    assert [action for action, _ in found] == ["sqs:SendMessage", "dynamodb:GetItem"]
    worker = {each for each in actions(template, "Worker") if each.startswith("dynamodb:")}
    assert worker == {"dynamodb:UpdateItem"}
    teller = {each for each in actions(template, "Failures") if each.startswith(("dynamodb:", "sqs:Send"))}
    assert teller == {"dynamodb:UpdateItem", "sqs:SendMessage"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "async_api")


def test_whoever_is_granted_may_ask_and_read(stack: cdk.Stack, synth: Synth) -> None:
    api = AsyncApi(stack, "Reports", function="report_worker")
    caller = iam.Role(stack, "Caller", assumed_by=iam.AccountPrincipal("111122223333"))
    api.grant_invoke(caller, route="PUT /jobs/{job_id}")
    api.connect(plain_function(stack, "Client"))
    template = synth()
    [one] = statements(template, "Caller")
    assert text_of(one["Resource"]).endswith('/prod/PUT/jobs/*"]]}')
    [client] = [
        each["Environment"]["Variables"]
        for each in of_type(template, "AWS::Lambda::Function")
        if "API_URL" in each.get("Environment", {}).get("Variables", {})
    ]
    assert set(client) == {"API_URL"}


def test_pages_may_call_it(stack: cdk.Stack, synth: Synth) -> None:
    AsyncApi(stack, "Reports", function="report_worker", cors=Cors(["https://shop.example"]))
    found = methods(synth())
    assert set(found) == {"GET", "OPTIONS", "PUT"}
    for each in found["PUT"]["Integration"]["IntegrationResponses"]:
        origin = each["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"]
        assert origin == "'https://shop.example'"


def test_everything_that_is_kept_takes_the_users_key(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Their")
    AsyncApi(stack, "Reports", function="report_worker", encryption_key=key)
    template = synth()
    assert all("KmsMasterKeyId" in each for each in of_type(template, "AWS::SQS::Queue"))
    assert the(template, "AWS::DynamoDB::Table")["SSESpecification"]["SSEType"] == "KMS"
    role = actions(template, "ApiRole")
    assert {"kms:Decrypt", "kms:GenerateDataKey"} < role


def test_each_alarm_can_be_left_out(stack: cdk.Stack) -> None:
    names = ("server_errors", "throttled_requests", "dead_letters", "oldest_message", "untold_failures")
    api = AsyncApi(stack, "Reports", function="report_worker", alarm_thresholds=dict.fromkeys(names))  # type: ignore[arg-type] # a plain dict
    assert {name for name, alarm in api.alarms.by_name().items() if alarm} == {
        "errors",
        "throttles",
        "duration",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"path": "/jobs/"},
            "path must be a path without outer slashes and parameters, got '/jobs/'; "
            "write it as 'jobs' or 'v1/reports'",
        ),
        (
            {"request_schema": {"type": "array"}},
            "request_schema must be one of an object, got one of array; put what is sent into an object",
        ),
        (
            {"batch_size": 11},
            "batch_size must be between 1 and 10, got 11; 1 gives each job the whole time of an invocation",
        ),
        (
            {"status_ttl": cdk.Duration.days(27)},
            "status_ttl must be at least 28 days, in which a message can come once more, got 2332800 s; "
            "leave it out for 29 days; a job that was forgotten would be done again",
        ),
        (
            {"authorizer": JwtAuthorizer("https://login.example/", ["web"])},
            "authorizer must be one that REST APIs have, got a JwtAuthorizer; "
            "take a CognitoAuthorizer or a LambdaAuthorizer, or kind='http'",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^Test/Reports: {re.escape(message)}$"):
        AsyncApi(stack, "Reports", function="report_worker", **options)


def test_refuses_a_function_whose_time_is_unknown(stack: cdk.Stack) -> None:
    arn = f"arn:aws:lambda:{stack.region}:{stack.account}:function:theirs"
    theirs = lambda_.Function.from_function_attributes(
        stack, "Theirs", function_arn=arn, same_environment=True
    )
    message = (
        "Test/Reports: function must be one whose timeout can be read, got one without; "
        "define it in this app, with a timeout that is a number"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        AsyncApi(stack, "Reports", function=theirs)


def overridden(stack: cdk.Stack, path: str, value: object) -> None:
    api = AsyncApi(stack, "Reports", function="report_worker")
    for each in api.node.find_all():
        if isinstance(each, apigateway.CfnMethod) and each.http_method == "PUT":
            each.add_property_override(f"Integration.{path}", value)


def test_refuses_at_synth_to_accept_jobs_that_are_lost(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    overridden(stack, "IntegrationResponses", [{"StatusCode": "202"}])
    assert (
        "Test/Reports: integration responses of PUT /jobs/{job_id} must be such that no failure of the service "
        "gets the default answer, got none for status 400; give one with SelectionPattern [45]\\d{2}, or "
        "callers hear that a lost job was taken"
    ) in refused()


def test_refuses_at_synth_bodies_that_pass_as_they_are(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    overridden(stack, "PassthroughBehavior", "WHEN_NO_MATCH")
    assert (
        "Test/Reports: passthrough behavior of PUT /jobs/{job_id} must be NEVER, got WHEN_NO_MATCH; or a body of "
        "another content type is sent to the service as the caller wrote it"
    ) in refused()
