"""What holds in the shop's accounts."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_organizations as organizations
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation import suppress
from wellmade.governance import IncidentKit, LandingZone

NO_KEYS = {
    "Statement": [
        {
            "Sid": "NoKeys",
            "Effect": "Deny",
            "Action": "iam:CreateAccessKey",
            "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:*:iam::*:role/emergency"}},
        }
    ]
}


class Accounts(cdk.Stack):
    """A landing zone with the shop's own archive, key, policy and names, and a unit within one of its units."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        zone = LandingZone(
            self,
            "Zone",
            organization_id="o-shopshop01",
            root_id="r-shop",
            allowed_regions=["eu-central-1"],
            break_glass_role="emergency",
            trusted_accounts=["777777777777"],
            own_policies={"no-keys": NO_KEYS},
            security_account="444444444444",
            config_exclusions=["555555555555"],
            bucket=s3.Bucket.from_bucket_name(self, "Logs", "shop-audit-logs"),
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
        )
        organizations.CfnOrganizationalUnit(
            self, "Production", name="Production", parent_id=zone.units["Workloads"].attr_id
        )
        auditors = iam.Role(self, "Auditors", assumed_by=iam.AccountRootPrincipal())  # pyright: ignore[reportArgumentType]
        zone.grant_read(auditors)
        why = "Auditors read all log files, whose names begin with the account and the day."
        files = (
            "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::shop-audit-logs/AWSLogs/*]"
        )
        suppress(auditors, {files: why})


class Incidents(cdk.Stack):
    """An incident kit in an account that has a recorder, with the shop's own bucket and key, fixed by people."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        kit = IncidentKit(
            self,
            "Kit",
            automatic=False,
            unused_after=cdk.Duration.days(45),
            recorder=False,
            macie_session=True,
            bucket=s3.Bucket.from_bucket_name(self, "Logs", "shop-request-logs"),
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
            alarm_thresholds={"undelivered": 5},
        )
        kit.messages["found"].add_property_override("State", "DISABLED")
