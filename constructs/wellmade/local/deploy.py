"""Deploy CDK apps to the embedded AWS: with the real CDK command line, or from a finished assembly."""

import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from wellmade.errors import WellmadeError
from wellmade.local import assembly as cdk_out
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.assembly import Stack
from wellmade.local.not_simulated import not_simulated
from wellmade.local.server import LocalCloud, scratch_folder
from wellmade.local.toolchain import cdk_command

_QUALIFIER = "hnb659fds"  # CDK's default; it is part of every bootstrap name
_WAIT = {"Delay": 0.1, "MaxAttempts": 1200}


@dataclass(frozen=True)
class Deployment:
    """What a deployment left in the cloud."""

    outputs: dict[str, dict[str, str]]
    """Outputs by stack name."""
    not_simulated: list[str]
    """What the embedded AWS only records, by logical id and type; to be told to the user."""


def deploy(
    cloud: LocalCloud,
    *,
    app: str | None,
    stacks: Sequence[str],
    context: Mapping[str, str],
    report: Callable[[str], None],
) -> Deployment:
    """Deploy with the CDK command line, as to AWS: synthesize, bootstrap once, publish assets, deploy.

    Args:
        cloud: Where to.
        app: Command that synthesizes. Default: `app` of the current folder's `cdk.json`.
        stacks: Names of the stacks. Default (empty): all.
        context: CDK context values by key.
        report: Receives each line of progress.

    Raises:
        WellmadeError: If synthesizing or deploying fails, with CDK's own reason.
    """
    if app is None and not Path("cdk.json").exists():
        raise WellmadeError("no cdk.json here; give the command that synthesizes: --app 'python app.py'")
    _bootstrap(cloud, report)
    out = scratch_folder(cloud.state_dir) / "cdk.out"
    arguments = [
        *(stacks or ["--all"]),
        "--output",
        str(out),
        "--outputs-file",
        str(out.with_suffix(".json")),
    ]
    arguments += ["--require-approval", "never", "--progress", "events", "--concurrency", "3"]
    arguments += ["--app", app] if app else []
    arguments += [word for key, value in context.items() for word in ("--context", f"{key}={value}")]
    _cdk(cloud, "deploy", arguments, report)
    return _deployment(cloud, cdk_out.stacks_of(out))


def deploy_assembly(cloud: LocalCloud, assembly: Path, stacks: Sequence[str] = ()) -> Deployment:
    """Deploy a finished `cdk.out` through CloudFormation, without the CDK command line; made for tests.

    Raises:
        WellmadeError: If a stack is unknown or CloudFormation does not complete it, with its reason.
    """
    chosen = cdk_out.stacks_of(assembly, stacks)
    for stack in chosen:
        _publish(cloud, stack)
        _put(cloud, stack)
    return _deployment(cloud, chosen)


def _bootstrap(cloud: LocalCloud, report: Callable[[str], None]) -> None:
    if _describe(cloud, "CDKToolkit") is None:
        _remove_stand_ins(cloud)
        _cdk(cloud, "bootstrap", [f"aws://{ACCOUNT}/{REGION}", "--app", ""], report)


def _cdk(cloud: LocalCloud, verb: str, arguments: Sequence[str], report: Callable[[str], None]) -> None:
    """Run the CDK command line in a process group of its own, which is ended with us, whatever happens."""
    command = [*cdk_command(), verb, *arguments, "--no-notices", "--ci"]
    tail: deque[str] = deque(maxlen=60)
    with subprocess.Popen(  # noqa: S603 - our own command line
        command,
        env=cloud.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                if line := line.rstrip():
                    tail.append(line)
                    report(line)
            code = process.wait()
        finally:
            _end_group(process)
    if code:
        raise WellmadeError(f"cdk {verb} failed: {_reason(tail)}")


def _end_group(process: subprocess.Popen[str]) -> None:
    """End what the command line started, such as the app; nothing is left when all went well."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _reason(lines: Sequence[str]) -> str:
    """Pick the lines in which CDK, or the app, says why it failed."""
    telling = [line.strip() for line in lines if re.search(r"❌|Error\b|\bfailed\b|FAILED", line)]
    told = dict.fromkeys(line for line in telling if not line.startswith("Subprocess exited"))
    return "; ".join(list(told)[-3:]) or (lines[-1] if lines else "it said nothing")


def _publish(cloud: LocalCloud, stack: Stack) -> None:
    """Put each asset where the template looks for it, unless it is there: its key is a hash."""
    s3 = cloud.client("s3")
    for asset in cdk_out.assets_of(stack, account=ACCOUNT, region=REGION):
        s3.create_bucket(Bucket=asset.bucket)
        if not s3.list_objects_v2(Bucket=asset.bucket, Prefix=asset.key).get("KeyCount"):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def _put(cloud: LocalCloud, stack: Stack) -> None:
    """Create or update one stack and wait for it."""
    formation = cloud.client("cloudformation")
    _put_bootstrap_version(cloud, stack)
    exists = _describe(cloud, stack.name) is not None
    try:
        (formation.update_stack if exists else formation.create_stack)(**_request(stack))
        waiter = formation.get_waiter(f"stack_{'update' if exists else 'create'}_complete")
        waiter.wait(StackName=stack.name, WaiterConfig=_WAIT)
    except (ClientError, WaiterError) as error:
        if "No updates are to be performed" not in str(error):
            raise WellmadeError(
                f"stack {stack.name} failed: {_first_failure(cloud, stack, error)}"
            ) from error


def _request(stack: Stack) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "TemplateBody": stack.template_file.read_text(),
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in stack.parameters.items()
        ],
        "Tags": [{"Key": name, "Value": value} for name, value in stack.tags.items()],
    }


def _put_bootstrap_version(cloud: LocalCloud, stack: Stack) -> None:
    """Templates ask Parameter Store whether the account was bootstrapped; answer as a bootstrap would."""
    parameter = stack.template.get("Parameters", {}).get("BootstrapVersion")
    if parameter:
        cloud.client("ssm").put_parameter(
            Name=parameter["Default"], Value="30", Type="String", Overwrite=True
        )


def _remove_stand_ins(cloud: LocalCloud) -> None:
    """Remove what `deploy_assembly` put where the real bootstrap wants to create its own."""
    s3, ssm = cloud.client("s3"), cloud.client("ssm")
    bucket = f"cdk-{_QUALIFIER}-assets-{ACCOUNT}-{REGION}"
    if bucket in {found["Name"] for found in s3.list_buckets()["Buckets"]}:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])
        s3.delete_bucket(Bucket=bucket)
    ssm.delete_parameters(Names=[f"/cdk-bootstrap/{_QUALIFIER}/version"])


def _first_failure(cloud: LocalCloud, stack: Stack, error: Exception) -> str:
    """Return the first reason among the stack's events; the later ones are its consequences."""
    if _describe(cloud, stack.name) is None:
        return str(error)
    events = cloud.client("cloudformation").describe_stack_events(StackName=stack.name)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    return next(
        (f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed),
        str(error),
    )


def _describe(cloud: LocalCloud, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return found


def _deployment(cloud: LocalCloud, stacks: Sequence[Stack]) -> Deployment:
    deployed = [(stack, found) for stack in stacks if (found := _describe(cloud, stack.name))]
    return Deployment(
        outputs={
            stack.name: {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
            for stack, found in deployed
        },
        not_simulated=[line for stack, _ in deployed for line in not_simulated(stack.name, stack.template)],
    )
