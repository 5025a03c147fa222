"""Orders in two regions: the primary side, and what both sides are made of."""

from typing import Any, ClassVar, cast

from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from stacks.sides import environment_of, other_region
from wellmade.api import CustomDomain, LambdaApi, NoAuthorizer, Route
from wellmade.facts.regions import Side
from wellmade.foundation import PythonFunction, alarm_topic, monitor
from wellmade.resilience import RegionEntry, RegionPair, ReplicatedTable
from wellmade.resilience.pair_options import Consistency

HEALTH = "GET /health"
ORDER = "/tenants/{tenant}/orders/{order_id}"
ROUTES: dict[str, Route] = {
    HEALTH: Route(authorizer=NoAuthorizer("Health checkers of Route 53 sign nothing, and learn no more.")),
    f"GET {ORDER}": Route(),
    f"PUT {ORDER}": Route(),
    "PUT /tenants/{tenant}/home": Route(),
}


class RegionStack(Stack):
    """An API, its function and their side of the pair; see the two stacks that are made of it."""

    side: ClassVar[Side]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        consistency: Consistency = "strong",
        home_regions: bool = False,
        env: Environment | None = None,
        **options: Any,
    ) -> None:
        description, where = (self.__doc__ or "").split("\n")[0], environment_of(self.side, env)
        super().__init__(scope, construct_id, description=description, env=where, **options)
        self._is_local = settings.environment == "local"
        handler = PythonFunction(self, "Handler", code="regional_orders", timeout=Duration.seconds(10))
        self.api = LambdaApi(self, "Orders", function=handler, routes=ROUTES, domain=self._define_domain())
        name = f"regional-orders-{settings.environment}"
        self.pair = RegionPair(
            self,
            "Pair",
            side=self.side,
            other_region=other_region(self.side),
            table=ReplicatedTable(name, partition_key="pk", consistency=consistency),
            entry=self._entry(),
            routing="latency",
            home_regions=home_regions,
            removal_policy=settings.removal_policy,
        )
        self.pair.connect(handler, actions=["dynamodb:GetItem", "dynamodb:PutItem"])
        monitor(self, self.api, self.pair)
        outputs = {
            "ApiId": self.api.api_id,
            "Url": self.api.url,
            "FunctionName": handler.function_name,
            "TableName": self.pair.table.table_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
        settings.tag(self)

    def _define_domain(self) -> CustomDomain | None:
        """Return the common name: `-c region-domain=NAME -c region-zone=ID`; none on the embedded AWS."""
        if self._is_local:  # which has no zone of yours, and resolves no names
            return None
        self._name, zone_id = (self.node.try_get_context(f"region-{each}") for each in ("domain", "zone"))
        parent = self._name.partition(".")[2]
        self._zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=zone_id, zone_name=parent
        )
        validation = acm.CertificateValidation.from_dns(self._zone)
        certificate = acm.Certificate(self, "Certificate", domain_name=self._name, validation=validation)
        return CustomDomain(self._name, certificate)

    def _entry(self) -> RegionEntry | None:
        domain = self.api.domain
        if domain is None:
            return None
        target = targets.ApiGatewayv2DomainProperties(
            domain.regional_domain_name, domain.regional_hosted_zone_id
        )
        host = f"{self.api.api_id}.execute-api.{self.region}.{self.url_suffix}"
        return RegionEntry(self._name, self._zone, cast(Any, target), health_check_host=host)


class TwoRegionsStack(RegionStack):
    """Orders are taken in two regions and lead to the nearer one that is healthy; this is the primary side.

    Deploy it first: it holds the table, whose replica the stack `two-regions-secondary` works on. The table
    has strong consistency, so that a failed region takes no acknowledged order with it. Both need
    `-c region-domain=orders.example.com -c region-zone=ID`, a name in a hosted zone of yours.
    """

    side = "primary"
