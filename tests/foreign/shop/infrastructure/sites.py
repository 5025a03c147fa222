"""What the shop delivers from edge locations."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infrastructure.services import logs_bucket, node_function, own_bucket
from wellmade.edge import EdgeSite, SiteDomain
from wellmade.foundation import PrivateBucket, log_access, monitor
from wellmade.security import WebFirewall

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


class Storefront(cdk.Stack):
    """The shop's pages under names of its own, out of its own bucket; its own function in Node.js publishes them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id="Z0123456789", zone_name="shop.example"
        )
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", CERTIFICATE)
        site = EdgeSite(
            self,
            "Pages",
            bucket=own_bucket(self, "Files", logs_bucket(self)),
            domain=SiteDomain(["shop.example", "www.shop.example"], certificate, zone),
            immutable_paths=["_astro/*", "*.woff2"],
            page_ttl=cdk.Duration.minutes(10),
            not_found_page="404/index.html",
            content_security_policy="default-src 'self'; img-src 'self' https://pictures.shop.example",
            origin_shield="eu-central-1",
            alarm_thresholds={"server_errors": 1, "client_errors": 30},
        )
        site.connect(node_function(self, "Publisher"))
        WebFirewall(self, "Firewall", scope="CLOUDFRONT").protect(site.distribution)
        monitor(self, site)


class Manuals(cdk.Stack):
    """Manuals, encrypted with the key of the shop; a function in Node.js publishes them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        site = EdgeSite(self, "Manuals", encryption_key=key, alarm_thresholds={"cache_hit_rate": 50})
        if isinstance(site.bucket, PrivateBucket):
            log_access(site.bucket, logs_bucket(self))
        WebFirewall(self, "Firewall", scope="CLOUDFRONT").protect(site.distribution)
        site.connect(node_function(self, "Publisher"), prefix="MANUALS_")
