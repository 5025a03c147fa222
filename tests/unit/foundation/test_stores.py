import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from constructs import Construct

from tests.templates import actions, ids_of, of_type, statements, the
from wellmade.foundation import (
    IdempotencyTable,
    OnDemandTable,
    PrivateBucket,
    PythonFunction,
    RefusedError,
    log_access,
)
from wellmade.kit.names import early_bucket_prefix, early_name, name_in_namespace
from wellmade.messaging import QueueWorker
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def bucket() -> dict[str, Any]:
    return synthesize(lambda stack: PrivateBucket(stack, "Results"))


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return synthesize(lambda stack: OnDemandTable(stack, "Orders", partition_key="order_id"))


@pytest.fixture(scope="module")
def claims() -> dict[str, Any]:
    return synthesize(lambda stack: IdempotencyTable(stack, "Claims"))


def test_bucket_is_private_encrypted_and_bounded(bucket: dict[str, Any]) -> None:
    [resource] = [r for r in bucket["Resources"].values() if r["Type"] == "AWS::S3::Bucket"]
    properties = resource["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = properties["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["Transitions"] == [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_bucket_refuses_plain_http_and_old_tls(bucket: dict[str, Any]) -> None:
    [policy] = [r["Properties"] for r in bucket["Resources"].values() if r["Type"] == "AWS::S3::BucketPolicy"]
    conditions = [s["Condition"] for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_bucket_logs_access_where_it_is_told(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    logs = PrivateBucket(stack, "Logs")
    log_access(PrivateBucket(stack, "Data"), logs)
    template = Template.from_json(synth())
    template.has_resource_properties(
        "AWS::S3::Bucket", {"LoggingConfiguration": {"LogFilePrefix": "Test/Data/"}}
    )
    [policy] = [
        p for p in template.find_resources("AWS::S3::BucketPolicy").values() if "logging.s3" in str(p)
    ]
    [allowed] = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert allowed["Action"] == "s3:PutObject"
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_a_bucket_logs_access_into_one_of_another_stack(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    """The bucket names that of its log, whose policy therefore does not name it."""
    logs = PrivateBucket(cdk.Stack(stack.node.root, "Logs"), "Logs")  # type: ignore[arg-type] # the app
    log_access(s3.Bucket(stack, "Data"), logs)
    template = synth()
    assert "DestinationBucketName" in the(template, "AWS::S3::Bucket")["LoggingConfiguration"]


def test_the_place_of_a_log_stays_in_a_stage_and_under_another_id() -> None:
    def prefix(scope: Construct, name: str) -> str:
        stack = cdk.Stack(scope, name, stack_name="shop")
        log_access(PrivateBucket(stack, "Data"), PrivateBucket(stack, "Logs"))
        root = stack.node.root
        assert isinstance(root, cdk.App)
        [template] = [each.template for each in root.synth().stacks_recursively]
        [data] = [b for b in of_type(template, "AWS::S3::Bucket") if "LoggingConfiguration" in b]
        return str(data["LoggingConfiguration"]["LogFilePrefix"])

    assert {
        prefix(cdk.App(), "Shop"),
        prefix(cdk.App(), "Other"),
        prefix(cdk.Stage(cdk.App(), "Live"), "Shop"),
    } == {"shop/Data/"}


def test_says_and_refuses_what_is_of_the_owner_of_an_imported_bucket(stack: cdk.Stack) -> None:
    theirs = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    log_access(PrivateBucket(stack, "Data"), theirs)
    [said] = [str(each.data) for each in theirs.node.metadata if each.type == "aws:cdk:warning"]
    assert said.startswith(
        "the policy of the imported bucket must let logging.s3.amazonaws.com call s3:PutObject"
    )
    message = (
        "Test/Theirs: bucket must be a bucket of this app, got an imported one; "
        "turn its access log on where it is defined"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        log_access(theirs, PrivateBucket(stack, "Logs"))


@pytest.mark.parametrize("first", ["index", "workload"])
def test_connected_workloads_read_indexes_too(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]], first: str
) -> None:
    table = OnDemandTable(stack, "Orders", partition_key="order_id")
    function = PythonFunction(stack, "Reader", code="order_worker")
    customer = dynamodb.Attribute(name="customer", type=dynamodb.AttributeType.STRING)
    if first == "workload":
        table.connect(function, actions=["dynamodb:GetItem", "dynamodb:Query"])
    table.add_global_secondary_index(index_name="by-customer", partition_key=customer)
    if first == "index":
        table.connect(function, actions=["dynamodb:GetItem", "dynamodb:Query"])
    granted = [s for s in statements(synth(), "Reader") if "dynamodb" in str(s["Action"])]
    assert [(s["Action"], "/index/*" in str(s["Resource"])) for s in granted] == [
        (["dynamodb:GetItem", "dynamodb:Query"], False),
        ("dynamodb:Query", True),
    ]


def test_table_can_be_brought_back(table: dict[str, Any]) -> None:
    Template.from_json(table).has_resource(
        "AWS::DynamoDB::Table",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "ContributorInsightsSpecification": {"Enabled": True},
                "DeletionProtectionEnabled": True,
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "SSESpecification": {"SSEEnabled": True},
            },
        },
    )


@pytest.mark.parametrize("name", ["status", "Date", "type", "is_open", "has_paid"])
def test_table_refuses_a_key_with_few_values(stack: cdk.Stack, name: str) -> None:
    message = (
        f"Test/Orders: partition_key must be a name with many values, such as an id, got {name!r}; "
        "put an id first, or append a shard number and call it so (`date_shard`)"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        OnDemandTable(stack, "Orders", partition_key=name)


def test_claims_expire_after_the_source_forgot(claims: dict[str, Any]) -> None:
    Template.from_json(claims).has_resource_properties(
        "AWS::DynamoDB::Table",
        {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": True},
        },
    )


def test_claims_refuse_to_forget_before_the_queues_of_their_worker(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    worker = QueueWorker(stack, "Orders", function="order_worker")
    IdempotencyTable(stack, "Claims", ttl=cdk.Duration.days(4)).connect(worker)
    assert (
        "Test/Claims: ttl must be at least 1555200 s, as long as Test/Orders/Messages and "
        "Test/Orders/MessagesDeadLetterQueue keep a message, got 345600 s; "
        "a late delivery would be taken for new work"
    ) in refused()


def test_claims_grant_three_writes(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    IdempotencyTable(stack, "Claims").connect(function)
    template = synth()
    *_, statement = statements(template, "ImportRole")
    [table] = ids_of(template, "AWS::DynamoDB::Table")
    assert statement["Resource"] == {"Fn::GetAtt": [table, "Arn"]}
    assert statement["Action"] == ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert int(variables["IDEMPOTENCY_TTL_SECONDS"]) > 2 * 14 * 24 * 3600


def test_a_table_grants_the_calls_that_are_named_and_its_key(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    table = OnDemandTable(stack, "Orders", partition_key="order_id", encryption_key=kms.Key(stack, "Key"))
    table.connect(PythonFunction(stack, "Import", code="tabular_ingest"), actions=["dynamodb:GetItem"])
    template = synth()
    assert {"dynamodb:GetItem", "kms:Decrypt"} <= actions(template, "ImportRole")
    assert "dynamodb:PutItem" not in actions(template)


def test_look_like(
    bucket: dict[str, Any], table: dict[str, Any], claims: dict[str, Any], snapshot: Callable[..., None]
) -> None:
    snapshot(bucket, "private_bucket")
    snapshot(table, "on_demand_table")
    snapshot(claims, "idempotency_table")


@pytest.mark.parametrize(("length", "suffix"), [(63, ""), (80, ".fifo")])
def test_early_names_fit_and_differ(stack: cdk.Stack, length: int, suffix: str) -> None:
    long = "A" * 90
    names = [early_name(stack, long + end, max_length=length, suffix=suffix) for end in "xy"]
    assert names[0] != names[1]
    assert all(len(text) <= length and re.fullmatch(r"[a-z0-9-]+(\.fifo)?", text) for text in names)


def test_an_early_bucket_name_fits_with_the_longest_region(stack: cdk.Stack) -> None:
    parts = stack.resolve(name_in_namespace(early_bucket_prefix(stack, "A" * 90)))["Fn::Join"][1]
    longest = {"AWS::AccountId": "1" * 12, "AWS::Region": "ap-southeast-1"}
    text = "".join(part if isinstance(part, str) else longest[part["Ref"]] for part in parts)
    assert len(text) <= 63
    assert text.endswith("-an")
