"""`wellmade local`: an AWS that is embedded in this machine."""

import argparse
import importlib
import importlib.util
from contextlib import nullcontext

from wellmade.local.here import find_cloud
from wellmade.local.presence import demanded

SUBCOMMANDS = {
    "up": "start the embedded AWS and deploy a CDK app to it",
    "drive": "send real events through the deployed pipeline and show what comes out",
    "watch": "deploy a function's code again as soon as a file of it is saved",
    "console": "show it all on one page: logs, messages, executions, alarms",
    "status": "show what runs and what is deployed",
    "logs": "show what functions, tasks and databases wrote",
    "env": "print what another shell needs to reach it",
    "down": "stop it and everything that it runs",
}
"""Each is the module `wellmade.local.<name>` with `add_arguments(parser)` and `run(args) -> int`."""


_ASKING = ("drive", "status", "logs", "env")
"""Those that fail without an answer; `watch` and `console` may end with the cloud, and `up` starts one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands of `wellmade local`."""
    parser.epilog = (
        "Examples:\n"
        "  wellmade local up                      deploy the app of this folder's cdk.json\n"
        "  wellmade local up --app 'npx ts-node bin/app.ts'\n"
        "  wellmade local logs --follow\n"
        "  wellmade local down\n"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in SUBCOMMANDS.items():
        if importlib.util.find_spec(f"wellmade.local.{name}") is None:
            continue
        command = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module = importlib.import_module(f"wellmade.local.{name}")
        module.add_arguments(command)
        command.set_defaults(run_local=module.run, asks=name in _ASKING)


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand and return its exit code; those that ask a cloud end with it."""
    cloud = find_cloud() if args.asks else None
    with demanded(cloud) if cloud else nullcontext():
        code: int = args.run_local(args)
    return code
