"""Firehose to S3 Parquet, queryable with Athena."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.graphs import Graph
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade.streaming.archive_columns import refuse_wrong_columns
from wellmade.streaming.archive_delivery import Delivery, define_delivery
from wellmade.streaming.archive_queries import query_grants
from wellmade.streaming.archive_tables import TABLE, Place, define_table, define_workgroup
from wellmade.streaming.archive_tiers import tier_for
from wellmade.streaming.stream_option import Stream
from wellmade_runtime.variables import ATHENA_DATABASE, ATHENA_TABLE, ATHENA_WORKGROUP

SEVEN_YEARS = Duration.days(7 * 365 + 2)
"""With both leap days, since a day short of the promise is short."""
SCAN_LIMIT = Size.gibibytes(100)
FRESHNESS, CONVERSION = "DeliveryToS3.DataFreshness", "FailedConversion.Records"


class ArchiveAlarms(Alarms):
    """Alarms of an archive."""

    late_data: cloudwatch.Alarm
    """Age of the oldest record that is not yet in the bucket, in seconds."""
    failed_conversions: cloudwatch.Alarm
    """Records that fit no columns, in a minute."""


class ArchiveThresholds(TypedDict, total=False):
    """Thresholds of an archive's alarms; None leaves one out."""

    late_data: float | Duration | None
    failed_conversions: float | None


class StreamArchive(Construct):
    """Keep every record of a stream for years, in files that are cheap to keep and cheap to query.

    Defines: delivery stream, bucket with tiering, Glue database and table, Athena workgroup with a limit on
    what one query scans, log group, alarms on data that is late and on records that fit no columns; of these
    what it is not given.

    Records are JSON objects; they become Parquet, compressed, in a folder for each hour that Athena finds
    without a crawler. What is no such object goes to `failed/`, where it is kept for 90 days, with an alarm.
    After 90 days objects move to the cheapest storage class from which they are back in the time that
    `retrieval` promises. In a bucket of your own its lifecycle rules decide.

    Example:
        clicks = EventStream(self, "Clicks")
        archive = StreamArchive(self, "Archive", stream=clicks, columns={"user": "string", "page": "string"})

    Args:
        stream: What is kept: an `EventStream`, any `kinesis.Stream`, or an imported one.
        columns: The fields of a record that are kept, with their types in Glue.
        bucket: Your own bucket, with its own lifecycle rules. Default: one is defined.
        prefix: Where in the bucket, such as `clicks/`. Default: at its root.
        retention: How long objects are kept, at least 91 days; of a bucket of your own, how far back Athena
            looks. Default: 7 years.
        retrieval: How long somebody who needs an old object will wait for it; not beside `bucket`. Default:
            not at all.
        storage_class: The storage class of old objects, where the one computed from `retrieval` will not do;
            not beside `bucket`. Default: that one.
        scan_limit: Most that one query may read. Default: 100 GiB.
        encryption_key: Your own key for the bucket that is defined here, for query results and the log.
            Default: keys of S3 and CloudWatch; for query results that of your bucket.
        removal_policy: What happens to the data when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`late_data`, `failed_conversions`) the age in seconds, or the count in a
            minute, above which it fires, or None to leave it out. Default: half an hour, 0.

    Raises:
        RefusedError: If there is no column, a number is out of bounds, the storage class gives objects back
            later than `retrieval` promises, or a bucket of your own is tuned here.
    """

    bucket: s3.IBucket
    """Where the files are."""
    table: glue.CfnTable
    """How Athena sees them."""
    workgroup: athena.CfnWorkGroup
    """Where queries run, with the limit and a place for their results."""
    delivery: firehose.CfnDeliveryStream
    """What writes the files."""
    alarms: ArchiveAlarms
    """`late_data` and `failed_conversions`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stream: Stream,
        columns: Mapping[str, str],
        bucket: s3.IBucket | s3.Bucket | None = None,
        prefix: str = "",
        retention: Duration | None = None,
        retrieval: Duration | None = None,
        storage_class: s3.StorageClass | None = None,
        scan_limit: Size = SCAN_LIMIT,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: ArchiveThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        kept = retention or SEVEN_YEARS
        refuse_elsewhere(self, "stream", stream, imported=["region"])
        refuse_elsewhere(self, "bucket", bucket, imported=())
        self._refuse_wrong(columns, kept, scan_limit, prefix)
        if bucket is None:
            self._place = Place(self._define_bucket(encryption_key, removal_policy), prefix)
            self._define_tiering(kept, tier_for(self, retrieval or Duration.seconds(0), storage_class))
        else:
            self._refuse_tuning(retrieval=retrieval, storage_class=storage_class)
            self._place = Place(bucket, prefix)
        self.bucket = self._place.bucket
        self._key = self.bucket.encryption_key or cast(kms.IKey | None, encryption_key)
        self.table = define_table(self, self._place, columns, kept)
        self.workgroup = define_workgroup(self, self._place, self._key, scan_limit)
        self.delivery = define_delivery(
            self,
            Delivery(
                stream,
                self._place,
                self.table,
                self.bucket.encryption_key,
                cast(kms.IKey | None, encryption_key),
            ),
        )
        self.alarms = define_alarms(ArchiveAlarms, self, self._alarm_specs(), alarm_thresholds)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload query the archive, and set where in its variables.

        Sets `ATHENA_WORKGROUP`, `ATHENA_DATABASE` and `ATHENA_TABLE`.

        Args:
            workload: What queries.
            prefix: Before the variables' names, where a workload has several archives. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables.
        """
        variables = {
            ATHENA_WORKGROUP: self.workgroup.name,
            ATHENA_DATABASE: self.table.database_name,
            ATHENA_TABLE: TABLE,
        }
        set_variables(self, workload, variables, prefix=prefix)
        caller = workload_of(self, workload)
        for each in query_grants(self, self._place, self.table, self.workgroup, self._key):
            caller.allow(each.actions, each.resources, used_by=each.used_by, keyed=each.keyed)

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` query the archive in its workgroup, and nothing else."""
        grants = [
            iam.Grant.add_to_principal(
                grantee=grantee, actions=list(each.actions), resource_arns=list(each.resources)
            )
            for each in query_grants(self, self._place, self.table, self.workgroup, self._key)
        ]
        first, *others = grants
        for other in others:
            first = first.combine(other)
        return first

    def metric_data_freshness(self, **options: Any) -> cloudwatch.Metric:
        """Return the age of the oldest record that is not yet in the bucket, in seconds."""
        return self._metric(FRESHNESS, "Maximum", options)

    def metric_failed_conversions(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of records that fit no columns."""
        return self._metric(CONVERSION, "Sum", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("data freshness", [self.metric_data_freshness()]),
            Graph("failed conversions", [self.metric_failed_conversions()]),
        ]

    def _metric(self, name: str, statistic: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        defaults: dict[str, Any] = {"statistic": statistic, "dimensions_map": self._dimensions}
        return cloudwatch.Metric(namespace="AWS/Firehose", metric_name=name, **{**defaults, **options})

    @property
    def _dimensions(self) -> dict[str, str]:
        return {"DeliveryStreamName": self.delivery.ref}

    def _alarm_specs(self) -> dict[str, AlarmSpec]:
        failed = (
            f"Records do not fit the columns. They are under {self._place.failed}: read one there, then fix "
            "its producer or the columns."
        )
        late = (
            "Records have waited for half an hour. Read the delivery stream's log; then see its permissions."
        )
        namespace, dimensions = "AWS/Firehose", self._dimensions
        return {
            "late_data": AlarmSpec("LateData", FRESHNESS, namespace, dimensions, 1800, late),
            "failed_conversions": AlarmSpec(
                "FailedConversions", CONVERSION, namespace, dimensions, 0, failed, "Sum"
            ),
        }

    def _define_bucket(self, key: kms.IKey | kms.Key | None, removal_policy: RemovalPolicy) -> s3.IBucket:
        self._own = PrivateBucket(self, "Data", encryption_key=key, removal_policy=removal_policy)
        return cast(s3.IBucket, self._own)

    def _define_tiering(self, kept: Duration, tier: s3.StorageClass) -> None:
        place, add = self._place, self._own.add_lifecycle_rule
        moved = s3.Transition(storage_class=tier, transition_after=Duration.days(90))
        add(prefix=place.data, expiration=kept, transitions=[moved])
        add(prefix=place.failed, expiration=Duration.days(90))
        add(prefix=place.results, expiration=Duration.days(30))

    def _refuse_wrong(
        self, columns: Mapping[str, str], kept: Duration, scan_limit: Size, prefix: str
    ) -> None:
        refuse_wrong_columns(self, columns)
        require_between(self, "retention in days", seconds(kept) / 86400, 91, 36500, "keep what must be kept")
        mebibytes, fix = scan_limit.to_bytes() / 1024**2, "100 GiB cost about half a dollar"
        require_between(self, "scan_limit in MiB", mebibytes, 10, 100 * 1024**2, fix, rule="cfn-lint:E3034")
        if prefix and (not prefix.endswith("/") or prefix.startswith("/")):
            raise refusal(self, "prefix", "one that ends in '/'", repr(prefix), "write 'clicks/'")

    def _refuse_tuning(self, **options: object) -> None:
        wrong = next((name for name, value in options.items() if value is not None), None)
        if wrong:
            fix = "add lifecycle rules where the bucket is defined"
            raise refusal(self, wrong, "left out beside bucket=", "a value", fix)
