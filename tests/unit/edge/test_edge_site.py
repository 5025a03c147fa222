"""Pages that are fresh, assets that never change, and a bucket that only the distribution reads."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3

from tests.templates import actions, ids_of, of_type, the
from wellmade.check.run import check
from wellmade.edge import EdgeSite, SiteDomain
from wellmade.foundation import PythonFunction, RefusedError, monitor
from wellmade.graph import load
from wellmade.security import WebFirewall
from wellmade.testing import synthesize

CERTIFICATE = "arn:aws:acm:{}:111122223333:certificate/12345678-1234-1234-1234-123456789012"
BLOCKED = s3.BlockPublicAccess.BLOCK_ALL


def define(stack: cdk.Stack, **options: Any) -> EdgeSite:
    return EdgeSite(stack, "Site", **options)


def certificate(stack: cdk.Stack, region: str = "us-east-1") -> acm.ICertificate:
    return acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE.format(region))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def config_of(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = the(template, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


def policies(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the cache policy of each behaviour, by its path."""
    config, resources = config_of(template), template["Resources"]
    behaviours = {"": config["DefaultCacheBehavior"]} | {
        each["PathPattern"]: each for each in config["CacheBehaviors"]
    }
    return {
        path: resources[each["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]
        for path, each in behaviours.items()
    }


def readers(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the bucket's policy allows."""
    document = the(template, "AWS::S3::BucketPolicy")["PolicyDocument"]
    return [each for each in document["Statement"] if each["Effect"] == "Allow"]


def test_pages_are_kept_for_a_minute_and_assets_for_a_year(template: dict[str, Any]) -> None:
    found = policies(template)
    assert {path: (each["DefaultTTL"], each["MaxTTL"]) for path, each in found.items()} == {
        "": (60, 60),
        "assets/*": (31_536_000, 31_536_000),
    }


def test_no_query_string_cookie_or_header_makes_a_copy_of_its_own(template: dict[str, Any]) -> None:
    for each in policies(template).values():
        key = each["ParametersInCacheKeyAndForwardedToOrigin"]
        assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
        assert key["CookiesConfig"] == {"CookieBehavior": "none"}
        assert key["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_only_this_distribution_reads_the_bucket(template: dict[str, Any]) -> None:
    [origin] = config_of(template)["Origins"]
    assert origin["OriginAccessControlId"]
    assert "OriginShield" not in origin
    assert {each["Action"] for each in readers(template)} == {"s3:GetObject", "s3:ListBucket"}
    for each in readers(template):
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert "SiteDistribution" in json.dumps(each["Condition"]["StringEquals"]["aws:SourceArn"])
    assert all(the(template, "AWS::S3::Bucket")["PublicAccessBlockConfiguration"].values())


def test_everything_is_https_with_headers_that_protect(template: dict[str, Any]) -> None:
    config = config_of(template)
    for each in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert each["ViewerProtocolPolicy"] == "redirect-to-https"
        headers = template["Resources"][each["ResponseHeadersPolicyId"]["Ref"]]["Properties"]
        security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000
        assert set(security) >= {
            "ContentSecurityPolicy",
            "ContentTypeOptions",
            "FrameOptions",
            "ReferrerPolicy",
        }


def secured_below(template: dict[str, Any]) -> set[bool]:
    """Whether browsers are told that names below take HTTPS alone."""
    found = of_type(template, "AWS::CloudFront::ResponseHeadersPolicy")
    configs = [each["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"] for each in found]
    return {each["StrictTransportSecurity"]["IncludeSubdomains"] for each in configs}


def test_names_below_a_domain_are_left_alone_unless_it_is_asked_for() -> None:
    def build(stack: cdk.Stack, **options: Any) -> None:
        define(stack, domain=SiteDomain(["example.com"], certificate(stack), **options))

    assert secured_below(synthesize(build)) == {False}
    assert secured_below(synthesize(lambda stack: build(stack, secures_subdomains=True))) == {True}


def test_only_pages_are_told_how_long_they_are_kept(template: dict[str, Any]) -> None:
    found = {
        each["ResponseHeadersPolicyConfig"]["Name"]: each["ResponseHeadersPolicyConfig"].get(
            "CustomHeadersConfig"
        )
        for each in of_type(template, "AWS::CloudFront::ResponseHeadersPolicy")
    }
    [told] = [each["Items"] for each in found.values() if each]
    assert [(each["Header"], each["Value"]) for each in told] == [("Cache-Control", "public, max-age=60")]


def test_what_is_missing_is_answered_with_a_page_that_is_not_kept(template: dict[str, Any]) -> None:
    assert config_of(template)["CustomErrorResponses"] == [
        {"ErrorCode": 404, "ResponseCode": 404, "ResponsePagePath": "/404.html", "ErrorCachingMinTTL": 10}
    ]


def test_requests_are_logged_without_query_strings_and_cookies(template: dict[str, Any]) -> None:
    fields = the(template, "AWS::Logs::Delivery")["RecordFields"]
    assert {"c-ip", "cs-uri-stem", "sc-status", "x-edge-result-type"} <= set(fields)
    assert not {"cs-uri-query", "cs(Cookie)"} & set(fields)
    assert the(template, "AWS::Logs::DeliverySource")["LogType"] == "ACCESS_LOGS"


def test_alarms_tell_of_errors_and_others_where_asked_for() -> None:
    def build(stack: cdk.Stack) -> None:
        site = define(stack, alarm_thresholds={"client_errors": 20, "cache_hit_rate": 60})
        assert set(site.alarms.by_name()) == {"server_errors", "client_errors", "cache_hit_rate"}

    found = {each["MetricName"]: each for each in of_type(synthesize(build), "AWS::CloudWatch::Alarm")}
    assert {name: each["Threshold"] for name, each in found.items()} == {
        "5xxErrorRate": 5,
        "4xxErrorRate": 20,
        "CacheHitRate": 60,
    }
    assert found["CacheHitRate"]["ComparisonOperator"] == "LessThanThreshold"
    for each in found.values():
        assert {one["Name"] for one in each["Dimensions"]} == {"DistributionId", "Region"}


def test_names_of_ones_own_have_records_for_both_protocols() -> None:
    def build(stack: cdk.Stack) -> None:
        zone = route53.HostedZone.from_hosted_zone_attributes(
            stack, "Zone", hosted_zone_id="Z1", zone_name="example.com"
        )
        names = ["shop.example.com", "www.example.com"]
        define(stack, domain=SiteDomain(names, certificate(stack), zone))

    made = synthesize(build)
    assert config_of(made)["Aliases"] == ["shop.example.com", "www.example.com"]
    assert config_of(made)["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    records = of_type(made, "AWS::Route53::RecordSet")
    assert sorted((each["Name"], each["Type"]) for each in records) == [
        *(("shop.example.com.", "A"), ("shop.example.com.", "AAAA")),
        *(("www.example.com.", "A"), ("www.example.com.", "AAAA")),
    ]


def test_options_are_taken() -> None:
    made = synthesize(
        lambda stack: define(
            stack,
            immutable_paths=["static/*", "*.woff2"],
            page_ttl=cdk.Duration.hours(1),
            not_found_page="errors/missing.html",
            content_security_policy="default-src 'none'",
            origin_shield="eu-central-1",
        )
    )
    config = config_of(made)
    assert [each["PathPattern"] for each in config["CacheBehaviors"]] == ["static/*", "*.woff2"]
    assert policies(made)[""]["MaxTTL"] == 3600
    assert config["CustomErrorResponses"][0]["ResponsePagePath"] == "/errors/missing.html"
    shield = {"Enabled": True, "OriginShieldRegion": "eu-central-1"}
    assert config["Origins"][0]["OriginShield"] == shield
    assert "default-src 'none'" in json.dumps(of_type(made, "AWS::CloudFront::ResponseHeadersPolicy"))


def test_a_firewall_is_put_before_it() -> None:
    def build(stack: cdk.Stack) -> None:
        WebFirewall(stack, "Firewall", scope="CLOUDFRONT").protect(define(stack).distribution)

    app = cdk.App()
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="us-east-1"))
    build(stack)
    made = app.synth().get_stack_by_name("Test").template
    assert "Firewall" in json.dumps(config_of(made)["WebACLId"])


def test_a_workload_publishes_and_whoever_is_granted_does() -> None:
    def build(stack: cdk.Stack) -> None:
        site = define(stack)
        site.connect(PythonFunction(stack, "Publisher", code="order_worker"))
        role = iam.Role(stack, "Ci", assumed_by=iam.AccountRootPrincipal())
        site.grant_publish(role)

    made = synthesize(build)
    publishing = {"s3:ListBucket", "s3:GetObject", "s3:PutObject"}
    assert actions(made, "Ci") == publishing
    assert actions(made, "Publisher") >= publishing
    variables = the(made, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables["SITE_BUCKET"] == {"Ref": next(iter(ids_of(made, "AWS::S3::Bucket")))}


def test_a_key_of_ones_own_is_for_the_edge_and_for_whoever_publishes() -> None:
    def build(stack: cdk.Stack) -> None:
        site = define(stack, encryption_key=kms.Key(stack, "Key"))
        site.grant_publish(iam.Role(stack, "Ci", assumed_by=iam.AccountRootPrincipal()))

    made = synthesize(build)
    uses = [one for key in of_type(made, "AWS::KMS::Key") for one in key["KeyPolicy"]["Statement"]]
    [edge] = [each for each in uses if each["Principal"] == {"Service": "cloudfront.amazonaws.com"}]
    assert edge["Action"] == "kms:Decrypt"
    assert "distribution/*" in json.dumps(edge["Condition"])
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(made, "Ci")
    assert "KmsKeyId" in the(made, "AWS::Logs::LogGroup")


def test_monitor_shows_it() -> None:
    def build(stack: cdk.Stack) -> None:
        monitor(stack, define(stack))

    body = json.dumps(the(synthesize(build), "AWS::CloudWatch::Dashboard"))
    assert "Site: answers from the cache" in body
    assert "CacheHitRate" in body


def test_a_bucket_of_another_stack_lets_in_distributions_of_the_account() -> None:
    app = cdk.App()
    here, there = cdk.Stack(app, "Here"), cdk.Stack(app, "There")
    define(here, bucket=s3.Bucket(there, "Files", block_public_access=BLOCKED))
    assembly = app.synth()
    made = assembly.get_stack_by_name("There").template
    [condition] = {json.dumps(each["Condition"], sort_keys=True) for each in readers(made)}
    assert "distribution/*" in condition
    assert "aws:SourceAccount" in condition
    assert "Here" not in json.dumps(made["Resources"])


def test_what_an_imported_bucket_must_allow_is_said() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Test")
    site = define(stack, bucket=s3.Bucket.from_bucket_name(stack, "Theirs", "their-files"))
    app.synth()
    told = [each.data for each in site.bucket.node.metadata]
    assert any(
        "must let cloudfront.amazonaws.com call s3:GetObject and s3:ListBucket" in str(each) for each in told
    )


def test_works_nested_in_a_stage_and_in_other_partitions() -> None:
    for region in ("cn-northwest-1", "us-gov-west-1"):
        app = cdk.App()
        stage = cdk.Stage(app, "Test", env=cdk.Environment(account="111122223333", region=region))
        stack = cdk.Stack(stage, "Shop")
        define(stack)
        define(cast(Any, cdk.NestedStack(stack, "Nested")))
        assert "arn:aws:" not in json.dumps(stage.synth().get_stack_by_name(stack.stack_name).template)


def distribution(stack: cdk.Stack, **options: Any) -> cloudfront.CfnDistribution:
    return cast(cloudfront.CfnDistribution, define(stack, **options).distribution.node.default_child)


def without_access_control(stack: cdk.Stack) -> None:
    path = "DistributionConfig.Origins.0.OriginAccessControlId"
    distribution(stack).add_property_deletion_override(path)


def with_query_strings(stack: cdk.Stack) -> None:
    policy = define(stack).node.find_child("Pages").node.default_child
    path = "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStringBehavior"
    cast(cdk.CfnResource, policy).add_property_override(path, "all")


def forwarding_all(stack: cdk.Stack) -> None:
    found = distribution(stack)
    found.add_property_deletion_override("DistributionConfig.DefaultCacheBehavior.CachePolicyId")
    forwarded = {"QueryString": True}
    found.add_property_override("DistributionConfig.DefaultCacheBehavior.ForwardedValues", forwarded)


def with_a_policy_of_aws(stack: cdk.Stack) -> None:
    path = "DistributionConfig.DefaultCacheBehavior.CachePolicyId"
    distribution(stack).add_property_override(path, "4cc15a8a-d715-48a4-82b8-cc0b614638fe")


def asking_with_all(stack: cdk.Stack) -> None:
    path = "DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId"
    distribution(stack).add_property_override(path, "216adef6-5c7f-47e4-b989-5492eafa07d3")


def asking_with_all_but_some(stack: cdk.Stack) -> None:
    found = distribution(stack)
    some = cloudfront.OriginRequestQueryStringBehavior.deny_list("utm_source")
    policy = cloudfront.OriginRequestPolicy(stack, "Asked", query_string_behavior=some)
    path = "DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId"
    found.add_property_override(path, stack.resolve(policy.origin_request_policy_id))


PASSED_ON = (
    "Test/Site: origin request policy of pages must be one without query strings, got one that passes them on; "
    "take back what overrides it: S3 answers by some of them, and all readers get that copy"
)


def elsewhere(_stack: cdk.Stack) -> None:
    env = cdk.Environment(account="111122223333", region="eu-west-1")
    define(cdk.Stack(cdk.App(), "Test", env=env))


ABROAD = (
    "ap-northeast-1, ap-northeast-2, ap-south-1, ap-southeast-1, ap-southeast-2, eu-central-1, eu-west-1, eu-west-2, "
    "me-central-1, sa-east-1, us-east-1, us-east-2, us-west-2"
)
REFUSED: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "region": (
        elsewhere,
        "Test/Site: the stack's region must be us-east-1, got eu-west-1; metrics, logs, certificates and firewalls "
        "of CloudFront are there; define the site there",
    ),
    "certificate": (
        lambda stack: define(stack, domain=SiteDomain(["a.example.com"], certificate(stack, "eu-west-1"))),
        "Test/Site: domain.certificate must be in us-east-1, got eu-west-1; "
        "CloudFront takes certificates of that region alone; request one there",
    ),
    "no name": (
        lambda stack: define(stack, domain=SiteDomain([], certificate(stack))),
        "Test/Site: domain.domain_names must be one name or more, got none; write ['shop.example.com']",
    ),
    "all immutable": (
        lambda stack: define(stack, immutable_paths=["/*"]),
        "Test/Site: immutable_paths must be patterns of what is no page, got '/*'; "
        "a page that never changes cannot be corrected; write ['assets/*']",
    ),
    "no key": (
        lambda stack: define(stack, not_found_page="/404.html"),
        "Test/Site: not_found_page must be the key of an object, without a slash before it, got '/404.html'; "
        "write 'errors/404.html'",
    ),
    "long": (
        lambda stack: define(stack, page_ttl=cdk.Duration.days(2)),
        "Test/Site: page_ttl in seconds must be between 1 and 86400, got 172800; "
        "what never changes is for immutable_paths",
    ),
    "never": (
        lambda stack: define(stack, page_ttl=cdk.Duration.seconds(0)),
        "Test/Site: page_ttl in seconds must be between 1 and 86400, got 0; "
        "what never changes is for immutable_paths",
    ),
    "shield": (
        lambda stack: define(stack, origin_shield="eu-north-1"),
        f"Test/Site: origin_shield must be one of {ABROAD}, got 'eu-north-1'; "
        "take the one that is closest to the bucket",
    ),
    "tuned": (
        lambda stack: define(
            stack,
            bucket=s3.Bucket(stack, "Their", block_public_access=BLOCKED),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        ),
        "Test/Site: removal_policy must be left out beside bucket=, got a value; set it where the bucket is defined",
    ),
    "public": (
        lambda stack: define(
            stack,
            bucket=s3.Bucket(
                stack, "Their", block_public_access=s3.BlockPublicAccess(block_public_policy=False)
            ),
        ),
        "Test/Site: bucket must be one that blocks public access, got one without BlockPublicAcls, BlockPublicPolicy, "
        "IgnorePublicAcls, RestrictPublicBuckets; "
        "block public access: CloudFront reads it with origin access control",
    ),
    "open origin": (
        without_access_control,
        "Test/Site: OriginAccessControlId must be that of an origin access control, got None; "
        "take back what overrides it: without it the bucket must be public to be read",
    ),
    "query strings to the bucket": (asking_with_all, PASSED_ON),
    "most query strings to the bucket": (asking_with_all_but_some, PASSED_ON),
    "query strings": (
        with_query_strings,
        "Test/Site: cache policy of pages must be one without query strings, got one that keeps a copy for each; "
        "take back what overrides it: files have no use for them",
    ),
    "forwarded": (
        forwarding_all,
        "Test/Site: cache policy of pages must be one without query strings, got one that keeps a copy for each; "
        "take back what overrides it: files have no use for them",
    ),
    "of AWS": (
        with_a_policy_of_aws,
        "Test/Site: cache policy of pages must be one without query strings, got one that keeps a copy for each; "
        "take back what overrides it: files have no use for them",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    build, message = REFUSED[case]
    with pytest.raises(Exception, match=re.escape(message)):
        synthesize(build)


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("public", "public-bucket"),
        ("open origin", "edge-public-origin"),
        ("query strings", "edge-query-strings"),
        ("forwarded", "edge-query-strings"),
        ("of AWS", "edge-query-strings"),
    ],
)
def test_check_finds_the_same_in_the_template(case: str, rule: str, tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path))
    REFUSED[case][0](cdk.Stack(app, "Test"))
    with pytest.raises(RuntimeError):
        app.synth()
    assert rule in {each.rule for each in check(load([tmp_path]))}


def test_refusals_name_their_rule() -> None:
    with pytest.raises(RefusedError) as caught:
        define(cdk.Stack(cdk.App(), "Test"), origin_shield="eu-north-1")
    assert (caught.value.rule, caught.value.page) == ("edge-origin-shield", "docs/patterns/EdgeSite.md")


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "edge_site")
