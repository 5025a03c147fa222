"""A secret that nobody has ever seen, and that is another one each month."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from wellmade.facts.secrets import looks_secret
from wellmade.facts.secrets_manager import ROTATION_DAYS, VALUE_LENGTH
from wellmade.foundation.function_alarms import FunctionAlarms
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.kit.lookups import default_child, seconds, stack_of
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.suppressions import suppress
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, Workload, workload_of
from wellmade_runtime.variables import SECRET_ARN, SECRET_FIELD, SECRET_LENGTH

DAY = 86_400
MONTH = Duration.days(30)
SERVICE = "secretsmanager.amazonaws.com"
STEPS = [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
]
NO_RESOURCE = "A random password is of no secret yet; IAM knows no resource for it."
SUPPRESSED = {
    "CKV_AWS_149": "Encrypted with AWS's key for Secrets Manager; a customer key is one more to lose."
}


class RotatedSecretThresholds(TypedDict, total=False):
    """Thresholds of the rotation's alarms; None leaves one out."""

    errors: float | None
    throttles: float | None
    duration: float | Duration | None


class RotatedSecret(secretsmanager.Secret):
    """Keep a secret that is generated in AWS and replaced by itself, and let workloads read it.

    Defines: secret, rotation schedule, rotation function with its role, permission for Secrets Manager,
    alarms on errors, throttles and duration of the rotation; of these what it is not given.

    It is a `secretsmanager.Secret`. Its value is in no template, log or variable: workloads get its ARN, and
    read it with `wellmade_runtime.secrets.Secrets`, which keeps it for some minutes. After a rotation the old
    value is the previous version: who checks signatures takes both.

    Example:
        key = RotatedSecret(self, "SigningKey", field="key", fields={"algorithm": "HS256"})
        worker = QueueWorker(self, "Orders", function="order_worker")
        key.connect(worker)

    Args:
        field: Whose value is generated and rotated. Default: `value`.
        fields: The others, which are no secrets, such as a user's name. Default: none.
        length: Characters of a value, 16 to 4096. Default: 43, as strong as 256 bits.
        interval: Time between rotations, 1 to 1000 days. Default: 30 days.
        function: What rotates where others must be told the new value: the `Path` of your own folder, a
            `PythonFunction` or any `lambda_.IFunction`; see `wellmade_runtime.secret_rotation`. Default: one
            for secrets that their readers decide by.
        encryption_key: Your own key. Default: the one that AWS keeps for Secrets Manager.
        replica_regions: Where else the secret is read, encrypted with AWS's key there. Default: nowhere.
        removal_policy: What happens to the secret when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`errors`, `throttles`, `duration`) the line above which it fires, or
            None to leave it out. Default: as for a `PythonFunction`.

    Raises:
        RefusedError: If a number is out of bounds or a field holds what looks like a secret; at synth also if
            the value is written into the template or the rotation is gone.
    """

    alarms: FunctionAlarms
    """`errors`, `throttles` and `duration` of the rotation."""
    rotation: secretsmanager.CfnRotationSchedule
    """The CloudFormation resource."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        field: str = "value",
        fields: Mapping[str, str] | None = None,
        length: int = 43,
        interval: Duration = MONTH,
        function: FunctionOption = "secret_rotation",
        encryption_key: kms.IKey | kms.Key | None = None,
        replica_regions: Sequence[str] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: RotatedSecretThresholds | None = None,
    ) -> None:
        path = f"{scope.node.path}/{construct_id}"
        _refuse_wrong(path, field, fields or {}, length, interval)
        super().__init__(
            scope,
            construct_id,
            encryption_key=cast(Any, encryption_key),
            replica_regions=[secretsmanager.ReplicaRegion(region=region) for region in replica_regions],
            removal_policy=removal_policy,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(dict(fields or {})),
                generate_string_key=field,
                password_length=length,
                exclude_punctuation=True,
            ),
        )
        if encryption_key is None:
            suppress(self, SUPPRESSED)
        rotating = handling(
            self,
            function,
            construct_id="Rotation",
            reserved_concurrency=1,
            environment={SECRET_FIELD: field, SECRET_LENGTH: str(length)},
            alarm_thresholds=alarm_thresholds,
        )
        self.alarms = rotating.alarms
        self._allow_rotation(rotating.workload)
        self.rotation = self._rotate(rotating.invocable, rotating.workload, interval)
        check_at_synth(self, self._broken)

    @property
    def resource(self) -> secretsmanager.CfnSecret:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(secretsmanager.CfnSecret, default_child(self))

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload read the secret, and set its ARN in the variable `SECRET_ARN`.

        Args:
            workload: What reads.
            prefix: Before the variable's name, where a workload has several secrets. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {SECRET_ARN: self.secret_arn}, prefix=prefix)
        self._allow(workload_of(self, workload), ["secretsmanager:GetSecretValue"], ["kms:Decrypt"])

    def metric_rotation_errors(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of steps that failed; options as for `cloudwatch.Metric`."""
        return self._function.metric_errors(**options)

    def _allow(self, workload: Workload, actions: list[str], uses: list[str]) -> None:
        key = self.encryption_key
        workload.allow(actions, [self.secret_arn], keyed=True)
        if key:
            workload.allow(uses, [key.key_arn], used_by="Secrets Manager, to decrypt and encrypt the secret")

    def _allow_rotation(self, workload: Workload) -> None:
        set_variables(self, workload, {SECRET_ARN: self.secret_arn})
        self._allow(workload, STEPS, ["kms:Decrypt", "kms:GenerateDataKey"])
        workload.allow(["secretsmanager:GetRandomPassword"], ["*"], reason=NO_RESOURCE)

    def _rotate(
        self, function: lambda_.IFunction, workload: Workload, interval: Duration
    ) -> secretsmanager.CfnRotationSchedule:
        self._function = function
        permission = lambda_.CfnPermission(
            self,
            "Invoke",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal=SERVICE,
            source_account=stack_of(self).account,
            source_arn=self.secret_arn,
        )
        rules = secretsmanager.CfnRotationSchedule.RotationRulesProperty(
            automatically_after_days=seconds(interval) / DAY
        )
        rotation = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=self.secret_arn,
            rotation_lambda_arn=function.function_arn,
            rotation_rules=rules,
        )
        # The first rotation begins at once, and needs both.
        rotation.node.add_dependency(permission)
        principal = workload.grant_principal
        if isinstance(principal, Construct):
            rotation.node.add_dependency(principal)
        return rotation

    def _broken(self, synthesized: Synthesized) -> Any:
        """Yield a refusal where an override writes the value, or takes the rotation away."""
        secret = synthesized.properties(self.resource)
        if "SecretString" in secret:
            fix = "take the override back: whoever reads the template would know it"
            yield self._refusal(
                "value", "generated in AWS", "text in the template", fix, "secret-in-template"
            )
        if not synthesized.resource(self.rotation):
            fix = "leave the rotation as RotatedSecret defines it, or use secretsmanager.Secret"
            yield self._refusal("rotation", "in the template", None, fix, None)

    def _refusal(self, option: str, allowed: str, got: Any, fix: str, rule: str | None) -> RefusedError:
        return refusal(self.node.path, option, allowed, got, fix, rule=rule, resource=self.resource)


def _refuse_wrong(path: str, field: str, fields: Mapping[str, str], length: int, interval: Duration) -> None:
    """Raise where Secrets Manager takes no such numbers, or a field would tell a secret.

    Raises:
        RefusedError: With the first of them; a value is not repeated.
    """
    require_between(path, "length", length, *VALUE_LENGTH, "43 characters are as strong as 256 bits")
    days = seconds(interval) / DAY
    fix = "30 days suit most"
    require_between(path, "interval in days", days, *ROTATION_DAYS, fix, rule="service-limit")
    if days % 1:
        raise refusal(path, "interval", "whole days", interval, "round it, such as Duration.days(7)")
    if field in fields:
        fix = "leave it out of fields: its value is generated"
        raise refusal(path, f"fields[{field!r}]", "another field than the generated one", "the same", fix)
    for name, value in fields.items():
        if looks_secret(name, value):
            fix = "call the generated field so, and leave it out here"
            raise refusal(
                path, f"fields[{name!r}]", "free of secrets", "literal text", fix, rule="secret-in-template"
            )
