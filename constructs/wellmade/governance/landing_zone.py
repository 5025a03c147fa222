"""What holds in every account of an organization, whoever works in it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_organizations as organizations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

from wellmade.facts.cost_control import COST_TAGS
from wellmade.governance import resource_controls, service_controls
from wellmade.governance.control_policies import PUBLIC_ACCESS_BLOCK, VERSION, Chain, tag_policy
from wellmade.governance.landing_zone_rules import (
    ControlRules,
    refuse_wrong_bounds,
    refuse_wrong_ids,
    refuse_wrong_policies,
    refuse_wrong_prefix,
)
from wellmade.governance.organization_rules import CONFIG_RULES, define_rules
from wellmade.governance.organization_trail import TRAIL, define_trail
from wellmade.governance.resource_controls import log_accounts
from wellmade.governance.trail_archive import define_archive, define_key, let_read
from wellmade.kit.lookups import settle, stack_of
from wellmade.kit.synth_checks import check_at_synth

UNITS = ("Security", "Workloads", "Sandbox", "Suspended")
RETENTION = Duration.days(365)
KEY = "Encrypts the organization's log files"


class LandingZone(Construct):
    """Bound what the accounts of an organization can do, and keep what they did where nobody can change it.

    Defines: organizational units; service control policies on the root (no root user, no leaving, no end of
    the trail or the recorder, no public access lists; regions; encryption), on `Sandbox` (small instances, no
    commitments) and on `Suspended` (nothing at all); resource control policies (nobody from outside, nothing
    over plain HTTP); tag policy; block of public access to S3 in every account; trail of all accounts and
    regions into a bucket with Object Lock, its key; rules of AWS Config in every account, in the stack's
    region alone; delegated administrator of Security Hub. The stack is deployed to the management account.

    Each denial spares the role for emergencies, which nobody but itself, and what sets accounts up, can
    change. Policies do not bind the management account: keep workloads out of it. What services do on their
    own behalf, such as writing log files into a bucket, is not denied.

    CloudFormation cannot switch on types of policies and the trust of services. Do it once, before the first
    deployment, in the management account:

        root=$(aws organizations list-roots --query 'Roots[0].Id' --output text)
        for kind in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY TAG_POLICY S3_POLICY; do
          aws organizations enable-policy-type --root-id $root --policy-type $kind; done
        for service in cloudtrail config config-multiaccountsetup securityhub; do
          aws organizations enable-aws-service-access --service-principal $service.amazonaws.com; done

    Nor has it delegated administrators of other services: `aws organizations
    register-delegated-administrator` makes the security account that of AWS Config and IAM Access Analyzer.
    Each account needs a recorder of AWS Config first: where one has none, the rules of the organization fail
    to be created, and the deployment with them. AWS Config is a service of each region: other regions are
    judged once such rules are deployed there too.

    Runbook:
        `explicit deny in a service control policy`: the message of the call names the policy. See whether
        the call is meant to work: if so, narrow the policy here; in an emergency assume the role for
        emergencies, whose every use is in the trail.
        A partner's call is denied by a resource control policy: add its account to `trusted_accounts`.
        A leaked account: move it to `Suspended`, where nothing can be done but by the role for emergencies.
        The trail stopped: `aws cloudtrail get-trail-status --name organization` tells the last error, most
        often of the bucket's or the key's policy.
        A deployment fails with `ConcurrentModificationException`: somebody else changed the organization;
        deploy again.

    Example:
        LandingZone(
            self,
            "Zone",
            organization_id="o-a1b2c3d4e5",
            root_id="r-ab12",
            allowed_regions=["eu-west-1", "us-east-1"],
        )

    Args:
        organization_id: Of the organization, which has all features.
        root_id: Of its root.
        allowed_regions: Where anything may be made; `us-east-1` is needed for what CloudFront uses.
        name_prefix: What the names of units, policies, trail and rules begin with, such as `trial-`: an
            organization takes each name once. At most 35 letters and digits with single `-` or `_` between.
            Default: nothing.
        break_glass_role: Name of the role for emergencies, in each account. Default: `break-glass`.
        trusted_accounts: Accounts outside of the organization that may reach its resources, as far as these
            allow it. Default: none.
        own_policies: Service control policies of your own for the root, by name. Default: none.
        security_account: Administrator of Security Hub. Default: none is delegated.
        config_exclusions: Accounts without the rules of AWS Config, such as those without a recorder.
            Default: none.
        retention: How long nobody can delete a log file, in whole days. Default: a year.
        bucket: Your own bucket for log files, with Object Lock; the owner of an imported one lets CloudTrail
            write. Default: one is defined.
        encryption_key: Your own key for log files. Default: one is defined.

    Raises:
        RefusedError: If an id cannot be one, no region is allowed, a retention stands beside a bucket, or a
            policy of yours spares nobody, is too large, or finds no room; at synth also if one of the stack's
            spares nobody or is too large after an override.
    """

    units: Mapping[str, organizations.CfnOrganizationalUnit]
    """`Security`, `Workloads`, `Sandbox` and `Suspended`; units within them take their `attr_id`."""
    policies: Mapping[str, organizations.CfnPolicy]
    """By name."""
    trail: cloudtrail.CfnTrail
    """The trail of the organization."""
    archive: s3.IBucket
    """Where log files are kept."""
    rules: Mapping[str, config.CfnOrganizationConfigRule]
    """Rules of AWS Config by name."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        organization_id: str,
        root_id: str,
        allowed_regions: Sequence[str],
        name_prefix: str = "",
        break_glass_role: str = "break-glass",
        trusted_accounts: Sequence[str] = (),
        own_policies: Mapping[str, Mapping[str, Any]] | None = None,
        security_account: str | None = None,
        config_exclusions: Sequence[str] = (),
        retention: Duration | None = None,
        bucket: s3.IBucket | s3.Bucket | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        settle(self, scope, construct_id)
        accounts = [*trusted_accounts, *config_exclusions, *filter(None, [security_account])]
        refuse_wrong_ids(self, organization_id, root_id, accounts)
        refuse_wrong_prefix(self, name_prefix, CONFIG_RULES)
        refuse_wrong_bounds(self, allowed_regions, retention, bucket)
        self._chain = Chain(self, name_prefix)
        trail_name = f"{name_prefix}{TRAIL}"
        self.units = {name: self._chain.unit(name, root_id) for name in UNITS}
        on_root = {
            "protection": service_controls.protection(break_glass_role, trail_name),
            "regions": service_controls.regions(break_glass_role, allowed_regions),
            "encryption": service_controls.encryption(break_glass_role),
        }
        refuse_wrong_policies(self, own_policies or {}, len(on_root))
        self.policies = {
            **self._service_controls(root_id, on_root, break_glass_role),
            **self._own(root_id, own_policies or {}),
            **self._resource_controls(
                root_id,
                organization_id,
                [*trusted_accounts, *log_accounts(allowed_regions)],
                break_glass_role,
            ),
            "tags": self._chain.policy("tags", "TAG_POLICY", tag_policy(COST_TAGS), root_id),
            "s3": self._chain.policy("s3", "S3_POLICY", PUBLIC_ACCESS_BLOCK, root_id),
        }
        self._key = cast(kms.IKey, encryption_key or define_key(self, KEY))
        self.archive = bucket or define_archive(self, retention or RETENTION, self._key)
        self.trail = define_trail(self, trail_name, organization_id, archive=self.archive, key=self._key)
        self.rules = define_rules(self, name_prefix, config_exclusions)
        if security_account:
            securityhub.CfnDelegatedAdmin(self, "SecurityHub", admin_account_id=security_account)
        check_at_synth(self, ControlRules(self).broken)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` list and read the log files, use their key for it, and nothing else."""
        return let_read(self.archive, self._key, grantee)

    def _service_controls(
        self, root: str, on_root: Mapping[str, list[dict[str, Any]]], role: str
    ) -> dict[str, organizations.CfnPolicy]:
        placed = {name: (statements, root) for name, statements in on_root.items()}
        placed["sandbox"] = service_controls.sandbox(role), self.units["Sandbox"].attr_id
        placed["quarantine"] = service_controls.quarantine(role), self.units["Suspended"].attr_id
        return {
            name: self._chain.control(name, "SERVICE_CONTROL_POLICY", statements, target)
            for name, (statements, target) in placed.items()
        }

    def _own(self, root: str, own: Mapping[str, Mapping[str, Any]]) -> dict[str, organizations.CfnPolicy]:
        documents = {name: {"Version": VERSION, **document} for name, document in own.items()}
        return {
            name: self._chain.policy(name, "SERVICE_CONTROL_POLICY", document, root)
            for name, document in documents.items()
        }

    def _resource_controls(
        self, root: str, organization: str, trusted: Sequence[str], role: str
    ) -> dict[str, organizations.CfnPolicy]:
        stack = stack_of(self)
        emergencies = f"arn:{stack.partition}:iam::{stack.account}:role/{role}"
        controls = {
            "outsiders": resource_controls.outsiders(organization, trusted, emergencies),
            "plain-http": resource_controls.plain_http(emergencies),
        }
        return {
            name: self._chain.control(name, "RESOURCE_CONTROL_POLICY", statements, root)
            for name, statements in controls.items()
        }
