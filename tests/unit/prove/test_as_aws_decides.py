"""What once was said wrong of other people's templates, each as AWS decides it."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import ACCOUNT, Document, allow, call, deny, document

PUT = call("s3", "PutObject", Bucket="drop", Key="a")
GET = call("s3", "GetObject", Bucket="drop", Key="a")
KEYED = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": get("Key")}}
        ]
    }
}
BUCKET = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": KEYED}, "Key": {"Type": "AWS::KMS::Key"}}
NAMED: dict[str, Any] = {"variables": {"BUCKET": "drop"}}
OBJECTS = sub("${Bucket.Arn}/*")
PLAIN = {"Bucket": {"Type": "AWS::S3::Bucket"}}
AWS = "arn:aws:iam::aws:policy"


def on_bucket(*statements: Document, bucket: Document = BUCKET, **of_role: Any) -> dict[str, Document]:
    """Return a function that works on a bucket with these rights."""
    worker = function({"BUCKET": {"Ref": "Bucket"}})
    return {**bucket, "Worker": worker, "Role": role(LOG, *statements, **of_role)}


@pytest.mark.parametrize(
    ("made", "missing"),
    [(PUT, "kms:GenerateDataKey"), (GET, "kms:Decrypt")],
)
def test_an_encrypted_bucket_needs_its_key(tmp_path: Path, made: Document, missing: str) -> None:
    action = f"s3:{made['operation']}"
    template = on_bucket(allow(action, OBJECTS))
    assert said(prove(tmp_path, template, made, **NAMED)) == ("not proven", {missing}, set())


def test_the_right_to_a_needed_key_is_used(tmp_path: Path) -> None:
    template = on_bucket(allow("s3:PutObject", OBJECTS), allow("kms:GenerateDataKey", get("Key")))
    assert said(prove(tmp_path, template, PUT, **NAMED)) == ("proven", set(), set())


@pytest.mark.parametrize(
    ("kind", "properties", "made", "wanted"),
    [
        ("SQS::Queue", {"KmsMasterKeyId": get("Key")}, "sqs:SendMessage", {"kms:GenerateDataKey", "kms:Decrypt"}),
        ("SNS::Topic", {"KmsMasterKeyId": {"Ref": "Alias"}}, "sns:Publish", {"kms:GenerateDataKey", "kms:Decrypt"}),
        ("DynamoDB::Table", {"SSESpecification": {"KMSMasterKeyId": {"Ref": "Key"}}}, "dynamodb:GetItem", {"kms:Decrypt"}),
        ("Kinesis::Stream", {"StreamEncryption": {"KeyId": get("Key")}}, "kinesis:PutRecord", {"kms:GenerateDataKey"}),
        ("SecretsManager::Secret", {"KmsKeyId": get("Key")}, "secretsmanager:GetSecretValue", {"kms:Decrypt"}),
    ],
)  # fmt: skip
def test_keys_are_asked_of_whatever_they_encrypt(
    tmp_path: Path, kind: str, properties: Document, made: str, wanted: set[str]
) -> None:
    service, _, operation = made.partition(":")
    arn = f"arn:aws:{service}:us-east-1:123456789012:"
    every: dict[str, dict[str, Any]] = {
        "sqs": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/mine"},
        "sns": {"TopicArn": f"{arn}mine"},
        "dynamodb": {"TableName": "mine", "Key": {}},
        "kinesis": {"StreamName": "mine"},
        "secretsmanager": {"SecretId": "mine"},
    }
    parameters = every[service]
    template: dict[str, Document] = {
        "Thing": {"Type": f"AWS::{kind}", "Properties": properties},
        "Key": {"Type": "AWS::KMS::Key"},
        "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/mine", "TargetKeyId": {"Ref": "Key"}}},
        "Worker": function({"NAME": {"Ref": "Thing"}}),
        "Role": role(LOG, allow(made, {"Ref": "Thing"} if service in ("sns", "secretsmanager") else get("Thing"))),
    }  # fmt: skip
    proof = prove(tmp_path, template, call(service, operation, **parameters), variables={"NAME": "mine"})
    assert said(proof) == ("not proven", wanted, set())


def test_an_administrator_is_not_proven(tmp_path: Path) -> None:
    template = on_bucket(bucket=PLAIN, ManagedPolicyArns=[f"{AWS}/AdministratorAccess"])
    verdict, denied, unused = said(prove(tmp_path, template, PUT, **NAMED))
    assert (verdict, denied, unused) == ("not proven", set(), {"*"})


def test_what_managed_policies_of_aws_allow_is_allowed(tmp_path: Path) -> None:
    basic = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]]}  # fmt: skip
    template: dict[str, Document] = {
        "Bucket": PLAIN["Bucket"],
        "Worker": function({"BUCKET": {"Ref": "Bucket"}}),
        "Role": role(allow("s3:PutObject", OBJECTS), ManagedPolicyArns=[basic]),
    }
    assert said(prove(tmp_path, template, PUT, **NAMED)) == ("proven", set(), set())


def test_a_boundary_of_aws_denies_what_it_does_not_allow(tmp_path: Path) -> None:
    template = on_bucket(
        allow("s3:PutObject", OBJECTS), bucket=PLAIN, PermissionsBoundary=f"{AWS}/ReadOnlyAccess"
    )
    _, denied, _ = said(prove(tmp_path, template, PUT, **NAMED))
    assert "s3:PutObject" in denied


def test_a_policy_that_nobody_knows_is_a_row(tmp_path: Path) -> None:
    template = on_bucket(bucket=PLAIN, ManagedPolicyArns=[f"arn:aws:iam::{ACCOUNT}:policy/theirs"])
    proof = prove(tmp_path, template, PUT, **NAMED)
    assert said(proof) == ("not judged", set(), set())
    what = f"what arn:aws:iam::{ACCOUNT}:policy/theirs allows"
    assert [row.reason for row in proof.report.not_judged] == [f"depends on {what}", what]


@pytest.mark.parametrize(
    ("runtime", "code"),
    [("nodejs24.x", {}), ("provided.al2023", {}), (None, {"PackageType": "Image", "Handler": None})],
)
def test_a_function_that_no_test_can_run_is_a_row(tmp_path: Path, runtime: Any, code: Document) -> None:
    template = on_bucket(bucket=PLAIN)
    template["Worker"]["Properties"] |= {"Runtime": runtime, "Handler": "bootstrap", **code}
    proof = prove(tmp_path, template)
    assert proof.verdict == "not judged"
    assert "under prove.code in wellmade.toml" in proof.report.not_judged[0].reason


def bucket_policy(*statements: Document) -> Document:
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document(*statements)},
    }


OTHERS = {"NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}}


def test_allow_with_not_grants_nothing(tmp_path: Path) -> None:
    template = on_bucket(bucket=PLAIN) | {"Policy": bucket_policy(allow("s3:PutObject", OBJECTS, **OTHERS))}
    assert said(prove(tmp_path, template, PUT, **NAMED)) == ("not proven", {"s3:PutObject"}, set())


SPARED = {"AWS": [sub("arn:aws:iam::${AWS::AccountId}:root"), get("Role"),
                  sub("arn:aws:sts::${AWS::AccountId}:assumed-role/Role/Worker")]}  # fmt: skip


@pytest.mark.parametrize("bounded", [False, True])
def test_deny_with_not_principal_spares_nobody_who_has_a_boundary(tmp_path: Path, bounded: bool) -> None:  # noqa: FBT001
    limits = {"PermissionsBoundary": f"{AWS}/AdministratorAccess"} if bounded else {}
    template = on_bucket(allow("s3:PutObject", OBJECTS), bucket=PLAIN, **limits)
    template["Policy"] = bucket_policy(deny("s3:*", OBJECTS, NotPrincipal=SPARED))
    wanted = {"s3:PutObject"} if bounded else set()
    assert said(prove(tmp_path, template, PUT, **NAMED))[1] == wanted


def test_a_service_control_policy_denies(tmp_path: Path) -> None:
    template = on_bucket(allow("s3:PutObject", OBJECTS), bucket=PLAIN)
    control = {"scp": document(deny("s3:Put*"))}
    proof = prove(tmp_path, template, PUT, service_control=control, **NAMED)
    assert said(proof)[1] == {"s3:PutObject"}
    assert (
        prove(tmp_path, template, PUT, service_control={"scp": document(deny("sqs:*"))}, **NAMED).verdict
        == "proven"
    )


def test_a_resource_control_policy_denies(tmp_path: Path) -> None:
    template = on_bucket(allow("s3:PutObject", OBJECTS), bucket=PLAIN)
    control = {"rcp": document(deny("s3:Put*", Principal="*"))}
    assert said(prove(tmp_path, template, PUT, resource_control=control, **NAMED))[1] == {"s3:PutObject"}


@pytest.mark.parametrize(
    ("targets", "denied"),
    [([], {"s3:PutObject"}), (["r-exam"], {"s3:PutObject"}), ([get("Suspended", "Id")], set())],
)
def test_an_organization_policy_of_a_template_denies_but_for_units_whose_accounts_nobody_knows(
    tmp_path: Path, targets: list[Any], denied: set[str]
) -> None:
    template = on_bucket(allow("s3:PutObject", OBJECTS), bucket=PLAIN)
    template["Suspended"] = {
        "Type": "AWS::Organizations::OrganizationalUnit",
        "Properties": {"Name": "Suspended", "ParentId": "r-exam"},
    }
    content = document(deny("s3:Put*"))
    template["Control"] = {
        "Type": "AWS::Organizations::Policy",
        "Properties": {"Type": "SERVICE_CONTROL_POLICY", "Content": content, "TargetIds": targets},
    }
    assert said(prove(tmp_path, template, PUT, **NAMED))[1] == denied


ROWS = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "rows"}}


def test_a_literal_name_is_the_resource_that_bears_it(tmp_path: Path) -> None:
    template: dict[str, Document] = {
        "Table": ROWS,
        "Worker": function(),
        "Role": role(LOG, allow("dynamodb:PutItem", get("Table"))),
    }
    made = call("dynamodb", "PutItem", TableName="rows", Item={})
    assert said(prove(tmp_path, template, made)) == ("proven", set(), set())


def test_a_name_that_no_resource_bears_is_joined_by_its_variable(tmp_path: Path) -> None:
    arn = sub("arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders-prod")
    template: dict[str, Document] = {
        "Worker": function({"TABLE": "orders-prod"}),
        "Role": role(LOG, allow("dynamodb:PutItem", arn)),
    }
    made = call("dynamodb", "PutItem", TableName="orders-test", Item={})
    assert said(prove(tmp_path, template, made, variables={"TABLE": "orders-test"}))[0] == "proven"


@pytest.mark.parametrize(
    ("service", "made", "kind", "properties", "target"),
    [
        ("ssm", call("ssm", "GetParameter", Name="/app/test/db"), "SSM::Parameter", {"Name": "/app/prod/db"},
         sub("arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Thing}")),
        ("ssm", call("ssm", "GetParameter", Name="/app/test/db"), "SSM::Parameter", {},
         sub("arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Thing}")),
        ("secretsmanager", call("secretsmanager", "GetSecretValue", SecretId="/app/test/db"),
         "SecretsManager::Secret", {"Name": "/app/prod/db"}, {"Ref": "Thing"}),
        ("logs", call("logs", "FilterLogEvents", logGroupName="/app/test/db"), "Logs::LogGroup", {}, get("Thing")),
    ],
)  # fmt: skip
def test_names_may_hold_slashes(
    tmp_path: Path, service: str, made: Document, kind: str, properties: Document, target: Document
) -> None:
    template: dict[str, Document] = {
        "Thing": {"Type": f"AWS::{kind}", "Properties": properties},
        "Worker": function({"NAME": {"Ref": "Thing"}}),
        "Role": role(LOG, allow(f"{service}:{made['operation']}", target)),
    }
    assert said(prove(tmp_path, template, made, variables={"NAME": "/app/test/db"})) == (
        "proven",
        set(),
        set(),
    )


def test_functions_that_share_a_role_use_it_together(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "handler.py").write_text("def handler(event, context): ...  # another\n")
    template = on_bucket(allow("s3:PutObject", OBJECTS), allow("s3:GetObject", OBJECTS), bucket=PLAIN)
    template["Other"] = function({"INBOX": {"Ref": "Bucket"}}, Handler="other/handler.handler")
    of_other = {
        **call("s3", "GetObject", Bucket="elsewhere", Key="a"),
        "frames": [["other/handler.py", "handler", 1]],
        "variables": {"INBOX": "elsewhere"},
    }
    assert said(prove(tmp_path, template, PUT, of_other, **NAMED)) == ("proven", set(), set())
    template["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][2]["Resource"] = (
        "arn:aws:s3:::gone/*"
    )
    assert said(prove(tmp_path, template, PUT, of_other, **NAMED)) == ("not proven", set(), {"s3:GetObject"})
    template["Other"]["Properties"] |= {"Runtime": "dotnet8", "Handler": "Other::Handler"}
    alone = prove(tmp_path, template, PUT, **NAMED)
    assert said(alone) == ("not judged", set(), set())
    assert alone.report.not_judged[0].reason == "Other works with the same role, and its calls are not known"


SOURCE = {
    "Type": "AWS::Lambda::EventSourceMapping",
    "Properties": {
        "EventSourceArn": get("Source"),
        "FunctionName": {"Ref": "Worker"},
        "DestinationConfig": {"OnFailure": {"Destination": get("Failures")}},
    },
}
FAILURES = {"Failures": {"Type": "AWS::SQS::Queue"}}
POLLS: dict[str, list[str]] = {
    "SQS::Queue": ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:DeleteMessage",
                   "sqs:GetQueueAttributes"],
    "Kinesis::Stream": ["kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
                        "kinesis:ListShards", "kinesis:SubscribeToShard", "kinesis:DescribeStream"],
}  # fmt: skip


@pytest.mark.parametrize("kind", list(POLLS))
def test_event_sources_use_what_they_poll_with(tmp_path: Path, kind: str) -> None:
    polls = allow(POLLS[kind], get("Source"))
    template: dict[str, Document] = {
        **FAILURES,
        "Source": {"Type": f"AWS::{kind}"},
        "Mapping": SOURCE,
        **on_bucket(allow("s3:PutObject", OBJECTS), polls, allow("sqs:SendMessage", get("Failures")), bucket=PLAIN),
    }  # fmt: skip
    assert said(prove(tmp_path, template, PUT, **NAMED)) == ("proven", set(), set())
    polls["Action"] = POLLS[kind][1:]
    assert said(prove(tmp_path, template, PUT, **NAMED))[1] == {POLLS[kind][0]}


def test_what_plain_cdk_grants_for_traces_failures_and_the_network_is_used(tmp_path: Path) -> None:
    template: dict[str, Document] = {
        **FAILURES,
        **on_bucket(
            allow("s3:PutObject", OBJECTS),
            allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
            allow("sqs:SendMessage", get("Failures")),
            bucket=PLAIN,
            ManagedPolicyArns=[f"{AWS}/service-role/AWSLambdaVPCAccessExecutionRole"],
        ),
    }
    template["Worker"]["Properties"] |= {
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": get("Failures")},
        "VpcConfig": {"SubnetIds": ["subnet-1"]},
    }
    assert said(prove(tmp_path, template, PUT, **NAMED)) == ("proven", set(), set())
    template["Worker"]["Properties"].pop("TracingConfig")
    assert said(prove(tmp_path, template, PUT, **NAMED))[2] == {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }


def in_network(place: str) -> Document:
    """Return the ARN of a subnet, a group or an interface."""
    return sub(f"arn:aws:ec2:${{AWS::Region}}:${{AWS::AccountId}}:{place}")


SUBNETS = [in_network("subnet/subnet-1"), in_network("subnet/subnet-2")]
GROUP, INTERFACES = in_network("security-group/${Group.GroupId}"), in_network("network-interface/*")


@pytest.mark.parametrize(
    ("places", "said_of_it"),
    [
        ([*SUBNETS, GROUP, INTERFACES], ("proven", set(), set())),
        ([*SUBNETS, INTERFACES], ("not proven", {"ec2:CreateNetworkInterface"}, set())),
        ([SUBNETS[0], GROUP, INTERFACES], ("not proven", {"ec2:CreateNetworkInterface"}, set())),
        ([*SUBNETS, GROUP], ("not proven", {"ec2:CreateNetworkInterface"}, set())),
    ],
    ids=["all", "no-group", "one-subnet", "no-interface"],
)
def test_an_interface_is_made_in_each_subnet_and_with_each_group(
    tmp_path: Path, places: list[Any], said_of_it: object
) -> None:
    template: dict[str, Document] = {
        "Group": {"Type": "AWS::EC2::SecurityGroup"},
        **on_bucket(
            allow("s3:PutObject", OBJECTS),
            allow("ec2:CreateNetworkInterface", places),
            allow("ec2:DeleteNetworkInterface", INTERFACES),
            allow("ec2:DescribeNetworkInterfaces", "*"),
            bucket=PLAIN,
        ),
    }
    inside = {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": [get("Group", "GroupId")]}
    template["Worker"]["Properties"]["VpcConfig"] = inside
    assert said(prove(tmp_path, template, PUT, **NAMED)) == said_of_it


def test_one_unknown_call_is_a_row_beside_the_rest(tmp_path: Path) -> None:
    template = on_bucket(allow("s3:PutObject", OBJECTS), allow("s3:DeleteObject", OBJECTS), bucket=PLAIN)
    proof = prove(tmp_path, template, PUT, call("s3", "MakeCoffee"), **NAMED)
    assert said(proof) == ("not proven", set(), {"s3:DeleteObject"})
    assert [row.what for row in proof.report.not_judged] == ["s3:MakeCoffee"]


IMPORTED = {"Fn::ImportValue": "shared-table-arn"}


@pytest.mark.parametrize(
    ("value", "sections"),
    [
        (IMPORTED, {}),
        ({"Ref": "Given"}, {"Parameters": {"Given": {"Type": "String"}}}),
        ({"Ref": "Given"}, {"Parameters": {"Given": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"}}}),
        ("{{resolve:ssm:/shared/table}}", {}),
    ],
)  # fmt: skip
def test_a_value_that_no_template_tells_is_a_row_unless_a_variable_joins_it(
    tmp_path: Path, value: Any, sections: Document
) -> None:
    made = call("dynamodb", "PutItem", TableName="arn:aws:dynamodb:us-east-1:123456789012:table/t", Item={})
    template: dict[str, Document] = {
        "Worker": function({"TABLE": value}),
        "Role": role(LOG, allow("dynamodb:PutItem", value)),
    }
    told = {"TABLE": "arn:aws:dynamodb:us-east-1:123456789012:table/t"}
    assert said(prove(tmp_path, template, made, variables=told, **sections)) == ("proven", set(), set())
    assert said(prove(tmp_path, template, made, **sections)) == ("not judged", set(), set())


def test_a_value_that_no_template_tells_may_be_told(tmp_path: Path) -> None:
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/shared"
    template: dict[str, Document] = {
        "Worker": function(),
        "Role": role(LOG, allow("dynamodb:PutItem", IMPORTED)),
    }
    told = {"values": {"shared-table-arn": arn}}
    made = call("dynamodb", "PutItem", TableName="shared", Item={})
    assert prove(tmp_path, template, made, settings=told).verdict == "proven"
    other = call("dynamodb", "PutItem", TableName="other", Item={})
    assert said(prove(tmp_path, template, made, other, settings=told))[1] == {"dynamodb:PutItem"}


def test_a_condition_on_an_unknown_value_is_no_pass(tmp_path: Path) -> None:
    condition = {"StringEquals": {"s3:x-amz-acl": IMPORTED}}
    template = on_bucket(allow("s3:PutObject", OBJECTS, Condition=condition), bucket=PLAIN)
    proof = prove(tmp_path, template, PUT, **NAMED)
    assert (proof.verdict, proof.report.denied) == ("not judged", [])
    template = on_bucket(allow("s3:PutObject", OBJECTS), deny("s3:*", "*", Condition=condition), bucket=PLAIN)
    assert prove(tmp_path, template, PUT, **NAMED).verdict == "not judged"


def test_two_resources_of_one_name_in_the_tests_are_not_told_apart(tmp_path: Path) -> None:
    template: dict[str, Document] = {
        "One": {"Type": "AWS::DynamoDB::Table"},
        "Two": {"Type": "AWS::DynamoDB::Table"},
        "Worker": function({"ONE": {"Ref": "One"}, "TWO": {"Ref": "Two"}}),
        "Role": role(LOG, allow("dynamodb:PutItem", [get("One"), get("Two")])),
    }
    made = call("dynamodb", "PutItem", TableName="test", Item={})
    proof = prove(tmp_path, template, made, variables={"ONE": "test", "TWO": "test"})
    assert proof.verdict == "not judged"
    assert (
        "call table/One and table/Two all table/test; give them names of their own"
        in proof.report.not_judged[0].reason
    )


def test_what_a_call_needs_may_be_told(tmp_path: Path) -> None:
    made = call("athena", "GetQueryResults", QueryExecutionId="1")
    group = "arn:aws:athena:us-east-1:123456789012:workgroup/mine"
    template: dict[str, Document] = {
        "Worker": function(),
        "Role": role(LOG, allow("athena:GetQueryResults", group)),
    }
    told = {"calls": {"athena:GetQueryResults": [f"athena:GetQueryResults on {group}"]}}
    assert prove(tmp_path, template, made, settings=told).verdict == "proven"


def test_an_exempt_function_is_left_out_with_its_reason(tmp_path: Path) -> None:
    template = on_bucket(bucket=PLAIN)
    proof = prove(tmp_path, template, settings={"exempt": {"Worker": "a provider of the CDK"}})
    assert (proof.verdict, proof.exempt) == ("exempt", "a provider of the CDK")
