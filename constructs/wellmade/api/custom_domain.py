"""A name of one's own for an API."""

from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from wellmade.kit.alias_records import define_alias_records
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.refusals import refusal


@dataclass(frozen=True)
class CustomDomain:
    """Answer under a name of your own, over TLS 1.2 or newer.

    Args:
        domain_name: Such as `api.example.com`.
        certificate: Of that name, in the API's own region.
        hosted_zone: Where records for IPv4 and IPv6 are made. Default: you point the name at
            `LambdaApi.domain.regional_domain_name` yourself.
        base_path: Below which the API answers, where several share the name. Default: the root.
        default_endpoint: Whether the API goes on answering under the name that AWS gives it; turn it off
            once all callers use yours. Default: True.
    """

    domain_name: str
    certificate: acm.ICertificate | acm.Certificate
    hosted_zone: route53.IHostedZone | route53.HostedZone | None = None
    base_path: str | None = None
    default_endpoint: bool = True


def refuse_wrong_domain(scope: Construct, domain: CustomDomain) -> None:
    """Raise where the certificate is in another region, or the base path is no path.

    Raises:
        RefusedError: If it is.
    """
    arn, region = domain.certificate.certificate_arn, stack_of(scope).region
    found = region if is_unresolved(arn) else arn.split(":")[3]
    if not is_unresolved(region) and found != region:
        fix = "a regional API takes a certificate of its own region; request one there"
        raise refusal(scope, "domain.certificate", f"in {region}", found, fix)
    if domain.base_path is not None and (
        not domain.base_path or domain.base_path.strip("/") != domain.base_path
    ):
        fix = "write it as 'orders' or 'orders/v1'"
        raise refusal(
            scope,
            "domain.base_path",
            "a path without outer slashes",
            repr(domain.base_path),
            fix,
            rule="service-text",
        )


def address_of(domain: CustomDomain) -> str:
    """Return where an API answers under a name, with a slash at the end."""
    return f"https://{domain.domain_name}/" + (f"{domain.base_path}/" if domain.base_path else "")


def define_domain(
    scope: Construct, domain: CustomDomain, api_id: str, stage: apigatewayv2.CfnStage | Any, stage_name: str
) -> apigatewayv2.DomainName:
    """Define the name, its mapping to a stage and, where the zone is given, its records.

    Args:
        scope: The API.
        domain: What the user gave.
        api_id: Which API answers.
        stage: Its stage, which must exist before.
        stage_name: How it is called.
    """
    name = apigatewayv2.DomainName(
        scope,
        "Domain",
        domain_name=domain.domain_name,
        certificate=cast(Any, domain.certificate),
        security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
        endpoint_type=apigatewayv2.EndpointType.REGIONAL,
    )
    mapping = apigatewayv2.CfnApiMapping(
        scope,
        "DomainMapping",
        api_id=api_id,
        domain_name=name.name,
        stage=stage_name,
        api_mapping_key=domain.base_path,
    )
    mapping.node.add_dependency(stage)
    if domain.hosted_zone:
        properties = targets.ApiGatewayv2DomainProperties(
            name.regional_domain_name, name.regional_hosted_zone_id
        )
        target = route53.RecordTarget.from_alias(cast(Any, properties))
        define_alias_records(scope, "Domain", domain.domain_name, domain.hosted_zone, target)
    return name
