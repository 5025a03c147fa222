"""Deploy CDK apps to the embedded AWS: with the real CDK command line, or from a finished assembly."""

import re
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.local import assembly as cdk_out
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.cdk_command import cdk_command
from wellmade.local.deliveries import undelivered
from wellmade.local.deployed import deployed_or_none
from wellmade.local.described import find_stack, stacks_of, template_of
from wellmade.local.environments import map_environments, missing_parameters
from wellmade.local.formation import publish, put_stack, remove_bootstrap_stubs
from wellmade.local.images import keep_images, publish_no_images
from wellmade.local.names import demand_free_names
from wellmade.local.natives import rebuild
from wellmade.local.not_simulated import not_simulated
from wellmade.local.own_group import own_group
from wellmade.local.progress import Progress, spoken
from wellmade.local.runtimes import provide_runtimes
from wellmade.local.server import LocalCloud
from wellmade.local.state import scratch_folder

_TOOLKIT = "CDKToolkit"
_ESBUILD = (
    "without esbuild in the project its functions are built in a container; install it with: "
    "npm install --save-dev esbuild"
)
_NO_REASON = re.compile(
    r"Subprocess exited|Synthesis finished with errors|^Node\.js v\d|^\s*\.\.\.|^\s*at |^npm warn"
)
"""Lines that come last where something fails and do not say why."""


@dataclass(frozen=True)
class Deployment:
    """What a deployment left in the cloud."""

    outputs: dict[str, dict[str, str]]
    """Outputs by stack name."""
    not_simulated: list[str]
    """What the embedded AWS only records, or does in part, by logical id and type."""
    dropped: list[str]
    """Deliveries between resources that are accepted and not made, by logical ids."""


def deploy(
    cloud: LocalCloud,
    *,
    app: str | None,
    stacks: Sequence[str],
    context: Mapping[str, str],
    report: Callable[[str], object],
    parameters: Mapping[str, str] | None = None,
) -> Deployment:
    """Deploy with the CDK command line, as to AWS: synthesize, bootstrap once, publish assets, deploy.

    Args:
        cloud: Where to.
        app: Command that synthesizes. Default: `app` of the current folder's `cdk.json`.
        stacks: Names of the stacks. Default (empty): all.
        context: CDK context values by key.
        report: Receives each line of progress.
        parameters: Values of CloudFormation parameters, by `Name` or `Stack:Name`. Default: none.

    Raises:
        WellmadeError: If a parameter has no value, or synthesizing or deploying fails, with CDK's own reason.
    """
    require_app(app)
    with spoken(cloud, report, "the deployment") as progress:
        return _deployed(cloud, app, stacks, context, parameters or {}, progress)


def _deployed(
    cloud: LocalCloud,
    app: str | None,
    stacks: Sequence[str],
    context: Mapping[str, str],
    values: Mapping[str, str],
    report: Progress,
) -> Deployment:
    _bootstrap(cloud, report)
    out = scratch_folder(cloud.state_dir) / "cdk.out"
    names = [*stacks] or ["--all"]
    given = [word for key, value in context.items() for word in ("--context", f"{key}={value}")]
    # The CDK's own reader of arguments would strip the first and the last quote of a path with a space.
    given += ["--app", f" {app}"] if app else []
    report("⏳  Synthesizing")
    _cdk(cloud, "synth", ["--quiet", "--output", str(out), *given, *names], report)
    for sentence in map_environments(out):
        report(f"wellmade: {sentence}")
    synthesized = cdk_out.stacks_of(out)
    wanted = [each for each in synthesized if _wanted(each, stacks)]
    templates = {each.name: each.template for each in wanted}
    filled = {f"{each.name}:{name}" for each in wanted for name in each.filled}
    demand_values(templates, {*values, *filled})
    demand_free_names(templates, deployed_or_none(cloud))
    keep_images(scratch_folder(cloud.state_dir), wanted)
    provide_runtimes(scratch_folder(cloud.state_dir), synthesized)
    publish_no_images(synthesized)
    rebuild(wanted)
    arguments = ["--app", str(out), "--outputs-file", str(out.with_suffix(".json"))]
    # One after the other, as the CDK does by itself: a stack may need what another makes and not say so.
    arguments += ["--require-approval", "never", "--progress", "events", "--concurrency", "1"]
    arguments += [word for name, value in values.items() for word in ("--parameters", f"{name}={value}")]
    _cdk(cloud, "deploy", [*names, *arguments], report)
    return describe(cloud, [stack.name for stack in synthesized])


def demand_values(templates: dict[str, dict[str, Any]], given: set[str]) -> None:
    """Refuse a deployment that CloudFormation would refuse, before it has begun.

    Raises:
        WellmadeError: If parameters have neither a default nor a value.
    """
    missing = missing_parameters(templates, given)
    if missing:
        example = " ".join(f"--parameters {name}=VALUE" for name in missing)
        raise WellmadeError(f"{_counted(len(missing))} must have a value, got none; give them: {example}")


def _counted(number: int) -> str:
    return f"{number} parameter{'s' if number > 1 else ''}"


def _wanted(stack: cdk_out.Stack, names: Sequence[str]) -> bool:
    return not names or stack.name in names


def require_app(app: str | None) -> None:
    """Refuse a deployment of nothing before anything is started.

    Raises:
        WellmadeError: If no app is given and the current folder has no `cdk.json`.
    """
    if app is None and not Path("cdk.json").exists():
        raise WellmadeError("no cdk.json here; give the command that synthesizes: --app 'python app.py'")


def deploy_assembly(cloud: LocalCloud, assembly: Path, stacks: Sequence[str] = ()) -> Deployment:
    """Deploy a finished `cdk.out` through CloudFormation, without the CDK command line; made for tests.

    Raises:
        WellmadeError: If a stack is unknown or CloudFormation does not complete it, with its reason.
    """
    chosen = cdk_out.stacks_of(assembly, stacks)
    for stack in chosen:
        publish(cloud, stack)
        put_stack(cloud, stack)
    return describe(cloud, [stack.name for stack in chosen])


def describe(cloud: LocalCloud, names: Sequence[str] | None = None) -> Deployment:
    """Return what is deployed: the named stacks as far as they exist, or all but CDK's own."""
    every = {stack["StackName"]: stack for stack in stacks_of(cloud)}
    chosen = [name for name in (every if names is None else names) if name in every and name != _TOOLKIT]
    outputs = {
        name: {output["OutputKey"]: output["OutputValue"] for output in every[name].get("Outputs", [])}
        for name in chosen
    }
    templates = {name: template_of(cloud, name) for name in chosen}
    made = {name: _physical_ids(cloud, name) for name in chosen}
    gaps = [
        line for name, template in templates.items() for line in not_simulated(name, template, made[name])
    ]
    return Deployment(outputs, gaps, undelivered(templates, made))


def _physical_ids(cloud: LocalCloud, name: str) -> dict[str, str]:
    """Return what was made by its logical id; a condition may have left resources of the template out."""
    formation = cloud.client("cloudformation")
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
    return {
        found["LogicalResourceId"]: found.get("PhysicalResourceId", "")
        for page in pages
        for found in page["StackResourceSummaries"]
    }


def _bootstrap(cloud: LocalCloud, report: Progress) -> None:
    if find_stack(cloud, _TOOLKIT) is None:
        remove_bootstrap_stubs(cloud)
        _cdk(cloud, "bootstrap", [f"aws://{ACCOUNT}/{REGION}", "--app", ""], report)


def _cdk(cloud: LocalCloud, verb: str, arguments: Sequence[str], report: Progress) -> None:
    """Run the CDK command line and pass on what it says."""
    report.at = f"cdk {verb}"
    command = [*cdk_command(), verb, *arguments, "--no-notices", "--ci"]
    tail: deque[str] = deque(maxlen=60)
    with own_group(
        command,
        env=cloud.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            if line := line.rstrip():
                tail.append(line)
                report(line)
        code = process.wait()
    report.at = f"what follows on cdk {verb}"
    if code:
        raise WellmadeError(f"cdk {verb} failed: {_reason(tail)}")


def _reason(lines: Sequence[str]) -> str:
    """Pick the lines in which CDK, or the app, says why it failed: first of all the resources that did."""
    said = [line.strip() for line in _without_sources(lines) if not _NO_REASON.search(line)]
    failed = [line.split("|")[-2:] for line in said if re.search(r"\| \w+_FAILED\s+\|", line)]
    if failed:
        return "; ".join(dict.fromkeys(f"{kind.strip()} {reason.strip()}" for kind, reason in failed))
    telling = [
        f"{line} {after}" if line.endswith(":") else line  # a list of faults begins below its heading
        for line, after in pairwise([*said, ""])
        if re.search(r"❌|«\w+»|^ERROR |Error\b|\bfailed\b|Docker daemon", line)
    ]
    reason = "; ".join(list(dict.fromkeys(telling))[-2:]) or (said or list(lines) or ["it said nothing"])[-1]
    bundles_typescript = any("docker build" in line and "/aws-lambda-nodejs/" in line for line in lines)
    return f"{reason}; {_ESBUILD}" if bundles_typescript else reason


def _without_sources(lines: Sequence[str]) -> list[str]:
    """Leave out the line of a program that Node shows above an error, from its place to the carets below."""
    kept: list[str] = []
    for line in lines:
        if re.fullmatch(r"\s*\^+\s*", line):
            above, kept = kept[-2:], kept[:-2]
            kept += [] if re.fullmatch(r"\S.*:\d+", above[0] if above else "") else above
        else:
            kept.append(line)
    return kept
