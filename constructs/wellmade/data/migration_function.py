"""Migrations of a database's schema, run while its stack is deployed and before the new code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from aws_cdk import CfnResource, CustomResource, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.data.global_database import refuse_secondary
from wellmade.data.migration_alarms import MigrationAlarms, MigrationThresholds, define_migration_alarms
from wellmade.data.migration_files import read_migrations, unjudged
from wellmade.data.relational_store import RelationalStore
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS, NAMESPACE
from wellmade.foundation.graphs import Graph
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.lookups import default_child, same_stack, seconds
from wellmade.kit.placement import has_way_out, selected_subnets, workload_subnets
from wellmade.kit.reachability import Call, endpoint_resources, hanging
from wellmade.kit.refusals import require_between
from wellmade.kit.roles import note_requests
from wellmade.kit.suppressions import suppress
from wellmade.kit.synth_checks import check_at_synth
from wellmade_runtime.variables import MIGRATION_LOCK_SECONDS, MIGRATIONS_FOLDER

FOLDER = "wellmade_migrations"
"""In the layer; `python` of a layer is where Python looks for what it imports."""
TO_START = 60
"""Seconds beside the function's timeout: what Lambda may take until it runs."""
NOTHING_LOST = {
    "Serverless::Serverless-LambdaAsyncFailureDestination": (
        "CloudFormation waits for the answer, and stops the deployment where none comes."
    )
}
ANSWER = Call("s3:PutObject", ("s3",))
"""CloudFormation is answered by an object of a bucket of its own."""
BEFORE = ("AWS::RDS::DBInstance", "AWS::RDS::DBProxyTargetGroup")
"""What must be there before anybody connects."""


class MigrationFunction(Construct):
    """Migrate a database while its stack is deployed: after the database, before the new code, or not at all.

    Defines: function in the database's network with its role and security group, layer with the migrations,
    the resource by which CloudFormation runs it, alarms on runs that fail, on throttles and on runs that
    take nearly all of the timeout.

    Migrations are files of SQL in the order of their numbers, such as `0003_add_email.sql`. A deployment runs
    those that the database does not have, in one transaction and under a lock: the schema is that of the
    old release or of the new one, however the run ends, and of two runs at once one finds nothing to do.
    Where one fails the deployment is stopped and rolled back, before any code was changed.

    The code of the release before is at work meanwhile, so that migrations only add. What nobody uses any
    more is taken away by a file of a later release, such as `0004_drop_mail.contract.sql`: it is refused
    while the release that runs lacks what was added before it, in the first deployment too where the
    database has tables. A rule that writes must keep, such as `CHECK`, `UNIQUE` or a unique index, takes
    away as well, unless the same file makes the table. So does `DO` with an `EXECUTE` of text that it builds,
    and a call of a function of the folder that takes away or does so. Triggers on tables in use, routines
    that are replaced and procedures are not judged: the synth names each.

    Every workload that is connected with the database waits for the migrations, whichever was defined first.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        store = RelationalStore(self, "Database", vpc=vpc)
        MigrationFunction(self, "Migrations", migrations="order_api", database=store)
        service = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        store.connect(service, connections=5)

    Args:
        migrations: The `Path` of the folder with the files, or the name of a program that travels with this
            library and brings some.
        database: What they are for.
        database_name: Another database of the cluster. Default: the store's.
        vpc_subnets: Where the function runs; it needs a NAT gateway or the gateway endpoint of S3 there, to
            answer CloudFormation. Default: the private subnets, else the isolated ones.
        timeout: Most time for a run, 2 to 15 minutes; as long a busy database is waited for. Default: 5
            minutes.
        lock_timeout: How long a statement waits for a table at a time, 1 to 60 seconds: those who come after
            it wait behind it. Then all is tried again. Default: 5 seconds.
        encryption_key: Your own key for variables and log lines. Default: keys of Lambda and CloudWatch.
        alarm_thresholds: By alarm (`failed_migrations`, `throttles`, `duration`) the line above which it
            fires, or None to leave it out. Default: 0; 0; 80 % of the timeout.

    Raises:
        RefusedError: If the database is a copy, the folder has no migrations, a file would break the code
            that runs or end the transaction, or an option is out of bounds; at synth also if CloudFormation
            could not be answered, or code does not wait for the migrations.
    """

    function: PythonFunction
    """What runs the migrations."""
    resource: CustomResource
    """By which CloudFormation runs it; what depends on it comes after the migrations."""
    alarms: MigrationAlarms
    """`failed_migrations`, and those of the function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        migrations: str | Path,
        database: RelationalStore,
        database_name: str | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        timeout: Duration | None = None,
        lock_timeout: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: MigrationThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        longest = timeout or Duration.minutes(5)
        waits = seconds(lock_timeout or Duration.seconds(5))
        fix = "a large table is changed in small steps, by a job"
        require_between(self, "timeout in seconds", seconds(longest), 120, 900, fix)
        require_between(self, "lock_timeout in seconds", waits, 1, 60, "requests wait as long")
        refuse_secondary(self, database.member)
        files = read_migrations(self, migrations)
        check_at_synth(self, lambda _: unjudged(self, files))
        self.function = PythonFunction(
            self,
            "Function",
            code="schema_migration",
            timeout=longest,
            # One run at a time; the account's pool is left to what earns it.
            reserved_concurrency=1,
            environment={MIGRATIONS_FOLDER: FOLDER, MIGRATION_LOCK_SECONDS: f"{waits:.12g}"},
            layers=[self._layer(files.archive(f"python/{FOLDER}"))],
            vpc=database.vpc,
            vpc_subnets=vpc_subnets,
            encryption_key=cast(Any, encryption_key),
            alarm_thresholds=_of_function(alarm_thresholds),
        )
        # A run that failed has told CloudFormation so, and must not come again behind its back.
        self.function.configure_async_invoke(retry_attempts=0, max_event_age=longest)
        suppress(self.function.node.find_child("EventInvokeConfig"), NOTHING_LOST)
        note_requests(self.function.grant_principal)
        self.alarms = define_migration_alarms(
            self, self.function.function_name, _own(alarm_thresholds), self.function.alarms
        )
        ways = self._connect(database, database_name)
        self.resource = CustomResource(
            self,
            "Schema",
            resource_type="Custom::SchemaMigration",
            service_token=self.function.function_arn,
            service_timeout=Duration.seconds(int(seconds(longest)) + TO_START),
            properties={
                "Newest": files.newest,
                "Digest": files.digest,
                # Another database, such as one that replaces it, has none of them yet.
                "Cluster": database.cluster.ref,
                "Database": database_name or database.cluster.database_name,
            },
        )
        self._come_after(database, ways)
        database.order.add_migrations(cast(CfnResource, default_child(self.resource)), self.function.resource)
        self._check_the_way_back(database, vpc_subnets)

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role of the function."""
        return self.function.grant_principal

    @property
    def connections(self) -> ec2.Connections:
        """The function in the network."""
        return self.function.connections

    def metric_failed_migrations(self, **options: Any) -> cloudwatch.Metric:
        """Return how many runs failed and stopped a deployment; options as for `cloudwatch.Metric`."""
        return self._metric("Errors", {"statistic": "Sum", **options})

    def metric_duration(self, **options: Any) -> cloudwatch.Metric:
        """Return how long a run took, in milliseconds; options as for `cloudwatch.Metric`."""
        return self._metric("Duration", {"statistic": "Maximum", **options})

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("migrations", [self.metric_failed_migrations(label="runs that failed")])]

    def _metric(self, name: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        of = {"FunctionName": self.function.function_name}
        return cloudwatch.Metric(metric_name=name, namespace=NAMESPACE, dimensions_map=of, **options)

    def _layer(self, archive: Path) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "Files",
            code=lambda_.Code.from_asset(str(archive)),
            description="Migrations of a schema",
        )

    def _connect(self, database: RelationalStore, name: str | None) -> list[CfnResource]:
        """Connect the function with the database, and return the rules that let it through."""
        before = {rule.node.path for rule in _rules_below(database)}
        database.connect(self.function, database_name=name)
        found = [*_rules_below(database), *_rules_below(self)]
        return [rule for rule in found if rule.node.path not in before]

    def _come_after(self, database: RelationalStore, ways: list[CfnResource]) -> None:
        """Run migrations once the database answers and the function reaches it."""
        self.resource.node.add_dependency(*_below(database, *BEFORE), *ways, self.function)

    def _check_the_way_back(self, database: RelationalStore, selection: ec2.SubnetSelection | None) -> None:
        """Refuse at synth a function whose answer has no way to CloudFormation: a deployment would hang."""
        vpc = database.vpc
        subnets = selected_subnets(vpc, selection) if selection else workload_subnets(vpc)
        if not has_way_out(vpc, subnets):
            # Also when the stack is deleted: the function answers that, too, before its way is gone.
            ways = [way for service, way in endpoint_resources(self, vpc) if service == "s3"]
            self.resource.node.add_dependency(*[way for way in ways if same_stack(way, self)])
            check_at_synth(self, lambda _: hanging(self, [ANSWER], vpc))


def _rules_below(scope: Construct) -> list[CfnResource]:
    return _below(scope, "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")


def _below(scope: Construct, *kinds: str) -> list[CfnResource]:
    found = [each for each in scope.node.find_all() if isinstance(each, CfnResource)]
    return [each for each in found if each.cfn_resource_type in kinds]


def _own(thresholds: MigrationThresholds | None) -> Mapping[str, Any]:
    return {name: line for name, line in (thresholds or {}).items() if name not in FUNCTION_THRESHOLDS}


def _of_function(thresholds: MigrationThresholds | None) -> Any:
    """Return what the function is told; unless asked for, the alarm of the migrations is that on errors."""
    given = {name: line for name, line in (thresholds or {}).items() if name in FUNCTION_THRESHOLDS}
    return {"errors": None, **given}
