"""Each reference stack twice at once, in two clouds of two folders: which addresses they share.

Every port and socket at which a process of a cloud listens, and every address of this machine in the outputs
of its stack, belongs to one of the two. Targets: none is shared, and every stack deploys in both.

    python -m bench.two_clouds [STACK…]
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import aws_cdk as cdk
import psutil

from app import STACKS
from bench.cloud import ROOT
from stacks.settings import Settings
from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud, start

_ADDRESS = re.compile(r"(?:127\.0\.0\.1|localhost):\d+")


def listening(cloud: LocalCloud) -> set[str]:
    """Return everything at which a process of a cloud can be reached."""
    server = psutil.Process(cloud.pid)
    found: set[str] = set()
    for process in [server, *server.children(recursive=True)]:
        for connection in process.net_connections("all"):
            if connection.status == psutil.CONN_LISTEN:
                found.add(f"{connection.laddr.ip}:{connection.laddr.port}")
            elif isinstance(connection.laddr, str) and connection.laddr:
                found.add(connection.laddr)
    return found


def main() -> int:
    """Print what is shared, and what does not deploy; 1 when there is anything."""
    names, shared, refused, addresses = sys.argv[1:] or list(STACKS), 0, 0, 0
    if unknown := set(names) - set(STACKS):
        print(f"stacks must be of {', '.join(STACKS)}, got: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    for name in names:
        try:
            first, second = _twice(name)
        except WellmadeError as error:
            refused += 1
            print(f"{name}: does not deploy: {error}", flush=True)
            continue
        shared += len(first & second)
        addresses += len(first | second)
        print(
            f"{name}: {len(first)} and {len(second)} addresses, shared: {sorted(first & second)}", flush=True
        )
    print(f"{len(names)} stacks, {addresses} addresses; shared: {shared}   not deployed: {refused}")
    return int(bool(shared or refused))


def _twice(name: str) -> tuple[set[str], set[str]]:
    with tempfile.TemporaryDirectory(prefix="two-clouds-") as folder, ExitStack() as ended:
        assembly = _synthesized(name, Path(folder, "cdk.out"))
        lifetime = timedelta(minutes=20)
        clouds = [
            ended.enter_context(start(Path(folder, each), lifetime=lifetime, parent=os.getpid()))
            for each in ("one", "two")
        ]
        with ThreadPoolExecutor() as pool:
            first, second = pool.map(lambda cloud: set(_addresses(cloud, assembly)), clouds)
        return first, second


def _synthesized(name: str, out: Path) -> Path:
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    STACKS[name](app, name, settings=Settings.from_context(app.node))
    app.synth()
    return out


def _addresses(cloud: LocalCloud, assembly: Path) -> Iterator[str]:
    outputs = deploy_assembly(cloud, assembly).outputs
    yield from listening(cloud)
    for values in outputs.values():
        for value in values.values():
            yield from _ADDRESS.findall(value)


if __name__ == "__main__":
    sys.exit(main())
