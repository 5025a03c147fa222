"""What the shop keeps in two regions."""

import aws_cdk as cdk
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from infrastructure.containers import own_vpc
from infrastructure.services import node_function, own_balancer
from wellmade.foundation import monitor
from wellmade.resilience import RegionEntry, RegionPair, ReplicatedTable

CARTS = ReplicatedTable("shop-carts", partition_key="cart", time_to_live_attribute="until")
LEDGER = ReplicatedTable(
    "shop-ledger", partition_key="account", sort_key="entry", consistency="strong", counters=["balance"]
)


class CartsHere(cdk.Stack):
    """The shop's carts, behind its own load balancer; the other region takes over where this one fails."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(region="eu-west-1"))
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id="Z0123456789", zone_name="shop.example"
        )
        balancer = own_balancer(self, own_vpc(self))
        pair = RegionPair(
            self,
            "Carts",
            side="primary",
            other_region="us-east-1",
            table=CARTS,
            entry=RegionEntry(
                "carts.shop.example",
                zone,
                targets.LoadBalancerTarget(balancer),  # pyright: ignore[reportArgumentType]
                health_check_host="ireland.shop.example",
                health_check_path="/ready",
            ),
            alarm_thresholds={"replication_latency": cdk.Duration.seconds(10)},
        )
        pair.connect(node_function(self, "Keeper"), actions=["dynamodb:GetItem", "dynamodb:UpdateItem"])
        monitor(self, pair)


class CartsThere(cdk.Stack):
    """The other side, which holds no table of its own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(region="us-east-1"))
        pair = RegionPair(self, "Carts", side="secondary", other_region="eu-west-1", table=CARTS)
        pair.grant_read(node_function(self, "Reader"))


class Ledger(cdk.Stack):
    """Balances, which both regions change; callers are led by the shop itself."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(region="eu-west-1"))
        pair = RegionPair(
            self, "Ledger", side="primary", other_region="eu-central-1", table=LEDGER, routing="latency"
        )
        pair.grant_write(node_function(self, "Booker"))
