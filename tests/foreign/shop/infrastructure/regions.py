"""What the shop keeps in two regions."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infrastructure.containers import own_vpc
from infrastructure.services import node_function, own_balancer
from wellmade.data import GlobalDatabase, RelationalStore
from wellmade.foundation import PythonFunction, monitor
from wellmade.resilience import RegionEntry, RegionPair, ReplicatedTable
from wellmade.security import RotatedSecret

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


class BooksHere(cdk.Stack):
    """The shop's books, with the shop's own rotation of a password that RDS does not rotate."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(region="eu-west-1"))
        rotation = PythonFunction(self, "Rotation", code="database_rotation", timeout=cdk.Duration.minutes(5))
        password = RotatedSecret(
            self,
            "Password",
            field="password",
            fields={"username": "books"},
            length=40,
            function=rotation,
            replica_regions=["us-east-1"],
        )
        store = RelationalStore(
            self,
            "Books",
            vpc=own_vpc(self),
            username="books",
            global_database=GlobalDatabase("shop-books", "primary", "us-east-1", password),
            alarm_thresholds={"rpo_lag": cdk.Duration.seconds(20)},
        )
        store.grant_change_password(rotation)
        rotation.add_environment("DATABASE_CLUSTER", store.cluster.ref)
        rotation.add_environment("DATABASE_GLOBAL", "shop-books")
        password.rotation.node.add_dependency(store)
        monitor(self, store)


class BooksThere(cdk.Stack):
    """The books' other region, with a key of the shop's own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=cdk.Environment(region="us-east-1"))
        arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:Password-AbCdEf"
        store = RelationalStore(
            self,
            "Books",
            vpc=own_vpc(self),
            username="books",
            encryption_key=kms.Key(self, "Own", enable_key_rotation=True),
            global_database=GlobalDatabase(
                "shop-books",
                "secondary",
                "eu-west-1",
                secretsmanager.Secret.from_secret_complete_arn(self, "Password", arn),
            ),
        )
        reader = PythonFunction(self, "Reader", code="account_ledger", vpc=store.vpc, reserved_concurrency=2)
        store.connect(reader)
        if store.member:
            cdk.CfnOutput(self, "Failover", value=store.member.failover_command)
