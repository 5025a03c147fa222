"""What must be there before the incident: what closes the hole, what tells, and who read what meanwhile."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from aws_cdk import Annotations, Duration
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_config as config
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_macie as macie
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.remediations import HEARS_OF_KEYS, REMEDIATIONS
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.graphs import Graph
from wellmade.governance import incident_messages
from wellmade.governance.access_trail import define_access_trail
from wellmade.governance.account_recorder import define_recorder
from wellmade.governance.incident_rules import IncidentRules, refuse_wrong_age
from wellmade.governance.remediations import define_remediation
from wellmade.governance.trail_archive import (
    DAY,
    define_archive,
    define_key,
    let_read,
    refuse_wrong_retention,
)
from wellmade.kit.lookups import seconds, settle
from wellmade.kit.synth_checks import check_at_synth

RETENTION, UNUSED = Duration.days(90), Duration.days(90)
KEY = "Encrypts the log files of requests to objects"
UNDELIVERED = (
    "AWS told something about the account and nobody was told; the event is in the dead-letter queue. "
    "See the policies of the alarm topic and of its key."
)


class IncidentKitAlarms(Alarms):
    """Alarms of an incident kit."""

    undelivered: cloudwatch.Alarm
    """Messages that did not reach the topic."""


class IncidentKitThresholds(TypedDict, total=False):
    """Thresholds of a kit's alarms; None leaves one out."""

    undelivered: float | None


class IncidentKit(Construct):
    """Close what is opened by mistake within minutes, alert the people on duty, and know who read what.

    Buckets and groups are looked at when they change, the account and its credentials once a day.

    Defines: rules of AWS Config with the document of AWS that fixes each fault and a role for each:
    `public-account` (the account's block of public access to S3 is off), `public-bucket` (a bucket's is off),
    `open-ssh` (port 22 is open to the world) and `unused-credentials` (a key or password that nobody uses);
    recorder of AWS Config, its role and history; trail of every request to an object, into a bucket with
    Object Lock, its key; messages on the topic of the stack's alarms, their dead-letter queue and its alarm;
    a session of Macie if you ask for it. One in each account and region.

    The document of `open-ssh` removes rules of port 22; AWS does not say that it removes a wider range, which
    the rule finds as well. Where it goes on finding a group, take the range out by hand:
    `aws ec2 revoke-security-group-ingress --group-id … --security-group-rule-ids …`.

    CloudFormation has no resource for the account's block of public access: the rule `public-account` finds
    that it is off when it is made, and the document turns it on. Below a `LandingZone` the policy of the
    organization blocks it instead, and the document has nothing to do. A bucket that is meant to be public
    stands behind CloudFront, or in an account without this kit.

    No document of AWS can fix a key that was published: AWS itself attaches the policy
    `AWSCompromisedKeyQuarantine`, which still lets the key read data, and tells it as `exposed`. Who is told
    turns the key off. AWS Health tells of keys in `us-east-1` and `us-west-2` (GovCloud: `us-gov-west-1`)
    alone: elsewhere the message is left out, and synthesis says so. Nor is RDP closed: AWS's document for
    it fails in most networks.

    Messages: `exposed` (AWS found a key, or was told of abuse), `found` (a rule found a fault), `not-fixed`
    (the document failed), `sensitive` (Macie found personal data).

    Runbook:
        See docs/incidents.md for each incident, with commands.
        `not-fixed`: the execution in Systems Manager has the step that failed. Most often a control policy
        denies the call, or the template of another stack opens the hole anew with each deployment.
        `undelivered`: read the dead-letter queue, then the policy of the topic.

    Example:
        IncidentKit(self, "Incidents", macie_session=True)

    Args:
        automatic: Fix at once; else somebody presses the button in AWS Config. Default: True.
        unused_after: How long a key or a password may be unused before it is turned off, in whole days.
            Default: 90 days.
        recorder: Define the recorder of AWS Config, of which an account has one in each region; False where
            it has one. It stays when the stack goes. Default: True.
        macie_session: Let Macie look for personal data in all buckets, which is paid for by bucket and GB.
            Default: False.
        retention: How long nobody can delete a log file, in whole days. Default: 90 days.
        bucket: Your own bucket for log files, with Object Lock; the owner of an imported one lets CloudTrail
            write. Default: one is defined.
        encryption_key: Your own key for log files. Default: one is defined.
        alarm_thresholds: By an alarm's name, its threshold, or None to leave it out. Default: 0, the first
            message that was not published.

    Raises:
        RefusedError: If a retention stands beside a bucket, or a time is none of whole days; at synth also if
            an override takes a remediation its role, or lets the trail record itself.
    """

    rules: Mapping[str, config.CfnConfigRule]
    """What finds each fault."""
    remediations: Mapping[str, config.CfnRemediationConfiguration]
    """What fixes each fault."""
    trail: cloudtrail.CfnTrail
    """Of the requests to objects."""
    archive: s3.IBucket
    """Where its log files are kept."""
    history: s3.Bucket | None
    """Where AWS Config keeps its history; None where the account has a recorder of its own."""
    messages: Mapping[str, events.CfnRule]
    """What is told, by name."""
    dead_letter_queue: sqs.Queue
    """Where messages wait that could not be published."""
    alarms: IncidentKitAlarms
    """`undelivered`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        automatic: bool = True,
        unused_after: Duration = UNUSED,
        recorder: bool = True,
        macie_session: bool = False,
        retention: Duration | None = None,
        bucket: s3.IBucket | s3.Bucket | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: IncidentKitThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        settle(self, scope, construct_id)
        refuse_wrong_retention(self, retention, bucket)
        refuse_wrong_age(self, unused_after)
        self._key = cast(kms.IKey, encryption_key or define_key(self, KEY))
        self.archive = bucket or define_archive(self, retention or RETENTION, self._key)
        self.trail = define_access_trail(self, self.archive, self._key)
        self._remedy(int(seconds(unused_after) // DAY), automatic=automatic)
        self.history = self._record() if recorder else None
        if macie_session:
            macie.CfnSession(self, "Macie", finding_publishing_frequency="FIFTEEN_MINUTES")
        self.dead_letter_queue, _ = define_dead_letters(
            self, "Undelivered", meaning=UNDELIVERED, threshold=None
        )
        self.messages = self._tell(sensitive=macie_session)
        self.alarms = self._define_alarms(alarm_thresholds)
        check_at_synth(self, IncidentRules(self, self.remediations, self.trail).broken)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` list and read the log files, use their key for it, and nothing else."""
        return let_read(self.archive, self._key, grantee)

    def metric_undelivered(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of messages that were not published; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("undelivered messages", [self.metric_undelivered()])]

    def _remedy(self, days: int, *, automatic: bool) -> None:
        ages = {"unused-credentials": {"MaxCredentialUsageAge": str(days)}}
        defined = {
            name: define_remediation(self, name, automatic=automatic, options=ages.get(name, {}))
            for name in REMEDIATIONS
        }
        self.rules = {name: rule for name, (rule, _) in defined.items()}
        self.remediations = {name: remediation for name, (_, remediation) in defined.items()}

    def _record(self) -> s3.Bucket:
        recording, history = define_recorder(self)
        for rule in self.rules.values():  # AWS Config takes none before it records
            rule.node.add_dependency(recording)
        return history

    def _tell(self, *, sensitive: bool) -> dict[str, events.CfnRule]:
        documents = [each.document for each in REMEDIATIONS.values()]
        patterns = {
            "found": incident_messages.found_by([rule.ref for rule in self.rules.values()]),
            "not-fixed": incident_messages.not_fixed_by(documents),
            **({"sensitive": incident_messages.SENSITIVE} if sensitive else {}),
        }
        if incident_messages.hears_of_keys(self):
            patterns["exposed"] = incident_messages.EXPOSED
        else:
            regions = " and ".join(HEARS_OF_KEYS[:2])
            note = f"AWS Health tells of exposed keys in {regions} alone: define a kit there too"
            Annotations.of(self).add_info(note)
        return {
            name: incident_messages.tell(self, name, pattern, self.dead_letter_queue)
            for name, pattern in patterns.items()
        }

    def _define_alarms(self, thresholds: IncidentKitThresholds | None) -> IncidentKitAlarms:
        waiting = {"QueueName": self.dead_letter_queue.queue_name}
        metric = "ApproximateNumberOfMessagesVisible"
        specs = {"undelivered": AlarmSpec("UndeliveredAlarm", metric, "AWS/SQS", waiting, 0, UNDELIVERED)}
        return define_alarms(IncidentKitAlarms, self, specs, thresholds)
