"""A site of pages and assets, delivered from edge locations out of a bucket that nobody else reaches."""

from typing import Any

from aws_cdk import Duration, Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.edge import EdgeSite
from wellmade.foundation import alarm_topic, monitor
from wellmade.security import WebFirewall

SHIELD = "us-east-1"
"""The region of the bucket."""


class StaticSiteStack(Stack):
    """Pages are read a minute after their release, and assets never change; a firewall is before both.

    `wellmade_runtime.site_files` publishes a folder, such as `demo/site`, to the bucket of the output. The
    stack is of us-east-1, where metrics, logs and firewalls of CloudFront are.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").split("\n")[0], **options)
        self.site = EdgeSite(
            self,
            "Site",
            page_ttl=Duration.minutes(1),
            # Readers of production are everywhere; each cache would ask the bucket for itself.
            origin_shield=SHIELD if settings.environment == "prod" else None,
            removal_policy=settings.removal_policy,
        )
        log_access(self, [self.site.bucket], settings.removal_policy)
        self.firewall = WebFirewall(self, "Firewall", scope="CLOUDFRONT")
        self.firewall.protect(self.site.distribution)
        monitor(self, self.site, self.firewall)
        outputs = {
            "SiteUrl": self.site.url,
            "SiteBucketName": self.site.bucket.bucket_name,
            "DistributionId": self.site.distribution.distribution_id,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
        settings.tag(self)
