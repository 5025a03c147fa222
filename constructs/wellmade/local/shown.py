"""How a deployment is told: its outputs, what is not as on AWS, how to reach it."""

from collections.abc import Sequence

from wellmade.console import out, print_json, print_table
from wellmade.local.deploy import Deployment
from wellmade.local.open_ports import open_ports
from wellmade.local.server import LocalCloud


def faster(cloud: LocalCloud) -> str:
    """Say what goes faster than on AWS."""
    return (
        f"Waits are {cloud.fast} times shorter than on AWS: visibility after a failure, delays, batching "
        "windows, retries, waits of state machines and time to approve. Timeouts of what works are as on AWS."
    )


def show(cloud: LocalCloud, deployment: Deployment, form: str) -> None:
    """Print what a deployment left, and how to reach it."""
    if form == "json":
        print_json(
            {
                "endpoint": cloud.endpoint,
                "fast": cloud.fast,
                "outputs": deployment.outputs,
                "not_simulated": deployment.not_simulated,
                "dropped": deployment.dropped,
                "open_ports": open_ports(cloud),
            }
        )
        return
    print_outputs(deployment)
    if rows := gaps_of(deployment):
        print_table("Not as on AWS", ["", "what"], rows)
    print_open_ports(open_ports(cloud))
    out.print(reach(cloud))


def gaps_of(deployment: Deployment) -> list[tuple[str, str]]:
    """Return what is not as on AWS: what is dropped first, then what does nothing, then what does a part."""
    recorded = [line for line in deployment.not_simulated if ": written down only" in line]
    partly = [line for line in deployment.not_simulated if line not in recorded]
    kinds = {"dropped": deployment.dropped, "not simulated": recorded, "in part": partly}
    return [(kind, line) for kind, lines in kinds.items() for line in lines]


def print_outputs(deployment: Deployment) -> None:
    """Print the outputs of each stack as one table."""
    rows = [
        (stack, name, value) for stack, all_of in deployment.outputs.items() for name, value in all_of.items()
    ]
    if rows:
        print_table("Outputs", ["stack", "output", "value"], rows)


def print_open_ports(lines: Sequence[str]) -> None:
    """Print who listens beyond this machine, if anybody does."""
    if lines:
        print_table("Open to your network", ["what"], [(line,) for line in lines])


def reach(cloud: LocalCloud) -> str:
    """Say how other programs reach this AWS and its load balancers."""
    pages = cloud.client("elbv2").get_paginator("describe_load_balancers").paginate()
    names = sorted(balancer["LoadBalancerName"] for page in pages for balancer in page["LoadBalancers"])
    return "\n".join(
        [
            'eval "$(wellmade local env)"  # this shell then sees this AWS and no other',
            *(f"# the load balancer {name} answers at {cloud.endpoint}/_alb/{name}/" for name in names),
        ]
    )
