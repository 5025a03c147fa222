"""The load balancer before a service: HTTPS in, plain HTTP only to be sent there."""

from dataclasses import dataclass
from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as route53_targets
from constructs import Construct

from wellmade.compute.options import Entry
from wellmade.foundation.accepted import accept
from wellmade.foundation.placement import workload_subnets
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import service_of

PORT = 8080
"""Where programs listen: above 1023, so that they need no root."""

ACCEPTED_OF_GROUP = {
    "AwsSolutions::AwsSolutions-EC23": "The service is for the world; 443 serves and 80 only redirects.",
    "CKV_AWS_260": "Port 80 is open to redirect to 443 and serves nothing.",
}
ACCEPTED_OF_INNER_GROUP = {
    "AwsSolutions::AwsSolutions-EC23": "Open to the network's own addresses, which the check cannot read.",
}
ACCEPTED_OF_INNER_LISTENER = {
    "CKV_AWS_2": "It serves inside the network alone, where no certificate was given.",
    "CKV_AWS_103": "It serves inside the network alone, where no certificate was given.",
}
ACCEPTED_OF_LOG_BUCKET = {
    "AwsSolutions::AwsSolutions-S1": "It holds access logs itself.",
    "CKV_AWS_18": "It holds access logs itself.",
}


@dataclass(frozen=True)
class FrontDoor:
    """A load balancer with the listener that serves."""

    load_balancer: elbv2.ApplicationLoadBalancer
    listener: elbv2.ApplicationListener
    targets: elbv2.ApplicationTargetGroup
    certificate: acm.ICertificate | None


def define_front_door(scope: Construct, vpc: ec2.IVpc, entry: Entry, log_removal: RemovalPolicy) -> FrontDoor:
    """Define the load balancer, its listeners, its log and the targets that it serves from.

    Raises:
        ValueError: If it is public and has neither a certificate nor a domain to make one for.
    """
    certificate = _certificate(scope, entry)
    load_balancer = _load_balancer(scope, vpc, entry)
    _write_access_log(scope, load_balancer, log_removal)
    targets = define_targets(scope, "Targets", vpc, entry)
    listener = _listener(load_balancer, certificate, targets, public=entry.public)
    if entry.domain and entry.zone:
        route53.ARecord(
            scope,
            "Name",
            zone=entry.zone,
            record_name=entry.domain,
            target=route53.RecordTarget.from_alias(route53_targets.LoadBalancerTarget(load_balancer)),
        )
    return FrontDoor(load_balancer, listener, targets, certificate)


def define_targets(
    scope: Construct, construct_id: str, vpc: ec2.IVpc, entry: Entry
) -> elbv2.ApplicationTargetGroup:
    """Define a group of tasks, each asked whether it lives and not whether its database does.

    ECS replaces a task that fails this check, so a check that asks the database would replace every task
    when the database is away, and the service would not come back with it.
    """
    return elbv2.ApplicationTargetGroup(
        scope,
        construct_id,
        vpc=vpc,
        port=PORT,
        protocol=elbv2.ApplicationProtocol.HTTP,
        target_type=elbv2.TargetType.IP,
        # A task that is to stop gets no new request and this long for those that it has.
        deregistration_delay=entry.longest_request,
        load_balancing_algorithm_type=elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
        health_check=elbv2.HealthCheck(
            path="/health",
            healthy_http_codes="200",
            interval=Duration.seconds(10),
            timeout=Duration.seconds(5),
            healthy_threshold_count=2,
            unhealthy_threshold_count=3,
        ),
    )


def _certificate(scope: Construct, entry: Entry) -> acm.ICertificate | None:
    if entry.certificate:
        return entry.certificate
    if entry.domain and entry.zone:
        validation = acm.CertificateValidation.from_dns(entry.zone)
        return acm.Certificate(scope, "Certificate", domain_name=entry.domain, validation=validation)
    if entry.public:
        got = f"the domain {entry.domain} without its zone" if entry.domain else "neither"
        fix = "give one of them, or public=False for a service inside the network"
        raise refusal(scope, "entry", "given a certificate, or a domain with its hosted zone", got, fix)
    return None


def _load_balancer(scope: Construct, vpc: ec2.IVpc, entry: Entry) -> elbv2.ApplicationLoadBalancer:
    group = ec2.SecurityGroup(scope, "EntryGroup", vpc=vpc, allow_all_outbound=False)
    source = ec2.Peer.any_ipv4() if entry.public else ec2.Peer.ipv4(vpc.vpc_cidr_block)
    ports = {443: "requests", 80: "redirected to HTTPS"}
    if not entry.public:
        ports = {443: "requests"} if entry.certificate or entry.domain else {80: "requests"}
    for port, what in ports.items():
        group.add_ingress_rule(source, ec2.Port.tcp(port), what)
    accept(group, ACCEPTED_OF_GROUP if entry.public else ACCEPTED_OF_INNER_GROUP)
    subnets = list(vpc.public_subnets) if entry.public else workload_subnets(vpc)
    return elbv2.ApplicationLoadBalancer(
        scope,
        "LoadBalancer",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=subnets),
        internet_facing=entry.public,
        security_group=group,
        drop_invalid_header_fields=True,
        deletion_protection=entry.protected,
        # Longer than a request takes, or the balancer hangs up first.
        idle_timeout=Duration.seconds(seconds(entry.longest_request) + 5),
    )


def _listener(
    load_balancer: elbv2.ApplicationLoadBalancer,
    certificate: acm.ICertificate | None,
    targets: elbv2.ApplicationTargetGroup,
    *,
    public: bool,
) -> elbv2.ApplicationListener:
    if certificate is None:
        inner = load_balancer.add_listener(
            "Http",
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=False,
            default_target_groups=[targets],
        )
        accept(inner, ACCEPTED_OF_INNER_LISTENER)
        return inner
    if public:
        redirect = elbv2.ListenerAction.redirect(protocol="HTTPS", port="443", permanent=True)
        load_balancer.add_listener("Redirect", port=80, open=False, default_action=redirect)
    return load_balancer.add_listener(
        "Https",
        port=443,
        protocol=elbv2.ApplicationProtocol.HTTPS,
        certificates=[certificate],
        ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS,
        open=False,
        default_target_groups=[targets],
    )


def _write_access_log(
    scope: Construct, load_balancer: elbv2.ApplicationLoadBalancer, removal: RemovalPolicy
) -> None:
    """Write a line for each request into a bucket, which the load balancing service alone may fill.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    stack = stack_of(scope)
    bucket = PrivateBucket(scope, "AccessLog", expire_after=Duration.days(90), removal_policy=removal)
    accept(bucket, ACCEPTED_OF_LOG_BUCKET)
    any_balancer = stack.format_arn(
        service="elasticloadbalancing", resource="loadbalancer", resource_name="*"
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[service_of(scope, "logdelivery.elasticloadbalancing.amazonaws.com", any_balancer)],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")],
        )
    )
    load_balancer.set_attribute("access_logs.s3.enabled", "true")
    load_balancer.set_attribute("access_logs.s3.bucket", bucket.fixed_name)
    # The balancer checks at creation whether it may write.
    policy = bucket.policy
    if policy is not None:
        cast(Construct, load_balancer).node.add_dependency(policy)
