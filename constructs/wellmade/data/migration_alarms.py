"""Alarms of a function that migrates a schema."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.function_alarms import NAMESPACE, FunctionAlarms, FunctionThresholds

FAILED = (
    "Migrations failed, and the deployment was stopped; schema and code are those of the release before. The "
    "reason stands in the events of the stack and in the function's log. Correct the migration, or wait "
    "until nobody holds the table that it needs, and deploy again: it begins anew."
)


class MigrationAlarms(FunctionAlarms):
    """Alarms of migrations."""

    failed_migrations: cloudwatch.Alarm
    """Runs that failed and stopped a deployment."""


class MigrationThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    failed_migrations: float | None


def define_migration_alarms(
    scope: Construct, function: str, thresholds: Thresholds | None, more: FunctionAlarms
) -> MigrationAlarms:
    """Define the alarm on runs that fail.

    Args:
        scope: The pattern.
        function: Name of the function.
        thresholds: What the user says, by name.
        more: The alarms of the function.
    """
    of = {"FunctionName": function}
    specs = {
        "failed_migrations": AlarmSpec("FailedMigrations", "Errors", NAMESPACE, of, 0, FAILED, "Sum"),
    }
    known = {name: alarm for name, alarm in more.by_name().items() if name not in specs}
    return define_alarms(MigrationAlarms, scope, specs, thresholds, more=Alarms(scope.node.path, known))
