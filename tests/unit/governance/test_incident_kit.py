"""What is opened by mistake is closed by AWS's own documents, somebody is told, and who read what is kept."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from tests.templates import actions, ids_of, of_type, statements, the
from wellmade.facts.actions import exists
from wellmade.facts.remediations import REMEDIATIONS
from wellmade.foundation import RefusedError
from wellmade.governance import IncidentKit
from wellmade.testing import synthesize

RULE, REMEDIATION = "AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration"
TRAIL, BUCKET, EVENTS = "AWS::CloudTrail::Trail", "AWS::S3::Bucket", "AWS::Events::Rule"
RECORDER, CHANNEL = "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel"


def define(stack: cdk.Stack, **options: Any) -> IncidentKit:
    return IncidentKit(stack, "Kit", **options)


def synthesized(**options: Any) -> dict[str, Any]:
    return synthesize(lambda stack: define(stack, **options))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesized()


def remediations(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["TargetId"]: each for each in of_type(template, REMEDIATION)}


@pytest.mark.parametrize("name", REMEDIATIONS)
def test_mends_each_fault_that_is_found(template: dict[str, Any], name: str) -> None:
    fault = REMEDIATIONS[name]
    fixes = remediations(template)[fault.document]
    found = template["Resources"][fixes["ConfigRuleName"]["Ref"]]
    assert found["Type"] == RULE
    assert found["Properties"]["Source"] == {"Owner": "AWS", "SourceIdentifier": fault.rule}
    assert (fixes["Automatic"], fixes["MaximumAutomaticAttempts"], fixes["RetryAttemptSeconds"]) == (
        True,
        5,
        300,
    )
    assert fixes["Parameters"][fault.takes] == {"ResourceValue": {"Value": "RESOURCE_ID"}}


@pytest.mark.parametrize("name", REMEDIATIONS)
def test_each_document_may_do_what_it_does_and_nothing_else(template: dict[str, Any], name: str) -> None:
    fault = REMEDIATIONS[name]
    [role] = [each for each in ids_of(template, "AWS::IAM::Role") if f"Role{name.replace('-', '')}" in each]
    parameter = remediations(template)[fault.document]["Parameters"]["AutomationAssumeRole"]
    assert parameter == {"StaticValue": {"Values": [{"Fn::GetAtt": [role, "Arn"]}]}}
    may = actions(template, role)
    wanted = {action for each in fault.may.values() for action in each}
    assert may == wanted | {"ssm:StartAutomationExecution", "ssm:GetAutomationExecution"}
    assert all(exists(action) for action in may)


def test_roles_are_for_systems_manager_of_this_account_alone(template: dict[str, Any]) -> None:
    for name, role in template["Resources"].items():
        if role["Type"] == "AWS::IAM::Role" and "RecorderRole" not in name:
            [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            assert trust["Principal"] == {"Service": "ssm.amazonaws.com"}
            assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_starts_no_document_but_its_own(template: dict[str, Any]) -> None:
    [start] = [
        each
        for each in statements(template, "Roleopenssh")
        if each["Action"] == "ssm:StartAutomationExecution"
    ]
    assert json.dumps(start["Resource"]).count("automation-definition/AWS-DisableIncomingSSHOnPort22:*") == 1


def test_turns_off_what_nobody_used_for_as_long_as_you_say() -> None:
    made = synthesized(unused_after=cdk.Duration.days(30))
    ages = [each.get("InputParameters") for each in of_type(made, RULE)]
    assert {"maxCredentialUsageAge": "30"} in ages
    document = remediations(made)["AWSConfigRemediation-RevokeUnusedIAMUserCredentials"]
    assert document["Parameters"]["MaxCredentialUsageAge"] == {"StaticValue": {"Values": ["30"]}}


def test_waits_for_somebody_where_asked() -> None:
    assert {each["Automatic"] for each in of_type(synthesized(automatic=False), REMEDIATION)} == {False}


def test_records_before_it_judges(template: dict[str, Any]) -> None:
    [recorder] = ids_of(template, RECORDER)
    waiting = [r["DependsOn"] for r in template["Resources"].values() if r["Type"] == RULE]
    assert waiting == [[recorder]] * len(REMEDIATIONS)
    group = {"AllSupported": True, "IncludeGlobalResourceTypes": True}
    assert the(template, RECORDER)["RecordingGroup"] == group
    assert "s3:PutObject" in actions(template, "RecorderRole")


def test_the_recorder_does_not_wait_for_its_channel(template: dict[str, Any]) -> None:
    """Each is complete only once the other is there: a dependency would never end."""
    [channel] = ids_of(template, CHANNEL)
    [recorder] = ids_of(template, RECORDER)
    assert channel not in template["Resources"][recorder].get("DependsOn", [])
    assert recorder not in template["Resources"][channel]["DependsOn"]


def test_the_recorder_stays_when_the_stack_goes_but_not_after_a_first_deployment_that_failed(
    template: dict[str, Any],
) -> None:
    kept = [n for n, r in template["Resources"].items() if r.get("DeletionPolicy") == "RetainExceptOnCreate"]
    assert {*ids_of(template, RECORDER), *ids_of(template, CHANNEL)} < set(kept)
    assert any("RecorderRole" in name for name in kept)


def test_takes_the_recorder_that_the_account_has() -> None:
    made = synthesized(recorder=False)
    assert of_type(made, RECORDER) + of_type(made, CHANNEL) == []
    assert [r for r in made["Resources"].values() if r["Type"] == RULE and "DependsOn" in r] == []


def test_keeps_every_request_to_an_object_but_those_of_its_own(template: dict[str, Any]) -> None:
    [selector] = the(template, TRAIL)["AdvancedEventSelectors"]
    fields = {each["Field"]: each for each in selector["FieldSelectors"]}
    assert fields["resources.type"]["Equals"] == ["AWS::S3::Object"]
    [archive] = [each for each in ids_of(template, BUCKET) if "Archive" in each]
    [left_out] = fields["resources.ARN"]["NotStartsWith"]
    assert left_out == {"Fn::Join": ["", [{"Fn::GetAtt": [archive, "Arn"]}, "/"]]}
    assert "readOnly" not in fields


def test_nobody_can_change_the_log_files() -> None:
    made = synthesized(retention=cdk.Duration.days(30))
    [archive] = [each for each in of_type(made, BUCKET) if "ObjectLockConfiguration" in each]
    rule = archive["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule == {"Mode": "COMPLIANCE", "Days": 30}


def test_the_history_has_no_lock_which_aws_config_does_not_take(template: dict[str, Any]) -> None:
    [history] = [each for each in ids_of(template, BUCKET) if "History" in each]
    assert "ObjectLockConfiguration" not in template["Resources"][history]["Properties"]
    assert the(template, CHANNEL)["S3BucketName"] == {"Ref": history}


def patterns(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["EventPattern"]["source"][0]: each["EventPattern"] for each in of_type(template, EVENTS)}


def test_tells_what_happened_to_the_account() -> None:
    made = synthesized(macie_session=True)
    found = patterns(made)
    assert set(found) == {"aws.health", "aws.config", "aws.ssm", "aws.macie"}
    rules = [{"Ref": each} for each in ids_of(made, RULE)]
    assert found["aws.config"]["detail"]["configRuleName"] == rules
    assert found["aws.ssm"]["detail"]["Definition"] == [each.document for each in REMEDIATIONS.values()]
    assert the(made, "AWS::Macie::Session") == {"FindingPublishingFrequency": "FIFTEEN_MINUTES"}


def test_looks_for_personal_data_only_where_asked(template: dict[str, Any]) -> None:
    assert of_type(template, "AWS::Macie::Session") == []
    assert "aws.macie" not in patterns(template)


def test_every_message_goes_to_the_topic_or_waits(template: dict[str, Any]) -> None:
    [topic], [queue] = ids_of(template, "AWS::SNS::Topic"), ids_of(template, "AWS::SQS::Queue")
    for rule in of_type(template, EVENTS):
        [target] = rule["Targets"]
        assert target["Arn"] == {"Ref": topic}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
    said = the(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    lets = [each for each in said if each.get("Principal") == {"Service": "events.amazonaws.com"}]
    sources = {json.dumps(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in lets}
    assert len(sources) == len(lets) == len(of_type(template, EVENTS))


def in_region(region: str, **options: Any) -> dict[str, Any]:
    app = cdk.App(analytics_reporting=False)
    define(cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region=region)), **options)
    made: dict[str, Any] = app.synth().get_stack_by_name("Test").template
    return made


@pytest.mark.parametrize(("region", "hears"), [("us-east-1", True), ("eu-west-1", False)])
def test_hears_of_exposed_keys_where_aws_tells(region: str, hears: bool) -> None:  # noqa: FBT001 - pytest's
    assert ("aws.health" in patterns(in_region(region))) is hears


def test_says_where_it_does_not_hear_of_them() -> None:
    app = cdk.App(analytics_reporting=False)
    kit = define(cdk.Stack(app, "Test", env=cdk.Environment(region="eu-west-1")))
    told = [each.data for each in kit.node.metadata if "exposed keys" in str(each.data)]
    assert told == [
        "AWS Health tells of exposed keys in us-east-1 and us-west-2 alone: define a kit there too"
    ]


def test_takes_a_bucket_and_leaves_the_alarm_out() -> None:
    def build(stack: cdk.Stack) -> None:
        theirs = s3.Bucket.from_bucket_name(stack, "Logs", "logs")
        define(stack, bucket=theirs, alarm_thresholds={"undelivered": None})

    made = synthesize(build)
    assert the(made, TRAIL)["S3BucketName"] == "logs"
    assert of_type(made, "AWS::CloudWatch::Alarm") == []


def test_lets_auditors_read() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack).grant_read(iam.Role(stack, "Auditors", assumed_by=iam.AccountRootPrincipal()))

    assert actions(synthesize(build), "Auditors") == {"kms:Decrypt", "s3:GetObject", "s3:ListBucket"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "incident_kit")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"unused_after": cdk.Duration.hours(1)},
            "unused_after must be whole days, at least one, got 3600 s; "
            "give Duration.days(90), what AWS's own rule has",
        ),
        (
            {"retention": cdk.Duration.hours(36)},
            "retention must be whole days, at least one, got 129600 s; "
            "give Duration.days(365), a year, or what your auditors ask for",
        ),
        (
            {"alarm_thresholds": {"errors": 1}},
            "alarm_thresholds must be for one of undelivered, got 'errors'; "
            "give a number, or None to leave an alarm out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Kit: {message}')}"):
        define(stack, **options)


def test_refuses_a_retention_beside_a_bucket(stack: cdk.Stack) -> None:
    theirs = s3.Bucket.from_bucket_name(stack, "Logs", "logs")
    with pytest.raises(
        RefusedError, match=r"^Test/Kit: retention must be left out beside bucket, got 86400 s;"
    ):
        define(stack, bucket=theirs, retention=cdk.Duration.days(1))


def test_refuses_at_synth_a_remediation_that_nobody_may_carry_out(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    remediation = define(stack).remediations["open-ssh"]
    remediation.add_property_deletion_override("Parameters.AutomationAssumeRole")
    assert (
        "Test/Kit: open-ssh must be told which role to take by AutomationAssumeRole, got none; "
        "take back the override of Test/Kit/Remediation-open-ssh" in refused()
    )


def test_refuses_at_synth_a_trail_that_records_itself(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack).trail.add_property_deletion_override("AdvancedEventSelectors.0.FieldSelectors.2")
    assert (
        "Test/Kit: trail must be without the requests to its own archive, got all objects; "
        "leave its archive out by resources.ARN NotStartsWith" in refused()
    )
