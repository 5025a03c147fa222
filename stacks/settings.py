"""What differs between environments, and the tags that every resource carries."""

from dataclasses import dataclass, field, replace

from aws_cdk import Duration, RemovalPolicy, Tags
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_rds as rds
from constructs import IConstruct, Node

from wellmade.compute import Scaling
from wellmade.foundation import ScheduledScaling, suppress
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.network.network import Nat
from wellmade.streaming.stream_consumer import StreamConsumer

SUPPRESSED_IN_PRODUCTION = {
    "function-on-latest": "Streams buffer while a release is rolled back; all goes out at once.",
}
SUPPRESSED_WHERE_DESTROYED = {
    "deletion-policy": "The environment holds test data alone, and is deleted as a whole.",
}
DATA = (dynamodb.CfnGlobalTable, dynamodb.CfnTable, rds.CfnDBCluster)
"""Resources whose data goes with the stack in such an environment."""


@dataclass(frozen=True)
class WebSettings:
    """The web service's share of an environment."""

    nat: Nat
    zones: int
    public: bool
    """Open to the world, which takes a certificate; without it the load balancer is for the network alone."""
    tasks: Scaling
    capacity: tuple[float, int]
    """Least and most capacity units of the database."""
    readers: int
    cache_nodes: int
    deletion_protection: bool
    """Refuse to delete the load balancer and the database."""


@dataclass(frozen=True)
class Settings:
    """The size and the safety of an environment; each of them lives in an account of its own."""

    environment: str
    removal_policy: RemovalPolicy
    timeout: Duration
    """Most time for one batch of a function."""
    batching_window: Duration
    concurrency: int
    monthly_limit: float
    """What all stacks together may cost a month, in US dollars."""
    web: "WebSettings"
    """How large and how safe the web service is."""
    approval: Duration = field(default_factory=lambda: Duration.days(2))
    """How long people have to decide about a large order."""
    team: str = ""
    cost_center: str = ""

    @classmethod
    def from_context(cls, node: Node) -> "Settings":
        """Read `environment`, `team` and `cost-center` from the app's context.

        Raises:
            ValueError: If the environment is not known or a tag is missing.
        """
        name = node.try_get_context("environment")
        if name not in ENVIRONMENTS:
            allowed = ", ".join(ENVIRONMENTS)
            raise ValueError(
                f"cdk.json: environment must be one of {allowed}, got {name!r}; pass -c environment=dev"
            )
        return replace(
            ENVIRONMENTS[name], team=_required(node, "team"), cost_center=_required(node, "cost-center")
        )

    def tag(self, scope: IConstruct) -> None:
        """Tag all that `scope` holds, so that every resource has an owner on the bill.

        Called last in a stack: where an environment is deleted as a whole, it also says why its data may be.
        """
        for key, value in self.tags(scope).items():
            Tags.of(scope).add(key, value)
        if self.removal_policy is RemovalPolicy.DESTROY:
            for each in scope.node.find_all():
                if isinstance(each, DATA):
                    suppress(each, SUPPRESSED_WHERE_DESTROYED)

    def tags(self, scope: IConstruct) -> dict[str, str]:
        """Return the tags of everything in a stack."""
        tags = {"team": self.team, "environment": self.environment, "cost-center": self.cost_center}
        return {**tags, "service": scope.node.id}

    @property
    def plain_connections(self) -> dict[str, str]:
        """Variables of programs whose database and cache are processes of one machine, without TLS."""
        return {"DATABASE_TLS": "disable", "CACHE_TLS": "off"} if self.environment == "local" else {}

    def suppress(self, *workers: QueueConsumer | StreamConsumer) -> None:
        """Suppress what does not apply in production, where stricter rules hold."""
        if self.environment == "prod":
            for worker in workers:
                if isinstance(worker, StreamConsumer):
                    suppress(worker.source, SUPPRESSED_IN_PRODUCTION)


def _required(node: Node, key: str) -> str:
    value = node.try_get_context(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"cdk.json: {key} must be a word for the {key} tag, got {value!r}; pass -c {key}=…")
    return value


NIGHTS_OFF = ScheduledScaling(start_hour=7, end_hour=20)
SMALL = WebSettings(
    nat="single",
    zones=2,
    public=False,
    tasks=Scaling(min_capacity=1, max_capacity=2, on_demand_base=1, hours=NIGHTS_OFF),
    capacity=(0.5, 1),
    readers=0,
    cache_nodes=1,
    deletion_protection=False,
)
WEB = {
    # No gateway, so that what would hang without an endpoint is found on the laptop.
    "local": replace(SMALL, nat="none", tasks=Scaling(min_capacity=2, max_capacity=2)),
    "dev": SMALL,
    "staging": replace(
        SMALL,
        public=True,
        tasks=Scaling(min_capacity=2, max_capacity=4, on_demand_base=2),
        capacity=(0.5, 4),
        readers=1,
        cache_nodes=2,
    ),
    "prod": WebSettings(
        nat="per-zone",
        zones=3,
        public=True,
        tasks=Scaling(min_capacity=3, max_capacity=30, on_demand_base=3),
        capacity=(1, 16),
        readers=1,
        cache_nodes=3,
        deletion_protection=True,
    ),
}
ENVIRONMENTS = {
    # Short, so that a message that always fails is moved to the dead-letter queue while one watches: 3 x 6 x
    # 2 seconds.
    "local": Settings(
        "local",
        RemovalPolicy.DESTROY,
        Duration.seconds(2),
        Duration.seconds(0),
        2,
        1,
        WEB["local"],
        approval=Duration.minutes(1),
    ),
    "dev": Settings(
        "dev", RemovalPolicy.DESTROY, Duration.minutes(1), Duration.seconds(0), 5, 300, WEB["dev"]
    ),
    "staging": Settings(
        "staging", RemovalPolicy.RETAIN, Duration.minutes(5), Duration.seconds(5), 10, 1_000, WEB["staging"]
    ),
    "prod": Settings(
        "prod", RemovalPolicy.RETAIN, Duration.minutes(5), Duration.seconds(5), 40, 5_000, WEB["prod"]
    ),
}
