"""API and S3: files that their senders put into a bucket themselves."""

import json
from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Annotations, Duration, RemovalPolicy, Size
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.api.api_alarms import ApiThresholds
from wellmade.api.authorization import tell_of_one_caller
from wellmade.api.authorizers import Authorizer, IamAuthorizer, told_by
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain
from wellmade.api.lambda_api import LambdaApi
from wellmade.api.own_stack import refuse_function_elsewhere
from wellmade.api.throttle import Throttle
from wellmade.api.upload_options import LONGEST_URL, LeftoverRule, UploadPlan, refuse_wrong_uploads
from wellmade.foundation.function_option import FunctionOption
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import seconds
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade_runtime import variables as named

Bucket = s3.IBucket | s3.Bucket
ROUTE = "/uploads/{upload_id}"
ROUTES = (f"PUT {ROUTE}", f"POST {ROUTE}/completion", f"POST {ROUTE}/cancellation")
CONTENT_TYPES: Mapping[str, str] = {"text/csv": ".csv", "application/x-ndjson": ".jsonl"}
HEADERS = ["content-type", "if-none-match"]
"""That a page sends beside the file; part URLs need none."""
_TABLE_CALLS = [f"dynamodb:{each}Item" for each in ("Get", "Put", "Delete")]


class UploadPortal(LambdaApi):
    """Let senders put files straight into a bucket, whole or in parts, and go on after a break.

    Defines: HTTP API with three routes, authorizer and access log in JSON, function, table of uploads that
    were begun, bucket; alarms on 5xx answers, on latency, on requests that are throttled, and those of a
    `PythonFunction`; of these what it is not given.

    `PUT /uploads/{upload_id}` with `size` and `content_type` answers where to put the file. The sender
    chooses the name: asked again, the upload goes on. Up to 100 MiB the answer has one `url` and the
    `headers` to send; above it has `parts`, each with `number`, `size` and `url`, only those that are not
    there yet, 200 at most. `POST …/completion` with the same body makes one file of the parts once all are
    there and of their size, and says whether the file has arrived; `POST …/cancellation` gives it up.

    A URL is good for one key, one size, one type, and 15 minutes. The key is made of the sender and the name:
    nobody writes over the file of another, or over a file that has arrived. A `url` of an upload that was
    given up stays good until its time is over. What is never completed S3 forgets after a week. For files
    that a `FilePipeline` is to process, pass its inbox as `bucket`.

    Example:
        portal = UploadPortal(self, "Portal", cors=Cors(["https://shop.example"]))

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.Function` of this app, or
            the name of a handler that travels with this library. Default: `upload_portal`, with 29 seconds.
        bucket: Your own bucket, such as the inbox of a pipeline; what an imported one must allow is said at
            synth. Default: one is defined.
        prefix: Where files arrive. Default: `incoming/`.
        content_types: Types that are taken, each with what keys of such files end with. Default: CSV and
            JSON Lines.
        max_size: Of a file. Default: 5 GiB; S3 keeps up to 50 TB.
        url_lifetime: How long a URL is good for, 1 to 15 minutes. Default: 15 minutes.
        authorizer: Who may upload. Default: whoever signs requests and was granted.
        throttle: How many requests pass. Default: 50 a second, 100 at once.
        cors: Which web pages may upload from a browser, to the API and to the bucket. Default: none.
        domain: A name of your own. Default: the one that AWS gives.
        encryption_key: Your own key for a bucket, a table and a function that are defined here, and for the
            access log. Default: keys of AWS.
        removal_policy: What happens to the bucket and the table when they leave the stack. Default: they are
            retained.
        alarm_thresholds: As for `LambdaApi`. Default: as there.

    Raises:
        RefusedError: If an option is out of bounds, any page may upload, or the bucket is of another region;
            at synth also if the bucket keeps the parts of uploads that were never completed, or the function
            may take longer than the API waits.
    """

    _function_timeout = Duration.seconds(29)
    """S3 may take a while to make one object of many parts."""
    bucket: s3.IBucket
    """Where files arrive, under the prefix."""
    table: OnDemandTable
    """Uploads that were begun."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption = "upload_portal",
        bucket: Bucket | None = None,
        prefix: str = "incoming/",
        content_types: Mapping[str, str] = CONTENT_TYPES,
        max_size: Size | None = None,
        url_lifetime: Duration = LONGEST_URL,
        authorizer: Authorizer | None = None,
        throttle: Throttle | None = None,
        cors: Cors | None = None,
        domain: CustomDomain | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: ApiThresholds | None = None,
    ) -> None:
        refuse_function_elsewhere(scope, function)
        super().__init__(
            scope,
            construct_id,
            routes=ROUTES,
            function=function,
            authorizer=authorizer,
            throttle=throttle,
            cors=cors,
            domain=domain,
            encryption_key=encryption_key,
            alarm_thresholds=alarm_thresholds,
        )
        plan = UploadPlan(prefix, dict(content_types), max_size or Size.gibibytes(5), url_lifetime)
        refuse_wrong_uploads(self, plan, cors)
        refuse_elsewhere(self, "bucket", bucket)
        kept: dict[str, Any] = {"encryption_key": encryption_key, "removal_policy": removal_policy}
        self.bucket = bucket or cast(s3.IBucket, PrivateBucket(self, "Inbox", **kept))
        self.table = OnDemandTable(
            self, "Uploads", partition_key="pk", time_to_live_attribute="expiration", **kept
        )
        self._allow_uploads(plan)
        asks = authorizer or IamAuthorizer()
        set_variables(self, self, {named.API_AUTHORIZER: told_by(asks)})
        tell_of_one_caller(self, asks, "uploads")
        if cors:
            self._allow_pages(cors)
        check_at_synth(self, LeftoverRule(self, self.bucket, prefix).broken)

    def _allow_uploads(self, plan: UploadPlan) -> None:
        """Let the function hand out URLs: each call is made with its rights."""
        self.table.connect(self, actions=_TABLE_CALLS, prefix="UPLOADS_")
        variables = {
            named.INBOX_BUCKET: self.bucket.bucket_name,
            named.INBOX_PREFIX: plan.prefix,
            named.UPLOAD_URL_SECONDS: f"{seconds(plan.url_lifetime):.0f}",
            named.UPLOAD_MAX_BYTES: str(plan.most_bytes),
            named.UPLOAD_CONTENT_TYPES: json.dumps(plan.content_types, sort_keys=True),
        }
        set_variables(self, self, variables)
        key = self.bucket.encryption_key
        keyed = key is not None
        calls = ["AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject"]
        files = self.bucket.arn_for_objects(f"{plan.prefix}*")
        self.allow([f"s3:{each}" for each in calls], [files], keyed=keyed)
        # Without it S3 answers 403 for a file that has not arrived, which could as well be a fault of ours.
        used_by = "S3, to answer 404 where nothing is"
        self.allow(["s3:ListBucket"], [self.bucket.bucket_arn], used_by=used_by, keyed=keyed)
        if key:
            used_by = "S3, to encrypt what is uploaded"
            self.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn], used_by=used_by)

    def _allow_pages(self, cors: Cors) -> None:
        """Answer preflights of the pages' own origins, for what a URL needs and nothing else."""
        if isinstance(self.bucket, s3.Bucket):
            self.bucket.add_cors_rule(
                allowed_methods=[s3.HttpMethods.PUT],
                allowed_origins=list(cors.allow_origins),
                allowed_headers=HEADERS,
                max_age=int(seconds(cors.max_age)),
            )
            return
        Annotations.of(self).add_warning_v2(
            "wellmade:imported-upload-bucket",
            f"the imported bucket must let pages of {', '.join(cors.allow_origins)} send PUT with the "
            f"headers {', '.join(HEADERS)}; add the CORS rule where it is defined",
        )
