import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, of_type, stateful, statements, the
from wellmade.foundation import DurableQueue, PrivateBucket, PythonFunction
from wellmade.ingest import FilePipeline
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
COUNTED_APART = {
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
}
"""Alarms with their topic, and tables: what is counted is buckets, queues, the function, and theirs."""


def files(stack: cdk.Stack, **options: Any) -> FilePipeline:
    return FilePipeline(stack, "Files", **{"function": "tabular_ingest", **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(files)


def inbox_of(template: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    [found] = [
        (name, r["Properties"])
        for name, r in template["Resources"].items()
        if r["Type"] == "AWS::S3::Bucket" and "NotificationConfiguration" in r["Properties"]
    ]
    return found


def counted(template: dict[str, Any]) -> Counter[str]:
    return Counter(r["Type"] for r in template["Resources"].values() if r["Type"] not in COUNTED_APART)


def warnings_of(stack: cdk.Stack) -> list[str]:
    found = [m for each in stack.node.find_all() for m in each.node.metadata if m.type == "aws:cdk:warning"]
    return [str(m.data) for m in found]


def test_stays_within_fourteen_resources(template: dict[str, Any]) -> None:
    assert counted(template).total() == 14, counted(template)


def test_needs_no_custom_resource(template: dict[str, Any]) -> None:
    assert not [kind for kind in counted(template) if kind.startswith(("Custom::", "AWS::CloudFormation"))]
    assert len(of_type(template, "AWS::Lambda::Function")) == 1


def test_notifies_the_queue_of_each_suffix_under_the_prefix(template: dict[str, Any]) -> None:
    _, bucket = inbox_of(template)
    rules = [
        {rule["Name"]: rule["Value"] for rule in configuration["Filter"]["S3Key"]["Rules"]}
        for configuration in bucket["NotificationConfiguration"]["QueueConfigurations"]
    ]
    assert rules == [
        {"prefix": "incoming/", "suffix": ".csv"},
        {"prefix": "incoming/", "suffix": ".jsonl"},
    ]


def test_queue_lets_this_bucket_send_before_the_bucket_is_made(template: dict[str, Any]) -> None:
    name, bucket = inbox_of(template)
    [(policy, statement)] = [
        (policy, statement)
        for policy in ids_of(template, "AWS::SQS::QueuePolicy")
        for statement in template["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert policy in template["Resources"][name]["DependsOn"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    arn = "".join(map(str, statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Join"][1]))
    assert f":s3:::{bucket['BucketNamePrefix']}-{{'Ref': 'AWS::AccountId'}}" in arn
    assert bucket["BucketNamespace"] == "account-regional"


def test_results_and_quarantine_are_other_buckets(template: dict[str, Any]) -> None:
    variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    watched, _ = inbox_of(template)
    named = {variables[name]["Ref"] for name in ("RESULTS_BUCKET", "QUARANTINE_BUCKET")}
    assert len(named) == 2
    assert watched not in named


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "file_pipeline")


def test_grants_the_handler_what_it_calls(template: dict[str, Any]) -> None:
    assert not ids_of(template, "AWS::IAM::Policy")
    assert {each for each in actions(template) if each.startswith(("s3:", "dynamodb:"))} == {
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    }


def test_grants_uploads_under_the_prefix_only(stack: cdk.Stack, synth: Synth) -> None:
    role = iam.Role(stack, "Uploader", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    files(stack).grant_upload(role)
    [statement] = statements(synth(), "Uploader")
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"]["Fn::Join"][1][-1] == "/incoming/*"


def test_connects_an_uploader(stack: cdk.Stack, synth: Synth) -> None:
    pipeline = files(stack, encryption_key=kms.Key(stack, "Key"))
    pipeline.connect(PythonFunction(stack, "Uploader", code="order_worker"))
    template = synth()
    [variables] = [
        f["Environment"]["Variables"]
        for f in of_type(template, "AWS::Lambda::Function")
        if "INBOX_BUCKET" in f["Environment"]["Variables"]
    ]
    assert variables["INBOX_PREFIX"] == "incoming/"
    assert {"s3:PutObject", "kms:GenerateDataKey"} <= actions(template, "Uploader")


# --- what the user brings


def test_an_inbox_of_the_user_tells_by_eventbridge(stack: cdk.Stack, synth: Synth) -> None:
    files(stack, bucket=s3.Bucket(stack, "Mine"))
    template = synth()
    rule = the(template, "AWS::Events::Rule")
    assert rule["EventPattern"]["detail"]["object"]["key"] == [
        {"wildcard": "incoming/*.csv"},
        {"wildcard": "incoming/*.jsonl"},
    ]
    [mine] = [name for name in ids_of(template, "AWS::S3::Bucket") if name.startswith("Mine")]
    assert rule["EventPattern"]["detail"]["bucket"]["name"] == [{"Ref": mine}]
    configured = template["Resources"][mine]["Properties"]["NotificationConfiguration"]
    assert configured == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    allowed = [
        s["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Join"][1][-1]
        for policy in of_type(template, "AWS::SQS::QueuePolicy")
        for s in policy["PolicyDocument"]["Statement"]
        if s["Effect"] == "Allow"
    ]
    assert allowed == [f":rule/{rule['Name']}"] * 2  # the queue, and the dead-letter queue of the rule
    inbox = {"AWS::S3::Bucket": 1}
    assert (counted(template) - Counter(inbox)).total() == 14 - 2 + 1


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"suffixes": []}, [{"prefix": "incoming/"}]),
        ({"prefix": ""}, [{"suffix": ".csv"}, {"suffix": ".jsonl"}]),
        (
            {"prefix": "a*b/", "suffixes": [".csv", "t.csv"]},
            [{"wildcard": r"a\*b/*.csv"}, {"wildcard": r"a\*b/*t.csv"}],
        ),
    ],
)
def test_the_rule_looks_at_the_keys(
    stack: cdk.Stack, synth: Synth, options: dict[str, Any], keys: list[dict[str, str]]
) -> None:
    files(stack, bucket=s3.Bucket(stack, "Mine"), **options)
    assert the(synth(), "AWS::Events::Rule")["EventPattern"]["detail"]["object"]["key"] == keys


@pytest.mark.parametrize("later", [True, False])
def test_notifications_of_the_user_do_not_switch_events_off(
    stack: cdk.Stack, synth: Synth, *, later: bool
) -> None:
    bucket = s3.Bucket(stack, "Mine")
    theirs = notifications.SqsDestination(sqs.Queue(stack, "Theirs"))
    if later:
        files(stack, bucket=bucket)
    bucket.add_event_notification(s3.EventType.OBJECT_REMOVED, theirs)
    if not later:
        files(stack, bucket=bucket)
    custom = the(synth(), "Custom::S3BucketNotifications")["NotificationConfiguration"]
    assert set(custom) == {"EventBridgeConfiguration", "QueueConfigurations"}


def test_refuses_at_synth_that_events_are_switched_off(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    bucket = s3.Bucket(stack, "Mine")
    files(stack, bucket=bucket)
    resource = cast(s3.CfnBucket, bucket.node.default_child)
    resource.add_property_deletion_override("NotificationConfiguration")
    assert (
        "Test/Files: bucket must be one that sends events to EventBridge, got off; "
        "leave EventBridgeConfiguration as the pipeline sets it"
    ) in refused()


def test_refuses_at_synth_a_rule_that_is_off_or_renamed(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    pipeline = files(stack, bucket=s3.Bucket(stack, "Mine"))
    rule = cast(cdk.CfnResource, pipeline.node.find_child("Arrivals"))
    rule.add_property_override("State", "DISABLED")
    rule.add_property_override("Name", "mine")
    said = refused()
    assert "Test/Files: state must be ENABLED, got DISABLED; leave it enabled" in said
    assert re.search(r"Test/Files: name must be test-files-arrivals-\w{8}, got mine; leave it", said)


def test_says_what_an_imported_inbox_must_do(stack: cdk.Stack, synth: Synth) -> None:
    files(stack, bucket=s3.Bucket.from_bucket_name(stack, "Mine", "their-inbox"))
    rule = the(synth(), "AWS::Events::Rule")
    assert rule["EventPattern"]["detail"]["bucket"]["name"] == ["their-inbox"]
    assert any("the imported bucket must send events to EventBridge" in text for text in warnings_of(stack))


def test_reads_an_inbox_without_versions(stack: cdk.Stack, synth: Synth) -> None:
    files(stack, bucket=s3.Bucket(stack, "Mine"))
    assert {"s3:GetObject", "s3:GetObjectVersion"} <= actions(synth(), "FilesWorkerRole")


def test_takes_stores_and_a_queue_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.NUMBER),
        encryption_key=key,
    )
    pipeline = files(
        stack,
        results=PrivateBucket(stack, "Done", encryption_key=key),
        quarantine=s3.Bucket.from_bucket_name(stack, "Refused", "their-quarantine"),
        table=table,
        queue=DurableQueue(stack, "Queue", encryption_key=key, visibility_timeout=cdk.Duration.minutes(31)),
    )
    template = synth()
    assert len(ids_of(template, "AWS::S3::Bucket")) == 2
    assert len(ids_of(template, "AWS::SQS::Queue")) == 2
    assert pipeline.table is table
    assert "kms:GenerateDataKey" in actions(template, "FilesWorkerRole")


def test_takes_an_imported_queue_and_says_what_it_must_be(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.Queue.from_queue_arn(stack, "Theirs", "arn:aws:sqs:eu-west-1:111122223333:theirs")
    files(stack, queue=queue)
    assert not ids_of(synth(), "AWS::SQS::Queue")
    for wanted in (
        "the imported queue must keep a received message hidden for at least 1805 s",
        "the imported queue must have a dead-letter queue with an alarm",
        "the policy of the imported queue must let",
    ):
        assert any(wanted in text for text in warnings_of(stack)), wanted


def test_takes_an_imported_function_and_says_which_variables_it_needs(stack: cdk.Stack, synth: Synth) -> None:
    function = lambda_.Function.from_function_attributes(
        stack,
        "Theirs",
        function_arn="arn:aws:lambda:eu-west-1:111122223333:function:ingest",
        role=iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/ingest"),
        same_environment=True,
    )
    queue = DurableQueue(stack, "Queue", visibility_timeout=cdk.Duration.minutes(31))
    files(stack, function=function, queue=queue)
    assert {"s3:PutObject", "dynamodb:UpdateItem"} <= actions(synth(), "ingest")
    said = (
        "the variables RESULTS_BUCKET, QUARANTINE_BUCKET, TABLE_NAME, IDEMPOTENCY_TABLE, "
        "IDEMPOTENCY_TTL_SECONDS must be set where the imported function is defined"
    )
    assert any(said in text for text in warnings_of(stack))


def test_one_key_encrypts_all_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(stack, "Mine", encryption=s3.BucketEncryption.KMS, encryption_key=key)
    files(stack, bucket=bucket, encryption_key=key)
    FilePipeline(stack, "Native", function="tabular_ingest", encryption_key=key)
    template = synth()
    [theirs] = [
        k
        for name, k in zip(ids_of(template, "AWS::KMS::Key"), of_type(template, "AWS::KMS::Key"), strict=True)
        if name.startswith("Key")
    ]
    allowed = {str(s["Principal"]) for s in theirs["KeyPolicy"]["Statement"] if "Service" in s["Principal"]}
    assert allowed == {"{'Service': 'events.amazonaws.com'}", "{'Service': 's3.amazonaws.com'}"}
    assert "Files" not in json.dumps(theirs)
    assert "Native" not in json.dumps(theirs)


def test_works_for_a_function_of_another_stack(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    code = cdk.Stack(app, "Code")
    stores = {name: PrivateBucket(code, name.title()) for name in ("results", "quarantine")}
    table = dynamodb.Table(
        code, "Table", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    )
    function = PythonFunction(code, "Handler", code="tabular_ingest", timeout=cdk.Duration.minutes(1))
    files(stack, function=function, table=table, **stores)
    assembly = app.synth()
    assert "s3:PutObject" in actions(assembly.get_stack_by_name("Test").template)
    variables = the(assembly.get_stack_by_name("Code").template, "AWS::Lambda::Function")["Environment"]
    assert "IDEMPOTENCY_TABLE" in variables["Variables"]


def test_asks_for_stores_that_a_function_of_another_stack_can_name(stack: cdk.Stack) -> None:
    function = PythonFunction(
        cdk.Stack(cast(cdk.App, stack.node.root), "Code"), "Handler", code="tabular_ingest"
    )
    said = (
        "Test/Files: results must be given where the function is of another stack, got None; "
        "define it in the function's stack, whose variables name it"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        files(stack, function=function)


# --- notifications of its own inbox


def test_its_own_inbox_sends_events_too(stack: cdk.Stack, synth: Synth) -> None:
    files(stack).inbox.enable_event_bridge_notification()
    template = synth()
    _, bucket = inbox_of(template)
    assert set(bucket["NotificationConfiguration"]) == {"EventBridgeConfiguration", "QueueConfigurations"}
    assert counted(template).total() == 14


SECOND = (
    "Test/Files/Inbox: notification must be the pipeline's own alone, got a second one, which replaces it; "
    "call enable_event_bridge_notification() on the inbox and define a rule, or give bucket="
)


def test_refuses_a_second_notification(stack: cdk.Stack) -> None:
    pipeline = files(stack)
    theirs = notifications.SqsDestination(sqs.Queue(stack, "Theirs"))
    with pytest.raises(ValueError, match=f"^{re.escape(SECOND)}$"):
        pipeline.inbox.add_event_notification(s3.EventType.OBJECT_REMOVED, theirs)
    with pytest.raises(RuntimeError, match=re.escape(SECOND)):
        pipeline.inbox.add_object_created_notification(theirs)


def test_refuses_at_synth_a_notification_that_replaces_its_own(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    pipeline = files(stack)
    properties = {
        "ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:cdk",
        "BucketName": pipeline.inbox.bucket_name,
        "NotificationConfiguration": {},
        "Managed": True,
    }
    cdk.CfnResource(stack, "Custom", type="Custom::S3BucketNotifications", properties=properties)
    assert SECOND in refused()


def test_refuses_at_synth_an_override_that_leaves_files_unseen(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    resource = cast(s3.CfnBucket, files(stack).inbox.node.default_child)
    resource.add_property_deletion_override("NotificationConfiguration.QueueConfigurations")
    assert (
        "Test/Files/Inbox: notification must be sent to the pipeline's queue for incoming/*.csv, got none; "
        "leave NotificationConfiguration as the pipeline defines it, or give bucket="
    ) in refused()


@pytest.mark.parametrize("suffixes", [(".csv", "orders.csv"), (".csv", ".csv"), (".csv", "")])
def test_refuses_suffixes_that_match_one_file(stack: cdk.Stack, suffixes: tuple[str, str]) -> None:
    said = (
        "Test/Files: suffixes must be such that no file matches two of them, got "
        f"incoming/*{suffixes[0]} and incoming/*{suffixes[1]}; "
        "leave out the longer one, or give bucket=, whose events overlap harmlessly"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        files(stack, suffixes=suffixes)


def test_refuses_at_synth_an_override_that_overlaps(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    pipeline = files(stack)
    resource = cast(s3.CfnBucket, pipeline.inbox.node.default_child)
    wide = {"Event": "s3:ObjectCreated:*", "Topic": "arn:aws:sns:eu-west-1:111122223333:all"}
    resource.add_property_override("NotificationConfiguration.TopicConfigurations", [wide])
    assert "suffixes must be such that no file matches two of them, got incoming/*.csv and *;" in refused()


def parameter(stack: cdk.Stack) -> str:
    return cdk.CfnParameter(stack, "Folder", default="in/").value_as_string


def test_takes_a_prefix_and_a_suffix_that_parameters_give(stack: cdk.Stack, synth: Synth) -> None:
    ending = cdk.CfnParameter(stack, "Ending", default=".csv").value_as_string
    files(stack, prefix=parameter(stack), suffixes=[ending])
    _, bucket = inbox_of(synth())
    [configuration] = bucket["NotificationConfiguration"]["QueueConfigurations"]
    values = [rule["Value"] for rule in configuration["Filter"]["S3Key"]["Rules"]]
    assert values == [{"Ref": "Folder"}, {"Ref": "Ending"}]


def test_judges_the_notification_of_a_prefix_that_a_parameter_gives(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    pipeline = files(stack, prefix=parameter(stack))
    resource = cast(s3.CfnBucket, pipeline.inbox.node.default_child)
    resource.add_property_override("NotificationConfiguration.QueueConfigurations", [])
    assert "notification must be sent to the pipeline's queue for" in refused()


@pytest.mark.parametrize("name", ["BucketName", "BucketNamePrefix"])
def test_refuses_at_synth_an_inbox_that_the_queue_does_not_know(
    stack: cdk.Stack, refused: Callable[[], str], name: str
) -> None:
    resource = cast(s3.CfnBucket, files(stack).inbox.node.default_child)
    resource.add_property_override(name, "mine")
    assert re.search(
        r"Test/Files/Inbox/Resource: name must be test-files-inbox-\w{8}, got mine; leave it: policies name it "
        "by this text; or define one of your own and pass that",
        refused(),
    )


# --- loops


@pytest.mark.parametrize(
    ("options", "pattern", "watched"),
    [
        ({}, "incoming/*", "incoming/*.csv, incoming/*.jsonl"),
        ({}, "*", "incoming/*.csv, incoming/*.jsonl"),
        ({}, "incoming/results/*", "incoming/*.csv, incoming/*.jsonl"),
        ({"prefix": "", "suffixes": []}, "results/*", "*"),
        ({"prefix": ""}, "results/*", "*.csv, *.jsonl"),
    ],
)
def test_refuses_a_loop(
    stack: cdk.Stack, refused: Callable[[], str], options: dict[str, Any], pattern: str, watched: str
) -> None:
    pipeline = files(stack, **options)
    pipeline.allow(["s3:PutObject"], [pipeline.inbox.arn_for_objects(pattern)])
    assert (
        f"Test/Files: function must be without permission to write what it is notified of ({watched}), "
        f"got s3:PutObject on {pattern}; write to another bucket, or to a prefix that is not watched"
    ) in refused()


def by_grant(pipeline: FilePipeline) -> None:
    pipeline.inbox.grant_write(pipeline)


def by_bucket_name(pipeline: FilePipeline) -> None:
    pipeline.allow(["s3:PutObject"], [f"arn:aws:s3:::{pipeline.inbox.bucket_name}/incoming/*"])


def by_literal_arn(pipeline: FilePipeline) -> None:
    parts = [f"arn:{cdk.Aws.PARTITION}:s3:::", pipeline.inbox.bucket_name, "/*"]
    pipeline.allow(["s3:PutObject"], [cdk.Fn.join("", parts)])


def by_every_bucket(pipeline: FilePipeline) -> None:
    pipeline.allow(["s3:PutObject"], ["arn:aws:s3:::*"], reason="a test")


def by_every_object(pipeline: FilePipeline) -> None:
    statement = iam.PolicyStatement(actions=["s3:Put*"], resources=["arn:aws:s3:::*/*"])
    cast(lambda_.Function, pipeline.function).add_to_role_policy(statement)


def by_not_action(pipeline: FilePipeline) -> None:
    statement = iam.PolicyStatement(not_actions=["iam:*"], resources=["*"])
    cast(lambda_.Function, pipeline.function).add_to_role_policy(statement)


def role_of(pipeline: FilePipeline) -> iam.IRole:
    role = cast(lambda_.Function, pipeline.function).role
    assert role
    return role


def by_managed_policy(pipeline: FilePipeline) -> None:
    statement = iam.PolicyStatement(actions=["s3:*"], resources=["*"])
    policy = iam.ManagedPolicy(pipeline, "Managed", statements=[statement])
    role_of(pipeline).add_managed_policy(policy)


def by_policy_with_roles(pipeline: FilePipeline) -> None:
    statement = iam.PolicyStatement(actions=["s3:PutObject"], resources=[f"{pipeline.inbox.bucket_arn}/*"])
    iam.ManagedPolicy(pipeline, "Managed", statements=[statement], roles=[role_of(pipeline)])


def by_policy_of_aws(pipeline: FilePipeline) -> None:
    role_of(pipeline).add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AmazonS3FullAccess"))


def by_bucket_policy(pipeline: FilePipeline) -> None:
    statement = iam.PolicyStatement(
        principals=[iam.ArnPrincipal(role_of(pipeline).role_arn)],
        actions=["s3:PutObject"],
        resources=[pipeline.inbox.arn_for_objects("*")],
    )
    pipeline.inbox.add_to_resource_policy(statement)


def may_write(pipeline: FilePipeline, *arns: str) -> None:
    statement = iam.PolicyStatement(actions=["s3:PutObject"], resources=list(arns))
    cast(lambda_.Function, pipeline.function).add_to_role_policy(statement)


def by_substitution(pipeline: FilePipeline) -> None:
    may_write(pipeline, cdk.Fn.sub("arn:aws:s3:::${B}/incoming/*", {"B": pipeline.inbox.bucket_name}))


def by_split(pipeline: FilePipeline) -> None:
    name = cdk.Fn.select(0, cdk.Fn.split("/", pipeline.inbox.bucket_name))
    may_write(pipeline, f"arn:aws:s3:::{name}/*")


def by_default_of_a_parameter(pipeline: FilePipeline) -> None:
    may_write(pipeline, cdk.CfnParameter(cdk.Stack.of(pipeline), "What", default="*").value_as_string)


def by_condition(pipeline: FilePipeline) -> None:
    stack = cdk.Stack.of(pipeline)
    cdk.CfnCondition(stack, "Is", expression=cdk.Fn.condition_equals(cdk.Aws.REGION, "eu-west-1"))
    either = cdk.Fn.condition_if("Is", "arn:aws:s3:::b/*", pipeline.inbox.arn_for_objects("*"))
    may_write(pipeline, cdk.Token.as_string(either))


def by_policy_of_another_stack(pipeline: FilePipeline) -> None:
    document = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pipeline.inbox.arn_for_objects("*")}
    iam.CfnPolicy(
        cdk.Stack(cast(cdk.App, pipeline.node.root), "Other"),
        "Policy",
        policy_name="write",
        policy_document={"Version": "2012-10-17", "Statement": [document]},
        roles=[role_of(pipeline).role_name],
    )


@pytest.mark.parametrize(
    "close",
    [
        by_substitution,
        by_split,
        by_default_of_a_parameter,
        by_condition,
        by_policy_of_another_stack,
        by_grant,
        by_bucket_name,
        by_literal_arn,
        by_every_bucket,
        by_every_object,
        by_not_action,
        by_managed_policy,
        by_policy_with_roles,
        by_policy_of_aws,
        by_bucket_policy,
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_refuses_a_loop_that_is_closed_otherwise(
    stack: cdk.Stack, refused: Callable[[], str], close: Callable[[FilePipeline], None], *, own: bool
) -> None:
    close(files(stack, **({} if own else {"bucket": s3.Bucket(stack, "Mine")})))
    assert "function must be without permission to write what it is notified of (incoming/*.csv" in refused()


@pytest.mark.parametrize("pattern", ["done/*", "incoming/*.result.json"])
def test_writing_what_is_not_watched_passes(stack: cdk.Stack, synth: Synth, pattern: str) -> None:
    pipeline = files(stack)
    pipeline.allow(["s3:PutObject"], [pipeline.inbox.arn_for_objects(pattern)])
    assert f"/{pattern}" in str(of_type(synth(), "AWS::IAM::Role"))


def test_refuses_its_inbox_as_the_bucket_for_results(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    bucket = s3.Bucket(stack, "Mine")
    files(stack, bucket=bucket, results=bucket)
    assert "got s3:PutObject on incoming/*" in refused()


@pytest.mark.parametrize(
    "options",
    [
        {"prefix": "arriving/"},
        {"suffixes": []},
        {"batch_size": 1},
        {"max_batching_window": cdk.Duration.seconds(20)},
        {"max_concurrency": 5},
        {"alarm_thresholds": {"dead_letters": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_pipeline_deletes_nothing(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    assert stateful(template).items() <= stateful(synthesize(lambda stack: files(stack, **options))).items()


def test_is_tried_with_a_key_without_replacing_anything(template: dict[str, Any]) -> None:
    def keyed(stack: cdk.Stack) -> None:
        files(stack, encryption_key=kms.Key(stack, "Key"))

    assert stateful(template).items() <= stateful(synthesize(keyed)).items()


def pair(stack: cdk.Stack, other: cdk.Stack) -> tuple[FilePipeline, FilePipeline]:
    """Return two pipelines, the first of which writes its results into the second's inbox."""
    second = FilePipeline(other, "Second", function="tabular_ingest", prefix="")
    return FilePipeline(stack, "First", function="tabular_ingest", prefix="", results=second.inbox), second


@pytest.mark.parametrize("is_split", [False, True])
def test_two_pipelines_in_a_row_are_no_loop(stack: cdk.Stack, synth: Synth, *, is_split: bool) -> None:
    pair(stack, cdk.Stack(cast(cdk.App, stack.node.root), "Other") if is_split else stack)
    synth()


def test_refuses_two_pipelines_that_write_into_each_others_inbox(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    inboxes = [s3.Bucket(stack, each) for each in ("One", "Two")]
    FilePipeline(stack, "First", function="tabular_ingest", bucket=inboxes[0], results=inboxes[1], prefix="")
    FilePipeline(stack, "Second", function="tabular_ingest", bucket=inboxes[1], results=inboxes[0], prefix="")
    said = refused()
    assert re.search(r"Test/First: function must be without .* by way of Test/Second; write to another", said)
    assert re.search(r"Test/Second: function must be without .* by way of Test/First; write to another", said)


def test_refuses_a_circle_over_two_stacks(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    names = [s3.Bucket(each, "Mine", bucket_name=f"their-{each.node.id.lower()}") for each in (stack, other)]
    theirs = [
        s3.Bucket.from_bucket_name(here, "Theirs", f"their-{there.node.id.lower()}")
        for here, there in ((stack, other), (other, stack))
    ]
    for here, bucket, results in zip((stack, other), names, theirs, strict=True):
        FilePipeline(here, "Files", function="tabular_ingest", bucket=bucket, results=results, prefix="")
    assert "by way of Other/Files; write to another bucket" in refused()
