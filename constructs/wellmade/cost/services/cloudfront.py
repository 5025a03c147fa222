"""Amazon CloudFront: requests; bytes and further metrics are named, since nothing tells how many."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

OWN_ADDRESSES = flat(
    "certificates with addresses of their own",
    "https://aws.amazon.com/cloudfront/pricing/",
    "cloudfront_dedicated_address_certificate_month",
)

PAGE = "https://aws.amazon.com/cloudfront/pricing/"
REQUESTS = flat("HTTPS requests of CloudFront", PAGE, "cloudfront_10k_https_requests_us", per=1e4)


def distribution(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the requests that a capacity file tells of, and say that bytes cost as well."""
    usage.assume(f"{short(resource)}: all requests come from North America")
    yield Charge(REQUESTS, usage.messages(resource))
    if resource.get("DistributionConfig.ViewerCertificate.SslSupportMethod") == "vip":
        yield Charge(OWN_ADDRESSES, 1, fixed=True)
    yield NotPriced("bytes delivered to readers: nothing tells how many")


def monitoring(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that the further metrics of a distribution cost by the month."""
    yield NotPriced("further metrics of a distribution: the price file has no price")


PRICED = {
    "AWS::CloudFront::Distribution": distribution,
    "AWS::CloudFront::MonitoringSubscription": monitoring,
}
