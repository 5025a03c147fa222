"""A function whose new versions get traffic step by step, and lose it where they fail."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.delivery.code_deploy import define_group, define_role, release_by
from wellmade.delivery.release_alarms import (
    ReleaseAlarms,
    ReleaseThresholds,
    define_release_alarms,
    release_dimensions,
)
from wellmade.delivery.release_check import ReleaseCheck, define_hook, refuse_wrong_check
from wellmade.delivery.release_rules import ReleaseRules
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS, NAMESPACE
from wellmade.foundation.function_option import FunctionOption, FunctionPattern, Handling, handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.provisioned_concurrency import ALIAS
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.lookups import default_child, path_of, same_stack
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.workload import AnyFunction, resource_of

CONFIG = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES
AT_ONCE = codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE
ROLL_BACK = ("release_errors", "release_duration")


class CanaryRelease(FunctionPattern):
    """Shift a function's traffic to its new version step by step, and take it back where that fails.

    Defines: version and alias `live` of the function, CodeDeploy application, deployment group and role,
    function that asks the new version before it gets traffic, alarms on errors and on the p99 duration of the
    new version, which take the traffic back, and on checks that do not report; of these what it is not given.

    Sources and APIs take the release's `alias` as their function, or a `PythonFunction` once it is released:
    they then invoke `live`. One that names the function itself would run new code at once, and is refused.

    The alarms look at the new version alone while traffic is shared. So an old version that fails neither
    ends a release nor forbids the one that fixes it. The first deployment of an alias has no old version, and
    is not shifted.

    Example:
        release = CanaryRelease(
            self,
            "Release",
            function="order_worker",
            check=ReleaseCheck({"Records": []}, answer={"batchItemFailures": []}),
        )
        worker = QueueWorker(self, "Orders", function=release.alias)
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(release, actions=["dynamodb:PutItem"])

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.Function` of this stack or
            an alias of it, or the name of a handler that travels with this library.
        check: What a new version is asked before it gets traffic, and what its answer must hold.
        deployment_config: How traffic is shifted: canary or linear. Default: 10 % for five minutes, then all.
        encryption_key: Your own key for a function that is defined here and the one that asks. Default: keys
            of Lambda and CloudWatch.
        alarm_thresholds: By alarm (`release_errors`, `release_duration`, `hook_errors`, and those of the
            function) the line above which it fires, or None to leave it out. Default: 0, the first one in a
            minute; 80 % of the function's timeout; 0; of the function as for a `PythonFunction`.

    Raises:
        RefusedError: If the function is of another stack or imported, the check cannot be told, traffic would
            be shifted at once, or nothing would take it back; at synth also if something invokes the function
            itself instead of its alias.
    """

    alias: lambda_.Alias
    """What sources and APIs invoke; CodeDeploy shifts it."""
    application: codedeploy.LambdaApplication
    """The CodeDeploy application."""
    group: codedeploy.CfnDeploymentGroup
    """The deployment group."""
    hook: PythonFunction
    """What asks the new version before it gets traffic."""
    alarms: ReleaseAlarms
    """`release_errors`, `release_duration`, `hook_errors`, and those of the function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        check: ReleaseCheck,
        deployment_config: codedeploy.ILambdaDeploymentConfig | codedeploy.LambdaDeploymentConfig = CONFIG,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: ReleaseThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        told = refuse_wrong_check(path_of(self), check)
        self._refuse_wrong(deployment_config, alarm_thresholds or {})
        self._use(self._handled(function, encryption_key, alarm_thresholds))
        self.alias = self._alias()
        version = self.alias.version
        self.hook = define_hook(self, check, told, version, encryption_key)
        self._of_version = release_dimensions(
            version.lambda_.function_name, self.alias.alias_name, version.version
        )
        self.alarms = define_release_alarms(
            self,
            of_version=self._of_version,
            hook=self.hook.function_name,
            timeout=self._handling.timeout,
            thresholds=_own(alarm_thresholds),
            more=self._handling.alarms,
        )
        self._define_group(version.lambda_, deployment_config)
        check_at_synth(self, ReleaseRules(self, self._resource, self.group).broken)

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody invoke the released version.

        Args:
            grantee: Who.
        """
        return self.alias.grant_invoke(grantee)

    def metric_release_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return how often the new version failed in a release; options as for `cloudwatch.Metric`."""
        return self._metric("Errors", {"statistic": "Sum", **options})

    def metric_release_duration(self, **options: Any) -> cloudwatch.Metric:
        """Return how long the new version takes in a release; options as for `cloudwatch.Metric`."""
        return self._metric("Duration", {"statistic": "p99", **options})

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("failures in release", [self.metric_release_errors(label="errors of the new version")]),
            Graph("duration in release", [self.metric_release_duration(label="p99 of the new version")]),
        ]

    @property
    def _resource(self) -> lambda_.CfnFunction:
        return cast(lambda_.CfnFunction, resource_of(self._handling.given))

    def _metric(self, name: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            metric_name=name, namespace=NAMESPACE, dimensions_map=self._of_version, **options
        )

    def _refuse_wrong(
        self, config: codedeploy.ILambdaDeploymentConfig, thresholds: Mapping[str, object]
    ) -> None:
        if config.deployment_config_name == AT_ONCE.deployment_config_name:
            fix = "leave it out for 10 % in five minutes; CodeDeploy ends it before an alarm can fire"
            raise refusal(self, "deployment_config", "canary or linear", "all at once", fix)
        if all(thresholds.get(name, 0) is None for name in ROLL_BACK):
            fix = "leave one of them in: without it nothing takes the traffic back"
            raise self._nothing_takes_back("None for both", fix)

    def _nothing_takes_back(self, got: str, fix: str) -> RefusedError:
        allowed = f"given for {' or '.join(ROLL_BACK)}"
        return refusal(self, "alarm_thresholds", allowed, got, fix, rule="release-rollback")

    def _handled(
        self,
        function: FunctionOption,
        key: kms.IKey | kms.Key | None,
        thresholds: ReleaseThresholds | None,
    ) -> Handling:
        handled = handling(
            self,
            function,
            construct_id="Function",
            encryption_key=cast(Any, key),
            alarm_thresholds=thresholds,
        )
        defined = resource_of(handled.given)
        if defined is None or not same_stack(self, defined):
            got = "an imported one" if defined is None else "one of another stack"
            fix = "define the release beside the function: each release changes both"
            raise refusal(self, "function", "one of this stack", got, fix)
        if isinstance(handled.given, lambda_.Version):
            fix = "pass the function, or an alias of it"
            raise refusal(self, "function", "what can be shifted", "a version", fix)
        return handled

    def _alias(self) -> lambda_.Alias:
        given: AnyFunction = self._handling.given
        if isinstance(given, lambda_.Alias):
            return given
        if isinstance(given, PythonFunction):
            return given.publish()
        function = cast(lambda_.Function, given)
        return lambda_.Alias(self, "Live", alias_name=ALIAS, version=function.current_version)

    def _define_group(self, function: lambda_.IFunction, config: codedeploy.ILambdaDeploymentConfig) -> None:
        self.application = codedeploy.LambdaApplication(self, "Application")
        hook = cast(lambda_.IFunction, self.hook)
        role = define_role(self, function, self.alias.alias_name, hook)
        known = self.alarms.by_name()
        watched = [alarm for name in ROLL_BACK if (alarm := known[name])]
        if not watched:
            fix = "give release_duration, since the timeout of the function cannot be read"
            raise self._nothing_takes_back("none that can be computed", fix)
        self.group = define_group(
            self,
            application=cast(codedeploy.ILambdaApplication, self.application),
            config=config,
            role=role,
            alarms=watched,
        )
        alias = cast(lambda_.CfnAlias, default_child(self.alias))
        release_by(alias, self.group, hook, *watched, role)


def _own(thresholds: ReleaseThresholds | None) -> Mapping[str, Any]:
    """Return the thresholds of the release's alarms; the function's have been told to it."""
    return {name: line for name, line in (thresholds or {}).items() if name not in FUNCTION_THRESHOLDS}
