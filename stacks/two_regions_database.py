"""Accounts in two regions: the side that writes, and what both sides are made of."""

from typing import Any, ClassVar

from aws_cdk import Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from stacks.sides import environment_of, other_region
from wellmade.api import LambdaApi, NoAuthorizer, Route
from wellmade.data import GlobalDatabase, MigrationFunction, RelationalStore
from wellmade.facts.aurora import BORROW_TIMEOUT, PASSWORD_LENGTH
from wellmade.facts.regions import Side
from wellmade.foundation import PythonFunction, alarm_topic, monitor
from wellmade.kit.packaging import bundled_handlers
from wellmade.network import Network
from wellmade.security import RotatedSecret
from wellmade_runtime.variables import DATABASE_CLUSTER, DATABASE_GLOBAL

CIDRS: dict[Side, str] = {"primary": "10.0.0.0/16", "secondary": "10.1.0.0/16"}
ROUTES: dict[str, Route] = {
    "GET /health": Route(
        authorizer=NoAuthorizer("Health checkers of Route 53 sign nothing, and learn no more.")
    ),
    "GET /accounts/{account}": Route(),
    "PUT /accounts/{account}/entries/{entry_id}": Route(),
}
MIGRATIONS = bundled_handlers() / "account_ledger" / "migrations"
REQUESTS = 20
"""That are answered at once, each with a connection of its own."""


class RegionDatabaseStack(Stack):
    """An API, its function, its network and their side of the database; see the two stacks made of it."""

    side: ClassVar[Side]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        env: Environment | None = None,
        **options: Any,
    ) -> None:
        description, where = (self.__doc__ or "").split("\n")[0], environment_of(self.side, env)
        super().__init__(scope, construct_id, description=description, env=where, **options)
        self._settings, self._name = settings, f"accounts-{settings.environment}"
        # Nothing here calls out: logins are signed on the spot.
        self.network = Network(self, "Network", zones=settings.web.zones, nat="none", cidr=CIDRS[self.side])
        self.store = self._define_store()
        self.handler = PythonFunction(
            self,
            "Handler",
            code="account_ledger",
            # The proxy lets a request wait for a connection that long, after some seconds for its own.
            timeout=Duration.seconds(2 * BORROW_TIMEOUT),
            reserved_concurrency=REQUESTS,
            vpc=self.network.vpc,
        )
        self.store.connect(self.handler)
        self.api = LambdaApi(self, "Accounts", function=self.handler, routes=ROUTES)
        functions = [self.handler, *(self._define_writing() if self.side == "primary" else ())]
        if settings.environment == "local":  # where the database is a process of one machine, without TLS
            for each in functions:
                each.add_environment("DATABASE_TLS", "disable")
        monitor(self, self.api, self.store)
        self._define_outputs()
        settings.tag(self)

    @property
    def other_region(self) -> str:
        """The region of the other side."""
        return other_region(self.side)

    def _define_password(self) -> secretsmanager.ISecret | secretsmanager.Secret:
        """Define the password with what rotates it; the other side has a replica: `-c replica-secret=ARN`."""
        if self.side == "secondary":
            arn = self.node.try_get_context("replica-secret")
            return secretsmanager.Secret.from_secret_complete_arn(self, "Password", arn)
        self.rotation = PythonFunction(
            self, "Rotation", code="database_rotation", timeout=Duration.minutes(10), reserved_concurrency=1
        )
        self.password = RotatedSecret(
            self,
            "Password",
            field="password",
            fields={"username": "app"},
            length=PASSWORD_LENGTH[1],
            function=self.rotation,
            replica_regions=[self.other_region],
            removal_policy=self._settings.removal_policy,
        )
        return self.password

    def _define_writing(self) -> list[PythonFunction]:
        """Let the password be rotated, first when the database is there, and define the schema."""
        self.store.grant_change_password(self.rotation)
        self.rotation.add_environment(DATABASE_CLUSTER, self.store.cluster.ref)
        self.rotation.add_environment(DATABASE_GLOBAL, self._name)
        self.password.rotation.node.add_dependency(self.store)
        self.migrations = MigrationFunction(self, "Migrations", migrations=MIGRATIONS, database=self.store)
        return [self.migrations.function]

    def _define_store(self) -> RelationalStore:
        least, most = self._settings.web.capacity
        keeps = self._settings.removal_policy == RemovalPolicy.RETAIN
        return RelationalStore(
            self,
            "Database",
            vpc=self.network.vpc,
            min_capacity=least,
            max_capacity=most,
            deletion_protection=self._settings.web.deletion_protection,
            global_database=GlobalDatabase(self._name, self.side, self.other_region, self._define_password()),
            removal_policy=RemovalPolicy.SNAPSHOT if keeps else RemovalPolicy.DESTROY,
        )

    def _define_outputs(self) -> None:
        outputs = {
            "ApiId": self.api.api_id,
            "Url": self.api.url,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        if member := self.store.member:
            outputs |= {"Switchover": member.switchover_command, "Failover": member.failover_command}
        if self.side == "primary" and member:
            outputs["ReplicaArn"] = member.replica_secret_arn
        define_outputs(self, outputs)


class TwoRegionsDatabaseStack(RegionDatabaseStack):
    """Accounts are booked in one region and read in two, of which the other takes over when this one fails.

    Deploy it first, and `two-regions-database-secondary` with its output `ReplicaArn` next. To let the
    other side write, for an exercise or before work on this region, run its output `Switchover`, which loses
    nothing. When this region has failed: stop what writes here if you still can, run the other side's output
    `Failover`, and lead callers to its `Url`; what the alarm on copies said last is what was lost. Aurora
    tries to keep that in a snapshot `rds:unplanned-global-failover-…` of this region: copy it before its
    retention ends. Come back by `Switchover`. Until then the password is not rotated, nothing is migrated,
    and no change of either database is to be deployed. `GET /health` answers 200 on the side that writes
    and 503 on the other one, for whatever leads callers by it.

    Both stacks run on one machine, the second one with a streaming copy of the first one's PostgreSQL. There
    a switchover under load loses none of the acknowledged entries, and a failover just those that had not
    been carried over (`tests/local/test_global_database.py`). That Aurora copies storage between regions,
    how late it is, and that a promotion takes minutes, only AWS shows.
    """

    side = "primary"
