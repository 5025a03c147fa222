"""CloudFront before a private bucket: pages that are fresh, assets that never change."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import CfnElement, Duration, RemovalPolicy
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.edge.site_alarms import (
    CLIENT_ERRORS,
    HIT_RATE,
    REQUESTS,
    SERVER_ERRORS,
    SiteAlarms,
    SiteThresholds,
    define_site_alarms,
    site_metric,
)
from wellmade.edge.site_caching import Caching, define_caching
from wellmade.edge.site_domain import SiteDomain, define_records, refuse_wrong_domain, tell_scanners
from wellmade.edge.site_log import define_access_log
from wellmade.edge.site_origin import define_origin, let_in
from wellmade.edge.site_publishing import Publishing
from wellmade.edge.site_rules import (
    SiteRules,
    refuse_wrong_numbers,
    refuse_wrong_paths,
    refuse_wrong_region,
)
from wellmade.foundation.graphs import Graph
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import default_child
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.workload import AnyWorkload

INDEX = "index.html"
_TLS = cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021
"""With names of one's own; that of CloudFront takes what CloudFront decides."""
CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class EdgeSite(Construct):
    """Deliver the files of a bucket from edge locations, over HTTPS; nobody else reaches the bucket.

    Defines: private bucket, distribution with origin access control, a cache policy and security headers for
    pages and for assets, access log in JSON without query strings and cookies, alarm on 5xx answers; of these
    what it is not given.

    A file under `immutable_paths` never changes: a new version has a new name, and the edge keeps it for a
    year. Everything else is a page, kept for `page_ttl`, so that everybody reads a release that soon. No
    query string, cookie or header makes a copy of its own. `wellmade_runtime.site_files` publishes a folder
    in the right order, assets first, and tells browsers to keep these; `connect` and `grant_publish` let it.

    A missing page is answered with `not_found_page` and 404. `WebFirewall.protect(site.distribution)` puts a
    firewall before it. The stack must be of us-east-1, where metrics, logs, certificates and firewalls of
    CloudFront are; a bucket may be imported from any region.

    Example:
        site = EdgeSite(self, "Site", page_ttl=cdk.Duration.minutes(5))

    Args:
        bucket: Your own bucket, which blocks public access. Default: one is defined.
        domain: Names of your own. Default: the one that CloudFront gives.
        immutable_paths: Patterns of what never changes under its name. Default: `assets/*`.
        page_ttl: How long edge locations and browsers keep all else, up to a day. Default: a minute.
        not_found_page: Key of the page for what is not there. Default: `404.html`.
        content_security_policy: What pages may load, and from where. Default: the site's own files, and it
            may not be framed.
        origin_shield: Region of one more cache before the bucket, the closest to it; each request that
            reaches it is paid for. Default: none.
        encryption_key: Your own key for the bucket that is defined here and for the access log. Default: keys
            of S3 and CloudWatch.
        removal_policy: What happens to the bucket that is defined here when it leaves the stack. Default: it
            is retained.
        alarm_thresholds: By alarm (`server_errors`, `client_errors`, `cache_hit_rate`, each in percent) the
            line above which it fires, and below which for `cache_hit_rate`, or None to leave it out.
            Default: 5, left out, left out.

    Raises:
        RefusedError: If the stack or the certificate is of another region, a path takes in pages, a number is
            out of bounds, Origin Shield is not there, or a bucket of your own is tuned here; at synth also if
            the bucket does not block public access, or a cache policy keeps a copy for each query string.
    """

    bucket: s3.IBucket
    """Where the files are."""
    distribution: cloudfront.Distribution
    """What delivers them."""
    log_group: logs.LogGroup
    """A line for each request."""
    alarms: SiteAlarms
    """`server_errors`, `client_errors` and `cache_hit_rate`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket | s3.Bucket | None = None,
        domain: SiteDomain | None = None,
        immutable_paths: Sequence[str] = ("assets/*",),
        page_ttl: Duration | None = None,
        not_found_page: str = "404.html",
        content_security_policy: str = CONTENT_SECURITY_POLICY,
        origin_shield: str | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy | None = None,
        alarm_thresholds: SiteThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        kept = page_ttl or Duration.minutes(1)
        refuse_wrong_region(self)
        refuse_wrong_paths(self, immutable_paths, not_found_page)
        refuse_wrong_numbers(self, kept, origin_shield)
        refuse_elsewhere(self, "bucket", bucket, imported=())
        if domain:
            refuse_wrong_domain(self, domain)
        self.bucket = self._bucket_of(bucket, encryption_key, removal_policy)
        origin = define_origin(self, self.bucket, origin_shield)
        below = domain is None or domain.secures_subdomains
        caching = define_caching(self, kept, content_security_policy, below=below)
        self.distribution = self._define_distribution(
            origin, caching, immutable_paths, not_found_page, domain
        )
        let_in(self, self.bucket, self.distribution)
        tell_scanners(self.distribution, domain)
        if domain:
            define_records(self, domain, self.distribution)
        self.log_group = define_access_log(self, self.distribution, cast(kms.IKey | None, encryption_key))
        self.alarms = define_site_alarms(self, self.distribution, alarm_thresholds)
        self._publishing = Publishing(self, self.bucket)
        resource = cast(CfnElement, default_child(self.distribution))
        check_at_synth(self, SiteRules(self, resource, self.bucket).broken)

    @property
    def url(self) -> str:
        """Where CloudFront answers, whatever names of your own there are; with a slash at the end."""
        return f"https://{self.distribution.distribution_domain_name}/"

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload publish files, and set where in its variables.

        Sets `SITE_BUCKET`.

        Args:
            workload: What publishes.
            prefix: Before the variables' names, where a workload has several sites. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables.
        """
        self._publishing.connect(workload, prefix)

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` see which files there are and put new ones, and nothing else."""
        return self._publishing.grant(grantee)

    def metric_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests; options as for `cloudwatch.Metric`."""
        return site_metric(self.distribution, REQUESTS, "Sum", options)

    def metric_server_error_rate(self, **options: Any) -> cloudwatch.Metric:
        """Return the share of requests that are answered with 5xx, in percent."""
        return site_metric(self.distribution, SERVER_ERRORS, "Average", options)

    def metric_client_error_rate(self, **options: Any) -> cloudwatch.Metric:
        """Return the share of requests that are answered with 4xx, in percent."""
        return site_metric(self.distribution, CLIENT_ERRORS, "Average", options)

    def metric_cache_hit_rate(self, **options: Any) -> cloudwatch.Metric:
        """Return the share of requests that the cache answers, in percent."""
        return site_metric(self.distribution, HIT_RATE, "Average", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("requests", [self.metric_requests()]),
            Graph("answers from the cache", [self.metric_cache_hit_rate()]),
            Graph("errors", [self.metric_server_error_rate(), self.metric_client_error_rate()]),
        ]

    def _bucket_of(
        self,
        given: s3.IBucket | s3.Bucket | None,
        key: kms.IKey | kms.Key | None,
        removal_policy: RemovalPolicy | None,
    ) -> s3.IBucket:
        if given is not None:
            if removal_policy is not None:
                fix = "set it where the bucket is defined"
                raise refusal(self, "removal_policy", "left out beside bucket=", "a value", fix)
            return given
        policy = removal_policy or RemovalPolicy.RETAIN
        return cast(s3.IBucket, PrivateBucket(self, "Files", encryption_key=key, removal_policy=policy))

    def _define_distribution(
        self,
        origin: cloudfront.IOrigin,
        caching: Caching,
        immutable_paths: Sequence[str],
        not_found_page: str,
        domain: SiteDomain | None,
    ) -> cloudfront.Distribution:
        missing = cloudfront.ErrorResponse(
            http_status=404,
            response_http_status=404,
            response_page_path=f"/{not_found_page}",
            ttl=Duration.seconds(10),
        )
        assets = cloudfront.BehaviorOptions(origin=origin, **caching.assets)
        return cloudfront.Distribution(
            self,
            "Distribution",
            default_behavior=cloudfront.BehaviorOptions(origin=origin, **caching.pages),
            additional_behaviors=dict.fromkeys(immutable_paths, assets),
            default_root_object=INDEX,
            error_responses=[missing],
            certificate=cast(Any, domain.certificate) if domain else None,
            domain_names=list(domain.domain_names) if domain else None,
            minimum_protocol_version=_TLS if domain else None,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            publish_additional_metrics=True,
        )
