"""The load balancer before a service: HTTPS in, plain HTTP only to be sent there."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.options import Ingress
from wellmade.facts.load_balancing import idle_timeout_for
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.placement import ranges_of, workload_subnets
from wellmade.kit.refusals import refusal
from wellmade.kit.security_groups import closed_group
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress

SUPPRESSED_OF_GROUP = {
    "AwsSolutions::AwsSolutions-EC23": "The service is for the world; 443 serves and 80 only redirects.",
    "CKV_AWS_260": "Port 80 is open to redirect to 443 and serves nothing.",
}
SUPPRESSED_OF_INTERNAL_GROUP = {
    "AwsSolutions::AwsSolutions-EC23": "Open to the network's own addresses, which the check cannot read.",
}
SUPPRESSED_OF_INTERNAL_LISTENER = {
    "CKV_AWS_2": "It serves inside the network alone, where no certificate was given.",
    "CKV_AWS_103": "It serves inside the network alone, where no certificate was given.",
}
SUPPRESSED_OF_LOG_BUCKET = {
    "AwsSolutions::AwsSolutions-S1": "It holds access logs itself.",
    "CKV_AWS_18": "It holds access logs itself.",
}

Listener = elbv2.IApplicationListener | elbv2.ApplicationListener
AnyLoadBalancer = elbv2.IApplicationLoadBalancer | elbv2.ApplicationLoadBalancer


def certificate_of(scope: Construct, ingress: Ingress) -> acm.ICertificate | None:
    """Return the certificate of a listener, made where a domain is given; None where it speaks plain HTTP.

    Raises:
        RefusedError: If it is public and has neither a certificate nor a domain to make one for.
    """
    if ingress.certificate:
        return ingress.certificate
    if ingress.domain and ingress.zone:
        validation = acm.CertificateValidation.from_dns(ingress.zone)
        return acm.Certificate(scope, "Certificate", domain_name=ingress.domain, validation=validation)
    if ingress.public:
        got = f"the domain {ingress.domain} without its zone" if ingress.domain else "neither"
        fix = "give one of them, or public=False for a service inside the network"
        raise refusal(scope, "ingress", "given a certificate, or a domain with its hosted zone", got, fix)
    return None


def define_load_balancer(
    scope: Construct, vpc: ec2.IVpc, ingress: Ingress, *, has_certificate: bool, log_removal: RemovalPolicy
) -> elbv2.ApplicationLoadBalancer:
    """Define the load balancer with its security group and its access log."""
    subnets = list(vpc.public_subnets) if ingress.public else workload_subnets(vpc)
    load_balancer = elbv2.ApplicationLoadBalancer(
        scope,
        "LoadBalancer",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=subnets),
        internet_facing=ingress.public,
        security_group=_define_group(scope, vpc, ingress, has_certificate=has_certificate),
        drop_invalid_header_fields=True,
        deletion_protection=ingress.deletion_protection,
        # Longer than a request takes, or the balancer hangs up first.
        idle_timeout=Duration.seconds(idle_timeout_for(seconds(ingress.longest_request))),
    )
    _write_access_log(scope, load_balancer, log_removal)
    return load_balancer


def define_listener(
    scope: Construct,
    load_balancer: AnyLoadBalancer,
    certificate: acm.ICertificate | None,
    targets: elbv2.ApplicationTargetGroup,
    *,
    redirects: bool,
    opens: bool,
) -> elbv2.ApplicationListener:
    """Define the listener that serves: HTTPS where there is a certificate, else HTTP inside the network."""
    balancer = load_balancer
    if certificate is None:
        inner = elbv2.ApplicationListener(
            scope,
            "Http",
            load_balancer=balancer,
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=opens,
            default_target_groups=[targets],
        )
        suppress(inner, SUPPRESSED_OF_INTERNAL_LISTENER)
        return inner
    if redirects:
        redirect = elbv2.ListenerAction.redirect(protocol="HTTPS", port="443", permanent=True)
        elbv2.ApplicationListener(
            scope,
            "Redirect",
            load_balancer=balancer,
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=opens,
            default_action=redirect,
        )
    return elbv2.ApplicationListener(
        scope,
        "Https",
        load_balancer=balancer,
        port=443,
        protocol=elbv2.ApplicationProtocol.HTTPS,
        certificates=[certificate],
        ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS,
        open=opens,
        default_target_groups=[targets],
    )


def define_targets(
    scope: Construct,
    construct_id: str,
    vpc: ec2.IVpc,
    *,
    port: int,
    health_check_path: str,
    longest_request: Duration,
) -> elbv2.ApplicationTargetGroup:
    """Define a group of tasks, each asked whether it lives and not whether its database does.

    ECS replaces a task that fails this check, so a check that asks the database would replace every task
    when the database is away, and the service would not come back with it.
    """
    return elbv2.ApplicationTargetGroup(
        scope,
        construct_id,
        vpc=vpc,
        port=port,
        protocol=elbv2.ApplicationProtocol.HTTP,
        target_type=elbv2.TargetType.IP,
        # A task that is to stop gets no new request and this long for those that it has.
        deregistration_delay=longest_request,
        load_balancing_algorithm_type=elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
        health_check=elbv2.HealthCheck(
            path=health_check_path,
            healthy_http_codes="200",
            interval=Duration.seconds(10),
            timeout=Duration.seconds(5),
            healthy_threshold_count=2,
            unhealthy_threshold_count=3,
        ),
    )


def _define_group(
    scope: Construct, vpc: ec2.IVpc, ingress: Ingress, *, has_certificate: bool
) -> ec2.SecurityGroup:
    group = closed_group(scope, "LoadBalancerGroup", vpc)
    inside = (
        []
        if ingress.public
        else [ec2.Peer.ipv4(each) for each in ranges_of(scope, vpc, ingress.further_cidrs)]
    )
    sources = inside or [ec2.Peer.any_ipv4()]
    ports = {443: "requests", 80: "redirected to HTTPS"}
    if not ingress.public:
        ports = {443: "requests"} if has_certificate else {80: "requests"}
    for port, what in ports.items():
        for source in sources:
            group.add_ingress_rule(source, ec2.Port.tcp(port), what)
    suppress(group, SUPPRESSED_OF_GROUP if ingress.public else SUPPRESSED_OF_INTERNAL_GROUP)
    return group


def _write_access_log(
    scope: Construct, load_balancer: elbv2.ApplicationLoadBalancer, removal: RemovalPolicy
) -> None:
    """Write a line for each request into a bucket, which the load balancing service alone may fill.

    It encrypts with a key of S3 alone.
    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    stack = stack_of(scope)
    bucket = PrivateBucket(scope, "AccessLog", expiration=Duration.days(90), removal_policy=removal)
    suppress(bucket, SUPPRESSED_OF_LOG_BUCKET)
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
    load_balancer.set_attribute("access_logs.s3.bucket", bucket.bucket_name)
    # The balancer checks at creation whether it may write.
    policy = bucket.policy
    if policy is not None:
        cast(Construct, load_balancer).node.add_dependency(policy)
