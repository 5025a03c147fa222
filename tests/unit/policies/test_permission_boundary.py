"""What a permission boundary promises, refuses, allows and looks like."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from tests.templates import ids_of, of_type, the
from wellmade.foundation import PythonFunction, RefusedError
from wellmade.kit.policies import characters_of
from wellmade.policies import (
    Need,
    PermissionBoundary,
    consume_messages,
    decrypt,
    publish,
    put_events,
    read_prefix,
    read_table,
    send_messages,
    trusted_service,
)
from wellmade.prove.policy import Authorizer, Policy, Request
from wellmade.testing import synthesize

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"
TLS = {"aws:SecureTransport": True}


def queue(stack: cdk.Stack) -> sqs.IQueue:
    return sqs.Queue.from_queue_arn(stack, "Q", QUEUE)


def handler(stack: cdk.Stack, **options: Any) -> PythonFunction:
    return PythonFunction(stack, "Handler", code="parcel_shipping", **options)


def limited(stack: cdk.Stack, **options: Any) -> PermissionBoundary:
    needs = [consume_messages(queue(stack))]
    function = handler(stack, **options)
    for each in needs:
        each.grant(function)
    boundary = PermissionBoundary(stack, "Limit", needs=needs)
    boundary.limit(function)
    return boundary


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(limited)


def held(template: dict[str, Any]) -> Policy:
    document = the(template, "AWS::IAM::ManagedPolicy")["PolicyDocument"]
    known = [each for each in document["Statement"] if isinstance(each["Resource"], str)]
    return Policy.parse({"Statement": known}, "Limit")


def test_the_role_is_within_it(template: dict[str, Any]) -> None:
    [boundary] = ids_of(template, "AWS::IAM::ManagedPolicy")
    assert the(template, "AWS::IAM::Role")["PermissionsBoundary"] == {"Ref": boundary}


def test_it_is_attached_to_nothing(template: dict[str, Any]) -> None:
    policy = the(template, "AWS::IAM::ManagedPolicy")
    assert not {"Roles", "Users", "Groups"} & set(policy)


def test_whoever_attaches_more_to_the_role_gets_no_more(template: dict[str, Any]) -> None:
    wide = Policy.parse({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, "Administrator")
    decide = Authorizer([wide], boundary=held(template)).decide
    assert decide(Request("sqs:ReceiveMessage", QUEUE, TLS)).allowed
    assert decide(Request("xray:PutTraceSegments")).allowed
    assert not decide(Request("sqs:SendMessage", QUEUE, TLS)).allowed
    assert not decide(Request("sqs:ReceiveMessage", f"{QUEUE}-failed", TLS)).allowed
    assert not decide(Request("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/worker")).allowed


def test_a_function_in_a_network_is_let_connect_with_it() -> None:
    def define(stack: cdk.Stack) -> None:
        limited(stack, vpc=ec2.Vpc(stack, "V", max_azs=1))

    actions = str(the(synthesize(define), "AWS::IAM::ManagedPolicy")["PolicyDocument"])
    assert "ec2:CreateNetworkInterface" in actions


def test_one_boundary_limits_several_workloads() -> None:
    def define(stack: cdk.Stack) -> None:
        boundary = PermissionBoundary(stack, "Limit", needs=[send_messages(queue(stack))])
        boundary.limit(handler(stack))
        boundary.limit(
            lambda_.Function(
                stack,
                "Theirs",
                runtime=lambda_.Runtime.NODEJS_22_X,
                handler="index.handler",
                code=lambda_.Code.from_inline("exports.handler = async () => 1"),
            )
        )

    roles = of_type(synthesize(define), "AWS::IAM::Role")
    assert len([each for each in roles if "PermissionsBoundary" in each]) == 2


def test_refuses_at_synth_a_grant_that_no_need_holds(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    limited(stack)
    function = stack.node.find_child("Handler")
    assert isinstance(function, PythonFunction)
    function.allow(["sqs:SendMessage"], [QUEUE])
    assert (
        "Test/Limit: needs must be all that the role is granted, got none for sqs:SendMessage; "
        "add the need for what Test/Handler calls, or take the grant away"
    ) in refused()


def test_refuses_at_synth_more_than_a_policy_holds(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    buckets = [s3.Bucket.from_bucket_name(stack, f"B{n}", f"shop-files-{n}") for n in range(30)]
    PermissionBoundary(stack, "Limit", needs=[read_prefix(each, "in/") for each in buckets])
    said = refused()
    assert "Test/Limit: needs must be short enough for a policy of 6,144 characters, got 1" in said
    assert "of them; give each workload a boundary of its own" in said


def test_counts_what_is_known_of_a_policy_without_its_white_space() -> None:
    assert characters_of({"Sid": "a b"}) == len('{"Sid":"ab"}')
    assert characters_of({"a": [{"Fn::Join": ["", ["x", {"Ref": "Y"}, "z"]]}, {"Ref": "Q"}]}) == len(
        '{"a":["xz",""]}'
    )


Refused = Callable[[cdk.Stack], object]


def imported_key(stack: cdk.Stack) -> kms.IKey:
    return kms.Key.from_key_arn(stack, "K", "arn:aws:kms:eu-west-1:111122223333:key/1")


def bucket(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "B", "shop-files")


def table(stack: cdk.Stack, name: str = "carts") -> dynamodb.ITable:
    return dynamodb.Table.from_table_arn(stack, "T", f"arn:aws:dynamodb:eu-west-1:111122223333:table/{name}")


def bus(stack: cdk.Stack) -> events.IEventBus:
    return events.EventBus.from_event_bus_arn(
        stack, "E", "arn:aws:events:eu-west-1:111122223333:event-bus/shop"
    )


REFUSED: dict[str, tuple[Refused, str]] = {
    "no prefix": (
        lambda stack: read_prefix(bucket(stack), ""),
        "S/B: prefix must be text without wildcards, got ''; write it out, such as 'incoming/'",
    ),
    "any key": (
        lambda stack: read_prefix(bucket(stack), "*"),
        "S/B: prefix must be text without wildcards, got '*'; write it out, such as 'incoming/'",
    ),
    "any action": (
        lambda stack: read_table(table(stack), actions=["dynamodb:*"]),
        "S/T: actions must be some of dynamodb:GetItem, dynamodb:BatchGetItem, dynamodb:Query, "
        "got 'dynamodb:*'; name those that the code calls; other actions are another need",
    ),
    "no action": (
        lambda stack: consume_messages(queue(stack), actions=[]),
        "S/Q: actions must be some of sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility, "
        "sqs:GetQueueAttributes, got none; name those that the code calls; other actions are another need",
    ),
    "any tenant": (
        lambda stack: read_table(table(stack), partition_keys=["*"]),
        "S/T: partition_keys must be text without wildcards, got '*'; write it out, such as 'tenant-17'",
    ),
    "any table": (
        lambda stack: read_table(table(stack, "*")),
        "S/T: resource must be one that its ARN names, got "
        "'arn:aws:dynamodb:eu-west-1:111122223333:table/*'; "
        "import it with its own ARN: whoever holds the permission could use all of them",
    ),
    "no source": (
        lambda stack: put_events(bus(stack), sources=[]),
        "S/E: sources must be at least one, got none; "
        "name the producer, such as sources=['shop.orders']: consumers trust what it says",
    ),
    "any source": (
        lambda stack: put_events(bus(stack), sources=["shop.*"]),
        "S/E: sources must be text without wildcards, got 'shop.*'; write it out, such as 'shop.orders'",
    ),
    "the key itself": (
        lambda stack: decrypt(imported_key(stack), via=[]),
        "S/K: via must be at least one service, got none; name what the code reads from, such as via=['s3']",
    ),
    "no need": (
        lambda stack: PermissionBoundary(stack, "Limit", needs=[]),
        "S/Limit: needs must be at least one, got none; "
        "list them, such as needs=[read_prefix(bucket, 'incoming/')]",
    ),
    "an imported role": (
        lambda stack: PermissionBoundary(stack, "Limit", needs=[send_messages(queue(stack))]).limit(
            lambda_.Function.from_function_arn(
                stack, "F", "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
            )
        ),
        "S/Limit: workload must be one whose role this app defines, got S/F; limit it where its role is defined",
    ),
    "any source of a service": (
        lambda stack: trusted_service(stack, "scheduler.amazonaws.com", source_arn="*"),
        "S: source_arn must be the ARN of a resource, got '*'; "
        "name the resource that the service works for, such as the ARN of its schedule group",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    define, message = REFUSED[name]
    stack = cdk.Stack(cdk.App(), "S", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    with pytest.raises(RefusedError) as caught:
        define(stack)
    assert str(caught.value) == message


def test_a_service_is_trusted_for_this_account_and_one_source() -> None:
    def define(stack: cdk.Stack) -> None:
        group = stack.format_arn(service="scheduler", resource="schedule-group", resource_name="nightly")
        service = trusted_service(stack, "scheduler.amazonaws.com", source_arn=group)
        iam.Role(stack, "Starter", assumed_by=service)

    [statement] = the(synthesize(define), "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "aws:SourceArn" in statement["Condition"]["ArnLike"]


def test_a_need_of_another_stack_is_granted_here() -> None:
    app = cdk.App(analytics_reporting=False)
    owner, user = cdk.Stack(app, "Owner"), cdk.Stack(app, "User")
    need: Need = publish(sns.Topic(owner, "News"))
    function = handler(user)
    need.grant(function)
    PermissionBoundary(user, "Limit", needs=[need]).limit(function)
    template = app.synth().get_stack_by_name("User").template
    assert "Fn::ImportValue" in str(the(template, "AWS::IAM::ManagedPolicy"))


def test_a_policy_of_another_environment_is_none_of_the_role() -> None:
    app = cdk.App(analytics_reporting=False)
    PermissionBoundary(cdk.Stack(app, "Here"), "Limit", needs=[publish(news(app))])
    there = cdk.Stack(app, "There", env=cdk.Environment(account="111122223333", region="cn-north-1"))
    function = handler(there, vpc=ec2.Vpc(there, "V", max_azs=1))
    function.allow(["sns:Publish"], ["arn:aws-cn:sns:cn-north-1:111122223333:news"])
    assert of_type(app.synth().get_stack_by_name("There").template, "AWS::Lambda::Function")


def news(app: cdk.App) -> sns.ITopic:
    return sns.Topic.from_topic_arn(
        cdk.Stack(app, "Owner"), "News", "arn:aws:sns:eu-west-1:111122223333:news"
    )


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "permission_boundary")
