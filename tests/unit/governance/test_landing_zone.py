"""Every account is bounded, what it does is kept where nobody can change it, and nobody is locked out for good."""

import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_organizations as organizations
from aws_cdk import aws_s3 as s3

from tests.templates import actions, ids_of, of_type, the
from wellmade.foundation import RefusedError
from wellmade.governance import LandingZone
from wellmade.testing import synthesize

POLICY, UNIT = "AWS::Organizations::Policy", "AWS::Organizations::OrganizationalUnit"
TRAIL, BUCKET = "AWS::CloudTrail::Trail", "AWS::S3::Bucket"
RULE = "AWS::Config::OrganizationConfigRule"
SPARED = {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:*:iam::*:role/break-glass"}}}
OWN = {
    "Statement": [
        {"Sid": "NoKeys", "Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*", **SPARED}
    ]
}


def define(stack: cdk.Stack, **options: Any) -> LandingZone:
    given = {"organization_id": "o-a1b2c3d4e5", "root_id": "r-ab12", "allowed_regions": ["eu-west-1"]}
    return LandingZone(stack, "Zone", **{**given, **options})


def synthesized(**options: Any) -> dict[str, Any]:
    return synthesize(lambda stack: define(stack, **options))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesized()


def policies(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Name"]: each for each in of_type(template, POLICY)}


def test_has_units_below_the_root(template: dict[str, Any]) -> None:
    units = {each["Name"]: each["ParentId"] for each in of_type(template, UNIT)}
    assert units == dict.fromkeys(("Security", "Workloads", "Sandbox", "Suspended"), "r-ab12")


@pytest.mark.parametrize(
    ("names", "kind", "unit"),
    [
        (("protection", "regions", "encryption"), "SERVICE_CONTROL_POLICY", ""),
        (("sandbox",), "SERVICE_CONTROL_POLICY", "Sandbox"),
        (("quarantine",), "SERVICE_CONTROL_POLICY", "Suspended"),
        (("outsiders", "plain-http"), "RESOURCE_CONTROL_POLICY", ""),
        (("tags",), "TAG_POLICY", ""),
        (("s3",), "S3_POLICY", ""),
    ],
)
def test_attaches_each_policy(template: dict[str, Any], names: tuple[str, ...], kind: str, unit: str) -> None:
    [target] = [name for name in ids_of(template, UNIT) if unit and unit in name] or [""]
    where: Any = {"Fn::GetAtt": [target, "Id"]} if target else "r-ab12"
    for name in names:
        found = policies(template)[name]
        assert (found["Type"], found["TargetIds"]) == (kind, [where])


def test_changes_the_organization_one_at_a_time(template: dict[str, Any]) -> None:
    chained = [r for r in template["Resources"].values() if r["Type"] in (POLICY, UNIT)]
    assert [len(each.get("DependsOn", [])) for each in chained] == [0, *[1] * (len(chained) - 1)]
    assert len({each["DependsOn"][0] for each in chained[1:]}) == len(chained) - 1


def test_blocks_public_access_in_every_account(template: dict[str, Any]) -> None:
    block = policies(template)["s3"]["Content"]["s3_attributes"]["public_access_block_configuration"]
    assert block == {"@@assign": "all"}


def test_spells_the_mandatory_tags(template: dict[str, Any]) -> None:
    tags = policies(template)["tags"]["Content"]["tags"]
    assert {key: each["tag_key"]["@@assign"] for key, each in tags.items()} == {
        key: key for key in ("team", "environment", "service", "cost-center")
    }


def test_keeps_what_every_account_does_in_every_region(template: dict[str, Any]) -> None:
    trail = the(template, TRAIL)
    wanted = (
        "IsOrganizationTrail",
        "IsMultiRegionTrail",
        "IncludeGlobalServiceEvents",
        "EnableLogFileValidation",
    )
    assert all(trail[each] for each in (*wanted, "IsLogging"))
    assert "KMSKeyId" in trail


def test_nobody_can_change_the_archive() -> None:
    bucket = the(synthesized(retention=cdk.Duration.days(400)), BUCKET)
    assert bucket["ObjectLockEnabled"] is True
    rule = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule == {"Mode": "COMPLIANCE", "Days": 400}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_archive_stays_when_the_stack_goes(template: dict[str, Any]) -> None:
    kept = [r for r in template["Resources"].values() if r["Type"] in (BUCKET, "AWS::KMS::Key")]
    assert [each["DeletionPolicy"] for each in kept] == ["Retain", "Retain"]


def test_only_this_trail_writes_and_encrypts(template: dict[str, Any]) -> None:
    arn = "cloudtrail:"
    said = the(template, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    said = [*said, *the(template, "AWS::KMS::Key")["KeyPolicy"]["Statement"]]
    lets = [each for each in said if "cloudtrail.amazonaws.com" in json.dumps(each["Principal"])]
    actions = [each["Action"] for each in lets]
    assert actions == [
        "s3:GetBucketAcl",
        "s3:PutObject",
        "s3:PutObject",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
    ]
    assert all(arn in json.dumps(each["Condition"]["StringEquals"]["aws:SourceArn"]) for each in lets)
    assert "AWSLogs/o-a1b2c3d4e5/*" in json.dumps(lets)


def test_judges_every_account_but_those_left_out() -> None:
    rules = of_type(synthesized(config_exclusions=["333333333333"]), RULE)
    assert len(rules) == 13
    assert {tuple(each["ExcludedAccounts"]) for each in rules} == {("333333333333",)}
    identifiers = {each["OrganizationManagedRuleMetadata"]["RuleIdentifier"] for each in rules}
    assert {
        "S3_BUCKET_PUBLIC_READ_PROHIBITED",
        "IAM_ROOT_ACCESS_KEY_CHECK",
        "INCOMING_SSH_DISABLED",
    } < identifiers


def test_a_second_zone_has_names_of_its_own() -> None:
    made = synthesized(name_prefix="trial-")
    assert {each["Name"] for each in of_type(made, UNIT)} == {
        f"trial-{name}" for name in ("Security", "Workloads", "Sandbox", "Suspended")
    }
    assert all(name.startswith("trial-") for name in policies(made))
    assert the(made, TRAIL)["TrailName"] == "trial-organization"
    assert "trail/trial-organization" in json.dumps(policies(made)["trial-protection"])
    assert all(each["OrganizationConfigRuleName"].startswith("trial-") for each in of_type(made, RULE))


@pytest.mark.parametrize(
    ("region", "account"), [("eu-west-1", "156460612806"), ("us-east-1", "127311923021")]
)
def test_load_balancers_of_older_regions_can_write_their_logs(region: str, account: str) -> None:
    made = synthesized(allowed_regions=[region], trusted_accounts=["111122223333"])
    [denial] = policies(made)["outsiders"]["Content"]["Statement"]
    known = denial["Condition"]["StringNotEqualsIfExists"]["aws:PrincipalAccount"]
    assert known == ["111122223333", account]


def test_newer_regions_have_a_service_that_writes_them() -> None:
    [denial] = policies(synthesized(allowed_regions=["me-central-1"]))["outsiders"]["Content"]["Statement"]
    assert "aws:PrincipalAccount" not in denial["Condition"]["StringNotEqualsIfExists"]


def test_delegates_to_the_security_account() -> None:
    made = synthesized(security_account="444444444444")
    assert the(made, "AWS::SecurityHub::DelegatedAdmin") == {"AdminAccountId": "444444444444"}


def test_takes_a_bucket_and_policies_of_yours() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack, bucket=s3.Bucket.from_bucket_name(stack, "Logs", "logs"), own_policies={"keys": OWN})

    made = synthesize(build)
    assert of_type(made, BUCKET) == []
    assert the(made, TRAIL)["S3BucketName"] == "logs"
    assert policies(made)["keys"]["Content"]["Statement"] == OWN["Statement"]


def test_lets_auditors_read() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack).grant_read(iam.Role(stack, "Auditors", assumed_by=iam.AccountRootPrincipal()))

    assert actions(synthesize(build), "Auditors") == {"kms:Decrypt", "s3:GetObject", "s3:ListBucket"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "landing_zone")


UNSPARED = {
    "Statement": [{"Sid": "NoKeys", "Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*"}]
}
OF_ORGANIZATION = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
LARGE = {"Statement": [{**OWN["Statement"][0], "Action": [f"iam:Action{n:04}" for n in range(800)]}]}
ADD = "add the condition ArnNotLike on aws:PrincipalArn with the role for emergencies"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"organization_id": "a1b2c3d4e5"},
            "organization_id must be an id such as o-a1b2c3d4e5, got 'a1b2c3d4e5'; "
            "read it with: aws organizations describe-organization",
        ),
        (
            {"root_id": "ou-ab12-1"},
            "root_id must be an id such as r-ab12, got 'ou-ab12-1'; read it with: aws organizations list-roots",
        ),
        (
            {"trusted_accounts": ["1234"]},
            "account must be an id of twelve digits, got '1234'; write its zeros too",
        ),
        (
            {"allowed_regions": []},
            "allowed_regions must be at least one region, got none; name those that you deploy to",
        ),
        (
            {"retention": cdk.Duration.hours(1)},
            "retention must be whole days, at least one, got 3600 s; "
            "give Duration.days(365), a year, or what your auditors ask for",
        ),
        (
            {"retention": cdk.Duration.hours(36)},
            "retention must be whole days, at least one, got 129600 s; "
            "give Duration.days(365), a year, or what your auditors ask for",
        ),
        (
            {"name_prefix": "trial--"},
            "name_prefix must be letters and digits with single - or _ between, such as trial-, got 'trial--'; "
            "leave out the rest",
        ),
        (
            {"name_prefix": "our.trial."},
            "name_prefix must be letters and digits with single - or _ between, such as trial-, "
            "got 'our.trial.'; leave out the rest",
        ),
        (
            {"name_prefix": "t" * 36},
            "name_prefix must be at most 35 characters, got 36; shorten it: the names of AWS Config's rules follow",
        ),
        (
            {"name_prefix": cdk.Aws.STACK_NAME},
            "name_prefix must be known at synth, got a value of the deployment; "
            "write it out: trail and policies name each other by it",
        ),
        (
            {"own_policies": {"keys": UNSPARED}},
            "own_policies['keys'] must be sparing a role for emergencies in each denial, got NoKeys without; "
            f"{ADD}",
        ),
        (
            {"own_policies": {"keys": {"Statement": UNSPARED["Statement"][0]}}},
            "own_policies['keys'] must be sparing a role for emergencies in each denial, got NoKeys without; "
            f"{ADD}",
        ),
        (
            {"own_policies": {"keys": {"Statement": [{**UNSPARED["Statement"][0], **OF_ORGANIZATION}]}}},
            "own_policies['keys'] must be sparing a role for emergencies in each denial, got NoKeys without; "
            f"{ADD}",
        ),
        (
            {"own_policies": {"keys": LARGE}},
            "own_policies['keys'] must be at most 10,240 characters, got 13,754; "
            "split it, or shorten its actions with wildcards; Test/Zone attaches each by itself",
        ),
        (
            {"own_policies": {f"own{number}": OWN for number in range(7)}},
            "own_policies must be at most 6, got 7; "
            "put several statements into one policy, or attach them to a unit in your stack",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Zone: {message}')}$"):
        define(stack, **options)


def test_refuses_a_retention_beside_a_bucket(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Logs", "logs")
    with pytest.raises(
        RefusedError, match=r"^Test/Zone: retention must be left out beside bucket, got 86400 s;"
    ):
        define(stack, bucket=bucket, retention=cdk.Duration.days(1))


def test_refuses_at_synth_a_denial_that_spares_nobody(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    policy = define(stack).policies["regions"]
    policy.add_property_deletion_override("Content.Statement.0.Condition.ArnNotLike")
    assert f"must be sparing a role for emergencies in each denial, got Regions without; {ADD}" in refused()


def test_refuses_at_synth_policies_beside_its_own(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack)
    organizations.CfnPolicy(stack, "Own", name="own", type="RESOURCE_CONTROL_POLICY", content=LARGE)
    assert "policy Own must be at most 5,120 characters, got 13,754; " in refused()
