"""What is paid for by the hour or the month, however much it does: one row of a table for each type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.services.vpc import attachment
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, text

_VPN = "https://aws.amazon.com/vpn/pricing/"
_DIRECTORY = "https://aws.amazon.com/directoryservice/pricing/"
_CONTROLLERS = 2
"""Of a directory, one in each of two zones."""


@dataclass(frozen=True)
class Row:
    """What a type of resource costs at rest.

    Args:
        page: Of AWS.
        counted: What is counted, for the bill.
        price: Its name in the price file; `{}` stands for the kind.
        kind: The property that says of which kind it is. Default: all cost alike.
        default: The kind where the property says nothing. Default: it is not priced then.
        count: The properties that say how many there are, by a number or by a list. Default: one.
        least: How many there are where no property says so. Default: 1; with 0 it is not priced.
        units: In a month. Default: hours.
        besides: What costs as well, and no template tells.
    """

    page: str
    counted: str
    price: str
    kind: str = ""
    default: str = ""
    count: tuple[str, ...] = ()
    least: int = 1
    units: int = HOURS_A_MONTH
    besides: str = ""


ROWS = {
    "AWS::Route53Resolver::ResolverEndpoint": Row(
        "https://aws.amazon.com/route53/pricing/", "hours of addresses of resolver endpoints",
        "route_53_resolver_address_hour", count=("IpAddresses",), least=2, besides="queries of the resolver",
    ),
    "AWS::EC2::VPNConnection": Row(_VPN, "VPN connection hours", "vpn_connection_hour"),
    "AWS::EC2::ClientVpnTargetNetworkAssociation": Row(
        _VPN, "hours of networks of client VPNs", "client_vpn_association_hour"
    ),
    "AWS::EC2::TransitGatewayPeeringAttachment": Row(
        "https://aws.amazon.com/transit-gateway/pricing/", "hours of transit gateway peerings",
        "transit_gateway_vpc_attachment_hour",
    ),
    "AWS::EC2::TrafficMirrorSession": Row(
        "https://aws.amazon.com/vpc/pricing/", "hours of mirrored traffic", "traffic_mirror_session_hour"
    ),
    "AWS::GlobalAccelerator::Accelerator": Row(
        "https://aws.amazon.com/global-accelerator/pricing/", "accelerator hours", "global_accelerator_hour",
        besides="GB over the network of AWS",
    ),
    "AWS::Transfer::Server": Row(
        "https://aws.amazon.com/aws-transfer-family/pricing/", "protocol hours", "transfer_protocol_hour",
        count=("Protocols",), besides="GB up and down",
    ),
    "AWS::NetworkFirewall::Firewall": Row(
        "https://aws.amazon.com/network-firewall/pricing/", "hours of firewall endpoints",
        "network_firewall_endpoint_hour", count=("SubnetMappings", "AvailabilityZoneMappings"),
        besides="GB that it inspects",
    ),
    "AWS::ACMPCA::CertificateAuthority": Row(
        "https://aws.amazon.com/private-ca/pricing/", "private authorities", "private_ca_{}_month",
        kind="UsageMode", default="GENERAL_PURPOSE", units=1, besides="certificates that it issues",
    ),
    "AWS::DirectoryService::MicrosoftAD": Row(
        _DIRECTORY, "controller hours", "directory_microsoft_ad_{}_controller_hour",
        kind="Edition", default="Enterprise", least=_CONTROLLERS,
    ),
    "AWS::DirectoryService::SimpleAD": Row(
        _DIRECTORY, "controller hours", "directory_simple_ad_{}_controller_hour",
        kind="Size", least=_CONTROLLERS,
    ),
    "AWS::ElastiCache::CacheCluster": Row(
        "https://aws.amazon.com/elasticache/pricing/", "{} hours", "elasticache_{}_hour",
        kind="CacheNodeType", count=("NumCacheNodes",),
    ),
    "AWS::DocDB::DBInstance": Row(
        "https://aws.amazon.com/documentdb/pricing/", "{} hours (DocumentDB)", "documentdb_{}_hour",
        kind="DBInstanceClass", besides="GB stored by its cluster, and I/O",
    ),
    "AWS::Neptune::DBInstance": Row(
        "https://aws.amazon.com/neptune/pricing/", "{} hours (Neptune)", "neptune_{}_hour",
        kind="DBInstanceClass", besides="GB stored by its cluster, and I/O",
    ),
    "AWS::MSK::Cluster": Row(
        "https://aws.amazon.com/msk/pricing/", "{} hours", "msk_{}_hour",
        kind="BrokerNodeGroupInfo.InstanceType", count=("NumberOfBrokerNodes",), least=0,
    ),
    "AWS::Redshift::Cluster": Row(
        "https://aws.amazon.com/redshift/pricing/", "{} hours (Redshift)", "redshift_{}_hour",
        kind="NodeType", count=("NumberOfNodes",), besides="GB of managed storage and backups",
    ),
    "AWS::MWAA::Environment": Row(
        "https://aws.amazon.com/managed-workflows-for-apache-airflow/pricing/", "{} environment hours",
        "mwaa_{}_environment_hour", kind="EnvironmentClass", default="mw1.small",
        besides="workers and schedulers beside the first, and GB of its database",
    ),
}  # fmt: skip


_ENGINE = {"AWS::ElastiCache::CacheCluster": "Engine"}
"""By which property the price of a type depends on an engine, too."""


def fixed(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a resource costs at rest, as its row says."""
    row = ROWS[resource.type]
    kind, engine, count = _kind(resource, row), _engine(resource), _count(resource, row, usage)
    if kind is None or engine is None or not count:
        missing = row.kind if kind is None else _ENGINE[resource.type] if engine is None else row.count[0]
        yield NotPriced(f"{row.counted.replace('{} ', '')}: the template does not tell {missing}")
        return
    slug = re.sub(r"[^a-z0-9]+", "_", f"{engine} {kind}".strip().lower())
    meter = flat(row.counted.format(kind), row.page, row.price.format(slug))
    yield Charge(meter, count * row.units, fixed=True)
    if row.besides:
        yield NotPriced(f"{row.besides}: nothing tells how many")


def brokers(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the brokers of a cluster of Kafka with the volume of each."""
    yield from fixed(resource, usage)
    size = resource.number("BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize")
    if size is None:
        yield NotPriced("GB of the brokers' volumes, of which the template does not tell the size")
        return
    row = ROWS[resource.type]
    meter = flat("GB of brokers", row.page, "msk_gb_month")
    if count := _count(resource, row, usage):
        yield Charge(meter, count * size, fixed=True)


def vpn(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a VPN connection, and its attachment where it ends at a transit gateway."""
    yield from fixed(resource, usage)
    if resource.get("TransitGatewayId") is not None:
        yield from attachment(resource, usage)


def _kind(resource: Resource, row: Row) -> str | None:
    """Return of which kind a resource is; nothing where all are of one, None where nobody tells."""
    given = resource.get(row.kind) if row.kind else None
    return text(given) if given is not None else row.default or (None if row.kind else "")


def _engine(resource: Resource) -> str | None:
    """Return the engine on which the price depends; nothing where it does not, None where nobody tells."""
    named = _ENGINE.get(resource.type)
    return text(resource.get(named)) if named else ""


def _count(resource: Resource, row: Row, usage: Usage) -> float:
    """Return how many there are; 0 where nobody tells and it must not be guessed."""
    for name in row.count:
        told = resource.get(name)
        if isinstance(told, list) and told:
            return len(told)
        if told is not None:
            return usage.number(resource, name, row.least) if row.least else resource.number(name) or 0
    return row.least


PRICED = {**dict.fromkeys(ROWS, fixed), "AWS::EC2::VPNConnection": vpn, "AWS::MSK::Cluster": brokers}
