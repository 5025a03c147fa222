"""Create and update stacks through CloudFormation, with the assets of a finished assembly."""

from typing import Any

from botocore.exceptions import ClientError, WaiterError

from wellmade.errors import WellmadeError
from wellmade.local import assembly as cdk_out
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.assembly import Stack
from wellmade.local.described import events_of, find_stack
from wellmade.local.images import keep_images
from wellmade.local.natives import for_this_machine
from wellmade.local.progress import waited_for
from wellmade.local.runtimes import provide_runtimes
from wellmade.local.server import LocalCloud
from wellmade.local.state import scratch_folder

_QUALIFIER = "hnb659fds"  # CDK's default; it is part of every bootstrap name
_LARGEST_BODY = 51_200  # bytes that CloudFormation takes in a request
_PATIENCE = 120  # seconds
_PAUSE = 0.1


def publish(cloud: LocalCloud, stack: Stack) -> None:
    """Put each asset where the template looks for it, unless it is there: its key is a hash."""
    s3 = cloud.client("s3")
    for asset in cdk_out.assets_of(stack, account=ACCOUNT, region=REGION):
        s3.create_bucket(Bucket=asset.bucket)
        if not s3.list_objects_v2(Bucket=asset.bucket, Prefix=asset.key, MaxKeys=1).get("KeyCount"):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=for_this_machine(asset.content()))
    keep_images(scratch_folder(cloud.state_dir), [stack])
    provide_runtimes(scratch_folder(cloud.state_dir), [stack])


def put_stack(cloud: LocalCloud, stack: Stack) -> None:
    """Create or update one stack and wait for it."""
    formation = cloud.client("cloudformation")
    _put_bootstrap_version(cloud, stack)
    exists = find_stack(cloud, stack.name) is not None
    try:
        (formation.update_stack if exists else formation.create_stack)(**_request(cloud, stack))
        waiter = formation.get_waiter(f"stack_{'update' if exists else 'create'}_complete")
        config = {"Delay": _PAUSE, "MaxAttempts": round(_PATIENCE / _PAUSE)}
        waiter.wait(StackName=stack.name, WaiterConfig=config)
    except (ClientError, WaiterError) as error:
        if "No updates are to be performed" not in str(error):
            raise WellmadeError(
                f"stack {stack.name} failed: {_first_failure(cloud, stack, error)}"
            ) from error


def _request(cloud: LocalCloud, stack: Stack) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        **_template(cloud, stack),
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in stack.parameters.items()
        ],
        "Tags": [{"Key": name, "Value": value} for name, value in stack.tags.items()],
    }


def _template(cloud: LocalCloud, stack: Stack) -> dict[str, str]:
    """Hand a template over, or where it was published if it is too large for that."""
    body = stack.template_file.read_text()
    if len(body.encode()) <= _LARGEST_BODY:
        return {"TemplateBody": body}
    if stack.assets_file is None:
        return {"TemplateURL": _uploaded(cloud, stack, body)}
    assets = cdk_out.assets_of(stack, account=ACCOUNT, region=REGION)
    own = next(asset for asset in assets if asset.source == stack.template_file)
    return {"TemplateURL": f"{cloud.endpoint}/{own.bucket}/{own.key}"}


def _uploaded(cloud: LocalCloud, stack: Stack, body: str) -> str:
    bucket, key = f"wellmade-templates-{ACCOUNT}-{REGION}", f"{stack.name}.json"
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    return f"{cloud.endpoint}/{bucket}/{key}"


def _put_bootstrap_version(cloud: LocalCloud, stack: Stack) -> None:
    """Templates ask Parameter Store whether the account was bootstrapped; answer as a bootstrap would."""
    parameter = stack.template.get("Parameters", {}).get("BootstrapVersion")
    if parameter:
        cloud.client("ssm").put_parameter(
            Name=parameter["Default"], Value="30", Type="String", Overwrite=True
        )


def remove_bootstrap_stubs(cloud: LocalCloud) -> None:
    """Remove what `deploy_assembly` put where the real bootstrap wants to create its own."""
    s3, ssm = cloud.client("s3"), cloud.client("ssm")
    bucket = f"cdk-{_QUALIFIER}-assets-{ACCOUNT}-{REGION}"
    pages = s3.get_paginator("list_buckets").paginate()
    if bucket in {found["Name"] for page in pages for found in page["Buckets"]}:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])
        s3.delete_bucket(Bucket=bucket)
    ssm.delete_parameters(Names=[f"/cdk-bootstrap/{_QUALIFIER}/version"])


def _first_failure(cloud: LocalCloud, stack: Stack, error: Exception) -> str:
    """Return the first reason among the stack's events; the later ones are its consequences."""
    found = find_stack(cloud, stack.name)
    if found is None:
        return str(error)
    if isinstance(error, WaiterError) and found["StackStatus"].endswith("_IN_PROGRESS"):
        return f"no answer in time from {waited_for(cloud)}; what it wrote: wellmade local logs"
    failed = [
        event
        for event in reversed(events_of(cloud, stack.name))
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return next(
        (f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed),
        str(error),
    )
