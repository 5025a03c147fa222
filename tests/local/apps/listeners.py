"""An app of programs that listen everywhere, each in its own way."""

import json
from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

_EVERYWHERE = (
    "import socket, time; s = socket.create_server((%r, %d)%s); print('up', flush=True); time.sleep(600)"
)
_ANSWER = "require('http').createServer((_, answer) => answer.end('hello'))"

AT_HOME: dict[str, tuple[int, Sequence[str]]] = {
    "node": (7101, ["node", "-e", f"{_ANSWER}.listen(7101)"]),
    "node-ipv4": (7102, ["node", "-e", f"{_ANSWER}.listen(7102, '0.0.0.0')"]),
    "node-ipv6": (7103, ["node", "-e", f"{_ANSWER}.listen({{port: 7103, host: '::', ipv6Only: true}})"]),
    "node-of-a-shell": (7104, ["sh", "-c", f'node -e "{_ANSWER}.listen(7104)"']),
    "python": (7105, ["python", "ipv4.py"]),
    "python-ipv6": (7106, ["python", "ipv6.py"]),
}
"""By name: the port, and the command."""
BEYOND: dict[str, tuple[int, Sequence[str]]] = {
    "without-site": (7107, ["python3", "-S", "-c", _EVERYWHERE % ("0.0.0.0", 7107, "")]),  # noqa: S104
    "shell": (7108, ["sh", "-c", "sleep 3; exec python3 -S ipv6-late.py"]),
}
_FILES = {
    "ipv4.py": _EVERYWHERE % ("", 7105, ""),
    "ipv6.py": _EVERYWHERE % ("::", 7106, ", family=socket.AF_INET6, dualstack_ipv6=True"),
    "ipv6-late.py": _EVERYWHERE % ("::", 7108, ", family=socket.AF_INET6"),
}


class ListenersStack(cdk.Stack):
    """A service for each program.

    Args:
        folder: Where the images' directories are made.
    """

    def __init__(self, scope: Construct, construct_id: str, *, folder: Path) -> None:
        super().__init__(scope, construct_id)
        cluster = ecs.Cluster(self, "Cluster", vpc=ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0))
        for name, (_, command) in {**AT_HOME, **BEYOND}.items():
            image = folder / name
            image.mkdir()
            for file, source in _FILES.items():
                (image / file).write_text(source)
            (image / "Dockerfile").write_text(
                f"FROM any\nWORKDIR /app\nCOPY . /app\nCMD {json.dumps(command)}\n"
            )
            task = ecs.FargateTaskDefinition(self, f"{name}-task", family=name)
            task.add_container(
                "Main",
                image=ecs.ContainerImage.from_asset(str(image)),
                logging=ecs.LogDriver.aws_logs(stream_prefix=name),
            )
            ecs.FargateService(
                self,
                name,
                cluster=cluster,
                task_definition=task,
                desired_count=1,
                service_name=name,
                min_healthy_percent=100,
            )
